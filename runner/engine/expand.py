"""A collection as the steps of its run: included files in their places, requests with rows once a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from runner.engine.scope import Scope
from runner.model import Include, Phase, RequestSpec


class Step(NamedTuple):
    """One request in its scope. ``label`` names its data row; ``family`` is the number of the include that it comes
    from (0 for the file itself), within which ``needs`` has its names; ``wanted`` is False for what ``only`` leaves
    out: it runs where something else needs it."""

    spec: RequestSpec
    scope: Scope
    phase: Phase
    label: str = ""
    family: int = 0
    wanted: bool = True


def expand(scope: Scope) -> list[Step]:
    """The steps of a whole file, in the order in which they are sent. The teardown of included files comes behind
    that of the file itself, the last include first."""
    return _Expansion().of(scope)


class _Expansion:
    """Counts the includes of one run."""

    def __init__(self) -> None:
        self._families = 0

    def of(self, scope: Scope, family: int = 0) -> list[Step]:
        steps: list[Step] = []
        later: list[Step] = []
        for item in scope.collection.items:
            if isinstance(item, RequestSpec):
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
        for row in include.collection.rows:
            scope = outer.of_include(include, row)
            self._families += 1
            for step in self.of(scope, self._families):
                named = not include.only or step.phase != "requests" or str(step.spec.name.value) in include.only
                label = " ".join(filter(None, (step.label, scope.variables.label)))
                yield step._replace(label=label, wanted=step.wanted and named)


def _rows_of(spec: RequestSpec, scope: Scope, family: int) -> Iterator[Step]:
    for row in spec.rows:
        own = scope.with_row(row)
        yield Step(spec, own, spec.phase, own.variables.label if row.values else "", family)
