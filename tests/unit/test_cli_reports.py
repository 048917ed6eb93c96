"""``--report``: which reports a run writes, where, when, and what becomes of them when something is in the way."""

from __future__ import annotations

import json
import os
import pty
import signal
import stat
import subprocess
import sys
from pathlib import Path
from threading import Event
from typing import Any, Final

import pytest

from runner.report.read_report import SCHEMA
from runner.report.saved import read_saved
from tests.command import Ended, Program
from tests.servers import Client, ok, serve, serve_bytes
from tests.unit.scripted_clock import Editor, ScriptedClock

ROOT: Final = Path(__file__).parents[2]
TWO: Final = """\
name: Two
requests:
  - {name: good, url: "http://h.example/1", examples: [{json: {a: 1}}]}
  - {name: bad, url: "http://h.example/2", expect: {status: 201}, examples: [{json: {a: 1}}]}
"""
ROWS: Final = """\
data: [{n: 1}, {n: 2}]
requests: [{name: row, url: "http://h.example/<<n>>", examples: [{json: {}}]}]
"""
MODEL: Final = """\
requests:
  - {name: one, url: &u "https://api.openai.com/v1/chat/completions", json: &j {model: gpt-4.1-mini, max_tokens: 20, messages: [{role: user, content: hi}]}, examples: &e [{json: {model: gpt-4.1-mini, usage: {prompt_tokens: 12, completion_tokens: 10}}}]}
  - {name: two, url: *u, json: *j, examples: *e}
  - {name: three, url: *u, json: *j, examples: *e}
"""  # noqa: E501


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "cache").mkdir()
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in (("a.yaml", TWO), ("rows.yaml", ROWS), ("model.yaml", MODEL)):
        (folder / name).write_text(text, encoding="utf-8")
    return Program(monkeypatch, folder, {"XDG_CACHE_HOME": str(tmp_path / "cache")})


def mock(program: Program, *arguments: str) -> Ended:
    return program.run("run", "--mock", "--color", "never", *arguments)


def saved(program: Program, name: str = "report.json") -> Any:
    data = (program.working / name).read_bytes()
    read_saved(data)
    return json.loads(data)


def left(program: Program) -> list[str]:
    """What is in the folder beside the collections."""
    return sorted(one.name for one in program.working.iterdir() if one.suffix != ".yaml")


def test_a_report_goes_to_its_own_file(program: Program) -> None:
    ended = mock(program, "a.yaml", "--report", "json", "--report", "ndjson=lines.txt")
    assert (ended.code, ended.err) == (1, "")
    assert left(program) == ["lines.txt", "report.json"]
    document = saved(program)
    assert document["verdict"] == "failed"
    assert document["command"] == "runner run --mock a.yaml"
    assert [one["name"] for one in document["files"][0]["requests"]] == ["good", "bad"]
    assert read_saved((program.working / "lines.txt").read_bytes()) == read_saved(
        (program.working / "report.json").read_bytes()
    )


def test_standard_output_is_the_report_alone(program: Program) -> None:
    ended = mock(program, "a.yaml", "--report", "json=-")
    assert json.loads(ended.out)["counts"]["failed"] == 1
    assert "1 passed, 1 failed" in ended.err
    assert left(program) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["pdf"], "--report: there is no kind 'pdf'"),
        (["json="], "--report json=: the file is missing"),
        (["json=x", "ndjson=x"], "--report: two reports go to x"),
        (["json=sends.yaml"], "--report: sends.yaml is a file that people write"),
        (["json=x", "ndjson=./y/../x"], "--report: two reports go to ./y/../x"),
        (["json=-", "ndjson=-"], "--report: two reports go to -"),
        (["json", "json"], "--report: two reports go to report.json"),
        (["json=none/x.json"], "the report none/x.json cannot be written: No such file or directory"),
        (["json=."], "the report . cannot be written: Is a directory"),
        (["json=a.yaml/x"], "the report a.yaml/x cannot be written: Not a directory"),
        (["json=" + "x" * 300], "cannot be written: File name too long"),
        (["json=a\0b"], "cannot be written: this is no name for a file"),
        (["ndjson=ok.txt", "json=none/x.json"], "the report none/x.json cannot be written"),
    ],
)
def test_what_cannot_be_written_is_told_before_anything_is_sent(given: list[str], says: str, program: Program) -> None:
    with serve_bytes(ok()) as server:
        (program.working / "sends.yaml").write_text(f"requests: [{{url: '{server.url}'}}]", encoding="utf-8")
        options = [word for one in given for word in ("--report", one)]
        ended = program.run("run", "sends.yaml", *options)
        assert (ended.code, ended.out) == (2, "")
        assert says in ended.err
        assert server.arrived == []
    assert left(program) == []


