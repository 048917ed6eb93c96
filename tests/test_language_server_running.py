"""Requests that are run from an editor: when somebody asks for it, as they are saved, and never before."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.echo_server import EchoServer, serve_echo
from tests.editor import Editor, Json, editor

KEY: Final = "sk-never-to-be-seen-12345"
TEXT: Final = """\
variables: {BASE_URL: "%s"}
requests:
  - name: log in
    url: <<BASE_URL>>/echo
    headers: {Authorization: Bearer <<API_KEY>>}
    capture: {path: $.path}
  - name: read 😀
    url: <<BASE_URL>>/echo?from=<<path>>
    expect: {status: 200}
  - name: read
    url: <<BASE_URL>>/echo
    expect: {status: 404}
  - name: not now
    skip: it is broken
    url: <<BASE_URL>>/echo
"""


@pytest.fixture
def echo() -> Iterator[EchoServer]:
    with serve_echo() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "meine Ordner ü"
    found.mkdir()
    (found / ".env").write_text(f"API_KEY={KEY}\n", encoding="utf-8")
    return found


def lenses(server: Editor, uri: str) -> dict[str, list[Json]]:
    """What stands above requests, by their names."""
    found: dict[str, list[Json]] = {}
    for one in server.of("codeLens", uri):
        found.setdefault(one["command"]["arguments"][1], []).append(one)
    return found


def click(server: Editor, lens: Json) -> Json:
    answer: Json = server.do(lens["command"]["command"], *lens["command"]["arguments"])
    return answer


def test_opening_and_asking_sends_nothing_and_running_sends_what_is_needed(folder: Path, echo: EchoServer) -> None:
    text = TEXT % echo.url
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    with editor(folder) as server:
        uri = server.open("a.yaml", text)
        server.mistakes(uri)
        for line in range(len(text.split("\n"))):
            for method in ("completion", "hover", "definition"):
                server.at(method, uri, line, 12)
        found = lenses(server, uri)
        assert {name: [one["command"]["title"] for one in each] for name, each in found.items()} == {
            name: ["Run this request", "Show as curl"] for name in ("log in", "read 😀", "read", "not now")
        }
        assert [each[0]["range"]["start"]["line"] for each in found.values()] == [2, 6, 9, 12]
        assert echo.received == []
        answer = click(server, found["read 😀"][0])
        assert answer["code"] == 0
        assert answer["summary"].startswith("2 passed")
        assert len(echo.received) == 2  # with what it takes a value from
        shown = [one["params"]["message"] for one in server.heard if one["method"] == "window/showMessage"]
        assert shown == [f"read 😀: {answer['summary']}"]
        logged = [one["params"]["message"] for one in server.heard if one["method"] == "window/logMessage"]
        assert "PASS" in logged[0]
        assert lenses(server, uri)["read 😀"][0]["command"]["title"].startswith("Run this request (2 passed")
        assert KEY not in str(server.heard) + str(answer)


def test_a_failure_and_a_skip_are_told_as_such(folder: Path, echo: EchoServer) -> None:
    text = TEXT % echo.url
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    with editor(folder) as server:
        uri = server.open("a.yaml", text)
        found = lenses(server, uri)
        failed = click(server, found["read"][0])
        assert (failed["code"], "1 failed" in failed["summary"], "FAIL" in failed["output"]) == (1, True, True)
        skipped = click(server, found["not now"][0])
        assert "1 skipped" in skipped["summary"]
        assert "passed" not in skipped["summary"]


def test_curl_is_shown_without_sending_and_without_the_key(folder: Path, echo: EchoServer) -> None:
    text = TEXT % echo.url
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    with editor(folder) as server:
        answer = click(server, lenses(server, server.open("a.yaml", text))["log in"][1])
        assert "curl" in answer["output"]
        assert "$API_KEY" in answer["output"]
        assert KEY not in str(server.heard) + str(answer)
        assert echo.received == []


def test_what_is_not_saved_is_not_run(folder: Path, echo: EchoServer) -> None:
    text = TEXT % echo.url
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    with editor(folder) as server:
        uri = server.open("a.yaml", text.replace("status: 404", "status: 200"))
        answer = click(server, lenses(server, uri)["read"][0])
        assert (answer["code"], "Save the file first" in answer["summary"]) == (None, True)
        never = server.open("never.yaml", text)
        assert click(server, lenses(server, never)["read"][0])["code"] is None
        gone = server.do("runner.run", uri, "renamed since", 3)
        assert "no such request" in gone["summary"]
        assert echo.received == []


def test_what_lies_in_the_folder_is_not_imported(folder: Path, echo: EchoServer) -> None:
    """A folder that somebody else made may hold modules of the same names as those that the program needs."""
    for name in ("yaml.py", "requests.py", "runner.py", "typer.py"):
        (folder / name).write_text("raise SystemExit('taken over')", encoding="utf-8")
    text = TEXT % echo.url
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    server = Editor(folder, flags=("-P",))
    server.initialize()
    answer = click(server, lenses(server, server.open("a.yaml", text))["log in"][0])
    assert (answer["code"], server.end()) == (0, 0)


def start_slowly(server: Editor, folder: Path, echo: EchoServer) -> tuple[str, str, int]:
    """Run a request that waits long before it is sent, which cannot be begun a second time: the document's URI, its
    text and the number of what was asked."""
    text = f"requests:\n  - name: slow\n    url: {echo.url}/echo\n    delay: 50s\n"
    (folder / "a.yaml").write_text(text, encoding="utf-8")
    uri = server.open("a.yaml", text)
    lens = lenses(server, uri)["slow"][0]
    command = {"command": lens["command"]["command"], "arguments": lens["command"]["arguments"]}
    first = server.send("workspace/executeCommand", command)
    assert "being run already" in server.do(command["command"], *command["arguments"])["summary"]
    return uri, text, first


def test_a_run_under_way_is_not_started_again_and_does_not_outlive_the_server(folder: Path, echo: EchoServer) -> None:
    with editor(folder) as server:
        uri, _, _ = start_slowly(server, folder, echo)
        assert server.of("documentSymbol", uri)[0]["name"] == "slow"  # all else is answered meanwhile
    assert echo.received == []


def test_a_run_that_is_cancelled_ends(folder: Path, echo: EchoServer) -> None:
    with editor(folder) as server:
        uri, text, first = start_slowly(server, folder, echo)
        server.notify("$/cancelRequest", {"id": first})
        assert server.answer_of(first)["error"]["code"] == -32800
        (folder / "a.yaml").write_text(text.replace("50s", "1ms"), encoding="utf-8")
        server.change(uri, text.replace("50s", "1ms"))
        assert click(server, lenses(server, uri)["slow"][0])["code"] == 0
    assert len(echo.received) == 1


def test_mending_what_check_can_mend(folder: Path) -> None:
    text = (
        "variables: {MAX: 5}\nrequests:\n  - name: a\n    url: http://127.0.0.1/😀\n    expect:\n      json:\n"
        '        $.a: {lte: "<<MAX>>"}\n        $.b: {lte: "<<MAX>>"}\n'
    )
    with editor(folder) as server:
        uri = server.open("a.yaml", text)
        assert [one["code"] for one in server.mistakes(uri)] == ["quoted-number", "quoted-number"]
        span = {"start": {"line": 7, "character": 0}, "end": {"line": 7, "character": 5}}
        found = server.of("codeAction", uri, range=span, context={"diagnostics": []})
        assert [one["kind"] for one in found] == ["quickfix"]
        edit = found[0]["edit"]["changes"][uri][0]
        assert edit["range"]["start"]["line"] == edit["range"]["end"]["line"] == 7
        assert edit["newText"] == "        $.b: {lte: <<MAX>>}"
