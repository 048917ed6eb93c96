"""The language server as an editor meets it: a process, and messages over its standard input and output."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.editor import CURSOR, PATIENCE, Editor, Json, editor, environment, split_cursor

FIRST = """\
name: First
variables:
  BASE_URL: http://127.0.0.1:9
  MODEL: small
requires: [API_KEY]
requests:
  - name: log in
    url: <<BASE_URL>>/login
    headers:
      Authorization: Bearer <<API_KEY>>
    expect:
      json:
        $.id: {type: integer}
    capture:
      id: $.id
    examples:
      - json: {id: 1, user: {name: Ann, "e-mail": a@example.com}, roles: [{kind: admin}]}
  - name: read
    needs: log in
    url: <<BASE_URL>>/users/<<id>>
    json: {model: <<MODEL>>}
    expect:
      schema: schemas/user.json
    examples:
      - json: {}
"""
KEY = "sk-never-to-be-seen-12345"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return made_folder(tmp_path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """One for all tests that only ask."""
    found = made_folder(tmp_path_factory.mktemp("editor"))
    (found / "other.yaml").write_text("requests:\n  - name: inner\n    url: http://x/<<INNER>>\n", encoding="utf-8")
    (found.parent / "secret.json").write_text("{}", encoding="utf-8")
    (found / "out").symlink_to(found.parent)
    with editor(found) as one:
        yield one


def made_folder(parent: Path) -> Path:
    """A workspace folder whose name needs care in a URI."""
    found = parent / "meine Ordner ü"
    (found / "schemas").mkdir(parents=True)
    (found / "schemas/user.json").write_text('{"type": "object"}', encoding="utf-8")
    (found / ".env").write_text(f"# mine\nAPI_KEY={KEY}\nEXTRA=1\n", encoding="utf-8")
    return found


def labels(answer: Json) -> list[str]:
    return [one["label"] for one in answer["items"]]


NUMBERS = count()


def complete(server: Editor, text: str) -> dict[str, Any]:
    """The items by label that are offered at the cursor in a text, of which the server knew nothing before."""
    text, line, column = split_cursor(text)
    uri = server.open(f"{next(NUMBERS)}.yaml", text)
    answer = server.at("completion", uri, line, column)
    return {one["label"]: one for one in answer["items"]}


def applied(text: str, item: Json) -> str:
    """The text, without its cursor, after an item was taken; columns are in UTF-16 units."""
    edit = item["textEdit"]
    lines = split_cursor(text)[0].split("\n")
    start, end = edit["range"]["start"], edit["range"]["end"]
    assert start["line"] == end["line"]
    line = lines[start["line"]].encode("utf-16-le")
    new = line[: 2 * start["character"]] + edit["newText"].encode("utf-16-le") + line[2 * end["character"] :]
    lines[start["line"]] = new.decode("utf-16-le")
    return "\n".join(lines)


def test_what_is_wrong_is_told_as_check_tells_it_and_goes_when_it_is_mended(folder: Path) -> None:
    broken = FIRST.replace("    needs: log in\n", "    need: log in\n").replace("<<MODEL>>", "<<MODLE>>")
    (folder / "a.yaml").write_text(broken, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "runner", "check", "a.yaml", "--color", "never"],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    with editor(folder) as server:
        uri = server.open("a.yaml", broken)
        found = server.mistakes(uri)
        assert [(one["code"], one["severity"], one["range"]["start"]) for one in found] == [
            ("unknown-key", 1, {"line": 18, "character": 4})
        ]
        assert all(part in done.stdout for part in found[0]["message"].split("\n"))
        server.change(uri, broken.replace("    need: log in\n", ""))
        found = server.mistakes(uri)
        assert [(one["code"], one["severity"]) for one in found] == [("unused-variable", 2), ("missing-variable", 2)]
        assert "MODLE has no value" in found[1]["message"]
        server.change(uri, FIRST)
        assert server.mistakes(uri) == []


def test_broken_yaml_is_told_and_help_goes_on(folder: Path) -> None:
    text = FIRST.replace("    json: {model: <<MODEL>>}\n", f"    json: {{model: <<{CURSOR}\n")
    whole, line, column = split_cursor(text)
    with editor(folder) as server:
        uri = server.open("a.yaml", FIRST)
        assert server.mistakes(uri) == []
        server.change(uri, whole)
        answer = server.at("completion", uri, line, column)
        assert {"MODEL", "BASE_URL", "id", "API_KEY", "$guid"} <= set(labels(answer))
        assert [one["code"] for one in server.mistakes(uri)] == ["yaml"]


def test_a_file_that_was_never_whole_is_helped_as_well(server: Editor) -> None:
    found = complete(server, FIRST.replace("    json: {model: <<MODEL>>}\n", f"    json: {{model: <<{CURSOR}\n"))
    assert {"MODEL", "BASE_URL", "id", "API_KEY"} <= found.keys()


@pytest.mark.parametrize(
    ("written", "label", "becomes"),
    [
        ("<<▮", "BASE_URL", "<<BASE_URL>>"),
        ("<<BA▮", "BASE_URL", "<<BASE_URL>>"),
        ("<<BA▮>>/x", "BASE_URL", "<<BASE_URL>>/x"),
        ("<▮", "<<BASE_URL>>", "<<BASE_URL>>"),
        ('"😀<<▮"', "id", '"😀<<id>>"'),
        ("<<EX▮", "EXTRA", "<<EXTRA>>"),
        ("<<$g▮", "$guid", "<<$guid>>"),
        ("<<id|▮", "base64", "<<id|base64>>"),
        ("<<id|tr▮>>", "trim", "<<id|trim>>"),
    ],
)
def test_variables_and_filters(server: Editor, written: str, label: str, becomes: str) -> None:
    text = FIRST.replace("<<BASE_URL>>/users/<<id>>", written)
    found = complete(server, text)
    assert label in found
    urls = [one for one in applied(text, found[label]).split("\n") if one.startswith("    url")]
    assert urls[1] == f"    url: {becomes}"


def test_a_variable_is_offered_with_its_value_and_source_but_a_secret_with_neither_value(server: Editor) -> None:
    found = complete(server, FIRST.replace("<<BASE_URL>>/users/<<id>>", f"<<{CURSOR}"))
    assert (found["BASE_URL"]["detail"], found["API_KEY"]["detail"]) == ("http://127.0.0.1:9", "***")
    assert "variables, " in found["BASE_URL"]["documentation"]["value"]
    assert ".env" in found["API_KEY"]["documentation"]["value"]
    assert 'from "log in"' in found["id"]["documentation"]["value"]
    assert "HOME" not in found
    assert "PATH" not in found


def test_what_is_captured_later_is_not_offered(server: Editor) -> None:
    assert "id" not in complete(server, FIRST.replace("<<BASE_URL>>/login", f"<<{CURSOR}"))


KEYS = [
    ("▮", "requests", "requests:"),
    ("name: x\nva▮\nrequests: []\n", "variables", "variables:"),
    ("requests:\n  - name: a\n    ▮\n", "url", "    url: "),
    ("requests:\n  - name: a\n    ur▮: x\n", "url", "    url: x"),
    ("requests:\n  - name: a\n    auth:\n      ▮\n", "oauth2", "      oauth2:"),
    ("requests:\n  - name: a\n    expect:\n      ▮\n", "status", "      status: "),
    ("requests:\n  - name: a\n    expect:\n      json:\n        $.a: {▮}\n", "contains", "        $.a: {contains: }"),
    (
        "requests:\n  - name: a\n    expect:\n      json:\n        $.a: {type: integer, l▮\n",
        "lte",
        "{type: integer, lte: ",
    ),
    ("requests:\n  - name: a\n    method: ▮\n", "DELETE", "    method: DELETE"),
    ("requests:\n  - name: a\n    auth: {oauth2: {grant: p▮}}\n", "password", "{oauth2: {grant: password}}"),
    ("requests:\n  - name: a\n    expect: {error: ▮\n", "dns", "{error: dns"),
    ("requests:\n  - name: a\n    headers:\n      Acc▮\n", "Accept", "      Accept: "),
    ("parallel: ▮\nrequests: []\n", "true", "parallel: true"),
    ("requests:\n  - name: a\n    retry:\n      on:\n        - t▮\n", "timeout", "        - timeout"),
]


@pytest.mark.parametrize(("text", "label", "becomes"), KEYS)
def test_keys_and_values_by_their_place(server: Editor, text: str, label: str, becomes: str) -> None:
    found = complete(server, text)
    assert label in found
    assert becomes in applied(text, found[label]).split("\n") or becomes in applied(text, found[label])


def test_a_key_is_explained_and_offered_once(server: Editor) -> None:
    found = complete(server, f"requests:\n  - name: a\n    {CURSOR}\n    json: {{}}\n")
    assert "name" not in found
    assert "text" not in found
    assert "timeout" in found
    assert "exchange" in found["timeout"]["documentation"]["value"]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("name: x\n▮\n", True),
        ("# x\n---\nname: x\nvariables:\n  on: 1\nreq▮\n", True),
        ("na▮\n", True),
        ("name: CI\non: [push]\n▮\n", False),
        ("name: x\nservices:\n  web: 1\n▮\n", False),
        ("- a\n▮\n", False),
        ("version: 3\n▮\n", False),
    ],
)
def test_a_new_file_is_helped_with_until_it_is_something_else(server: Editor, text: str, offers: bool) -> None:
    text, line, column = split_cursor(text)
    found = server.at("completion", server.open(f"{next(NUMBERS)}.yaml", text), line, column)
    assert ("requests" in [one["label"] for one in found["items"]] if found else False) is offers


def test_in_bodies_and_comments_and_longer_texts_nothing_is_offered(server: Editor) -> None:
    for text in (
        "requests:\n  - name: a\n    json:\n      ▮\n",
        "requests:\n  - name: a  # see ▮\n",
        "requests:\n  - name: a\n    text: |\n      me▮\n",
        "# <<▮\nrequests: []\n",
    ):
        assert complete(server, text) == {}


@pytest.mark.parametrize(
    ("written", "label", "becomes"),
    [
        ("$.▮", "$.id", "$.id: "),
        ("$.us▮: x", "$.user", "$.user: x"),
        ("$.user.▮", "$.user.name", "$.user.name: "),
        ("$.user[▮", "$.user['e-mail']", "$.user['e-mail']: "),
        ("$.roles[▮", "$.roles[0]", "$.roles[0]: "),
        ("$.roles[0].▮", "$.roles[0].kind", "$.roles[0].kind: "),
    ],
)
def test_paths_into_what_is_answered(server: Editor, written: str, label: str, becomes: str) -> None:
    text = FIRST.replace("$.id: {type: integer}", written)
    found = complete(server, text)
    assert label in found
    assert f"        {becomes}" in applied(text, found[label]).split("\n")


def test_paths_for_captures_and_from_schemas_that_come_with_the_program(server: Editor) -> None:
    assert "$.user.name" in complete(server, FIRST.replace("id: $.id", f"id: {CURSOR}"))
    text = FIRST.replace("schemas/user.json", f"openai/chat.completion\n      json:\n        $.{CURSOR}")
    assert "$.choices" in complete(server, text)


@pytest.mark.parametrize(
    ("old", "new", "label"),
    [
        ("schemas/user.json", "▮", "schemas/"),
        ("schemas/user.json", "schemas/▮", "schemas/user.json"),
        ("schemas/user.json", "op▮", "openai/chat.completion"),
        ("needs: log in", "needs: ▮", "log in"),
        ("needs: log in", "needs: [▮]", "log in"),
        ("needs: log in", "when:\n      ▮", "<<MODEL>>"),
        ("requires: [API_KEY]", "requires: [▮]", "API_KEY"),
        ("  - name: read", "  - include: ▮\n  - name: read", "other.yaml"),
        ("  - name: read", "  - include: other.yaml\n    only: ▮\n  - name: read", "inner"),
        ("  - name: read", "  - include: other.yaml\n    with:\n      ▮\n  - name: read", "INNER"),
    ],
)
def test_files_requests_and_names(server: Editor, old: str, new: str, label: str) -> None:
    uri = server.open("a.yaml", split_cursor(FIRST.replace(old, new.replace(CURSOR, "")))[0])
    server.mistakes(uri)
    assert label in complete(server, FIRST.replace(old, new))


def test_nothing_outside_of_the_folder_is_listed(server: Editor) -> None:
    for written in ("../", "out/", "/", "schemas/../../"):
        found = complete(server, FIRST.replace("schemas/user.json", f"{written}{CURSOR}"))
        assert all(label.startswith("openai/") for label in found)
    assert "out/" not in complete(server, FIRST.replace("schemas/user.json", CURSOR))


def hovered(server: Editor, text: str) -> str:
    text, line, column = split_cursor(text)
    uri = server.open(f"{next(NUMBERS)}.yaml", text)
    answer = server.at("hover", uri, line, column)
    return str(answer["contents"]["value"]) if answer else ""


def test_hover_says_what_env_says(folder: Path) -> None:
    (folder / "a.yaml").write_text(FIRST, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "runner", "env", "a.yaml", "--color", "never"],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    with editor(folder) as server:
        base = hovered(server, FIRST.replace("<<BASE_URL>>/login", f"<<BA{CURSOR}SE_URL>>/login"))
        assert "`http://127.0.0.1:9`" in base
        assert "variables, " in base
        key = hovered(server, FIRST.replace("<<API_KEY>>", f"<<API_KEY>{CURSOR}>"))
        assert "`***`" in key
        assert ".env" in key
        captured = hovered(server, FIRST.replace("<<id>>", f"<<{CURSOR}id>>"))
        assert 'captured\n\nfrom "log in"' in captured
        for words in ("variables, ", ".env", 'from "log in"'):
            assert words in done
        assert "is not set" in hovered(server, FIRST.replace("<<MODEL>>", f"<<MO{CURSOR}DLE>>"))


def test_hover_on_keys_and_operators(server: Editor) -> None:
    assert "must hold" in hovered(server, FIRST.replace("    expect:\n      json", f"    ex{CURSOR}pect:\n      json"))
    assert "JSON type" in hovered(server, FIRST.replace("{type: integer}", f"{{ty{CURSOR}pe: integer}}"))
    assert hovered(server, FIRST.replace("{model:", f"{{mo{CURSOR}del:")) == ""


def spots(server: Editor, text: str) -> list[tuple[str, int, int]]:
    text, line, column = split_cursor(text)
    uri = server.open(f"{next(NUMBERS)}.yaml", text)
    found = server.at("definition", uri, line, column)
    starts = [(one["uri"], one["range"]["start"]) for one in found or ()]
    names = {uri: "a.yaml"}
    return [(names.get(one, one.rsplit("/", 1)[1]), start["line"], start["character"]) for one, start in starts]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("<<BASE_URL>>/users", "<<BASE▮_URL>>/users", ("a.yaml", 2, 2)),
        ("<<id>>", "<<i▮d>>", ("a.yaml", 14, 6)),
        ("<<API_KEY>>", "<<▮API_KEY>>", (".env", 1, 0)),
        ("needs: log in", "needs: log▮ in", ("a.yaml", 6, 10)),
        ("schemas/user.json", "schemas/▮user.json", ("user.json", 0, 0)),
        ("  - name: read", "  - include: oth▮er.yaml\n  - name: read", ("other.yaml", 0, 0)),
        ("  - name: read", "  - {include: other.yaml, only: inn▮er}\n  - name: read", ("other.yaml", 1, 10)),
    ],
)
def test_definitions(server: Editor, old: str, new: str, where: tuple[str, int, int]) -> None:
    assert spots(server, FIRST.replace(old, new))[0] == where


def test_no_definition_outside_of_the_folder(server: Editor) -> None:
    assert spots(server, FIRST.replace("schemas/user.json", f"../sec{CURSOR}ret.json")) == []


def test_requests_as_symbols(server: Editor) -> None:
    text = FIRST.replace("  - name: read", "  - include: other.yaml\n  - name: read 😀")
    uri = server.open("a.yaml", text)
    found = server.of("documentSymbol", uri)
    assert [(one["name"], one["detail"]) for one in found] == [
        ("log in", "GET /login"), ("include other.yaml", ""), ("read 😀", "POST /users/<<id>>"),
    ]  # fmt: skip
    assert found[2]["selectionRange"] == {"start": {"line": 18, "character": 10}, "end": {"line": 18, "character": 17}}
    assert found[0]["range"]["start"]["line"] == 6
    assert found[0]["range"]["end"]["line"] == 16


def test_formatting(server: Editor) -> None:
    untidy = FIRST.replace("    needs: log in\n    url: <<BASE_URL>>/users/<<id>>\n", "    url:  http://x/<<id>>\n")
    untidy = untidy.replace("  - name: read\n", "  -   name: read\n").replace("    url:  ", "      url: ")
    untidy = untidy.replace("      url: http", "      url: http")
    text = "requests:\n  - url: http://x/ü\n    name: a\n    # mine\n    expect: {status: 200}\n"
    uri = server.open("b.yaml", text.replace("\n", "\r\n"))
    edits = server.of("formatting", uri, options={"tabSize": 2, "insertSpaces": True})
    assert len(edits) == 1
    lines = text.split("\n")
    start, end = edits[0]["range"]["start"], edits[0]["range"]["end"]
    assert (start["character"], end["character"]) == (0, len(lines[end["line"]]))
    new = [*lines[: start["line"]], *edits[0]["newText"].split("\r\n"), *lines[end["line"] + 1 :]]
    assert new == ["requests:", "  - name: a", "    url: http://x/ü", "    # mine", "    expect: {status: 200}", ""]
    uri = server.open("c.yaml", "requests:\n  - name: a\n")
    assert server.of("formatting", uri, options={"tabSize": 2, "insertSpaces": True}) is None
    assert "mistakes" in server.heard[-1]["params"]["message"]


def test_columns_are_utf_16_and_lines_may_end_in_two_characters(server: Editor) -> None:
    text = FIRST.replace("    json: {model: <<MODEL>>}\n", '    json: {a: "😀😀ü", model: <<MO▮>>}\n')
    plain, line, column = split_cursor(text)
    uri = server.open("columns.yaml", plain.replace("\n", "\r\n"))
    answer = server.at("completion", uri, line, column)
    item = next(one for one in answer["items"] if one["label"] == "MODEL")
    assert '    json: {a: "😀😀ü", model: <<MODEL>>}' in applied(text, item).split("\n")
    told = next(one["range"] for one in server.mistakes(uri) if one["code"] == "missing-variable")
    assert (told["start"]["line"], told["start"]["character"]) == (line, column - len("<<MO"))


def test_an_editor_that_counts_bytes_is_understood(folder: Path) -> None:
    server = Editor(folder)
    capabilities = {"general": {"positionEncodings": ["utf-8", "utf-16"]}}
    assert server.initialize(capabilities=capabilities)["capabilities"]["positionEncoding"] == "utf-8"
    text = FIRST.replace("<<BASE_URL>>/users/<<id>>", '"http://😀ü<<MODLE>>"')
    uri = server.open("a.yaml", text)
    starts = {one["code"]: one["range"]["start"]["character"] for one in server.mistakes(uri)}
    assert starts["missing-variable"] == len('    url: "http://😀ü'.encode())
    assert server.end() == 0


def test_documents_are_apart_and_what_is_on_the_screen_counts(folder: Path) -> None:
    (folder / "a.yaml").write_text("requests: [{name: on the disk, url: http://x}]\n", encoding="utf-8")
    with editor(folder) as server:
        first = server.open("a.yaml", FIRST)
        second = server.open("never saved.yaml", "requests:\n  - name: other\n    url: http://x/<<NOWHERE>>\n")
        names = [[one["name"] for one in server.of("documentSymbol", uri)] for uri in (first, second)]
        assert names == [["log in", "read"], ["other"]]
        server.notify("textDocument/didClose", {"textDocument": {"uri": second}})
        server.hear("textDocument/publishDiagnostics", lambda one: one["uri"] == second and one["diagnostics"] == [])
        assert server.of("documentSymbol", second) is None


def test_a_file_that_is_no_collection_is_left_alone(server: Editor) -> None:
    uri = server.open("docker-compose.yml", "services:\n  web: {image: nginx}\n  \n")
    assert server.at("completion", uri, 2, 2) is None
    assert server.at("hover", uri, 0, 3) is None
    assert server.of("documentSymbol", uri) is None
    assert server.of("codeLens", uri) is None
    assert [one for one in server.heard if one["params"].get("uri") == uri] == []


def test_a_mistake_in_an_included_file_stands_at_the_include(folder: Path) -> None:
    (folder / "other.yaml").write_text("requests:\n  - name: inner\n    ulr: x\n", encoding="utf-8")
    text = FIRST.replace("  - name: read", "  - include: other.yaml\n  - name: read")
    with editor(folder) as server:
        found = server.mistakes(server.open("a.yaml", text))
        assert {one["range"]["start"]["line"] for one in found} == {17}
        assert found[0]["message"].startswith("other.yaml:3:")
        related = found[0]["relatedInformation"][0]["location"]
        assert related["uri"].endswith("other.yaml")
        assert related["range"]["start"] == {"line": 2, "character": 4}


def test_files_have_the_names_that_a_linked_workspace_gives_them(folder: Path) -> None:
    (folder / "other.yaml").write_text("requests:\n  - name: inner\n    ulr: x\n", encoding="utf-8")
    (folder.parent / "link").symlink_to(folder)
    text = FIRST.replace("  - name: read", "  - include: other.yaml\n  - name: read")
    with editor(folder.parent / "link") as server:
        uri = server.open("a.yaml", text)
        (mistake,) = server.mistakes(uri)
        assert mistake["relatedInformation"][0]["location"]["uri"] == server.uri("other.yaml")
        (found,) = server.at("definition", uri, 17, 16)
        assert found["uri"] == server.uri("other.yaml")


def test_a_saved_env_file_is_seen(folder: Path) -> None:
    with editor(folder) as server:
        uri = server.open("a.yaml", FIRST.replace("<<MODEL>>", "<<NEW_ONE>>"))
        assert "missing-variable" in {one["code"] for one in server.mistakes(uri)}
        with (folder / ".env").open("a", encoding="utf-8") as file:
            file.write("NEW_ONE=1\n")
        server.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        assert "missing-variable" not in {one["code"] for one in server.mistakes(uri)}


def test_an_editor_that_can_is_asked_to_tell_of_files_that_change(folder: Path) -> None:
    one = Editor(folder)
    try:
        one.initialize(capabilities={"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
        asked = one.hear("client/registerCapability")["registrations"]
        assert [each["method"] for each in asked] == ["workspace/didChangeWatchedFiles"]
        assert ".env" in asked[0]["registerOptions"]["watchers"][0]["globPattern"]
        uri = one.open("env.yaml", "requests:\n  - url: http://x/<<PLACE>>\n    expect: {status: 200}\n")
        assert [each["code"] for each in one.mistakes(uri)] == ["missing-variable"]
        (folder / ".env").write_text("PLACE=home\n", encoding="utf-8")
        one.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": one.uri(".env"), "type": 2}]})
        assert one.mistakes(uri) == []
        assert one.end() == 0
    finally:
        one.close()


def test_a_file_that_has_another_name_all_of_a_sudden_is_a_document(folder: Path) -> None:
    """Some editors tell of the first change by the new name, and not that it was opened."""
    with editor(folder) as server:
        server.open("old.yaml", FIRST)
        uri = server.uri("new ü.yaml")
        document = {"uri": uri, "version": 7}
        changes = [{"text": FIRST.replace("needs:", "nedes:")}]
        server.notify("textDocument/didChange", {"textDocument": document, "contentChanges": changes})
        assert [one["code"] for one in server.mistakes(uri)] == ["unknown-key"]
        assert server.of("codeLens", uri)


def test_a_hint_of_several_lines_has_several_lines(folder: Path) -> None:
    with editor(folder) as server:
        uri = server.open("hint.yaml", FIRST.replace("<<MODEL>>", "<<MODLE>>"))
        found = next(one for one in server.mistakes(uri) if one["code"] == "missing-variable")
        assert "\\n" not in found["message"]
        assert found["message"].split("\n")[-1] == "Did you mean MODEL?"


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_although_the_editor_keeps_its_end_open(folder: Path, number: signal.Signals) -> None:
    one = Editor(folder)
    try:
        one.initialize()
        one.mistakes(one.open("a.yaml", FIRST))
        one.process.send_signal(number)
        assert one.process.wait(PATIENCE) == 128 + number
    finally:
        one.close()


def test_what_is_asked_behind_the_end_is_answered(folder: Path) -> None:
    one = Editor(folder)
    try:
        one.initialize()
        uri = one.open("a.yaml", FIRST)
        one.ask("shutdown", None)
        assert one.asked("textDocument/codeLens", {"textDocument": {"uri": uri}})["error"]["code"] == -32600
        one.notify("exit", None)
        assert one.gone() == 0
        assert one.errors == b""
    finally:
        one.close()


def test_options_are_those_of_other_commands(folder: Path) -> None:
    (folder / ".env.staging").write_text("BASE_URL=http://staging\n", encoding="utf-8")
    (folder / "runner.toml").write_text('[var]\nMODEL = "from settings"\n', encoding="utf-8")
    with editor(folder, "--env", "staging") as server:
        assert "`http://staging`" in hovered(server, FIRST.replace("<<BASE_URL>>/login", f"<<BA{CURSOR}SE_URL>>/login"))
        model = hovered(server, FIRST.replace("<<MODEL>>", f"<<MO{CURSOR}DEL>>"))
        assert "`from settings`" in model
        assert "runner.toml:2" in model


def test_no_secret_is_in_any_message(folder: Path) -> None:
    """Neither one from outside nor one that somebody wrote into the file, nor one that stands in what is broken."""
    written = "super-secret-written-99"
    text = FIRST.replace("  MODEL: small\n", f"  MODEL: small\n  DB_PASSWORD: {written}\n")
    text = text.replace("<<MODEL>>", f"<<DB_PASSWORD>>, x: {written}, broken: <<API_KEY|nofilter>>")
    with editor(folder, environ={"API_KEY": KEY}) as server:
        said = str(complete(server, text.replace("<<BASE_URL>>/users/<<id>>", f"<<{CURSOR}")))
        said += hovered(server, text.replace("<<BASE_URL>>/users", f"<<DB_{CURSOR}PASSWORD>>/users"))
        uri = server.open("c.yaml", f"{text}  bad: [{written}\n")
        said += str(server.mistakes(uri))
        said += str(server.of("codeLens", uri)) + str(server.of("documentSymbol", uri)) + str(server.heard)
        assert KEY not in said
        assert written not in said
        assert "***" in said


def test_what_makes_no_sense_is_answered_and_the_server_lives_on(folder: Path) -> None:
    with editor(folder) as server:
        uri = server.open("a.yaml", FIRST)
        assert server.at("completion", uri, 10_000, 10_000)["items"] is not None
        assert server.at("hover", server.uri("not open.yaml"), 0, 0) is None
        assert "error" in server.asked("textDocument/noSuchThing", {})
        assert "error" in server.asked("textDocument/hover", {"nonsense": True})
        assert server.do("runner.run", "x")["code"] is None
        assert "error" in server.asked("workspace/executeCommand", {"command": "rm", "arguments": []})
        server.notify(
            "textDocument/didChange", {"textDocument": {"uri": "file:///x", "version": 2}, "contentChanges": []}
        )
        for text in (
            "",
            "\0",
            "requests:\n\t- x",
            "requests: &a [*a]",
            "requests: [[[[[[",
            "requests:\n- <<: *b\n",
            "\ufeff" + FIRST,
        ):
            server.change(uri, text)
            for line in range(3):
                server.at("completion", uri, line, 3)
                server.at("hover", uri, line, 3)
                server.at("definition", uri, line, 3)
            server.of("codeLens", uri)
            server.of("documentSymbol", uri)
        server.change(uri, FIRST)
        assert len(server.of("documentSymbol", uri)) == 2
        assert len(server.of("documentSymbol", server.open("\0.yaml", FIRST))) == 2


def test_a_fault_of_our_own_is_logged_without_what_it_is_about_and_the_server_lives_on(folder: Path) -> None:
    """An environment in which reading fails in a way that nobody thought of."""
    server = Editor(folder)
    server.initialize(workspaceFolders=[{"uri": "file:///" + "x" * 5000 + KEY, "name": "x"}])
    uri = server.open("a.yaml", FIRST)
    server.of("documentSymbol", uri)
    assert server.end() == 0
    assert KEY.encode() not in server.errors


def test_leaving_without_a_word_is_a_failure_and_the_end_of_input_an_end(folder: Path) -> None:
    server = Editor(folder)
    server.initialize()
    server.notify("exit", None)
    assert server.gone() == 1
    other = Editor(folder)
    other.initialize()
    assert other.process.stdin is not None
    other.process.stdin.close()
    assert other.gone() == 1
    assert (server.noise, other.noise, server.errors, other.errors) == (b"", b"", b"", b"")


def test_what_is_no_message_is_left_out(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runner", "lsp"],
        cwd=folder, env=environment(), input=b"hello\r\nContent-Length: 5\r\n\r\n{1: 2", capture_output=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"A message was left out: it is not JSON.\n"


def test_without_the_extra_it_says_how_to_get_it(folder: Path, tmp_path: Path) -> None:
    """A Python that finds no pygls."""
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text(
        "import sys\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'pygls':\n"
        "            raise ModuleNotFoundError(name)\n"
        "import importlib.util as u\n"
        "found = u.find_spec\n"
        "u.find_spec = lambda name, package=None: None if name == 'pygls' else found(name, package)\n",
        encoding="utf-8",
    )
    path = os.pathsep.join((str(tmp_path), environment()["PYTHONPATH"]))
    done = subprocess.run(
        [sys.executable, "-m", "runner", "lsp"],
        cwd=folder, env=environment({"PYTHONPATH": path}), stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'collection-runner[editor]'" in done.stderr
    assert done.stdout == ""


def large(count: int) -> str:
    """A collection of many requests, each of which keeps something."""
    head = "name: Large\nvariables:\n  BASE_URL: http://127.0.0.1:9\n  MODEL: small\nrequests:\n"
    return head + "".join(
        f"""\
  - name: request {number}
    method: POST
    url: <<BASE_URL>>/v1/items/{number}
    headers:
      Authorization: Bearer <<API_KEY>>
    json:
      model: <<MODEL>>
      messages:
        - {{role: user, content: "Hello!"}}
    expect:
      status: 200
      json:
        $.id: {{type: string}}
    capture:
      id_{number}: $.id
