"""How a run is ended early: what may no longer be sent, why, and how long what cleans up still has."""

from __future__ import annotations

from threading import Event

from runner.model import Phase

TEARDOWN_LIMIT = 10.0
"""Seconds that teardown may take after an interrupt."""


class Stopped(Exception):  # not an error
    """There is no answer to tell of; ``sent`` says whether something was sent that it could come to."""

    def __init__(self, *, sent: bool) -> None:
        super().__init__()
        self.sent = sent


class Unsent(Exception):  # not an error
    """A request must not be sent; the text says why."""


class Halt:
    """Set by the thread that runs the run, looked at by those that send. ``ends_at`` is on the monotonic clock, None
    without an interrupt; ``why`` is the reason in words."""

    def __init__(self) -> None:
        self.now = Event()
        self.interrupted = Event()
        self._over = Event()
        self.ends_at: float | None = None
        self.why = ""

    def stop(self, why: str) -> None:
        """What is under way may end; nothing but teardown is sent any more."""
        self.why = self.why or why
        self.now.set()

    def interrupt(self, ends_at: float) -> None:
        """The same, what is under way is cut, and teardown has until ``ends_at``."""
        self.ends_at = ends_at
        self.why = "the run was interrupted"
        self.interrupted.set()
        self.now.set()

    def give_up(self) -> None:
        """Teardown, too, has had its time."""
        self._over.set()

    def of(self, phase: Phase) -> Event:
        """What is set when requests of this phase must end."""
        return self._over if phase == "teardown" else self.now
