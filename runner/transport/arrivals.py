"""When each piece of a stream came."""

from __future__ import annotations

from typing import Final

from runner.clock import Clock
from runner.messages import Arrival, is_stream, media_type
from runner.transport.base import Hear
from runner.transport.wire import Head

APART: Final = 0.001
"""Seconds: what comes closer together counts as one piece, or a body that drips fast takes gigabytes of times."""


class Arrivals:
    """Takes the pieces of a body, notes the time since ``started`` and hands them on."""

    def __init__(self, clock: Clock, started: float, hear: Hear | None, kind: str) -> None:
        self._clock = clock
        self._started = started
        self._body = bytearray()
        self._times: list[Arrival] = []
        self._heard = hear(kind) if hear is not None else None

    def take(self, piece: bytes) -> None:
        """The next piece, decompressed."""
        at = self._clock.monotonic() - self._started
        if not self._times or at - self._times[-1].at >= APART:
            self._times.append(Arrival(at, len(self._body)))
        self._body += piece
        if self._heard is not None:
            self._heard(piece)

    @property
    def times(self) -> tuple[Arrival, ...]:
        return tuple(self._times)

    @property
    def body(self) -> bytes:
        """What has come so far."""
        return bytes(self._body)


def arrivals_of(head: Head, clock: Clock, started: float, hear: Hear | None) -> Arrivals | None:
    """What notes the pieces of the body that belongs to ``head``; None for one that is no stream."""
    return Arrivals(clock, started, hear, media_type(head.headers)) if is_stream(head.headers) else None
