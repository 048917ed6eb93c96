"""Holds a run against earlier ones: what fails now that did not, what does no longer, what is slower or dearer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple, TypeAlias

from runner.report.record import Change, ChangeKind, Comparison, Glance, Record, Report
from runner.results import Status
from runner.usage import tokens_of

SLOWER: Final = 1.5
SLOWER_BY: Final = 0.1
"""A request is slower if it takes this many times as long, and this many seconds longer."""
MICROSECONDS: Final = 6
"""Digits of a difference: more of them are none that were measured."""
DEARER: Final = Decimal("1.1")
"""It is dearer if it costs this many times as much, or takes this many times the tokens where a cost is not known."""
ORDER: Final[Sequence[ChangeKind]] = ("newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone")
"""What matters most first."""
FAILING: Final = (Status.FAIL, Status.ERROR)


class Key(NamedTuple):
    """By what a request is known again; ``time`` counts those that have the rest in common, in reports that were
    merged."""

    file: str
    row: str
    round: str
    name: str
    time: int = 0


Glances: TypeAlias = Mapping[Key, Glance]


def compared(new: Report, old: Report, earlier: Sequence[Report] = ()) -> Comparison:
    """``new`` held against ``old``; ``earlier`` ones, the oldest first, tell since when something fails."""
    before, after = glances(old), glances(new)
    past = [(one.started, glances(one)) for one in (*earlier, old)]
    changes: list[Change] = []
    for key in dict.fromkeys((*after, *before)):
        for kind in _kinds(before.get(key), after.get(key)):
            since = _since(key, new.started, past) if kind in ("newly failing", "still failing") else None
            changes.append(Change(kind, *key[:4], before.get(key), after.get(key), since))
    changes.sort(key=lambda change: ORDER.index(change.kind))
    models = old.result.models
    told = [one.tokens for one in models if one.answers]
    costs = [one.cost for one in models if one.cost is not None]
    return Comparison(
        old.started,
        old.result.duration,
        dict(old.result.counts),
        sum(told) if told else None,
        sum(costs, Decimal(0)) if costs else None,
        tuple(changes),
    )


def glances(report: Report) -> Glances:
    """What is compared of each request."""
    times: Counter[Key] = Counter()
    found: dict[Key, Glance] = {}
    for file, record in report.records:
        key = Key(file.file, file.row, file.round, record.result.name)
        found[key._replace(time=times[key])] = _glance(record)
        times[key] += 1
    return found


def _glance(record: Record) -> Glance:
    result = record.result
    return Glance(result.status, result.duration, tokens_of(result.usages), record.cost)


def _kinds(before: Glance | None, after: Glance | None) -> Iterator[ChangeKind]:
    """What has changed with one request. One that is skipped tells nothing: what failed before it is not mended."""
    failed = before is not None and before.status in FAILING
    if after is None:
        yield "gone"
    elif after.status in FAILING:
        yield "still failing" if failed else "newly failing"
    elif after.status is Status.SKIP:
        if failed:
            yield "still failing"
        elif before is not None and before.status is Status.PASS:
            yield "gone"
    elif before is None or before.status is Status.SKIP:
        yield "new"
    elif failed:
        yield "fixed"
    else:
        longer = round(after.duration - before.duration, MICROSECONDS)
        if longer >= SLOWER_BY and after.duration >= round(before.duration * SLOWER, MICROSECONDS):
            yield "slower"
        if _is_dearer(before, after):
            yield "dearer"


def _is_dearer(before: Glance, after: Glance) -> bool:
    if before.cost is not None and after.cost is not None:
        return after.cost > before.cost and after.cost >= before.cost * DEARER
    if before.tokens is None or after.tokens is None:
        return False
    return after.tokens > before.tokens and after.tokens >= before.tokens * DEARER


def _since(key: Key, now: float, past: Sequence[tuple[float, Glances]]) -> float:
    """When the first of the runs in a row began in which it fails; runs that know nothing of it do not count."""
    since = now
    for started, known in reversed(past):
        glance = known.get(key)
        if glance is None or glance.status is Status.SKIP:
            continue
        if glance.status not in FAILING:
            break
        since = started
    return since
