"""How often, how fast and how well requests were answered, in little memory however many there were."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final, TypeAlias

Plain: TypeAlias = "list[object]"

STEP: Final = math.log(1.02)
"""Times within two percent of each other are one number: percentiles are right to one percent."""
SHORTEST: Final = 1e-6
MIDDLE: Final = 0.5


class Measure:
    """Of one request, or of several. ``failed`` counts all that did not pass, ``unanswered`` those of them that got no
    usable response; ``seconds`` is the sum of all times, ``size`` that of all bodies, ``written`` of the tokens that
    models wrote; ``times`` counts response times by their logarithm, ``waits`` times to the first content."""

    __slots__ = ("count", "failed", "least", "most", "seconds", "size", "times", "unanswered", "waits", "written")

    def __init__(self) -> None:
        self.count = 0
        self.failed = 0
        self.unanswered = 0
        self.seconds = 0.0
        self.least = math.inf
        self.most = 0.0
        self.size = 0
        self.written = 0
        self.times: dict[int, int] = {}
        self.waits: dict[int, int] = {}

    def add(self, seconds: float, size: int) -> None:
        """One request and how long it took."""
        self.count += 1
        self.seconds += seconds
        self.size += size
        self.least = min(self.least, seconds)
        self.most = max(self.most, seconds)
        key = int(math.log(max(seconds, SHORTEST)) // STEP)
        self.times[key] = self.times.get(key, 0) + 1

    def add_wait(self, seconds: float) -> None:
        """When the first content of a model's answer came."""
        key = int(math.log(max(seconds, SHORTEST)) // STEP)
        self.waits[key] = self.waits.get(key, 0) + 1

    def merge(self, other: Measure) -> None:
        """Add another one to this."""
        self.count += other.count
        self.failed += other.failed
        self.unanswered += other.unanswered
        self.seconds += other.seconds
        self.least = min(self.least, other.least)
        self.most = max(self.most, other.most)
        self.size += other.size
        self.written += other.written
        for mine, new in ((self.times, other.times), (self.waits, other.waits)):
            for key, count in new.items():
                mine[key] = mine.get(key, 0) + count

    @property
    def mean(self) -> float | None:
        """The mean response time in seconds."""
        return self.seconds / self.count if self.count else None

    def percentile(self, part: float, at: float = MIDDLE) -> float | None:
        """The response time in seconds that ``part`` of the requests, from 0 to 1, did not take longer than. ``at`` is
        0 for the least that it can have been, 1 for the most."""
        found = _percentile(self.times, part, at)
        return None if found is None else min(max(found, self.least), self.most)

    def wait_percentile(self, part: float, at: float = MIDDLE) -> float | None:
        """The same of the times to the first content."""
        return _percentile(self.waits, part, at)

    def plain(self) -> Plain:
        """As plain values, to be sent to another process."""
        numbers = [self.count, self.failed, self.unanswered, self.seconds, self.least, self.most, self.size]
        return [*numbers, self.written, list(self.times.items()), list(self.waits.items())]

    @classmethod
    def of_plain(cls, plain: list[object]) -> Measure:
        """What ``plain`` made; raises ``ValueError``, ``TypeError`` or ``IndexError`` for anything else."""
        found = cls()
        count, failed, unanswered, seconds, least, most, size, written, times, waits = plain
        found.count, found.failed, found.unanswered = _whole(count), _whole(failed), _whole(unanswered)
        found.seconds, found.least, found.most = _number(seconds), _number(least), _number(most)
        found.size, found.written = _whole(size), _whole(written)
        found.times, found.waits = _counts(times), _counts(waits)
        return found


def together(measures: Iterable[Measure]) -> Measure:
    """All of them as one."""
    total = Measure()
    for one in measures:
        total.merge(one)
    return total


def _percentile(counts: Mapping[int, int], part: float, at: float) -> float | None:
    total = sum(counts.values())
    if not total:
        return None
    rank = max(math.ceil(part * total - 1e-9), 1)
    for key in sorted(counts):
        rank -= counts[key]
        if rank <= 0:
            return math.exp((key + at) * STEP)
    return None


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
