"""Requests at the same time: the same verdicts, in the same order, as one after the other; and an end when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Timer

import pytest

from runner.clock import SystemClock
from tests.command import Program
from tests.echo_server import EchoServer, serve_echo

ROOT = Path(__file__).parents[1]
CHAIN = """\
parallel: true
setup:
  - {name: before all, url: <<SERVER>>/delay/3}
requests:
"""
NEW_CONNECTION = "connection 0 ms, "
ROWS = """\
data: [{N: 1, WAIT: 9}, {N: 2, WAIT: 0}, {N: 3, WAIT: 4}, {N: 4, WAIT: 1}]
requests:
  - {name: slow, url: <<SERVER>>/delay/<<WAIT>>, query: {n: <<N>>}}
  - {name: odd, url: <<SERVER>>/echo, json: {n: <<N>>}, expect: {json: {$.json.n: {one_of: [1, 3]}}}}
teardown:
  - {name: after all, url: <<SERVER>>/echo, query: {n: <<N>>}}
"""


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def chain(seed: int) -> str:
    """Requests that take values from each other, capture the same names again and fail, in some order."""
    random = Random(seed)  # noqa: S311
    lines = [CHAIN]
    for number in range(24):
        given = f"x{random.randrange(4)}"
        kept = f"x{random.randrange(4)}"
        wanted = random.choice(["2xx", "2xx", "2xx", "2xx", "404"])
        used = f"?was=<<{given}:-none>>"
        lines.append(f"  - name: r{number}\n    url: <<SERVER>>/delay/{random.randrange(6)}{used}\n")
        lines.append(f"    expect: {{status: {wanted}}}\n    capture: {{{kept}: {{url: true, filter: [sha256]}}}}\n")
    return "".join(lines)


@pytest.mark.parametrize("seed", range(6))
def test_the_same_is_told_in_the_same_order(
    seed: int, server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "chain.yaml").write_text(chain(seed), encoding="utf-8")
    for number in range(3):
        (tmp_path / f"rows{number}.yaml").write_text(ROWS, encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"SERVER": server.url})
    alone = program.run("run", ".", "-v")
    assert alone.code == 1
    for jobs in ("2", "8", "8", "30"):
        told = program.run("run", ".", "-v", "-j", jobs).text.replace(f"--jobs {jobs} ", "")
        assert told.replace(NEW_CONNECTION, "") == alone.text.replace(NEW_CONNECTION, "")


def test_repetitions_run_at_the_same_time_and_are_told_in_order(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "requests: [{name: a, url: <<SERVER>>/delay/2, capture: {x: $.x}}, {name: b, url: <<SERVER>>/echo?x=<<x>>}]"
    (tmp_path / "c.yaml").write_text(text.replace("$.x", "{status: true}"), encoding="utf-8")
    told = Program(monkeypatch, tmp_path, {"SERVER": server.url}).run("run", "c.yaml", "--repeat", "9", "-j", "4")
    heads = [line for line in told.out.splitlines() if line.startswith("c.yaml")]
    assert heads == [f"c.yaml ({number} of 9)" for number in range(1, 10)]
    assert "18 passed" in told.out


def test_the_first_failure_ends_all(server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"  - {{name: r{n}, url: <<SERVER>>/delay/5, expect: {{status: 404}}}}\n" for n in range(50))
    (tmp_path / "c.yaml").write_text(f"parallel: true\nrequests:\n{lines}", encoding="utf-8")
    told = Program(monkeypatch, tmp_path, {"SERVER": server.url}).run("run", "c.yaml", "-x", "-j", "4")
    assert told.code == 1
    assert 1 <= told.out.count("  FAIL  ") <= 4
    ended = told.out.count("  FAIL  ") + told.out.count("  SKIP  ")  # whose turn had come, and was not sent any more
    assert f"{50 - ended} not sent" in told.out


def test_not_more_at_once_than_wanted(server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight waits of 200 ms, four at a time: two rounds, neither one nor eight."""
    lines = "".join(f"  - {{name: r{n}, url: <<SERVER>>/delay/200}}\n" for n in range(8))
    (tmp_path / "c.yaml").write_text(f"parallel: true\nrequests:\n{lines}", encoding="utf-8")
    began = time.monotonic()
    told = Program(monkeypatch, tmp_path, {"SERVER": server.url}).run("run", "c.yaml", "-j", "4")
    assert told.code == 0
    assert 0.4 <= time.monotonic() - began < 1.4


