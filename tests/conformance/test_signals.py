"""Ctrl-C and SIGTERM in the middle of a slow request: what ran is reported, and the exit code says why it ended."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.echo_server import EchoServer, serve_echo

ROOT = Path(__file__).parents[2]
COLLECTION = """\
requests:
  - {name: quick, url: <<SERVER>>/echo}
  - {name: slow, url: <<SERVER>>/delay/20000}
  - {name: never sent, url: <<SERVER>>/echo}
"""


@pytest.fixture
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


WAITING = """\
requests:
  - {name: polls, url: <<SERVER>>/echo, poll: {every: 20s, for: 1h}, expect: {json: {$.none: 1}}}
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_a_wait_can_be_interrupted(number: signal.Signals, code: int, server: EchoServer, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(WAITING, encoding="utf-8")
    command = [sys.executable, "-m", "runner", "run", str(path), "--var", f"SERVER={server.url}"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while not server.received and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    sent = time.monotonic()
    process.send_signal(number)
    out, errors = process.communicate(timeout=10)
    assert time.monotonic() - sent < 2
    assert process.returncode == code, out + errors
    assert "1 failed in" in out
    assert "Not sent again: the run was interrupted." in out
    assert len(server.received) == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("options", [(), ("-q",)], ids=["", "quiet"])
def test_an_interrupt_is_reported(
    number: signal.Signals, code: int, options: tuple[str, ...], server: EchoServer, tmp_path: Path
) -> None:
    process = started(tmp_path, COLLECTION, server, *options)
    wait_for(2, server, process)
    sent = time.monotonic()
    process.send_signal(number)
    out, errors = process.communicate(timeout=10)
    assert time.monotonic() - sent < 3
    assert process.returncode == code, out + errors
    assert "Traceback" not in errors
    assert "1 passed, 1 skipped, 1 not sent" in out
    assert "interrupted" in out
    assert ("quick" in out) is not bool(options)
    assert len(server.received) == 2


TEARDOWN = (
    COLLECTION
    + """\
teardown:
  - {name: cleans up, url: <<SERVER>>/echo?cleaned=1}
"""
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
def test_teardown_is_sent_after_an_interrupt(
    number: signal.Signals, code: int, server: EchoServer, tmp_path: Path
) -> None:
    process = started(tmp_path, TEARDOWN, server)
    wait_for(2, server, process)
    process.send_signal(number)
    out, errors = process.communicate(timeout=10)
    assert process.returncode == code, out + errors
    assert "2 passed, 1 skipped, 1 not sent" in out
    assert [one["target"] for one in server.received[2:]] == ["/echo?cleaned=1"]


def test_a_second_interrupt_ends_teardown(server: EchoServer, tmp_path: Path) -> None:
    slow = TEARDOWN.replace("/echo?cleaned=1", "/delay/20000")
    process = started(tmp_path, slow, server)
    wait_for(2, server, process)
    process.send_signal(signal.SIGINT)
    wait_for(3, server, process)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=10)
    assert time.monotonic() - sent < 3
    assert (process.returncode, "Traceback" in errors) == (130, False)
    assert "1 passed, 2 skipped, 1 not sent" in out


def test_an_interrupt_in_teardown_lets_the_rest_of_it_go_on(server: EchoServer, tmp_path: Path) -> None:
    text = "requests:\n  - {name: quick, url: <<SERVER>>/echo}\nteardown:\n"
    text += "  - {name: slow, url: <<SERVER>>/delay/20000}\n  - {name: last, url: <<SERVER>>/echo?last=1}\n"
    process = started(tmp_path, text, server)
    wait_for(2, server, process)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=10)
    assert (process.returncode, "Traceback" in errors) == (130, False)
    assert [one["target"] for one in server.received[2:]] == ["/echo?last=1"]
    assert "2 passed, 1 skipped in" in out


def started(folder: Path, text: str, server: EchoServer, *options: str) -> subprocess.Popen[str]:
    """The program, running a collection with this text."""
    path = folder / "c.yaml"
    path.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "runner", "run", str(path), "--var", f"SERVER={server.url}", *options]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def wait_for(count: int, server: EchoServer, process: subprocess.Popen[str]) -> None:
    """Until so many requests have arrived."""
    deadline = time.monotonic() + 10
    while len(server.received) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)


def test_a_signal_that_is_ignored_stays_ignored(server: EchoServer, tmp_path: Path) -> None:
    """As a shell starts a job in the background of a script."""
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - {name: slow, url: <<SERVER>>/delay/700}\n", encoding="utf-8")
    command = f'trap "" INT; exec {sys.executable} -m runner run {path} --var SERVER={server.url}'
    process = subprocess.Popen(
        ["sh", "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    wait_for(1, server, process)
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=10)
    assert (process.returncode, "1 passed" in out) == (0, True), out + errors
