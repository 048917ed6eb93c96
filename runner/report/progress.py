"""The live line on a terminal: which request is under way, and for how long."""

from __future__ import annotations

from contextlib import suppress
from threading import Event as Signal, Thread

from runner.clock import Clock
from runner.engine.events import Event, RequestEnded, RequestStarted, RunFinished, RunStarted
from runner.report.cells import clip
from runner.report.screen import Screen
from runner.report.style import printable
from runner.threads import start_thread
from runner.units import format_duration

INTERVAL = 0.1
DOTS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
STROKES = "|/-\\"


class Progress:
    """A listener with one thread that draws ten times a second until the run is over."""

    def __init__(self, screen: Screen, clock: Clock, frames: str = DOTS) -> None:
        self._screen = screen
        self._clock = clock
        self._frames = frames
        self._frame = 0
        self._total = 0
        self._under_way: dict[int, tuple[str, float]] = {}
        """By number the name and the start of each request that was sent and has no verdict yet, the oldest first."""
        self._stopped = Signal()
        self._thread: Thread | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._total = event.requests
                with suppress(OSError):  # a run without a live line
                    self._thread = start_thread(self._draw, "progress")
            case RequestStarted():
                self._under_way[event.number] = (event.name, self._clock.monotonic())
            case RequestEnded():
                self._under_way.pop(event.number, None)
            case RunFinished():
                self.close()
            case _:
                pass

    def line(self) -> str:
        """What the live line says now, empty between requests."""
        under_way = self._under_way.copy()
        if not under_way:
            return ""
        number, (name, started) = next(iter(under_way.items()))
        start = f"{self._frames[self._frame]} {number}/{self._total} "
        seconds = self._clock.monotonic() - started
        others = f"  and {len(under_way) - 1} more" if len(under_way) > 1 else ""
        elapsed = (f"  {seconds:.1f} s" if seconds < 1 else f"  {format_duration(seconds)}") + others
        return start + clip(printable(name), max(1, self._screen.width - len(start + elapsed))) + elapsed

    def close(self) -> None:
        """Stop drawing and take the line away; may be called again."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._screen.clear()

    def _draw(self) -> None:
        while not self._stopped.wait(INTERVAL):
            self._frame = (self._frame + 1) % len(self._frames)
            self._screen.show(self.line())
