"""``runner run --watch`` on a real terminal: what it shows, round after round, and how it ends."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.echo_server import serve_echo

ROOT = Path(__file__).parents[2]
LINES, COLUMNS = 24, 80
LIMIT = 30.0
COLLECTION = """\
requests:
  - {name: one, url: "http://h.example/1", examples: [{status: 200}]}
  - {name: two, url: "http://h.example/2?key=<<API_KEY>>", examples: [{status: 200}]}
"""
WAITING = "Ctrl-C ends it"
ESCAPE = re.compile(r"\x1b\[(\??[0-9;]*)([A-Za-z])|(.|\n)", re.DOTALL)


class Terminal:
    """A screen and what was scrolled off its top, from what a program writes."""

    def __init__(self) -> None:
        self.gone: list[str] = []
        self.rows = [""] * LINES
        self.cursor_is_shown = True
        self._row = self._column = 0

    def write(self, text: str) -> None:
        for match in ESCAPE.finditer(text):
            argument, command, character = match.groups()
            if command is None:
                self._put(character)
            elif command == "H":
                assert argument == ""
                self._row = self._column = 0
            elif command in ("J", "K"):
                assert argument == "", "nothing but the rest of the line or of the screen may be erased"
                self._erase(below=command == "J")
            elif command in ("h", "l"):
                assert argument == "?25"
                self.cursor_is_shown = command == "h"
            else:
                assert command == "m", f"{argument}{command} is unknown here"

    def _put(self, character: str) -> None:
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self._row += 1
            if self._row == LINES:
                self.gone.append(self.rows.pop(0))
                self.rows.append("")
                self._row -= 1
        else:
            line = self.rows[self._row].ljust(self._column)
            self.rows[self._row] = line[: self._column] + character + line[self._column + 1 :]
            self._column += 1

    def _erase(self, *, below: bool) -> None:
        self.rows[self._row] = self.rows[self._row][: self._column]
        if below:
            self.rows[self._row + 1 :] = [""] * (LINES - self._row - 1)

    @property
    def shown(self) -> str:
        """What can be seen now, times left out."""
        text = "\n".join(line.rstrip() for line in self.rows).rstrip()
        return re.sub(r"\d\d:\d\d:\d\d", "TIME", re.sub(r" *[0-9.]+ m?s\b", " 1 ms", text))


class Watching:
    """The program at its terminal."""

    def __init__(self, process: subprocess.Popen[bytes], primary: int) -> None:
        self.process = process
        self.terminal = Terminal()
        self._primary = primary
        self._rest = b""

    def until(self, condition: Callable[[], bool]) -> None:
        """Read on until it holds."""
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, self.terminal.shown
            ready, _, _ = select.select([self._primary], [], [], 0.1)
            if ready and not self._read():
                assert condition(), self.terminal.shown
                return

    def round(self, *parts: str) -> str:
        """The screen once a round is over that shows all of these."""
        self.until(lambda: all(part in self.terminal.shown for part in (*parts, WAITING)))
        return self.terminal.shown

    def press(self, key: bytes) -> None:
        os.write(self._primary, key)

    def end(self) -> int:
        """Its exit code."""
        with suppress(AssertionError):
            self.until(lambda: False)
        return self.process.wait(LIMIT)

    def _read(self) -> bool:
        try:
            data = os.read(self._primary, 65536)
        except OSError:  # how a terminal says that nobody writes to it any more
            return False
        whole = self._rest + data
        text = whole.decode("utf-8", "ignore")
        self._rest = whole[len(text.encode()) :]
        self.terminal.write(text)
        return bool(data)


@contextmanager
def watching(folder: Path, *words: str) -> Iterator[Watching]:
    """``runner run --watch`` with a terminal of its own, which sends it the signal of Ctrl-C."""
    primary, secondary = pty.openpty()
    fcntl.ioctl(secondary, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    left_out = ("NO_COLOR", "CI", "FORCE_COLOR", "LINES", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm", "XDG_CACHE_HOME": str(folder)}
    # A session of its own makes the terminal on standard input the one whose Ctrl-C it gets.
    start = "import os, fcntl, termios, runpy; fcntl.ioctl(0, termios.TIOCSCTTY, 0); runpy.run_module('runner')"
    start = start.replace("'runner')", "'runner', run_name='__main__', alter_sys=True)")
    command = [sys.executable, "-c", start, "run", "c.yaml", "--watch", *words]
    process = subprocess.Popen(
        command,
        cwd=folder, env=environment, stdin=secondary, stdout=secondary, stderr=secondary, start_new_session=True,
    )  # fmt: skip
    os.close(secondary)
    try:
        yield Watching(process, primary)
    finally:
        process.kill()
        process.wait()
        os.close(primary)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    (tmp_path / ".env").write_text("API_KEY=a-secret-value\n", encoding="utf-8")
    return tmp_path


def save(folder: Path, text: str) -> None:
    """As many editors do it."""
    (folder / "c.yaml.new").write_text(text, encoding="utf-8")
    (folder / "c.yaml.new").replace(folder / "c.yaml")


FIRST = """\
TIME · 2 files
c.yaml
  PASS  one                 GET /1   200 1 ms
  PASS  two                 GET /2   200 1 ms

