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


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["SIGINT", "SIGTERM"])
@pytest.mark.parametrize("options", [(), ("-q",)], ids=["", "quiet"])
def test_an_interrupt_is_reported(
    number: signal.Signals, code: int, options: tuple[str, ...], server: EchoServer, tmp_path: Path
) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(COLLECTION, encoding="utf-8")
    command = [sys.executable, "-m", "runner", "run", str(path), "--var", f"SERVER={server.url}", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 10
    while len(server.received) < 2 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    sent = time.monotonic()
    process.send_signal(number)
    out, errors = process.communicate(timeout=10)
    assert time.monotonic() - sent < 3
    assert process.returncode == code, out + errors
    assert "Traceback" not in errors
    assert "1 passed, 2 not sent" in out
    assert "interrupted" in out
    assert ("quick" in out) is not bool(options)
    assert len(server.received) == 2
