"""What one user does again and again: the requests of a file by phase, and which of them a round sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from runner.engine.job import Job, Planned
from runner.load_plan import LoadPlan
from runner.loading.load_tests import weight_of
from runner.model import Collection, Phase
from runner.variables.scope import Remembered, Variables
from runner.variables.template import is_made_up


class Choice(NamedTuple):
    """What a round may send: a request that is picked, with all that it needs. ``upto`` is the sum of its weight and of
    those before it."""

    upto: float
    requests: tuple[Planned, ...]


class Script(NamedTuple):
    """Of one job. Without ``choices`` a round sends all of ``requests``. ``varies`` says that what responses give or
    what is made up differs from user to user, so that they cannot share it."""

    job: Job
    setup: tuple[Planned, ...]
    requests: tuple[Planned, ...]
    teardown: tuple[Planned, ...]
    choices: tuple[Choice, ...]
    varies: bool

    def pick(self, chance: float) -> tuple[Planned, ...]:
        """What the next round sends; ``chance`` is from 0 to 1."""
        if not self.choices:
            return self.requests
        point = chance * self.choices[-1].upto
        return next((one.requests for one in self.choices if point < one.upto), self.choices[-1].requests)


def script_of(job: Job) -> Script:
    """The script of a job that was planned."""

    def of(phase: Phase) -> tuple[Planned, ...]:
        return tuple(one for one in job.requests if one.phase == phase)

    return Script(job, of("setup"), of("requests"), of("teardown"), _choices(job), varies(job))


def _choices(job: Job) -> tuple[Choice, ...]:
    """Every request, or conversation, that is picked by its weight; none where the file has no weights."""
    main = [one for one in job.requests if one.phase == "requests"]
    weights = (job.collection.load or LoadPlan()).weights
    if all(weight_of(one.spec, weights) is None for one in main):
        return ()
    units: dict[object, list[Planned]] = {}
    for one in main:
        units.setdefault((one.families, id(one.spec.conversation)) if one.spec.conversation else one.name, []).append(
            one
        )
    found = []
    for members in units.values():
        given = weight_of(members[0].spec, weights)
        found.append((1.0 if given is None else given, _with_needs(members, main)))
    sums = accumulate(weight for weight, _ in found)
    chosen = [Choice(upto, requests) for (weight, requests), upto in zip(found, sums, strict=True) if weight]
    return tuple(chosen) or (Choice(1.0, ()),)


def _with_needs(unit: Sequence[Planned], main: Sequence[Planned]) -> tuple[Planned, ...]:
    """A unit and what it cannot do without, in the order of the file."""
    by_name = {one.name: one for one in main}
    names: set[str] = set()
    waiting = list(unit)
    while waiting:
        one = waiting.pop()
        if one.name not in names:
            names.add(one.name)
            needed = (*one.needs, *one.sources.values(), *one.setup)
            waiting.extend(by_name[name] for name in needed if name in by_name)
    return tuple(one for one in main if one.name in names)


def varies(job: Job) -> bool:
    """Whether anything of what its requests are made of may differ from one round to the next."""
    return any(one.spec.captures for one in job.requests) or _makes_up(job.collection)


def _makes_up(collection: Collection) -> bool:
    """Whether the value of a variable, of this file or an included one, is made up when it is asked for."""
    given = [node for include in collection.includes for node in include.given.values()]
    if any(is_made_up(node) for node in (*collection.variables.values(), *given)):
        return True
    return any(_makes_up(include.collection) for include in collection.includes)


class Moment:
    """What the scopes of a job know now, or, with ``first``, may know before anything is sent; to that it can go
    back."""

    def __init__(self, job: Job, *, first: bool = False) -> None:
        scopes = {id(one): one for one in _scopes(job)}.values()
        known = {one: one.before_all() if first else one.remembered() for one in scopes}
        self._known: Mapping[Variables, Remembered] = known

    def restore(self) -> None:
        """Know no more than then."""
        for scope, before in self._known.items():
            scope.go_back(before)


def _scopes(job: Job) -> Iterator[Variables]:
    for found in (job.scope.variables, *(one.scope.variables for one in job.requests)):
        scope: Variables | None = found
        while scope is not None:
            yield scope
            scope = scope.outer