def test_a_dry_run_writes_none(program: Program) -> None:
    assert mock(program, "a.yaml", "--dry-run", "--report", "json").code == 0
    assert left(program) == []
    assert mock(program, "a.yaml", "--dry-run", "--report", "pdf").code == 2


def test_a_folder_without_permission(program: Program) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    program.working.chmod(0o555)
    ended = mock(program, "a.yaml", "--report", "json")
    program.working.chmod(0o755)
    assert (ended.code, ended.out) == (2, "")
    assert "report.json cannot be written: Permission denied" in ended.err


def test_an_old_report_is_replaced_also_when_files_are_wrong(program: Program) -> None:
    path = program.working / "report.json"
    path.write_text("old " * 10_000, encoding="utf-8")
    path.chmod(0o600)
    (program.working / "wrong.yaml").write_text("requests: [{name: x, ulr: y}]", encoding="utf-8")
    ended = mock(program, "wrong.yaml", "--report", "json", "--report", "ndjson")
    assert ended.code == 3
    document = saved(program)
    assert (document["verdict"], document["exit_code"], document["files"]) == ("invalid", 3, [])
    assert document["problems"][0]["location"] == {"file": "wrong.yaml", "line": 1, "column": 22}
    assert document["started"] > "2000"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = read_saved((program.working / "report.ndjson").read_bytes())
    assert lines == read_saved(path.read_bytes())
    mock(program, "nothing-here.yaml", "--report", "json")
    assert saved(program)["verdict"] == "nothing run"


def test_rows_rounds_and_jobs_keep_their_order(program: Program) -> None:
    ended = mock(program, "rows.yaml", "--repeat", "3", "-j", "8", "--report", "json", "--report", "ndjson")
    assert ended.code == 0
    document = saved(program)
    assert [(one["row"], one["round"]) for one in document["files"]] == [
        (row, f"({number} of 3)") for number in (1, 2, 3) for row in ("[1] n=1", "[2] n=2")
    ]
    assert [one["requests"][0]["number"] for one in document["files"]] == [1, 2, 3, 4, 5, 6]
    assert (
        read_saved((program.working / "report.ndjson").read_bytes()).files
        == read_saved((program.working / "report.json").read_bytes()).files
    )


def test_a_budget_that_stops_the_run(program: Program) -> None:
    ended = mock(program, "model.yaml", "--max-tokens", "50", "--report", "json")
    document = saved(program)
    assert ended.code == document["exit_code"] == 6
    assert document["verdict"] == "stopped"
    assert document["budget"] == {"limit": "--max-tokens", "unsent": "three"}
    assert document["counts"]["passed"] == 2
    assert document["counts"]["not_run"] + document["counts"]["skipped"] == 1


def test_the_first_failure_ends_it(program: Program) -> None:
    (program.working / "b.yaml").write_text(TWO.replace("status: 201", "status: 200"), encoding="utf-8")
    mock(program, "a.yaml", "b.yaml", "-x", "--report", "json")
    document = saved(program)
    assert document["counts"]["not_run"] == 2
    assert [one["file"] for one in document["files"]] == ["a.yaml"]


