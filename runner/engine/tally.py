"""Counts what is told of a run, so that nothing else of it must be kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias, cast

from runner import registry
from runner.errors import ExitCode
from runner.results import Failed, RequestResult, RunResult, Status

if TYPE_CHECKING:  # imported by those runs in which a model was asked
    from collections.abc import Callable
    from decimal import Decimal

    from runner.engine.sums import Sums
    from runner.usage import Usage


Coster: TypeAlias = "Callable[[Usage], Decimal | None]"


def listed_cost(usage: Usage) -> Decimal | None:
    """By the list of prices, which is imported for it."""
    return cast(Coster, registry.load(registry.COST))(usage)


class Tally:
    """``planned`` is how many requests were to run, ``cost_of`` says what tokens cost."""

    def __init__(self, planned: int, cost_of: Coster = listed_cost) -> None:
        self._cost_of = cost_of
        self._planned = planned
        self._counts: Counter[Status] = Counter()
        self._failed: list[Failed] = []
        self._sums: Sums | None = None
        self._warnings = 0
        self.files_skipped = 0

    def add(self, file: str, result: RequestResult) -> None:
        """One verdict."""
        self._counts[result.status] += 1
        self._warnings += len(result.warnings)
        if result.status in (Status.FAIL, Status.ERROR):
            self._failed.append(Failed(file, result.name))
        if result.usages or result.model:
            if self._sums is None:
                self._sums = cast("type[Sums]", registry.load(registry.SUMS))(self._cost_of)
            self._sums.add(result)

    def result(self, duration: float, *, strict: bool, interrupted: ExitCode | None) -> RunResult:
        """What there is to say now."""
        models = self._sums.models() if self._sums is not None else ()
        not_run = self._planned - self._counts.total()
        failed = tuple(self._failed)
        made = RunResult(dict(self._counts), duration, strict, interrupted, not_run, self.files_skipped, failed, models)
        return made._replace(warnings=self._warnings)
