"""The pages for people: examples are run, shown output is compared, links are followed.

``python -m tests.test_docs`` writes the present ``--help`` texts into docs/cli.md, docs/reference.md and docs/rules.md.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from runner.errors import InvalidFiles
from runner.lint.findings import findings
from runner.loading.collection import decode_collection
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from tests import report_tables, rules_page
from tests.pages import CLI, HOME, PAGES, README, ROOT, STORIES, WRAPS, Block, blocks, is_as_told, place, prose
from tests.reference import COLLECTION_SCHEMA, REFERENCE, reference

HELP: Final = re.compile(r"(?<=<!-- help: )(\w+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
LINK: Final = re.compile(r"\[[^]]*\]\(([^)#:]*)(?:#([^)]*))?\)")
LONGEST_LINE: Final = 120
SAVED: Final = "saved"
"""A console block that has the files which those before it on the page have written."""

EXAMPLES: Final = [block for block in blocks("yaml") if block.part in WRAPS]
WHOLE: Final = [block for block in EXAMPLES if not block.part]


def run(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """What ``runner`` does in an environment without variables of its own, with a cache folder of its own."""
    kept = {key: value for key, value in os.environ.items() if key.startswith(("PATH", "COVERAGE", "SYSTEMROOT"))}
    environment = {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "COLUMNS": "80",
        "XDG_CACHE_HOME": str(cwd / ".cache"),
        **variables,
    }
    command = (sys.executable, "-m", "runner", *arguments)
    return subprocess.run(
        command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        check=False,
    )  # fmt: skip


def write_named(folder: Path, examples: list[Block]) -> None:
    """Those whose first line is a file's name."""
    for example in examples:
        if found := re.match(r"# (\w+\.(?:yaml|toml))\n", example.text):
            (folder / found[1]).write_text(example.text, encoding="utf-8")


def write_sources(folder: Path) -> None:
    """What other tools keep, under the name that stands behind the language."""
    for language in ("bru", "http", "hurl", "json", "yaml"):
        for block in (one for one in blocks(language) if "." in one.part):
            path = folder / block.part
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")


@pytest.mark.parametrize("block", EXAMPLES, ids=place)
def test_an_example_is_a_collection(block: Block, tmp_path: Path) -> None:
    before, indent, after = WRAPS[block.part]
    inner = re.sub(r"^(?=.)", " " * indent, block.text, flags=re.MULTILINE)
    shutil.copy(README, tmp_path)
    write_named(tmp_path, WHOLE)
    source = Source("example.yaml", f"{before}\n{inner}{after}\n")
    assert decode_collection(source, tmp_path).warnings == ()


@pytest.mark.parametrize("block", [*WHOLE, *blocks("yaml", STORIES)], ids=place)
def test_a_whole_example_is_what_was_meant(block: Block, tmp_path: Path) -> None:
    """Some are cut down to what they show, and so say nothing of answers."""
    write_named(tmp_path, WHOLE)
    if not re.search(r"^requests:", block.text, re.MULTILINE) or "continued" in block.text.partition("\n")[0]:
        return
    try:
        found = findings(decode_collection(Source("example.yaml", block.text), tmp_path))
    except InvalidFiles:
        assert block.page in STORIES, "it names files that the story has"
        return
    assert {one.diagnostic.rule for one in found} <= {"checks-nothing"}


@pytest.mark.parametrize("block", WHOLE, ids=place)
def test_a_whole_example_passes_against_its_own_examples(block: Block, tmp_path: Path) -> None:
    write_named(tmp_path, WHOLE)
    (tmp_path / "example.yaml").write_text(block.text, encoding="utf-8")
    done = run("run", "example.yaml", "--mock", "--strict", cwd=tmp_path)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("block", [one for one in blocks("yaml") if one.part not in WRAPS], ids=place)
def test_yaml_for_other_programs_is_yaml(block: Block) -> None:
    assert block.part in ("ci", "part") or "." in block.part
    problems = Problems()
    read_document(Source("ci.yaml", block.text), problems)
    assert problems.of("error") == ()