def test_secrets_and_what_a_terminal_obeys_are_not_in_it(program: Program) -> None:
    body = b'{"echo": "sk-very-secret", "x": "\x1b[2J\xe2\x80\xae"}'
    with serve_bytes(ok(body, "Content-Type: application/json")) as server:
        headers = "{Authorization: 'Bearer <<TOKEN>>'}"
        text = f"requests: [{{url: '{server.url}', headers: {headers}, expect: {{status: 1}}}}]"
        (program.working / "s.yaml").write_text(text, encoding="utf-8")
        options = ("--report", "json", "--report", "ndjson", "--var", "TOKEN=sk-very-secret")
        program.run("run", "s.yaml", *options)
    for name in ("report.json", "report.ndjson"):
        text = (program.working / name).read_text(encoding="utf-8")
        assert "sk-very-secret" not in text
        assert not set(text) & set("\x1b\u202e")
        assert "TOKEN=…" in text


def test_words_by_which_a_run_is_judged_are_no_secrets(program: Program) -> None:
    """A password that is such a word must not turn an error into nothing."""
    (program.working / "wrong.yaml").write_text("requests: [{name: x, ulr: y}]", encoding="utf-8")
    (program.working / "a.yaml").write_text("requests: [{url: 'http://127.0.0.1:9/<<PASSWORD>>'}]", encoding="utf-8")
    mock(program, "wrong.yaml", "--report", "json", "--var", "PASSWORD=error")
    assert saved(program)["verdict"] == "invalid"
    program.run("run", "a.yaml", "--report", "json", "--var", "PASSWORD=connection")
    assert saved(program)["exit_code"] == 4


def process(program: Program, *arguments: str) -> subprocess.Popen[str]:
    environ = {**os.environ, **program.environ, "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "runner", "run", *arguments)
    return subprocess.Popen(
        command, cwd=program.working, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)])
def test_a_signal_leaves_a_whole_report_of_what_ran(number: signal.Signals, code: int, program: Program) -> None:
    asked = Event()

    def hang(client: Client) -> None:
        if client.read_request() is not None:
            asked.set()
            client.hang()

    with serve(hang) as server:
        url = f"url: '{server.url}'"
        text = f"requests: [{{name: s, skip: not now, {url}}}, {{name: hangs, {url}}}, {{name: never, {url}}}]"
        (program.working / "hangs.yaml").write_text(text, encoding="utf-8")
        with process(program, "hangs.yaml", "--report", "json", "--report", "ndjson") as started:
            assert asked.wait(20)
            started.send_signal(number)
            started.communicate(timeout=20)
        assert started.returncode == code
    document = saved(program)
    assert (document["verdict"], document["exit_code"], document["interrupted"]) == ("interrupted", code, code)
    names = [one["name"] for one in document["files"][0]["requests"]]
    assert names[:2] == ["s", "hangs"]
    assert len(names) + document["counts"]["not_run"] == 3
    assert left(program) == ["report.json", "report.ndjson"]


