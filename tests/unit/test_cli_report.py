"""``runner report``: saved results shown, converted, merged and compared."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from runner.cli.arguments import ReportArguments
from runner.cli.commands.report import report as show_report
from runner.cli.context import Context
from runner.errors import ExitCode
from runner.report.saved import read_saved
from tests.command import Ended, Program

CHAT = """\
name: Chat
requests:
  - {name: good, url: "http://h.example/1", examples: [{json: {a: 1}}]}
  - {name: changes, url: "http://h.example/2", expect: {status: <<STATUS:-200>>}, examples: [{json: {a: 1}}]}
  - {name: bad, url: "http://h.example/3", expect: {status: 201, json: {$.a: 2}}, examples: [{json: {a: 1}}]}
  - {name: out, url: "http://h.example/4", skip: not now, examples: [{json: {}}]}
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "chat.yaml").write_text(CHAT, encoding="utf-8")
    return Program(monkeypatch, tmp_path, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def run(program: Program, *arguments: str) -> Ended:
    return program.run("run", "--mock", "--color", "never", "chat.yaml", *arguments)


def report(program: Program, *arguments: str) -> Ended:
    return program.run("report", *arguments)


def test_a_result_is_shown_as_the_run_showed_it(program: Program) -> None:
    before = run(program, "--report", "json=a.json", "--report", "ndjson=a.ndjson")
    assert before.code == 1
    shown = before.out.partition(" · send again")[0] + "\n"
    assert "The server sent 8 bytes of application/json:" in shown
    for name in ("a.json", "a.ndjson"):
        ended = report(program, name)
        assert (ended.code, ended.out, ended.err) == (0, shown, "")


def test_one_form_becomes_another_without_loss(program: Program) -> None:
    run(program, "--report", "json=a.json", "--report", "ndjson=a.ndjson")
    assert report(program, "a.ndjson", "--report", "json=b.json").text == "--- exit code 0\n"
    assert report(program, "a.json", "--report", "ndjson=b.ndjson").text == "--- exit code 0\n"
    assert (program.working / "b.json").read_bytes() == (program.working / "a.json").read_bytes()
    assert (program.working / "b.ndjson").read_bytes() == (program.working / "a.ndjson").read_bytes()
    assert report(program, "a.json", "--report", "json=a.json").code == 0
    assert (program.working / "b.json").read_bytes() == (program.working / "a.json").read_bytes()


def test_standard_input_and_output(program: Program) -> None:
    run(program, "--report", "json=a.json")
    data = (program.working / "a.json").read_bytes()
    piped = replace(program, stdin=io.BytesIO(data))
    ended = report(piped, "-", "--report", "json=-")
    assert (ended.code, ended.out.encode(), ended.err) == (0, data, "")
    assert report(program, "-").code == 2
    assert "given twice" in report(replace(program, stdin=io.BytesIO(data)), "-", "--compare", "-").err


def test_several_are_one(program: Program) -> None:
    run(program, "--report", "json=a.json")
    run(program, "--var", "STATUS=404", "--report", "ndjson=b.ndjson")
    assert report(program, "a.json", "b.ndjson", "--report", "json=c.json").code == 0
    merged = read_saved((program.working / "c.json").read_bytes())
    names = [record.result.name for _, record in merged.records]
    assert names == ["good", "changes", "bad", "out"] * 2
    assert [record.number for _, record in merged.records] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert json.loads((program.working / "c.json").read_bytes())["counts"]["failed"] == 3
    assert "3 passed, 3 failed, 2 skipped" in report(program, "a.json", "b.ndjson").out


def test_two_are_compared(program: Program) -> None:
    run(program, "--report", "json=old.json")
    run(program, "--var", "STATUS=404", "--report", "json=new.json")
    ended = report(program, "--compare", "old.json", "new.json", "--color", "never")
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.partition("\n\nCompared with ")[2].splitlines() == [
        "the run of 2024-10-04 04:48:10 UTC: 2 passed, 1 failed, 1 skipped in 0 ms",
        "  newly failing  chat.yaml  changes  passed before",
        "  still failing  chat.yaml  bad      since 2024-10-04 04:48:10 UTC",
        "",
        "1 newly failing, 1 still failing",
    ]
    back = report(program, "--compare", "new.json", "old.json", "--report", "json=c.json", "--color", "never")
    assert back.code == 0
    assert "  fixed          chat.yaml  changes  failed before\n" in back.out
    assert "PASS" not in back.out
    comparison = json.loads((program.working / "c.json").read_bytes())["comparison"]
    assert [(one["kind"], one["name"]) for one in comparison["changes"]] == [
        ("still failing", "bad"), ("fixed", "changes"),
    ]  # fmt: skip
    same = report(program, "--compare", "old.json", "--compare", "new.json", "new.json", "--report", "json=-")
    assert same.code == 0
    assert "2 still failing" in same.err
    assert json.loads(same.out)["comparison"]["counts"]["failed"] == 2


def test_a_new_run_that_was_cut_off_is_worse(program: Program) -> None:
    (program.working / "chat.yaml").write_text(CHAT.replace("201", "200").replace("$.a: 2", "$.a: 1"), encoding="utf-8")
    assert run(program, "--report", "json=old.json", "--report", "ndjson=new.ndjson").code == 0
    path = program.working / "new.ndjson"
    path.write_bytes(path.read_bytes()[:-20])
    ended = report(program, "--compare", "old.json", "new.ndjson", "--color", "never")
    assert ended.code == 1
    assert "nothing has changed\nThe new run is not whole (interrupted): what it did not come to" in ended.out
    assert "· interrupted\n" in ended.out


def test_what_is_no_result_is_refused(program: Program) -> None:
    run(program, "--report", "json=a.json")
    (program.working / "deep.json").write_text("[" * 100_000, encoding="utf-8")
    (program.working / "bad.json").write_text('{"format": "\x1b[2J::error::"}', encoding="utf-8")
    ended = report(program, "a.json", "chat.yaml", "deep.json", "bad.json", "none.json", ".", "--report", "json=b.json")
    assert (ended.code, ended.out) == (3, "")
    for said in (
        "chat.yaml is no saved result: it is not JSON: line 1, column 1",
        "deep.json is no saved result: it is not JSON: it is nested too deeply",
        "bad.json is no saved result: it is not JSON: line 1, column 13: a line break or control character",
        "there is no file none.json",
        ". is a folder, a saved result is needed",
        "5 errors",
    ):
        assert said in ended.err
    assert "\x1b" not in ended.err
    assert not (program.working / "b.json").exists()


def test_a_file_without_end_is_refused(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.cli.commands.report.LARGEST", 1000)
    ended = report(program, "/dev/zero")
    assert (ended.code, "/dev/zero is larger than 1.0 kB" in ended.err) == (3, True)


def test_wrong_command_lines(program: Program) -> None:
    run(program, "--report", "json=a.json")
    assert report(program).code == 2
    assert report(program, "a.json", "--report", "pdf").code == 2
    assert report(program, "a.json", "--report", "json=none/x").code == 2
    assert report(program, "none.json", "--report", "pdf").code == 2


def test_what_somebody_else_saved_is_harmless(program: Program) -> None:
    run(program, "--report", "json=a.json")
    hostile = "\x1b[2J\n::error::x\u202e##[group]\x07"
    data = json.loads((program.working / "a.json").read_bytes())

    def spoil(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: spoil(one, name) for name, one in value.items()}
        if isinstance(value, list):
            return [spoil(one) for one in value]
        kept = ("format", "started", "verdict", "status", "runner")
        return hostile if isinstance(value, str) and key not in kept else value

    data = {**spoil(data), "problems": [{"severity": "warning", "rule": "x", "message": hostile, "hint": hostile}]}  # type: ignore[dict-item]
    (program.working / "b.json").write_text(json.dumps(data), encoding="utf-8")
    ended = report(program, "b.json", "--compare", "a.json", "--color", "never")
    assert ended.code == 1
    assert not set(ended.out + ended.err) & set("\x1b\u202e\x07")
    assert not [line for line in ended.out.splitlines() if line.lstrip().startswith("::") or "##[" in line]


def test_what_the_environment_calls_a_secret_is_masked(program: Program) -> None:
    (program.working / "chat.yaml").write_text(CHAT.replace("a: 1", "a: hunter22"), encoding="utf-8")
    run(program, "--report", "json=a.json")
    assert "hunter22" in (program.working / "a.json").read_text(encoding="utf-8")
    knowing = replace(program, environ={**program.environ, "DB_PASSWORD": "hunter22"})
    ended = report(knowing, "a.json", "--report", "json=b.json")
    assert ended.code == 0
    assert "hunter22" not in (program.working / "b.json").read_text(encoding="utf-8")
    assert "hunter22" not in report(knowing, "a.json").text


def test_settings_for_runs_are_none_for_saved_results(program: Program) -> None:
    run(program, "--report", "json=a.json")
    (program.working / "runner.toml").write_text('report = ["json=other.json"]\n', encoding="utf-8")
    assert "2 passed, 1 failed" in report(program, "a.json").out
    assert not (program.working / "other.json").exists()
    run(program)
    assert (program.working / "other.json").exists()


def test_a_result_of_wrong_files_says_what_was_wrong(program: Program) -> None:
    (program.working / "chat.yaml").write_text("requests: [{name: x, ulr: y}]", encoding="utf-8")
    assert run(program, "--report", "json=a.json").code == 3
    ended = report(program, "a.json", "--color", "never")
    assert ended.code == 0
    assert ended.out.startswith("chat.yaml:1:22: error: ")
    assert ended.out.endswith("No request was run\n")


class Closed(io.StringIO):
    """A pipe whose reader is gone."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_that_nobody_reads_it_is_no_pass(program: Program) -> None:
    run(program, "--report", "json=old.json")
    run(program, "--var", "STATUS=404", "--report", "json=new.json")
    context = Context(program.environ, program.working, Closed(), io.StringIO())
    compare = ReportArguments(["new.json"], ["old.json"], ["json=c.json"])
    assert show_report(compare, context) is ExitCode.CHECK_FAILED
    assert show_report(compare._replace(reports=()), context) is ExitCode.CHECK_FAILED
    assert show_report(compare._replace(before=["new.json"]), context) is ExitCode.OK
    assert json.loads((program.working / "c.json").read_bytes())["comparison"]["changes"]
