"""The conversation of the collections: the dialogue as it was really had, and what the commands say of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.errors import ExitCode
from tests.command import Program
from tests.servers import serve_bytes
from tests.test_exchanges import EXCHANGES, KEY, message

ROOT = Path(__file__).parent.parent
FILE = "collections/conversation.yaml"
FIRST, SECOND = (EXCHANGES / f"0{number}-gpt-4.1-mini.json" for number in (4, 5))


def test_the_real_dialogue(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_bytes(message(FIRST), message(SECOND)) as server:
        told = Program(monkeypatch, ROOT, {"BASE_URL": server.url, "API_KEY": KEY}).run("run", FILE)
    assert (told.code, told.err) == (ExitCode.OK, "")
    assert "2 passed" in told.out
    first, second = (json.loads(one.body)["messages"] for one in server.arrived)
    reply = json.loads(FIRST.read_text("utf-8"))["response"]["choices"][0]["message"]["content"]
    real = json.loads(SECOND.read_text("utf-8"))["request"]["messages"]
    assert first == real[:1]
    assert second == [real[0], {"role": "assistant", "content": reply}, real[2]]


def test_who_does_not_know_the_name_fails_in_his_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_bytes(message(FIRST), message(EXCHANGES / "01-gpt-3.5-turbo.json")) as server:
        told = Program(monkeypatch, ROOT, {"BASE_URL": server.url, "API_KEY": KEY}).run("run", FILE)
    assert told.code == ExitCode.CHECK_FAILED
    assert "PASS  conversation, turn 1" in told.out
    assert "FAIL  conversation, turn 2" in told.out
    assert "1 passed, 1 failed" in told.out


def test_against_its_own_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Program(monkeypatch, ROOT).run("run", FILE, "--mock", "--strict", "-k", "turn 2")
    assert (told.code, told.err) == (ExitCode.OK, "")
    assert "2 passed" in told.out


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("show", FILE), '  conversation, turn 2  (made when the reply to "conversation, turn 1" is known)\n'),
        (
            ("show", FILE, "--as", "curl"),
            '# conversation, turn 2: made when the reply to "conversation, turn 1" is known',
        ),
        (
            ("run", FILE, "--dry-run"),
            '  conversation, turn 2  (made when the reply to "conversation, turn 1" is known)\n',
        ),
        (("list", FILE), "  conversation, turn 2  POST /v1/chat/completions  line "),
        (("check", FILE, "--strict"), f"ok  {FILE}  2 requests\n"),
    ],
    ids=["show", "curl", "dry-run", "list", "check"],
)
def test_what_is_known_beforehand(command: tuple[str, ...], says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told = Program(monkeypatch, ROOT, {"API_KEY": KEY}).run(*command)
    assert (told.code, told.err) == (ExitCode.OK, "")
    assert says in told.out
    assert KEY not in told.out


def test_replies_are_no_variables_to_speak_of(monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, ROOT, {"API_KEY": KEY})
    told = program.run("env", FILE)
    assert {line.split()[0] for line in told.out.splitlines()[1:]} == {"BASE_URL", "API_KEY", "MODEL", "NAME"}
    unused = program.run("run", FILE, "--mock", "--var", "OTHER=1")
    assert "Used here: API_KEY, BASE_URL, MODEL, NAME." in unused.err
