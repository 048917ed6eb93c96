"""How a run is ended early: what may no longer be sent, and how long what cleans up still has."""

from __future__ import annotations

from threading import Event

from runner.model import Phase

TEARDOWN_LIMIT = 10.0
"""Seconds that teardown may take after an interrupt."""


class Stopped(Exception):  # not an error
    """The run was interrupted before an answer came."""


class Halt:
    """Set by the thread that runs the run, looked at by those that send. ``ends_at`` is on the monotonic clock."""

    def __init__(self) -> None:
        self._now = Event()
        self._over = Event()
        self.ends_at: float | None = None

    def interrupt(self, ends_at: float) -> None:
        """Only teardown may still send, until ``ends_at``."""
        self.ends_at = ends_at
        self._now.set()

    def give_up(self) -> None:
        """Teardown, too, has had its time."""
        self._over.set()

    def of(self, phase: Phase) -> Event:
        """What is set when requests of this phase must end."""
        return self._over if phase == "teardown" else self._now
