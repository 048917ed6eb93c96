"""Adds up what each model did in a run: how often, how many tokens, at what price, how fast."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Final, TypeAlias

from runner.results import RequestResult, Status
from runner.usage import ModelSum, Usage

Coster: TypeAlias = Callable[[Usage], Decimal | None]
MOST_KEPT: Final = 1000
"""How many usages wait for their price: looking for it is put off to where nobody waits for an answer."""


class Sums:
    """By the name of the model, in the order in which they came."""

    def __init__(self, cost_of: Coster) -> None:
        self._cost_of = cost_of
        self._models: dict[str, ModelSum] = {}
        self._unpriced: list[Usage] = []

    def add(self, result: RequestResult) -> None:
        """One verdict, and what every sending took on the way to it."""
        asked = result.model or next((one.name for one in result.usages), "")
        if result.status is not Status.SKIP:
            found = self._of(asked)
            passed = found.passed + (result.status is Status.PASS)
            self._models[asked] = found._replace(requests=found.requests + 1, passed=passed)
        for usage in result.usages:
            self._models[usage.name] = _with(self._of(usage.name), usage)
        self._unpriced += result.usages
        if len(self._unpriced) > MOST_KEPT:
            self._price()

    def models(self) -> tuple[ModelSum, ...]:
        """What there is to say now."""
        self._price()
        return tuple(self._models.values())

    def _of(self, name: str) -> ModelSum:
        return self._models.get(name) or ModelSum(name)

    def _price(self) -> None:
        told = [usage for usage in self._unpriced if usage.total_tokens is not None]
        self._unpriced.clear()
        for usage in told:
            found, cost = self._of(usage.name), self._cost_of(usage)
            if cost is None:
                found = found._replace(unpriced=found.unpriced + 1)
            else:
                found = found._replace(cost=(found.cost or Decimal(0)) + cost)
            self._models[usage.name] = found


def _with(found: ModelSum, usage: Usage) -> ModelSum:
    if usage.total_tokens is None:
        found = found._replace(untold=found.untold + 1)
    else:
        found = found._replace(answers=found.answers + 1, tokens=found.tokens + usage.total_tokens)
    if usage.completion_tokens and usage.seconds > 0:
        seconds, reply = found.seconds + usage.seconds, found.completion_tokens + usage.completion_tokens
        found = found._replace(seconds=seconds, completion_tokens=reply)
    if usage.first_content is not None:
        found = found._replace(waited=found.waited + usage.first_content, waits=found.waits + 1)
    return found
