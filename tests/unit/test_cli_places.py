"""``FILE:LINE`` instead of a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.command import Ended, Program

COLLECTION = """\
variables: {UNUSED: x, BASE: "http://h.example"}
defaults:
  base_url: <<BASE>>
  expect:
    status: 201

setup:
  - name: log in
    url: /in
    capture: {token: $.t}
    expect: {status: 200}
requests:
  # about the first
  - name: first
    url: /first
    json:
      # inside
      a: 1

# about the second
  -
    name: second
    url: /second/<<token>>
    text: |
      a

      # the text's own

  - {name: third, url: /third,
     expect: {status: 200}
    }
  - {name: fourth, url: /4, needs: [third]}
# the end
"""
WHOLE = "log in, first, second, third, fourth"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    return Program(monkeypatch, tmp_path)


def names(ended: Ended) -> str:
    """Those that ``list`` or ``--dry-run`` shows."""
    shown = [line.strip() for line in ended.out.splitlines() if line.startswith("  ")]
    return ", ".join(line.split("  ")[0] for line in shown)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((8,), "log in"),
        ((11,), "log in"),
        ((14,), "first"),
        ((17,), "first"),
        ((18,), "first"),
        ((21,), "second"),
        ((22,), "second"),
        ((27,), "second"),
        ((29,), "third"),
        ((31,), "third"),
        ((32,), "fourth"),
        ((32, 15, 14), "first, fourth"),
        ((5,), "first, second, fourth"),
        ((3,), WHOLE),
    ],
    ids=str,
)
def test_every_line_of_a_request_selects_it(lines: Sequence[int], expected: str, program: Program) -> None:
    ended = program.run("list", *(f"c.yaml:{line}" for line in lines))
    assert (ended.code, names(ended)) == (0, expected)


@pytest.mark.parametrize(
    ("line", "said", "nearest"),
    [
        (0, "c.yaml:0 is not in a request", 'The nearest is "log in" (lines 8-11).'),
        (13, "c.yaml:13 is not in a request", 'The nearest are "log in" (lines 8-11) and "first" (lines 14-18).'),
        (19, "c.yaml:19 is not in a request", 'The nearest are "first" (lines 14-18) and "second" (lines 21-27).'),
        (20, "c.yaml:20 is not in a request", '"second" (lines 21-27).'),
        (28, "c.yaml:28 is not in a request", 'The nearest are "second" (lines 21-27) and "third" (lines 29-31).'),
        (33, "c.yaml:33 is not in a request", 'The nearest is "fourth" (line 32).'),
        (34, "c.yaml:34 is beyond the end of the file, which has 33 lines", 'The nearest is "fourth" (line 32).'),
    ],
)
@pytest.mark.parametrize("command", ["run", "list", "check", "env", "show", "mock"])
def test_a_line_without_a_request_names_the_nearest(
    command: str, line: int, said: str, nearest: str, program: Program
) -> None:
    ended = program.run(command, "c.yaml:14", f"c.yaml:{line}")
    assert (ended.code, ended.out) == (5, "")
    assert f"Error: {said}\n" in ended.err
    assert nearest in ended.err


def test_what_a_request_needs_and_setup_run_with_it(program: Program) -> None:
    assert names(program.run("run", "--dry-run", "c.yaml:32")) == "log in, third, fourth"
    assert names(program.run("run", "--dry-run", "c.yaml:22")) == "log in, second"


def test_a_whole_file_beside_its_lines_is_whole(program: Program) -> None:
    for paths in (("c.yaml:32", "c.yaml"), ("c.yaml", "c.yaml:32"), (".", "c.yaml:32"), ("./c.yaml:32", "c.yaml")):
        assert names(program.run("list", *paths)) == WHOLE, paths


def test_a_line_and_other_selections_hold_together(program: Program) -> None:
    assert names(program.run("run", "--dry-run", "c.yaml:14", "c.yaml:32", "-k", "fir")) == "log in, first"
    assert program.run("run", "--dry-run", "c.yaml:32", "-k", "first").code == 5


def test_what_a_message_prints_can_be_pasted(program: Program) -> None:
    assert names(program.run("list", "c.yaml:32:5")) == "fourth"
    assert names(program.run("list", f"{program.working}/c.yaml:32")) == "fourth"


def test_a_file_of_that_very_name_wins(program: Program) -> None:
    (program.working / "c.yaml:32").write_text(COLLECTION, encoding="utf-8")
    assert names(program.run("list", "c.yaml:32")) == WHOLE
    assert names(program.run("list", "c.yaml:32:14")) == "first"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("none.yaml:3", "there is no file none.yaml\n"),
        (".:3", ". is a folder, which has no lines\n"),
        ("c.yaml:", "there is no file c.yaml:\n"),
        ("c.yaml:-3", "there is no file c.yaml:-3\n"),
        ("c.yaml:x", "there is no file c.yaml:x\n"),
        (":3", "there is no file :3\n"),
        ("c.yaml:99999999999999999999", "there is no file c.yaml:99999999999999999999\n"),
        ("c.yaml:999999999", "c.yaml:999999999 is beyond the end of the file"),
    ],
)
def test_other_paths_are_told_as_they_are(path: str, said: str, program: Program) -> None:
    ended = program.run("run", path)
    assert (ended.code, said in ended.err) == (5, True), ended.err


def test_a_request_on_a_line_that_it_shares(program: Program) -> None:
    (program.working / "flow.yaml").write_text("requests: [{url: 'http://h/1'}, {url: 'http://h/2'}]", encoding="utf-8")
    assert program.run("list", "flow.yaml:1").out.count("line 1") == 2


def test_a_file_with_carriage_returns(program: Program) -> None:
    (program.working / "dos.yaml").write_bytes(COLLECTION.replace("\n", "\r\n").encode())
    assert names(program.run("list", "dos.yaml:27")) == "second"
    assert names(program.run("list", "dos.yaml:32")) == "fourth"


def test_the_other_commands_look_at_that_request_only(program: Program) -> None:
    assert program.run("check", "c.yaml:32").out == "ok  c.yaml  1 request\n"
    env = program.run("env", "c.yaml:22").out
    assert ("token" in env, "BASE" in env, "UNUSED" in env) == (True, True, False)
    assert "UNUSED" in program.run("env", "c.yaml").out
    shown = program.run("show", "--as", "curl", "c.yaml:14").out
    assert ("/first" in shown, "/third" in shown) == (True, False)
    ended = program.run("mock", "c.yaml:14")
    assert (ended.code, "no examples to serve" in ended.err) == (5, True)


def test_what_is_wrong_with_one_request_does_not_keep_another_from_running(program: Program) -> None:
    text = "requests:\n- {name: a, url: 'http://h/', expect: {status: 200}}\n- {name: b, url: <<GONE>>}\n"
    (program.working / "gone.yaml").write_text(text, encoding="utf-8")
    assert program.run("run", "--dry-run", "gone.yaml:2").code == 0
    assert program.run("run", "--dry-run", "gone.yaml:3").code == 3
    assert (program.run("check", "gone.yaml:2").out, program.run("check", "gone.yaml:3").code) == (
        "ok  gone.yaml  1 request\n",
        0,
    )
    assert "GONE has no value" in program.run("check", "gone.yaml:3").out


@pytest.mark.parametrize(("line", "passed"), [(2, 2), (3, 2), (5, 2), (6, 1), (7, 2)])
def test_a_line_of_a_conversation_is_all_of_its_turns_but_in_one(line: int, passed: int, program: Program) -> None:
    text = """\
requests:
  - name: talk
    url: http://127.0.0.1:9/chat
    json: {model: m}
    turns:
      - user: first
      - user: second
    examples: [{name: a, json: {choices: [{message: {role: assistant, content: hi}}]}}]
"""
    (program.working / "talk.yaml").write_text(text, encoding="utf-8")
    assert f"{passed} passed" in program.run("run", f"talk.yaml:{line}", "--mock").out
