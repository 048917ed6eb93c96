"""The YAML language server of most editors, with our schema: no right file is marked, and help is of use."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Mapping
from time import perf_counter
from typing import Any, Final

import pytest

from runner.cli.commands.editor_messages import LIMIT
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from tests.editor import Editor, environment, split_cursor
from tests.pages import PAGES, ROOT, WRAPS, blocks
from tests.peers.programs import installed

KINDS: Final = ("rest", "openai", "anthropic", "ollama")
LINE: Final = "# yaml-language-server: $schema=../.runner/collection.schema.json\n"
OWN_LINE: Final = re.compile(r"^# yaml-language-server: .*", re.MULTILINE)
OTHERWISE: Final = {"scalars.yaml"}
"""A lone dash between brackets, which YAML does not allow and we read as text."""
TESTS: Final = ("conformance", "imports", "exports", "exchanges", "golden/files", "benchmarks")
REQUEST: Final = "requests:\n  - name: a\n    url: http://x/\n"
EXPECT: Final = f"{REQUEST}    expect:\n      "
VALUE: Final = f"{EXPECT}json:\n        $.a:"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One, in a folder with what ``runner init`` writes; nothing is fetched."""
    program = installed("yaml-language-server")
    folder = tmp_path_factory.mktemp("yaml")
    for kind in KINDS:
        command = [sys.executable, "-m", "runner", "init", kind, "--from", kind]
        subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    one = Editor(folder, command=[program, "--stdio"], environ={"HOME": str(folder)})
    try:
        schemas = {"./rest/.runner/collection.schema.json": "any/*.yaml"}
        one.settings["yaml"] = {"schemaStore": {"enable": False}, "schemas": schemas, "format": {"enable": True}}
        snippets = {"completion": {"completionItem": {"snippetSupport": True}}}
        one.initialize(capabilities={"textDocument": snippets, "workspace": {"configuration": True}})
        one.hear("workspace/configuration")
        yield one
    finally:
        one.close()


