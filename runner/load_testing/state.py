"""What came of a test in one process, as plain values that go to the process that leads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from runner.engine.budget import Budget
from runner.load_testing.measures import Times
from runner.usage import ModelSum

if TYPE_CHECKING:  # it brings Locust along
    from runner.load_testing.trial import Trial

KEY = "collection_runner"
"""Under this name it goes along with what Locust's workers tell."""


@dataclass
class State:
    """All but the measures, which are told piece by piece; each is the sum of the whole test so far."""

    answered: int = 0
    unanswered: int = 0
    skipped: int = 0
    cut: int = 0
    fast: int = 0
    requests: int = 0
    down: bool = False
    over: bool = False
    fault: str = ""
    budget: str = ""
    """Which request --max-cost left no money for, and why."""
    failed: dict[tuple[str, str], int] = field(default_factory=dict)
    models: tuple[ModelSum, ...] = ()
    waiting: dict[str, Times] = field(default_factory=dict)


def state_of(trial: Trial, *, over: bool = False) -> State:
    """What there is to say of a trial now."""
    used = trial.around.used
    return State(
        trial.answered,
        trial.unanswered,
        trial.ledger.skipped,
        trial.ledger.cut,
        used.fast,
        used.requests,
        trial.is_down,
        over,
        "" if trial.fault is None else type(trial.fault).__name__,
        _spent(trial.budget),
        dict(trial.failed),
        trial.sums.models(),
        dict(trial.ledger.waiting),
    )


def plain(state: State) -> dict[str, object]:
    """To be sent."""
    numbers = [state.answered, state.unanswered, state.skipped, state.cut, state.fast, state.requests]
    return {
        "numbers": numbers,
        "flags": [state.down, state.over],
        "budget": state.budget,
        "fault": state.fault,
        "failed": [[name, why, count] for (name, why), count in state.failed.items()],
        "waiting": [[name, times.plain()] for name, times in state.waiting.items()],
        "models": [[*one._replace(cost=None), None if one.cost is None else str(one.cost)] for one in state.models],
    }


def read(told: Mapping[str, object]) -> State:
    """What was sent; raises ``ValueError``, ``TypeError`` or ``KeyError`` for anything else."""
    numbers, flags, failed, models = told["numbers"], told["flags"], told["failed"], told["models"]
    if not (isinstance(numbers, list) and isinstance(flags, list) and isinstance(failed, list)):
        raise TypeError("lists are to stand here")
    if not isinstance(models, list):
        raise TypeError("a list is to stand here")
    answered, unanswered, skipped, cut, fast, requests = (int(one) for one in numbers)
    down, over = (bool(one) for one in flags)
    found = State(answered, unanswered, skipped, cut, fast, requests, down, over, str(told["fault"]))
    found.budget = str(told["budget"])
    found.failed = {(str(name), str(why)): int(count) for name, why, count in failed}
    waiting = told["waiting"]
    if not isinstance(waiting, list):
        raise TypeError("a list is to stand here")
    found.waiting = {str(name): Times.of_plain(times) for name, times in waiting}
    found.models = tuple(_model(one) for one in models)
    return found


def together(states: list[State]) -> State:
    """The sum of several."""
    total = State(down=bool(states) and all(one.down for one in states), over=all(one.over for one in states))
    models: dict[str, ModelSum] = {}
    for one in states:
        total.answered += one.answered
        total.unanswered += one.unanswered
        total.skipped += one.skipped
        total.cut += one.cut
        total.fast += one.fast
        total.requests += one.requests
        total.budget = total.budget or one.budget
        total.fault = total.fault or one.fault
        for key, count in one.failed.items():
            total.failed[key] = total.failed.get(key, 0) + count
        for name, times in one.waiting.items():
            total.waiting.setdefault(name, Times()).merge(times)
        for model in one.models:
            known = models.get(model.model)
            models[model.model] = model if known is None else _added(known, model)
    total.models = tuple(models.values())
    return total


def _spent(budget: Budget | None) -> str:
    return "" if budget is None or not budget.exceeded else f'"{budget.refused}" was not sent: {budget.why}'


def _model(values: object) -> ModelSum:
    if not isinstance(values, list):
        raise TypeError("a list is to stand here")
    *rest, cost = values
    try:
        return ModelSum(*rest)._replace(cost=None if cost is None else Decimal(str(cost)))
    except InvalidOperation:
        raise ValueError("a cost is to stand here") from None


def _added(one: ModelSum, other: ModelSum) -> ModelSum:
    costs = [cost for cost in (one.cost, other.cost) if cost is not None]
    return ModelSum(
        one.model,
        one.requests + other.requests,
        one.passed + other.passed,
        one.answers + other.answers,
        one.untold + other.untold,
        one.tokens + other.tokens,
        sum(costs[1:], costs[0]) if costs else None,
        one.unpriced + other.unpriced,
        one.completion_tokens + other.completion_tokens,
        one.seconds + other.seconds,
        one.waited + other.waited,
        one.waits + other.waits,
    )
