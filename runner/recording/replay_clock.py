"""Time as it was when a recording was made: nobody waits, and all that is waited for is over at once."""

from __future__ import annotations

import threading
from threading import Event

from runner.clock import Clock


class ReplayClock:
    """Says what time it was then, on the clock ``inner`` from when this one was made; each thread is ahead of that by
    what it would have waited for. Limits of time so hold as they did."""

    def __init__(self, inner: Clock, started: float) -> None:
        self._inner = inner
        self._offset = started - inner.now()
        self._own = threading.local()

    def now(self) -> float:
        return self._inner.now() + self._offset + self._ahead

    def monotonic(self) -> float:
        return self._inner.monotonic() + self._ahead

    def sleep(self, seconds: float, stop: Event | None = None) -> None:
        """Over at once, unless it is stopped already."""
        if stop is None or not stop.is_set():
            self.skip(seconds)

    def skip(self, seconds: float) -> None:
        """As if ``seconds`` had passed for this thread."""
        self._own.ahead = self._ahead + max(seconds, 0.0)

    @property
    def _ahead(self) -> float:
        return float(getattr(self._own, "ahead", 0.0))
