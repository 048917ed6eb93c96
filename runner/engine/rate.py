"""How fast a run may send, over all of its threads."""

from __future__ import annotations

from threading import Event, Lock

from runner.clock import Clock


class Rate:
    """Lets requests go in equal distances; ``interval`` in seconds."""

    def __init__(self, interval: float, clock: Clock) -> None:
        self._interval = interval
        self._clock = clock
        self._lock = Lock()
        self._next = clock.monotonic()

    def wait(self, stop: Event) -> None:
        """Return when the next request may go, or as soon as ``stop`` is set."""
        with self._lock:
            now = self._clock.monotonic()
            moment = max(self._next, now)
            self._next = moment + self._interval
        if moment > now:
            self._clock.sleep(moment - now, stop)
