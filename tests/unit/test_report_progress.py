import io
import time
from collections.abc import Callable
from threading import Event

import pytest

from runner.clock import SystemClock
from runner.engine.events import RequestEnded, RequestFinished, RequestStarted, RunFinished, RunStarted
from runner.report.progress import STROKES, Progress
from runner.report.screen import Screen
from runner.results import RequestResult, RunResult, Status
from runner.source import Location

HIDE, SHOW, ERASE = "\x1b[?25l", "\x1b[?25h", "\r\x1b[K"


class Terminal(io.StringIO):
    """Both streams on one screen, which remembers what was written in order."""


class FixedClock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float, stop: Event | None = None) -> None:  # noqa: ARG002  # as in Clock
        self.time += seconds


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finished(name: str) -> RequestFinished:
    return RequestFinished(1, RequestResult(name, Status.PASS, Location("a.yaml", 1)))


def test_the_line_says_what_is_under_way() -> None:
    clock = FixedClock()
    progress = Progress(Screen(io.StringIO()), clock, STROKES)
    progress(RunStarted(10))
    assert progress.line() == ""
    progress(RequestStarted(3, "remem\x1bber"))
    clock.sleep(0.25)
    assert progress.line()[1:] == " 3/10 remem\\x1bber  0.2 s"
    clock.sleep(61.0)
    assert progress.line()[1:] == " 3/10 remem\\x1bber  61.2 s"
    progress(RequestStarted(4, "other"))
    clock.sleep(60.0)
    assert progress.line()[1:] == " 3/10 remem\\x1bber  2 min 1 s  and 1 more"
    progress(RequestEnded(3))
    assert progress.line()[1:] == " 4/10 other  60.0 s"
    progress(RequestEnded(4))
    assert progress.line() == ""
    progress.close()


@pytest.mark.parametrize("columns", [20, 30, 80])
def test_the_line_fits_and_keeps_the_time(columns: int) -> None:
    progress = Progress(Screen(io.StringIO(), columns=lambda: columns), FixedClock())
    progress(RequestStarted(3, "a rather long name " * 5))
    assert len(progress.line()) == columns - 1
    assert progress.line().endswith("…  0.0 s")


def test_a_result_takes_the_line_away_and_puts_it_back() -> None:
    terminal = Terminal()
    screen = Screen(terminal, terminal)
    screen.show("1/2 one")
    screen.write("PASS one\n")
    screen.clear()
    screen.clear()
    line = f"{HIDE}\r1/2 one\x1b[K"
    assert terminal.getvalue() == f"{line}{ERASE}PASS one\n{line}{ERASE}{SHOW}"


def test_no_terminal_gets_no_escape() -> None:
    out = io.StringIO()
    screen = Screen(out)
    screen.show("1/2 one")
    screen.write("PASS one\n")
    screen.clear()
    assert out.getvalue() == "PASS one\n"


def test_the_live_line_is_cut_to_the_terminal() -> None:
    terminal = Terminal()
    Screen(io.StringIO(), terminal, lambda: 10).show("0123456789")
    assert terminal.getvalue() == f"{HIDE}\r01234567…\x1b[K"


@pytest.mark.parametrize(("encoding", "written"), [("ascii", b"a - b ... \\xe9\n"), ("utf-8", "a · b … é\n".encode())])
def test_a_stream_gets_what_it_can_take(encoding: str, written: bytes) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    Screen(stream).write("a · b … é\n")
    assert raw.getvalue() == written


def test_a_thread_draws_until_the_run_is_over() -> None:
    terminal = Terminal()
    progress = Progress(Screen(io.StringIO(), terminal), SystemClock())
    progress(RunStarted(1))
    progress(RequestStarted(1, "one"))
    wait_for(lambda: terminal.getvalue().count("1/1 one") >= 2)
    progress(finished("one"))
    progress(RunFinished(RunResult({}, 0.1)))
    written = terminal.getvalue()
    assert written.endswith(ERASE + SHOW)
    time.sleep(0.25)
    assert terminal.getvalue() == written


def test_a_quick_run_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runner.report.progress.INTERVAL", 30.0)
    terminal = Terminal()
    progress = Progress(Screen(io.StringIO(), terminal), SystemClock())
    progress(RunStarted(1))
    progress(RequestStarted(1, "one"))
    progress(RunFinished(RunResult({}, 0.1)))
    assert terminal.getvalue() == ""


def test_a_terminal_that_goes_away_does_not_end_the_run() -> None:
    terminal = Terminal()
    progress = Progress(Screen(io.StringIO(), terminal), SystemClock())
    progress(RunStarted(1))
    progress(RequestStarted(1, "one"))
    wait_for(lambda: "1/1 one" in terminal.getvalue())
    terminal.close()
    time.sleep(0.15)
    progress(RunFinished(RunResult({}, 0.1)))