@pytest.mark.parametrize("block", blocks("console"), ids=place)
def test_output_is_what_the_command_prints(block: Block, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A line with … alone stands for lines that are left out. Several that belong together are run in one folder."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "collections", folder / "collections")
    write_named(folder, [*WHOLE, *(blocks("toml") if block.part == "settings" else [])])
    write_sources(folder)
    command, _, output = block.text.partition("\n")
    for earlier in blocks("console") if block.part == SAVED else ():
        if earlier.part == SAVED and earlier.page == block.page and earlier.line < block.line:
            do(earlier.text.partition("\n")[0], folder)
    done = do(command, folder)
    assert is_as_told(output, done.stdout.replace(str(folder), HOME)), done.stdout


@pytest.mark.parametrize("block", blocks("python"), ids=place)
def test_an_example_in_python_runs(block: Block, tmp_path_factory: pytest.TempPathFactory) -> None:
    """With the collections beside it; what it says that holds is asserted in it."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "collections", folder / "collections")
    write_named(folder, WHOLE)
    (folder / "example.py").write_text(block.text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("API_KEY", None)
    command = (sys.executable, "-W", "error", "example.py")
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def do(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What ``$ NAME=VALUE runner …`` does."""
    before, _, after = command.partition("runner ")
    return run(*shlex.split(after), cwd=folder, **dict(word.split("=", 1) for word in before.split()[1:]))


def with_present_help(page: str) -> str:
    def text_of(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}```text\n{run(match[1], '--help', cwd=ROOT).stdout.strip()}\n```\n"

    return HELP.sub(text_of, page)


def test_help_is_what_the_commands_print() -> None:
    page = CLI.read_text(encoding="utf-8")
    assert with_present_help(page) == page, "run: python -m tests.test_docs"


@pytest.mark.parametrize("path", report_tables.SCHEMAS, ids=lambda path: path.name)
def test_tables_of_keys_are_those_of_the_schema(path: Path) -> None:
    page, source = path.read_text(encoding="utf-8"), report_tables.SCHEMAS[path]
    assert report_tables.with_present_tables(page, source) == page, "run: python -m tests.report_tables"
    defined = json.loads(source.read_text(encoding="utf-8"))["$defs"]
    assert report_tables.names(page) == {"report", *defined} - {"headers"}


JQ: Final = shutil.which("jq")


@pytest.mark.skipif(JQ is None, reason="jq is not installed")
@pytest.mark.parametrize("number", range(4))
def test_queries_with_jq_find_what_they_say(number: int, tmp_path: Path) -> None:
    write_named(tmp_path, WHOLE)
    reports = ("--report", "json", "--report", "ndjson")
    run("run", "shop.yaml", "--mock", "--var", "STATUS=404", *reports, cwd=tmp_path)
    (block,) = [one for one in blocks("sh") if one.page == report_tables.PAGE]
    command = re.split(r"^(?=jq)", block.text, flags=re.MULTILINE)[1:][number]
    done = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = (r"shop.yaml: item\n", r"([0-9.e-]+ s  (list|item)\n){2}", r"null\n", r"passed  list\nfailed  item\n")
    assert re.fullmatch(found[number], done.stdout), done.stdout


def test_the_reference_is_what_the_program_knows() -> None:
    page = REFERENCE.read_text(encoding="utf-8")
    assert reference() == page, "run: python -m tests.test_docs"
    assert [key for key in sorted(keys_of(COLLECTION_SCHEMA)) if f"| `{key}` |" not in page] == []


def test_the_page_of_rules_is_what_the_program_knows() -> None:
    assert rules_page.rules_page() == rules_page.PAGE.read_text(encoding="utf-8"), "run: python -m tests.test_docs"


def keys_of(schema: object) -> set[str]:
    """Every key that the schema of a collection has a word for, at any depth."""
    if isinstance(schema, list):
        return {key for one in schema for key in keys_of(one)}
    if not isinstance(schema, dict):
        return set()
    own = {key for key, one in schema.get("properties", {}).items() if "description" in one}
    return own | {key for one in schema.values() for key in keys_of(one)}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(prose(page)):
        target = (page.parent / path) if path else page
        assert target.exists(), path
        headings = re.findall(r"^#+ (.*)$", prose(target), re.MULTILINE) if anchor else []
        slugs = [re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings]
        assert not anchor or anchor in slugs, f"{path}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_lines_of_prose_are_no_longer_than_those_of_code(page: Path) -> None:
    lines = [line for line in prose(page).splitlines() if not line.startswith("|")]
    assert [line for line in lines if len(line) > LONGEST_LINE and " " in line.strip()] == []


def test_every_page_is_in_the_index() -> None:
    named = {path for path, _ in LINK.findall(prose(ROOT / "docs/README.md"))}
    assert named == {page.name for page in PAGES} - {"README.md"}


if __name__ == "__main__":
    CLI.write_text(with_present_help(CLI.read_text(encoding="utf-8")), encoding="utf-8")
    REFERENCE.write_text(reference(), encoding="utf-8")
    rules_page.PAGE.write_text(rules_page.rules_page(), encoding="utf-8")
