"""Time as it was when a recording was made: all that is waited for is over at once, or takes as long as then."""

from __future__ import annotations

import threading
from threading import Event
from typing import NamedTuple

from runner.clock import Clock


class Moment(NamedTuple):
    """What the clock of a thread says, and how far it is ahead."""

    reading: float
    ahead: float


class ReplayClock:
    """Says what time it was then, on the clock ``inner`` from when this one was made; each thread is ahead of that by
    what it would have waited for. Limits of time so hold as they did. With ``waits`` it is as slow as then."""

    def __init__(self, inner: Clock, started: float, *, waits: bool = False) -> None:
        self._inner = inner
        self._waits = waits
        self._offset = started - inner.now()
        self._own = threading.local()

    def now(self) -> float:
        return self._inner.now() + self._offset + self._ahead

    def monotonic(self) -> float:
        return self._inner.monotonic() + self._ahead

    def sleep(self, seconds: float, stop: Event | None = None) -> None:
        """Over at once for this thread, unless it waits; nothing passes if it is stopped already."""
        if seconds <= 0 or (stop is not None and stop.is_set()):
            return
        if self._waits:
            self._inner.sleep(seconds, stop)
        else:
            self._own.ahead = self._ahead + seconds

    def moment(self) -> Moment:
        """Now, for this thread."""
        return Moment(self.monotonic(), self._ahead)

    def since(self, then: Moment, least: float) -> None:
        """As much has passed for this thread since ``then`` as it has waited for, and no less than ``least``: what this
        machine took does not count, what that of then took does. Where it is as slow as then nothing is changed."""
        if not self._waits:
            passed = max(self._ahead - then.ahead, least)
            self._own.ahead = then.reading + passed - self._inner.monotonic()

    @property
    def _ahead(self) -> float:
        return float(getattr(self._own, "ahead", 0.0))
