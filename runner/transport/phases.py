"""How long each phase of connecting took in the exchange under way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeAlias

from runner.clock import Clock

Phase: TypeAlias = Literal["lookup", "connect", "tls"]


class Phases:
    """A stopwatch for each phase; several connections of one exchange (redirects) are added up."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._took: dict[Phase, float] = {}

    def start(self) -> None:
        """A new exchange."""
        self._took = {}

    def took(self, phase: Phase) -> float | None:
        """Seconds; None for a phase that did not happen."""
        return self._took.get(phase)

    @contextmanager
    def measure(self, phase: Phase) -> Iterator[None]:
        """Count what is done inside as ``phase``, but for phases that are measured on their own in it."""
        started, before = self._clock.monotonic(), sum(self._took.values())
        try:
            yield
        finally:
            inner = sum(self._took.values()) - before
            self._took[phase] = self._took.get(phase, 0.0) + self._clock.monotonic() - started - inner
