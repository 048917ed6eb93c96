"""A collection as the steps of its run: included files in their places, requests with rows once a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from runner.engine.job import names_read
from runner.engine.scope import Scope
from runner.model import Include, Phase, RequestSpec
from runner.node import Plain


class Step(NamedTuple):
    """One request in its scope. ``label`` names its data row; ``family`` is the number of the include that it comes
    from (0 for the file itself), within which ``needs`` has its names, and ``copy`` says which include of the same
    file that is; ``wanted`` is False for what ``only`` leaves out: it runs where something else needs it."""

    spec: RequestSpec
    scope: Scope
    phase: Phase
    label: str = ""
    family: int = 0
    copy: int = 1
    wanted: bool = True


def expand(scope: Scope) -> list[Step]:
    """The steps of a whole file, in the order in which they are sent. The teardown of included files comes behind
    that of the file itself, the last include first."""
    return _Expansion().of(scope)


class _Expansion:
    """Counts the includes of one run."""

    def __init__(self) -> None:
        self._families = 0
        self._copies: Counter[str] = Counter()

    def of(self, scope: Scope, family: int = 0) -> list[Step]:
        steps: list[Step] = []
        later: list[Step] = []
        for item in _grouped(scope.collection.items):
            if not isinstance(item, Include):
                steps += _rows_of(item, scope, family)
                continue
            own = list(self._included(item, scope))
            if item.phase == "teardown":
                steps += [step._replace(phase="teardown") for step in own]
            else:
                steps += [step._replace(phase=item.phase) for step in own if step.phase != "teardown"]
                later = [step for step in own if step.phase == "teardown"] + later
        return steps + later

    def _included(self, include: Include, outer: Scope) -> Iterator[Step]:
        name = include.collection.source.name
        self._copies[name] += 1
        copy = self._copies[name]
        for row in include.collection.rows:
            scope = outer.of_include(include, row)
            self._families += 1
            family = self._families
            for step in self.of(scope, family):
                named = not include.only or step.phase != "requests" or str(step.spec.name.value) in include.only
                label = " ".join(filter(None, (step.label, scope.variables.label)))
                own = step._replace(copy=copy) if step.family == family else step
                yield own._replace(label=label, wanted=step.wanted and named)


def _grouped(items: Iterable[RequestSpec | Include]) -> Iterator[Include | tuple[RequestSpec, ...]]:
    """The turns of a conversation together: each row has all of them."""
    for _, same in groupby(items, lambda item: id(getattr(item, "conversation", None) or item)):
        found = tuple(same)
        if isinstance(found[0], Include):
            yield found[0]
        else:
            yield tuple(item for item in found if isinstance(item, RequestSpec))


def _rows_of(specs: Sequence[RequestSpec], scope: Scope, family: int) -> Iterator[Step]:
    for row in specs[0].rows:
        if not row.values:
            yield from (Step(spec, scope, spec.phase, "", family) for spec in specs)
            continue
        own = scope.with_row(row._replace(values=_used(row.values, specs, scope)))
        yield from (Step(spec, own, spec.phase, own.variables.label, family) for spec in specs)


def _used(values: Mapping[str, Plain], specs: Iterable[RequestSpec], scope: Scope) -> dict[str, Plain]:
    """Those that a request speaks of: a line that is no header may be made of secrets."""
    read = [names_read(spec, scope) for spec in specs]
    names = {name for one in read for written, uses in one.items() for name in (written, *uses)}
    return {name: value for name, value in values.items() if name in names}