def test_a_full_disk_leaves_no_half_file(program: Program) -> None:
    """A limit on the size of files stands for a disk that is full."""
    big = '"' + "x" * 50_000 + '"'
    requests = ", ".join(f"{{name: r{n}, url: 'http://h.example/{n}', examples: [{{json: {big}}}]}}" for n in range(4))
    (program.working / "big.yaml").write_text(f"requests: [{requests}]", encoding="utf-8")
    (program.working / "report.json").write_text("old", encoding="utf-8")
    options = "--mock big.yaml --report json --report ndjson"
    script = f'trap "" XFSZ; ulimit -f 64; exec "{sys.executable}" -m runner run {options}'
    environ = {**os.environ, **program.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=program.working,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 70, done.stdout + done.stderr
    assert "Error: the report report.json cannot be written: File too large" in done.stderr
    assert "Error: the report report.ndjson cannot be written: File too large" in done.stderr
    assert "4 passed" in done.stdout
    assert (program.working / "report.json").read_text(encoding="utf-8") == "old"
    assert left(program) == ["report.json"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_a_device_that_is_full(program: Program) -> None:
    ended = mock(program, "rows.yaml", "--report", "json=/dev/full", "--report", "ndjson")
    assert ended.code == 70
    assert "Error: the report /dev/full cannot be written: No space left on device" in ended.err
    assert left(program) == ["report.ndjson"]


def test_the_schema_is_printed(program: Program) -> None:
    ended = program.run("schema", "report")
    assert json.loads(ended.out) == json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert "requests" in json.loads(program.run("schema").out)["properties"]
    assert program.run("schema", "nothing").code == 2


def test_each_round_of_a_watch_writes_it_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    editor = Editor(tmp_path / "work")
    editor.save("c.yaml", TWO)
    path = editor.folder / "report.json"
    seen: list[dict[str, int]] = []

    def look() -> None:
        seen.append(json.loads(path.read_bytes())["counts"])
        editor.save("c.yaml", TWO.replace("201", "200"))

    clock = ScriptedClock(look)
    environ = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    ended = Program(monkeypatch, editor.folder, environ, clock).run(
        "run", "--mock", "--watch", "c.yaml", "--report", "json"
    )
    assert ended.code == 130
    seen.append(json.loads(path.read_bytes())["counts"])
    assert [(one["passed"], one["failed"]) for one in seen] == [(1, 1), (1, 0)]


def test_what_no_server_can_have_counted_is_not_counted(program: Program) -> None:
    number = "9" * 320
    text = f"""
requests:
  - name: ask
    url: https://api.openai.com/v1/chat/completions
    json: {{model: gpt-4.1-mini, messages: []}}
    examples: [{{text: '{{"usage": {{"prompt_tokens": {number}, "completion_tokens": 1}}}}'}}]
"""
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    assert program.run("run", "a.yaml", "--mock", "--report", "json").code == 0
    assert saved(program)["cost"] is None


def test_a_report_says_how_to_run_the_same_again(program: Program) -> None:
    text = "requests: [{name: a b, url: 'https://api.example.com/', examples: [{json: {}}]}]"
    (program.working / "a.yaml").write_text(text, encoding="utf-8")
    program.run("run", "a.yaml", "--mock", "-k", "a b", "-x", "--repeat", "2", "--report", "json")
    assert saved(program)["command"] == "runner run --mock a.yaml -k 'a b' -x --repeat 2"


def test_a_terminal_that_is_closed_leaves_a_whole_report_and_a_clean_place(program: Program) -> None:
    """As a signal does; whatever is written to the terminal from then on fails."""
    asked, cleaned = Event(), Event()

    def answer(client: Client) -> None:
        while (request := client.read_request()) is not None:
            if "/hang" in request.line:
                asked.set()
                client.hang()
                return
            cleaned.set()
            client.send(ok())

    with serve(answer) as server:
        url = f"url: '{server.url}"
        text = f"requests: [{{name: hangs, {url}/hang'}}]\nteardown: [{{name: cleans, {url}/clean'}}]"
        (program.working / "hangs.yaml").write_text(text, encoding="utf-8")
        master, terminal = pty.openpty()
        take = "import fcntl, os, sys, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
        run = "os.execv(sys.executable, [sys.executable, '-m', 'runner', 'run', 'hangs.yaml', '--report', 'json'])"
        environ = {**os.environ, **program.environ, "PYTHONPATH": str(ROOT)}
        started = subprocess.Popen(
            (sys.executable, "-c", take + run),
            cwd=program.working, env=environ, stdin=terminal, stdout=terminal, stderr=terminal,
        )  # fmt: skip
        os.close(terminal)
        assert asked.wait(20)
        os.close(master)
        assert started.wait(20) == 143
    assert cleaned.is_set()
    assert [one["name"] for one in saved(program)["files"][0]["requests"]] == ["hangs", "cleans"]
