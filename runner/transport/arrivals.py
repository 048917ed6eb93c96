"""When each piece of a stream came."""

from __future__ import annotations

from runner.clock import Clock
from runner.messages import Arrival, is_stream, media_type
from runner.transport.base import Hear
from runner.transport.wire import Head


class Arrivals:
    """Takes the pieces of a body, notes the time since ``started`` and hands them on."""

    def __init__(self, clock: Clock, started: float, hear: Hear | None, kind: str) -> None:
        self._clock = clock
        self._started = started
        self._pieces: list[bytes] = []
        self._times: list[Arrival] = []
        self._size = 0
        self._heard = hear(kind) if hear is not None else None

    def take(self, piece: bytes) -> None:
        """The next piece, decompressed."""
        self._times.append(Arrival(self._clock.monotonic() - self._started, self._size))
        self._pieces.append(piece)
        self._size += len(piece)
        if self._heard is not None:
            self._heard(piece)

    @property
    def times(self) -> tuple[Arrival, ...]:
        return tuple(self._times)

    @property
    def body(self) -> bytes:
        """What has come so far."""
        return b"".join(self._pieces)


def arrivals_of(head: Head, clock: Clock, started: float, hear: Hear | None) -> Arrivals | None:
    """What notes the pieces of the body that belongs to ``head``; None for one that is no stream."""
    return Arrivals(clock, started, hear, media_type(head.headers)) if is_stream(head.headers) else None
