"""Whether requests that were cut off at the end were only late, or held up: an API that begins to hang in the middle of
a test answers nothing that could break a threshold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner.load_testing.measures import Measure, Times
from runner.load_testing.record import Outcome
from runner.load_testing.thresholds import format_time

BY_FAR: Final = 2
"""A request that was waited for more than so many times the longest answer of its name was held up."""


def held_up(requests: Mapping[str, Measure], waiting: Mapping[str, Times], cut: int) -> list[Outcome]:
    """What must hold of those that were cut off, and does not. ``waiting`` is how long they had been waited for, where
    that is known; ``cut`` is how many there were."""
    found = [*_of_names(requests, waiting)]
    answered = sum(one.times.count for one in requests.values())
    if cut > answered:
        found.append(Outcome("answered >= cut off", float(answered), f"{answered:,} and {cut:,}", met=False))
    return found


def _of_names(requests: Mapping[str, Measure], waiting: Mapping[str, Times]) -> Iterator[Outcome]:
    for name, waits in waiting.items():
        answered = requests.get(name, Measure()).times
        if waits.most <= BY_FAR * answered.most:
            continue
        longest = f"the longest answer took {format_time(answered.most)}" if answered.count else "never answered"
        shown = f"cut off after {format_time(waits.most)}, {longest}"
        yield Outcome(
            f"{name}: wait <= {BY_FAR} times the longest answer", round(waits.most * 1000, 3), shown, met=False
        )
