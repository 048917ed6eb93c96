"""A collection as the steps of its run: included files in their places, requests with rows once a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from runner.engine.job import names_read
from runner.engine.scope import Scope
from runner.model import Include, Phase, RequestSpec
from runner.variables.uses import used_names


class Step(NamedTuple):
    """One request in its scope. ``label`` names its data row. Each include has a number, 0 is the file itself:
    ``families`` are those around the step, from the outside; ``visible`` those that know of it (``only`` leaves out
    a request for all that stand further outside: there it runs where something else needs it); ``prepares`` those
    whose ``setup`` it is part of, and ``cleans`` the one that its teardown belongs to. ``copy`` says which include of
    the same file it comes from."""

    spec: RequestSpec
    scope: Scope
    phase: Phase
    label: str = ""
    families: tuple[int, ...] = (0,)
    visible: tuple[int, ...] = (0,)
    prepares: tuple[int, ...] = ()
    cleans: int = 0
    copy: int = 1

    @property
    def family(self) -> int:
        """The include that it stands in."""
        return self.families[-1]

    @property
    def wanted(self) -> bool:
        """Whether it runs for itself."""
        return 0 in self.visible


def expand(scope: Scope) -> list[Step]:
    """The steps of a whole file, in the order in which they are sent. The teardown of included files comes behind
    that of the file itself, the last include first."""
    return _Expansion().of(scope)


class _Expansion:
    """Counts the includes of one run."""

    def __init__(self) -> None:
        self._families = 0
        self._copies: Counter[str] = Counter()

    def of(self, scope: Scope, families: tuple[int, ...] = (0,)) -> list[Step]:
        steps: list[Step] = []
        later: list[Step] = []
        for item in _grouped(scope.collection.items):
            if not isinstance(item, Include):
                steps += _rows_of(item, scope, families)
                continue
            for own in self._included(item, scope, families):
                if item.phase == "teardown":
                    steps += [step._replace(phase="teardown") for step in own]
                else:
                    steps += [step._replace(phase=item.phase) for step in own if step.phase != "teardown"]
                    later = [_cleaning(step, len(families)) for step in own if step.phase == "teardown"] + later
        return steps + later

    def _included(self, include: Include, outer: Scope, families: tuple[int, ...]) -> Iterator[list[Step]]:
        """The steps of each row of an included file, with the phases that they have there."""
        name = include.collection.source.name
        self._copies[name] += 1
        copy = self._copies[name]
        used = used_names(include.collection)
        for row in include.collection.rows:
            scope = outer.of_include(include, row.only(used))
            self._families += 1
            inner = (*families, self._families)
            yield [_from_outside(step, include, scope, inner, copy) for step in self.of(scope, inner)]


def _from_outside(step: Step, include: Include, scope: Scope, families: tuple[int, ...], copy: int) -> Step:
    """A step of an included file as the including one sees it."""
    outer, own = families[-2:]
    wanted = own in step.visible and include.wants(step.spec, step.phase)
    return step._replace(
        label=" ".join(filter(None, (scope.variables.label, step.label))),
        visible=(*step.visible, outer) if wanted else step.visible,
        prepares=(*step.prepares, own) if step.phase == "setup" else step.prepares,
        copy=copy if step.family == own else step.copy,
    )


def _cleaning(step: Step, depth: int) -> Step:
    return step if step.cleans else step._replace(cleans=step.families[depth])


def _grouped(items: Iterable[RequestSpec | Include]) -> Iterator[Include | tuple[RequestSpec, ...]]:
    """The turns of a conversation together: each row has all of them."""
    for _, same in groupby(items, lambda item: id(getattr(item, "conversation", None) or item)):
        found = tuple(same)
        if isinstance(found[0], Include):
            yield found[0]
        else:
            yield tuple(item for item in found if isinstance(item, RequestSpec))


def _rows_of(specs: Sequence[RequestSpec], scope: Scope, families: tuple[int, ...]) -> Iterator[Step]:
    visible = families[-1:]
    rows = specs[0].rows
    used = _used(specs, scope) if len(rows) > 1 or rows[0].values else set()
    for row in rows:
        if not row.values:
            yield from (Step(spec, scope, spec.phase, "", families, visible) for spec in specs)
            continue
        own = scope.with_row(row.only(used))
        yield from (Step(spec, own, spec.phase, own.variables.label, families, visible) for spec in specs)


def _used(specs: Iterable[RequestSpec], scope: Scope) -> set[str]:
    """The variables that requests speak of."""
    read = [names_read(spec, scope) for spec in specs]
    return {name for one in read for written, uses in one.items() for name in (written, *uses)}