@pytest.mark.parametrize("parallel", [True, False], ids=["one file", "many files"])
def test_ctrl_c_with_many_under_way(parallel: bool, tmp_path: Path) -> None:
    with serve_echo() as server:
        slow = "".join(f"  - {{name: slow {number}, url: {server.url}/delay/20000}}\n" for number in range(8))
        if parallel:
            (tmp_path / "c.yaml").write_text(f"parallel: true\nrequests:\n{slow}", encoding="utf-8")
        for number, line in enumerate([] if parallel else slow.splitlines(keepends=True)):
            teardown = f"teardown:\n  - {{name: cleans up, url: {server.url}/echo}}\n"
            (tmp_path / f"{number}.yaml").write_text(f"requests:\n{line}{teardown}", encoding="utf-8")
        command = [sys.executable, "-m", "runner", "run", str(tmp_path), "-j", "8"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True)
        limit = time.monotonic() + 20
        while len(server.received) < 8 and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 2
    assert process.returncode == 130
    assert out.count("interrupted before an answer came") == 8
    assert ("8 skipped in" if parallel else "8 passed, 8 skipped in") in out
    assert "interrupted" in out.splitlines()[-1]


def test_after_the_first_failure_nothing_is_sent_again(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = """\
parallel: true
requests:
  - {name: again, url: <<SERVER>>/status/503, retry: {attempts: 9, delay: 30s}}
  - {name: late, url: <<SERVER>>/echo, delay: 30s}
  - {name: wrong, url: <<SERVER>>/delay/200, expect: {status: 404}}
"""
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    began = time.monotonic()
    told = Program(monkeypatch, tmp_path, {"SERVER": server.url}, clock=SystemClock()).run("run", "c.yaml", "-xj3")
    assert time.monotonic() - began < 5
    assert "Not sent again: another request failed (-x)." in told.out
    assert "another request failed (-x) before it was sent" in told.out
    assert "2 failed, 1 skipped" in told.out


def test_teardown_after_an_interrupt_does_not_wait_for_the_rate(tmp_path: Path) -> None:
    with serve_echo() as server:
        text = f"requests:\n  - {{name: a, url: {server.url}/echo}}\n  - {{name: b, url: {server.url}/echo}}\n"
        (tmp_path / "c.yaml").write_text(f"{text}teardown:\n  - {{name: t, url: {server.url}/echo?t=1}}\n")
        command = [sys.executable, "-m", "runner", "run", str(tmp_path / "c.yaml"), "--rate", "2/m"]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True)
        limit = time.monotonic() + 20
        while not server.received and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        assert time.monotonic() - began < 3
        assert [one["target"] for one in server.received] == ["/echo", "/echo?t=1"]
    assert (process.returncode, "  PASS  t  " in out) == (130, True), out


@pytest.mark.parametrize("phase", ["requests", "teardown"])
def test_what_an_interrupt_cuts_off_is_no_error_that_was_expected(phase: str, tmp_path: Path) -> None:
    with serve_echo() as server:
        quick = f"requests:\n  - {{name: quick, url: {server.url}/echo}}\n" if phase == "teardown" else ""
        slow = f"  - {{name: slow, url: {server.url}/delay/20000, expect: {{error: any}}}}\n"
        (tmp_path / "c.yaml").write_text(f"{quick}{phase}:\n{slow}", encoding="utf-8")
        command = [sys.executable, "-m", "runner", "run", str(tmp_path / "c.yaml")]
        process = subprocess.Popen(command, cwd=ROOT, env={**os.environ}, stdout=subprocess.PIPE, text=True)
        limit = time.monotonic() + 20
        while len(server.received) < 1 + bool(quick) and process.poll() is None and time.monotonic() < limit:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    assert ("SKIP  slow" in out, "PASS  slow" in out) == (True, False), out


def test_teardown_keeps_the_rate_after_the_first_failure(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = "".join(f"  - {{name: t{number}, url: <<SERVER>>/echo}}\n" for number in range(3))
    text = f"requests:\n  - {{name: a, url: <<SERVER>>/echo, expect: {{status: 404}}}}\nteardown:\n{ends}"
    (tmp_path / "c.yaml").write_text(text, encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"SERVER": server.url})
    assert "3 passed, 1 failed in 3.0 s" in program.run("run", "c.yaml", "-x", "--rate", "1/s").out


@pytest.mark.parametrize("files", [False, True], ids=["one file", "many files"])
def test_few_results_wait_for_one_before_them(files: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So memory is bounded, however much is ready behind a request that takes long."""
    monkeypatch.setattr("runner.engine.running.AHEAD", 5)
    monkeypatch.setattr("runner.engine.run.AHEAD", 5)
    with serve_echo() as server:
        lines = [f"  - {{name: r{number}, url: {server.url}/delay/{0 if number else 700}}}\n" for number in range(60)]
        if files:
            for number, line in enumerate(lines):
                (tmp_path / f"{number:02}.yaml").write_text(f"requests:\n{line}", encoding="utf-8")
        else:
            (tmp_path / "c.yaml").write_text(f"parallel: true\nrequests:\n{''.join(lines)}", encoding="utf-8")
        under_way: list[int] = []
        look = Timer(0.5, lambda: under_way.append(len(server.received)))
        look.start()
        told = Program(monkeypatch, tmp_path, {}).run("run", ".", "-j", "3", "-q")
        look.join()
    assert "60 passed" in told.out
    assert 3 <= under_way[0] <= 10, "the slow one, five or six behind it, and those under way"
