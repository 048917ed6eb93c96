"""How often, how fast and how well requests were answered, in little memory however many there were."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Final, TypeAlias

Plain: TypeAlias = "list[object]"

STEP: Final = math.log(1.02)
"""Times within two percent of each other are one number: percentiles are right to one percent."""
SHORTEST: Final = 1e-6
MIDDLE: Final = 0.5


class Times:
    """How long something took: ``seconds`` is the sum, ``steps`` counts times by their logarithm."""

    __slots__ = ("count", "least", "most", "seconds", "steps")

    def __init__(self) -> None:
        self.count = 0
        self.seconds = 0.0
        self.least = math.inf
        self.most = 0.0
        self.steps: dict[int, int] = {}

    def add(self, seconds: float) -> None:
        """It took so long once more."""
        self.count += 1
        self.seconds += seconds
        self.least = min(self.least, seconds)
        self.most = max(self.most, seconds)
        step = int(math.log(max(seconds, SHORTEST)) // STEP)
        self.steps[step] = self.steps.get(step, 0) + 1

    def merge(self, other: Times) -> None:
        """Add others to these."""
        self.count += other.count
        self.seconds += other.seconds
        self.least = min(self.least, other.least)
        self.most = max(self.most, other.most)
        for step, count in other.steps.items():
            self.steps[step] = self.steps.get(step, 0) + count

    @property
    def mean(self) -> float | None:
        """In seconds; None of nothing."""
        return self.seconds / self.count if self.count else None

    @property
    def longest(self) -> float | None:
        """In seconds; None of nothing."""
        return self.most if self.count else None

    @property
    def shortest(self) -> float | None:
        """In seconds; None of nothing."""
        return self.least if self.count else None

    def percentile(self, part: float, at: float = MIDDLE) -> float | None:
        """The time in seconds that ``part`` of them, from 0 to 1, were not longer than. ``at`` is 0 for the least that
        it can have been, 1 for the most."""
        rank = max(math.ceil(part * self.count - 1e-9), 1)
        for step in sorted(self.steps):
            rank -= self.steps[step]
            if rank <= 0:
                return min(max(math.exp((step + at) * STEP), self.least), self.most)
        return None

    def plain(self) -> Plain:
        """As plain values, to be sent to another process; few for nothing, which is frequent."""
        return [self.count, self.seconds, self.least, self.most, list(self.steps.items())] if self.count else []

    @classmethod
    def of_plain(cls, plain: object) -> Times:
        """What ``plain`` made; raises ``ValueError`` or ``TypeError`` for anything else."""
        found = cls()
        if not isinstance(plain, list):
            raise TypeError("a list is to stand here")
        if not plain:
            return found
        count, seconds, least, most, steps = plain
        found.count, found.seconds = _whole(count), _number(seconds)
        found.least, found.most, found.steps = _number(least), _number(most), _counts(steps)
        return found


class Measure:
    """Of one request, or of several. ``times`` are those of what was answered, ``silences`` those after which it was
    clear that there would be no usable response: a refused connection is quick, and says nothing of how fast a server
    is. ``failed`` counts all that did not pass, ``size`` is the sum of all bodies, ``written`` of the tokens that
    models wrote; ``waits`` are the times to the first content."""

    __slots__ = ("failed", "silences", "size", "times", "waits", "written")

    def __init__(self) -> None:
        self.failed = 0
        self.size = 0
        self.written = 0
        self.times = Times()
        self.silences = Times()
        self.waits = Times()

    def add(self, seconds: float, size: int) -> None:
        """A request that was answered, and how long it took."""
        self.times.add(seconds)
        self.size += size

    @property
    def count(self) -> int:
        """How many were sent, answered or not."""
        return self.times.count + self.silences.count

    @property
    def unanswered(self) -> int:
        """How many got no usable response."""
        return self.silences.count

    def merge(self, other: Measure) -> None:
        """Add another one to this."""
        self.failed += other.failed
        self.size += other.size
        self.written += other.written
        self.times.merge(other.times)
        self.silences.merge(other.silences)
        self.waits.merge(other.waits)

    def plain(self) -> Plain:
        """As plain values, to be sent to another process."""
        times = (self.times, self.silences, self.waits)
        return [self.failed, self.size, self.written, *(one.plain() for one in times)]

    @classmethod
    def of_plain(cls, plain: list[object]) -> Measure:
        """What ``plain`` made; raises ``ValueError`` or ``TypeError`` for anything else."""
        found = cls()
        failed, size, written, times, silences, waits = plain
        found.failed, found.size, found.written = _whole(failed), _whole(size), _whole(written)
        found.times, found.silences = Times.of_plain(times), Times.of_plain(silences)
        found.waits = Times.of_plain(waits)
        return found


def together(measures: Iterable[Measure]) -> Measure:
    """All of them as one."""
    total = Measure()
    for one in measures:
        total.merge(one)
    return total


def of_all(times: Iterable[Times]) -> Times:
    """All of them as one."""
    total = Times()
    for one in times:
        total.merge(one)
    return total


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError("a whole number is to stand here")
    return value


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError("a number is to stand here")
    return float(value)


def _counts(value: object) -> dict[int, int]:
    if not isinstance(value, list):
        raise TypeError("a list is to stand here")
    return {_whole(key): _whole(count) for key, count in value}
