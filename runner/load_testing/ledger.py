"""What came of a load test so far: by request, and by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from runner.clock import Clock
from runner.load_testing.measures import Measure, Times

MOST_SLOTS: Final = 120
"""Of more, each two become one: a test of an hour is told in as much memory as one of some minutes."""


class Slot(NamedTuple):
    """A piece of the test: from ``start``, ``length`` seconds long; the most ``users`` that there were."""

    start: int
    length: int
    users: int
    requests: Mapping[str, Measure]


class Ledger:
    """Kept by one process; a master adds to its own what its workers tell. ``sends`` says that what is added is told
    to somebody else, piece by piece."""

    def __init__(self, clock: Clock, *, sends: bool = False) -> None:
        self._clock = clock
        self._sends = sends
        self._second = 0
        self._present: dict[str, Measure] = {}
        """Of the second that has begun."""
        self._unsent: list[object] = []
        self._slots: dict[int, dict[str, Measure]] = {}
        self._users: dict[int, int] = {}
        self._length = 1
        self.requests: dict[str, Measure] = {}
        """All of it by request, but for the second that has begun."""
        self.skipped = 0
        self.cut = 0
        """Requests that were sent and not waited for when the test ended."""
        self.waiting: dict[str, Times] = {}
        """By their names, how long those had been waited for, where that is known."""
        self.started = clock.monotonic()
        self.started_at = clock.now()
        self._ended: float | None = None
        self._last = self.started

    def add(self, name: str, seconds: float, size: int) -> Measure:
        """A request that was answered; what else there is to say of it is said to its measure, at once."""
        measure = self._of(name)
        measure.add(seconds, size)
        return measure

    def add_silence(self, name: str, seconds: float) -> Measure:
        """A request that got no usable response, and how long that took."""
        measure = self._of(name)
        measure.silences.add(seconds)
        return measure

    def _of(self, name: str) -> Measure:
        """Of the second that goes on."""
        now = self._clock.monotonic()
        self._last = now
        second = int(now - self.started)
        if second != self._second:
            self._turn(second)
        measure = self._present.get(name)
        if measure is None:
            measure = self._present[name] = Measure()
        return measure

    def note_cut(self, name: str, since: float | None) -> None:
        """A request that is not waited for any more, and when it was sent."""
        self.cut += 1
        if since is not None:
            self.waiting.setdefault(name, Times()).add(self._clock.monotonic() - since)

    def note_users(self, users: int) -> None:
        """How many there are now."""
        second = int(self._clock.monotonic() - self.started)
        self._make_room(second)
        place = second // self._length
        self._users[place] = max(self._users.get(place, 0), users)

    @property
    def seconds(self) -> float:
        """How long it took, or has taken so far: to the moment when users were stopped, or their last answer."""
        end = self._clock.monotonic() if self._ended is None else max(self._ended, self._last)
        return end - self.started

    def end(self) -> None:
        """Users are being stopped: no more is sent."""
        if self._ended is None:
            self._ended = self._clock.monotonic()

    def settle(self) -> None:
        """Take account of all that was added."""
        self._turn(self._second)

    def take(self) -> list[object]:
        """What was added since the last time, as plain values."""
        self.settle()
        taken, self._unsent = self._unsent, []
        return taken

    def merge(self, taken: object) -> None:
        """Add what another ledger gave; raises ``ValueError`` or ``TypeError`` for what is none."""
        if not isinstance(taken, list):
            raise TypeError("a list is to stand here")
        for second, requests in taken:
            if not (isinstance(second, int) and isinstance(requests, dict)):
                raise TypeError("a second and its requests are to stand here")
            self._put(second, {str(name): Measure.of_plain(plain) for name, plain in requests.items()})

    def slots(self) -> list[Slot]:
        """The pieces of the test, those included in which nothing was answered."""
        self.settle()
        last = max([*self._slots, *self._users], default=-1)
        length = self._length
        return [
            Slot(place * length, length, self._users.get(place, 0), self._slots.get(place, {}))
            for place in range(last + 1)
        ]

    def _turn(self, second: int) -> None:
        present, self._present = self._present, {}
        if present:
            if self._sends:
                self._unsent.append([self._second, {name: one.plain() for name, one in present.items()}])
            self._put(self._second, present)
        self._second = second

    def _put(self, second: int, requests: Mapping[str, Measure]) -> None:
        self._make_room(second)
        slot = self._slots.setdefault(second // self._length, {})
        for name, measure in requests.items():
            slot.setdefault(name, Measure()).merge(measure)
            self.requests.setdefault(name, Measure()).merge(measure)

    def _make_room(self, second: int) -> None:
        """Make one slot of each two while there would be too many."""
        while second // self._length >= MOST_SLOTS:
            self._halve()

    def _halve(self) -> None:
        slots: dict[int, dict[str, Measure]] = {}
        for place, requests in self._slots.items():
            for name, measure in requests.items():
                slots.setdefault(place // 2, {}).setdefault(name, Measure()).merge(measure)
        users: dict[int, int] = {}
        for place, count in self._users.items():
            users[place // 2] = max(users.get(place // 2, 0), count)
        self._slots, self._users, self._length = slots, users, self._length * 2
