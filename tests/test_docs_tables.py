"""The tables on the pages for people, held against the code."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Final

import pytest

from runner import settings
from runner.checks.formats import FORMATS
from runner.checks.matchers import MatchContext, evaluate_at
from runner.checks.schema.checker import SchemaChecker
from runner.cli.settings.options import NOT_IN_FILES
from runner.errors import SEVEREST_FIRST, ExitCode
from runner.folder import Folder
from runner.loading import auth, bodies, examples, expect, includes, matchers, prices, request, turns
from runner.loading.collection import TOP_KEYS, decode_collection
from runner.loading.scalars import resolve_plain
from runner.schemas import BUILTIN_NAMES
from runner.source import Source
from runner.variables.filters import FILTERS, apply_filter
from runner.variables.generators import DYNAMIC
from runner.variables.secrets import SECRET_PARTS
from tests.pages import ARCHITECTURE, CLI, FORMAT, README, ROOT, URL, blocks, first_words, prose, section, table, words


def test_tables_have_every_key() -> None:
    assert first_words(FORMAT, "Top level") == set(TOP_KEYS)
    assert first_words(FORMAT, "A request") == set(request.REQUEST_KEYS)
    assert first_words(FORMAT, "Bodies") == set(bodies.BODY_KINDS)
    assert first_words(FORMAT, "Expectations") == set(expect.EXPECT_KEYS)
    assert first_words(FORMAT, "Matchers") == {*matchers.OPERATORS, "ignore_case"}
    assert first_words(FORMAT, "Matchers", 1) == set(FORMATS)
    assert first_words(FORMAT, "Variables") == set(FILTERS)
    assert first_words(FORMAT, "Variables", 1) == {f"<<{name}>>" for name in DYNAMIC}
    assert first_words(FORMAT, "Examples and the mock server") == set(examples.KEYS)
    assert first_words(FORMAT, "Turns") == set(turns.TURN_KEYS)
    assert first_words(FORMAT, "Includes") == set(includes.INCLUDE_KEYS)


def test_code_has_every_other_word() -> None:
    code = "\n".join([*words(prose(FORMAT)), *(block.text for block in blocks("yaml") if block.page == FORMAT)])
    known = {
        *request.DEFAULTS_KEYS, *auth.AUTH_FIELDS, *(key for keys in auth.AUTH_FIELDS.values() for key in keys),
        *expect.ERRORS, *expect.CAPTURE_KINDS,
        *expect.CERTIFICATE_KEYS, *expect.STREAM_KEYS, *expect.USAGE_KEYS, *prices.SIDES, *examples.EVENT_FIELDS,
        *settings.RETRY_KEYS, *settings.POLL_KEYS,
        "filter", "default", "secret", *examples.WHEN_KEYS, *BUILTIN_NAMES,
        *SECRET_PARTS,
    }  # fmt: skip
    assert [word for word in sorted(known) if not re.search(rf"(?<!\w){re.escape(word)}(?!\w)", code)] == []


@pytest.mark.parametrize("row", table(FORMAT, "Matchers"), ids=lambda row: str(row[1]))
def test_a_matcher_fits_what_the_table_says(row: list[str], tmp_path: Path) -> None:
    operator, example, _, fits, other = row
    assert words(operator)[0] in example
    text = f"requests: [{{{URL}, expect: {{json: {{$.x: {words(example)[0]}}}}}}}]"
    expectation = decode_collection(Source("example.yaml", text), tmp_path).requests[0].expect[0]
    assert expectation.subject is not None
    assert expectation.matcher is not None
    context = MatchContext(lambda node: node.plain(), SchemaChecker(Folder.of(tmp_path)))
    values = [{"x": json.loads(words(cell)[0])} if words(cell) else {} for cell in (fits, other)]
    held = [evaluate_at(expectation.subject, expectation.matcher, value, context) is None for value in values]
    assert held == [True, False]


def test_filters_formats_and_scalars_are_what_the_tables_say() -> None:
    for name, before, after in table(FORMAT, "Variables"):
        expected = json.loads(words(after)[0])
        assert apply_filter(words(name)[0], json.loads(words(before)[0])) == expected, name
    for name, text in table(FORMAT, "Matchers", 1):
        assert FORMATS[words(name)[0]][1](words(text)[0]), name
    kinds = {"true or false": bool, "null": type(None), "an integer": int, "a number": float, "text, as it stands": str}
    for written, kind in table(FORMAT, "Reading the YAML"):
        assert [word for word in words(written) if type(resolve_plain(word)) is not kinds[kind]] == []


def codes(page: Path, heading: str) -> set[int]:
    return {int(code) for row in table(page, heading) for code in re.findall(r"\d+", row[0])}


def test_exit_codes() -> None:
    assert codes(CLI, "Exit codes") == set(ExitCode)
    assert codes(README, "When something is wrong") == set(ExitCode)
    order = ", ".join(str(int(code)) for code in SEVEREST_FIRST)
    assert f"the first of {order} counts" in section(CLI, "Exit codes")


def test_the_rooms_are_those_of_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(one["layers"] for one in project["tool"]["importlinter"]["contracts"] if "layers" in one)
    assert [block.text.split("\n")[:-1] for block in blocks("text") if block.text.startswith(f"{layers[0]}\n")] == [
        layers
    ]
    modules = {path.stem for path in (ROOT / "runner").glob("*.py")} - {"__init__", "__main__"}
    packages = {f"{path.parent.name}/" for path in (ROOT / "runner").glob("*/__init__.py")}
    assert first_words(ARCHITECTURE, "Rooms") == modules | packages


NO_MODULES: Final = {
    "runner check",
    "runner init",
    "--fix",
    "RUNNER_",
    "on_…",
    "runner.run",
    "runner.load",
    "record.Report",
}
"""What stands in code in the table of rooms and is a command, an option, a name."""


@pytest.mark.parametrize("row", table(ARCHITECTURE, "Rooms"), ids=lambda row: str(row[0]))
def test_a_room_has_the_modules_that_are_named(row: list[str]) -> None:
    """In the room itself, or from the top of the program on."""
    rooms = [ROOT / "runner" / word.rstrip("/") for word in words(row[0])]
    for word in words(row[1]):
        if word in NO_MODULES or re.match(r"[A-Z]\w+$", word):
            continue
        path = word.rstrip("/").replace(".", "/")
        assert any(is_module(top / path) for room in rooms for top in (room, *inner(room), ROOT / "runner")), word


def inner(room: Path) -> list[Path]:
    return [path.parent for path in room.glob("*/__init__.py")]


def is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or path.is_dir()


def test_paths_of_the_architecture_exist() -> None:
    """Whatever in code looks like a path, from the top of the program or of the repository on."""
    named = [word for word in words(prose(ARCHITECTURE)) if re.fullmatch(r"[\w.]+(/[\w.]+)+/?|\w+\.(py|toml|md)", word)]
    assert len(named) > 20
    tops = (ROOT, ROOT / "runner", ROOT / "tests", ROOT / "docs")
    gone = [word for word in named if not any((top / word).exists() or is_module(top / word) for top in tops)]
    assert gone == []


def test_heavy_libraries_have_the_homes_that_are_told() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = [one for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "protected"]
    homes = {
        (
            ", ".join(one["protected_modules"]),
            ", ".join(home.removeprefix("runner.") for home in one["allowed_importers"]),
        )
        for one in contracts
    }
    assert {(row[0], ", ".join(words(row[1]))) for row in table(ARCHITECTURE, "Who may import whom")} == homes


def test_every_folder_of_tests_is_told() -> None:
    folders = {f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir() and any(path.glob("*.*"))}
    told = {word for word in first_words(ARCHITECTURE, "Tests") if word.startswith("tests/") and "." not in word}
    assert {folder for folder in folders if "__pycache__" not in folder} == told


def test_what_is_only_on_the_command_line_is_told() -> None:
    told = section(CLI, "Settings").partition("**Only on the command line**")[2].partition(".")[0]
    assert {word.lstrip("-") for word in words(told)} == {*NOT_IN_FILES} - {"path", "paths"}