"""
        for number in range(count)
    )


def test_a_completion_in_a_file_of_1000_requests_takes_50_ms_also_right_after_a_keystroke(folder: Path) -> None:
    """The quickest of several, since the machine does other things as well; the whole way there and back counts."""
    text = large(1000) + "  - name: last\n    url: <<"
    line = text.count("\n")
    with editor(folder) as server:
        uri = server.open("large.yaml", text)
        server.mistakes(uri)
        idle, typed = [], []
        for _ in range(8):
            begin = perf_counter()
            answer = server.at("completion", uri, line, len("    url: <<"))
            idle.append(perf_counter() - begin)
            assert len(answer["items"]) == 100
            assert answer["isIncomplete"]
        for number in range(8):
            word = f"id_{number}"
            begin = perf_counter()
            server.change(uri, text + word)
            answer = server.at("completion", uri, line, len("    url: <<") + len(word))
            typed.append(perf_counter() - begin)
            assert f"id_{number}" in labels(answer)
            server.of("documentSymbol", uri)  # the text is read anew before the next keystroke
        assert (min(idle) < 0.05, min(typed) < 0.05) == (True, True), (idle, typed)


def test_the_client_of_pygls_understands_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another reader of the protocol than that of these tests."""

    async def talk() -> tuple[list[str], int | None]:
        client = LanguageClient("tests", "1")
        await client.start_io(sys.executable, "-m", "runner", "lsp", cwd=str(folder))
        await client.initialize_async(types.InitializeParams(types.ClientCapabilities(), root_uri=folder.as_uri()))
        client.initialized(types.InitializedParams())
        uri = (folder / "a.yaml").as_uri()
        item = types.TextDocumentItem(uri, types.LanguageKind.Yaml, 1, FIRST)
        client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        where = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(19, len("    url: <<")))
        found = await client.text_document_completion_async(where)
        assert isinstance(found, types.CompletionList)
        await client.shutdown_async(None)
        client.exit(None)
        server = client._server  # noqa: SLF001  # it tells no exit code otherwise
        assert server is not None
        code = await server.wait()
        await client.stop()  # type: ignore[no-untyped-call]
        return [one.label for one in found.items], code

    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    names, code = asyncio.run(talk())
    assert {"BASE_URL", "API_KEY", "id"} <= set(names)
    assert code == 0
