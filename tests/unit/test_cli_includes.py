"""What each command says of a collection that includes another."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.command import Ended, Program

FILES = {
    "main.yaml": """\
name: Main
variables: {ID: <<$guid>>, ORIGIN: http://h.example}
requests:
  - include: parts/login.yaml
    with: {WHO: ann, PASSWORD: open-sesame, GREETING: Hi <<WHO:-nobody>>}
  - name: own
    url: <<ORIGIN>>/own/<<ID>>
    needs: log in
    examples: [{json: {}}]
  - include: parts/login.yaml
    with: {WHO: ben, PASSWORD: swordfish}
    only: log in
  - name: rows
    url: <<ORIGIN>>/rows/<<N>>/<<API_KEY>>
    data: [{N: 1, API_KEY: row-secret-1}, {N: 2, API_KEY: row-secret-2}]
    expect: {json: {$.n: 1}}
    examples: [{json: {n: <<N>>}}]
""",
    "parts/login.yaml": """\
requires: [WHO]
variables: {GREETING: Hello}
requests:
  - name: log in
    url: <<ORIGIN>>/in/<<WHO>>
    json: {user: <<WHO>>, password: <<PASSWORD>>, text: <<GREETING>>, id: <<ID>>}
    examples: [{json: {session: s-<<WHO>>, said: <<PASSWORD>>}}]
    capture: {session: $.session}
    expect: {json: {$.session: s-<<WHO>>}}
  - name: look
    url: <<ORIGIN>>/<<session>>
    examples: [{json: {}}]
""",
}


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    write(tmp_path)
    return Program(monkeypatch, tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def write(folder: Path, **changed: str) -> None:
    for name, text in {**FILES, **changed}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


def told(ended: Ended, *verdicts: str) -> list[str]:
    """The names of the results with one of these verdicts."""
    lines = [line.split("  ") for line in ended.out.splitlines()]
    return [line[2].strip() for line in lines if len(line) > 2 and line[1] in verdicts]


def test_run_and_nothing_secret_is_shown(program: Program) -> None:
    ended = program.run("run", "main.yaml", "--mock", "-vv")
    assert [
        line.split("  ")[2].strip() for line in ended.out.splitlines() if line.startswith(("  PASS", "  FAIL"))
    ] == [
        *("log in", "look", "own", "log in (2)", "rows [1] N=1", "rows [2] N=2"),
    ]
    assert ended.code == 1
    for secret in ("open-sesame", "swordfish", "row-secret"):
        assert secret not in ended.text
    assert '"text": "Hi nobody"' in ended.out


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_what_failed_is_found_again(jobs: str, program: Program) -> None:
    program.run("run", "main.yaml", "--mock", "-j", jobs)
    again = program.run("run", "main.yaml", "--mock", "--last-failed", "-j", jobs)
    assert again.out.splitlines()[1].startswith("  FAIL  rows [2] N=2 ")
    assert "1 failed in" in again.out
    write(program.working, **{"main.yaml": FILES["main.yaml"].replace("WHO: ben", "WHO: '${ben}'")})
    program.run("run", "main.yaml", "--mock", "-k", "log in")
    write(
        program.working,
        **{"parts/login.yaml": FILES["parts/login.yaml"].replace("$.session: s-<<WHO>>", "$.session: s-ann")},
    )
    assert program.run("run", "main.yaml", "--mock", "-k", "log in").code == 1
    third = program.run("run", "main.yaml", "--mock", "--last-failed")
    assert told(third, "FAIL") == ["log in (2)", "rows [2] N=2"]


def test_a_line_of_an_include_is_all_of_it(program: Program) -> None:
    assert "2 passed" in program.run("run", "main.yaml:5", "--mock").out
    second = program.run("run", "main.yaml:11", "--mock").out
    assert "1 passed" in second
    assert "log in (2)" in second
    beyond = program.run("run", "main.yaml:2", "--mock")
    assert "The nearest are the include of parts/login.yaml (lines 4-5)" in beyond.err or beyond.code == 5


def test_a_line_in_the_included_file_is_a_run_of_that_file(program: Program) -> None:
    ended = program.run(
        "run", "parts/login.yaml:5", "--mock", "--var", "WHO=eve", "--var", "ID=1", "--var", "ORIGIN=http://h.example"
    )
    assert "1 passed" in ended.out


def test_list_says_in_which_file_a_request_stands(program: Program) -> None:
    assert program.run("list", "main.yaml").out == (
        "main.yaml · Main\n"
        "  log in        POST /in/<<WHO>>             parts/login.yaml:4\n"
        "  look          GET /<<session>>             parts/login.yaml:10\n"
        "  own           GET /own/<<ID>>              line 6\n"
        "  log in (2)    POST /in/<<WHO>>             parts/login.yaml:4\n"
        "  rows [1] N=1  GET /rows/<<N>>/<<API_KEY>>  line 13\n"
        "  rows [2] N=2  GET /rows/<<N>>/<<API_KEY>>  line 13\n"
    )


def test_env_has_each_value_of_a_variable(program: Program) -> None:
    lines = [" ".join(line.split()) for line in program.run("env", "main.yaml").out.splitlines()]
    assert "WHO ann with, main.yaml:5 parts/login.yaml:5" in lines
    assert "WHO ben with, main.yaml:11 parts/login.yaml:5" in lines
    assert "GREETING Hi nobody with, main.yaml:5 parts/login.yaml:6" in lines
    assert "GREETING Hello variables, parts/login.yaml:2 parts/login.yaml:6" in lines
    assert "PASSWORD *** with, main.yaml:5 parts/login.yaml:6" in lines
    assert "N 2 the row [2] N=2 line 14" in lines
    assert sum(line.startswith("ID ") for line in lines) == 1


def test_show_fills_each_include_with_its_own(program: Program) -> None:
    out = program.run("show", "main.yaml").out
    assert "POST http://h.example/in/ann" in out
    assert "POST http://h.example/in/ben" in out
    assert "open-sesame" not in out
    assert 'look  (made when "session" from "log in" is known)' in out
    curl = program.run("show", "main.yaml", "--as", "curl").out
    assert "# log in (2)" in curl
    assert "swordfish" not in curl


def test_check_counts_them_and_tells_what_a_run_elsewhere_would_lack(program: Program) -> None:
    ignored = "# runner: ignore=secret-in-file, key-over-http, checks-nothing\n"
    write(program.working, **{"main.yaml": ignored + FILES["main.yaml"]})
    assert program.run("check", "main.yaml").out == "ok  main.yaml  6 requests\n"
    bare = FILES["main.yaml"].replace("    with: {WHO: ben, PASSWORD: swordfish}\n", "")
    write(program.working, **{"main.yaml": bare})
    assert "parts/login.yaml:5:24: warning: WHO has no value" in program.run("check", "main.yaml").out
    assert "SKIP" in program.run("run", "main.yaml", "--mock").out


def test_a_mistake_of_a_file_that_is_read_twice_is_told_once(program: Program) -> None:
    wrong = FILES["parts/login.yaml"].replace("capture", "captur")
    write(program.working, **{"parts/login.yaml": wrong})
    out = program.run("check", ".").out
    assert out.count("captur: {session") == 1
    assert "1 error in 1 file" in out


def test_a_warning_of_a_file_that_is_read_twice_is_told_once(program: Program) -> None:
    write(program.working, **{"parts/login.yaml": FILES["parts/login.yaml"].replace("{GREETING", "{HOME: x, GREETING")})
    assert program.run("check", ".").out.count("HOME is set by most systems") == 1


def test_the_mock_serves_what_is_included(program: Program) -> None:
    ended = program.run("run", "main.yaml", "--mock", "-k", "look", "-v")
    assert "http://h.example/s-ann" in ended.out or "GET /s-ann" in ended.out
    assert ended.code == 0


def test_with_that_is_not_used_is_a_warning_with_its_place(program: Program) -> None:
    write(program.working, **{"main.yaml": FILES["main.yaml"].replace("{WHO: ben,", "{WHO: ben, WHOM: ben,")})
    said = program.run("check", "main.yaml").out
    assert "main.yaml:11:22: warning: WHOM changes nothing: parts/login.yaml has no <<WHOM>>" in said


def test_var_reaches_the_included_file_and_is_no_stranger(program: Program) -> None:
    ended = program.run("run", "main.yaml", "--mock", "--var", "GREETING=option", "--strict", "-k", "log in", "-v")
    assert ended.code == 0
    assert ended.out.count('"text": "option"') == 2
