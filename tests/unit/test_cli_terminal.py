"""A run whose output is a terminal: the live line comes, gives way to results, and goes."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLLECTION = "requests:\n" + "".join(
    f"- {{name: n{number}, url: 'http://h.example/<<A_KEY>>', delay: 150ms, examples: [{{status: 200}}]}}\n"
    for number in range(3)
)


def on_terminal(folder: Path, *options: str, **environ: str) -> str:
    """Everything that a terminal gets to see of a run."""
    primary, secondary = pty.openpty()
    command = [sys.executable, "-m", "runner", "run", "--mock", "c.yaml", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "A_KEY": "a-secret-value", **environ}
    for name in ("NO_COLOR", "CI", "FORCE_COLOR"):
        environment.pop(name, None)
    with subprocess.Popen(
        command, cwd=folder, env={**environment, **environ}, stdout=secondary, stderr=secondary
    ) as process:
        os.close(secondary)
        pieces: list[bytes] = []
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while piece := os.read(primary, 65536):
                pieces.append(piece)
        os.close(primary)
        assert process.wait(10) == 0
    return b"".join(pieces).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    return tmp_path


def test_the_live_line_comes_and_goes(folder: Path) -> None:
    shown = on_terminal(folder)
    assert shown.count("\x1b[?25l") >= 1
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")
    assert shown.count("PASS") == 3
    assert "\x1b[32mPASS" in shown
    assert "a-secret-value" not in shown


@pytest.mark.parametrize("how", [("--no-progress", {}), ("--color=always", {"TERM": "dumb"})], ids=["option", "TERM"])
def test_there_is_none_when_it_is_not_wanted(how: tuple[str, dict[str, str]], folder: Path) -> None:
    option, environ = how
    shown = on_terminal(folder, option, **environ)
    assert "\x1b[?25l" not in shown
    assert shown.count("PASS") == 3


def test_colours_can_be_left_out(folder: Path) -> None:
    shown = on_terminal(folder, "--no-progress", NO_COLOR="1")
    assert "\x1b" not in shown