2 passed in 1 ms

watching 2 files · Ctrl-C ends it"""
SECOND = """\
TIME · saved c.yaml
c.yaml
  PASS  two                 GET /too   200 1 ms

1 passed in 1 ms

watching 2 files · Ctrl-C ends it"""
BROKEN = """\
TIME · saved c.yaml
c.yaml:4:2: error: this line does not fit into the mapping above it
    4 |  bad: [
      |  ^
      It begins in column 2, keys above it in column 1 (line 1).

1 error in 1 file


watching 2 files · Ctrl-C ends it"""


def test_each_round_has_the_screen_for_itself(folder: Path) -> None:
    with watching(folder, "--mock") as program:
        assert program.round("2 passed") == FIRST
        changed = COLLECTION.replace("/2", "/too")
        save(folder, changed)
        assert program.round("/too") == SECOND
        save(folder, changed + " bad: [\n")
        assert program.round("error") == BROKEN
        save(folder, changed.replace("/too", "/mended"))
        assert "GET /mended" in program.round("1 passed")
        program.press(b"\x03")
        assert program.end() == 130
        terminal = program.terminal
        assert terminal.cursor_is_shown
        assert terminal.shown.endswith(f"{WAITING}\n^C")
        scrolled = "\n".join(terminal.gone)
        assert [scrolled.count(part) for part in ("2 passed", "GET /too", "bad: [")] == [1, 1, 1]
        assert "a-secret-value" not in scrolled + terminal.shown


def test_the_screen_stays_as_it_is_while_nothing_is_saved(folder: Path) -> None:
    with watching(folder, "--mock") as program:
        before = program.round("2 passed")
        (folder / "notes.txt").write_text("nothing to do with it", encoding="utf-8")
        used = cpu_seconds(program.process.pid)
        with suppress(AssertionError):
            deadline = time.monotonic() + 1.5
            program.until(lambda: time.monotonic() > deadline or program.terminal.shown != before)
        assert program.terminal.shown == before
        assert cpu_seconds(program.process.pid) - used < 0.1


def cpu_seconds(process: int) -> float:
    """How long a process has computed; 0 where the system does not say."""
    file = Path(f"/proc/{process}/stat")
    fields = file.read_text(encoding="ascii").rpartition(")")[2].split() if file.exists() else ["0"] * 13
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_ctrl_c_in_a_round_sends_teardown_and_ends_the_watch(folder: Path) -> None:
    with serve_echo() as server:
        slow = f"requests: [{{name: slow, url: '{server.url}/delay/20000'}}]\n"
        save(folder, slow + f"teardown: [{{name: cleans up, url: '{server.url}/echo?cleaned=1'}}]\n")
        with watching(folder) as program:
            program.until(lambda: bool(server.received) and "slow" in program.terminal.shown)
            program.press(b"\x03")
            assert program.end() == 130
            assert program.terminal.cursor_is_shown
            assert [one["target"] for one in server.received] == ["/delay/20000", "/echo?cleaned=1"]
            assert WAITING not in program.terminal.shown


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it(number: signal.Signals, folder: Path) -> None:
    with watching(folder, "--mock") as program:
        program.round("2 passed")
        program.process.send_signal(number)
        assert program.end() == {signal.SIGTERM: 143, signal.SIGINT: 130}[number]
        assert "Traceback" not in program.terminal.shown