def marked(server: Editor, texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What is wrong with files, by their names; nothing is said of those that are right."""
    names = {server.open(name, text): name for name, text in texts.items()}
    found: dict[str, list[str]] = {}
    while len(found) < len(names):
        told = server.hear("textDocument/publishDiagnostics", lambda one: one["uri"] in names)
        found[names[told["uri"]]] = [
            f"{one['range']['start']['line'] + 1}: {one['message']}" for one in told["diagnostics"]
        ]
    return {name: messages for name, messages in found.items() if messages}


def offers(server: Editor, text: str) -> dict[str, str]:
    """What is offered at the cursor: what becomes of the text, by label."""
    without, line, column = split_cursor(LINE + text)
    uri = server.open(f"rest/collections/{abs(hash(text))}.yaml", without)
    items: list[dict[str, Any]] = server.at("completion", uri, line, column)["items"]
    return {one["label"]: one["textEdit"]["newText"] if "textEdit" in one else one["insertText"] for one in items}


def written() -> Iterator[tuple[str, str]]:
    """Every right collection of this project."""
    folders = [ROOT / "collections", *(ROOT / "tests" / name for name in TESTS)]
    for path in (path for folder in folders for path in sorted(folder.rglob("*.yaml"))):
        text = path.read_text(encoding="utf-8")
        if re.search(r"^requests:", text, re.MULTILINE) and path.name not in OTHERWISE and path.name != "wrong.yaml":
            yield f"{path.relative_to(ROOT)}".replace("/", "-"), OWN_LINE.sub("", text)
    for block in (block for block in blocks("yaml", PAGES) if block.part in WRAPS or block.part.endswith(".yaml")):
        head, depth, foot = WRAPS.get(block.part, WRAPS[""])
        text = f"{head}\n{textwrap.indent(block.text, ' ' * depth)}{foot}\n"
        if re.search(r"^requests:", text, re.MULTILINE):
            yield f"{block.page.name}-{block.line}.yaml", text


def test_no_right_file_is_marked(server: Editor) -> None:
    texts = {f"any/{name}": text for name, text in written()}
    assert len(texts) > 300
    assert marked(server, texts) == {}
    assert list(marked(server, {"any/wrong.yaml": "requests: [{}]\n"})) == ["any/wrong.yaml"]  # it did look


def test_what_init_writes_finds_its_schema(server: Editor) -> None:
    files = [path for kind in KINDS for path in (server.folder / kind / "collections").glob("*.yaml")]
    texts = {str(path.relative_to(server.folder)): path.read_text(encoding="utf-8") for path in files}
    assert len(texts) == len(KINDS)
    assert marked(server, texts) == {}
    wrong = {f"{name}.wrong.yaml": f"{text}\nrequets: []\n" for name, text in texts.items()}
    found = marked(server, wrong)
    assert [[one.partition(": ")[2] for one in found[name]] for name in wrong] == [
        ["Property requets is not allowed."]
    ] * len(KINDS)


SCHEMES: Final = "One scheme: bearer, basic, digest, api_key, oauth2 or aws_sigv4; or none."
WRONG: Final = {
    "requests:\n  - name: a\n": '2: Missing property "url".',
    f"{REQUEST}    expct: {{}}\n": "4: Property expct is not allowed.",
    f"{REQUEST}    json: {{}}\n    text: a\n": "5: json and text do not go together.",
    f"{REQUEST}    auth: {{token: x}}\n": f"4: {SCHEMES}",
    f"{REQUEST}    timeout: 30 seconds\n": f"4: {LIMIT}",
    f"{REQUEST}    delay: soon\n": "4: A duration: a number with ms, s, m, h or d, such as 500ms.",
    f"{REQUEST}    tls: {{verify: maybe}}\n": "4: Here stands true or false or a placeholder, such as <<NAME>>.",
    f"{REQUEST}    redirects: true\n": "4: Value must be false.",
    f"{REQUEST}    capture: {{id: data.id}}\n": "4: A JSONPath starts with $, such as $.data[0].id.",
    f"{REQUEST}    expect: {{json: {{$.a: {{contain: 1}}}}}}\n": "4: Property contain is not allowed.",
    "requests:\n  - include: <<FILE>>\n": "2: No placeholder can stand here.",
    "defaults: 30s\nrequests: [{url: a}]\n": '1: Incorrect type. Expected "defaults".',
}


def test_one_mistake_is_one_message_that_says_what_to_write(server: Editor) -> None:
    names = {f"any/{number}.yaml": text for number, text in enumerate(WRONG)}
    found = marked(server, names)
    assert {names[name]: messages for name, messages in found.items()} == {
        text: [message] for text, message in WRONG.items()
    }


@pytest.mark.parametrize(
    ("text", "label", "becomes"),
    [
        ("▮", "requests", "requests:\n  - "),
        ("requests:\n  - ▮", "url", "url: "),
        (f"{REQUEST}    ▮", "delay", "delay: "),
        (f"{REQUEST}    ▮", "max_size", "max_size: "),
        (f"{REQUEST}    timeout:\n      ▮", "connect", "connect: "),
        (f"{REQUEST}    poll:\n      ▮", "every", "every: "),
        (f"{REQUEST}    timeout: ▮", "30s", "30s"),
        (f"{REQUEST}    auth: ▮", "none", "none"),
        (f"{REQUEST}    auth: ▮", "bearer", "\n  bearer: "),
        (f"{REQUEST}    capture: ▮", "reply: $.choices[0].message", "\n  reply: ${1:\\$.choices[0].message}"),
        (f"{REQUEST}    data: ▮", "- {MODEL: gpt-4.1-mini}", "\n  - MODEL: ${1:gpt-4.1-mini}"),
        (f"{EXPECT}▮", "duration", "duration:\n  lt: ${1:20s}"),
        (f"{EXPECT}▮", "schema", "schema: "),
        (f"{EXPECT}status: ▮", "2xx", "2xx"),
        (f"{EXPECT}error: ▮", "timeout", "timeout"),
        (f"{EXPECT}duration: ▮", "lt: 20s", "\n  lt: ${1:20s}"),
        (f"{VALUE}\n          ▮", "between", "between:\n  - "),
        (f"{VALUE} {{type: ▮}}", "integer", "integer"),
        ("load: ▮", "users: 50 for: 1m thresholds: {p95: {lt: 800ms}, failures...", "\n  users: ${1:50}\n"),
    ],
)
def test_completion(server: Editor, text: str, label: str, becomes: str) -> None:
    found = offers(server, text)
    assert found[label].startswith(becomes)
    assert [one for one in [*found, *found.values()] if "object Object" in one] == []
    is_key = becomes.startswith(f"{label}:")
    assert not is_key or [one for one in found.values() if ":" not in one] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"{REQUEST}    time▮out: 3s\n", "How long the whole exchange may take"),
        (f"{EXPECT}sta▮tus: 200\n", "* `404`: Not Found.\n"),
        (f"{VALUE} {{ty▮pe: string}}\n", "The JSON type, or a list of allowed types. `integer` is a number without"),
        (f"{REQUEST}    turns:\n      - us▮er: hi\n", "What the user says."),
        (f"{REQUEST}    cap▮ture: {{id: $.id}}\n", "Example:\n\n```yaml\nreply: $.choices[0].message\n```"),
    ],
)
def test_hover(server: Editor, text: str, told: str) -> None:
    without, line, column = split_cursor(LINE + text)
    uri = server.open(f"rest/collections/{abs(hash(text))}.yaml", without)
    found = server.at("hover", uri, line, column)["contents"]["value"]
    assert told in found
    assert "||" not in found


def test_its_formatter_keeps_what_a_file_says(server: Editor) -> None:
    changed = 0
    for name, text in list(written())[::4]:
        edits = server.of("formatting", server.open(f"any/{name}", text), options={"tabSize": 2, "insertSpaces": True})
        for edit in edits or ():
            changed += 1
            assert said(edit["newText"]) == said(text), name
    assert changed > 50


def said(text: str) -> object:
    node = read_document(Source("a.yaml", text, None), Problems())
    return node.plain() if node is not None else None


def test_a_thousand_requests(server: Editor) -> None:
    request = f"{EXPECT}json:\n        $.id: {{type: integer, gt: 0}}\n".partition("\n")[2]
    text = "requests:\n" + "".join(request.replace("name: a", f"name: a{number}") for number in range(1000))
    start = perf_counter()
    assert marked(server, {"any/large.yaml": text}) == {}
    assert perf_counter() - start < 10.0
