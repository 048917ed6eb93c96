"""What each exchange with a model took, and whether the next may be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Event
from typing import TYPE_CHECKING, TypeAlias, cast

from runner import registry
from runner.llm.marks import may_ask, may_tell
from runner.messages import Exchange, Request
from runner.node import Plain

if TYPE_CHECKING:  # imported by those runs that ask a model
    from runner.engine.budget import Budget, Need
    from runner.llm.prompts import Prompt
    from runner.usage import Price, Usage

PromptReader: TypeAlias = "Callable[[Request], Prompt | None]"
UsageReader: TypeAlias = "Callable[[Plain], Usage | None]"


class Meter:
    """Of one request, sent any number of times. ``prices`` are those of its file; without a ``budget`` nothing is
    held back."""

    def __init__(self, name: str, prices: Mapping[str, Price], budget: Budget | None) -> None:
        self._name = name
        self._prices = prices
        self._budget = budget
        self._prompt: Prompt | None = None
        """What the request under way asks a model."""
        self._need: Need | None = None
        self.model = ""
        """The model that was asked; empty for none."""
        self.usages: list[Usage] = []
        """What every sending took, in their order, as far as a model answered."""
        self.last: Usage | None = None
        """What the last one took."""

    def before(self, request: Request, at: float, stop: Event) -> None:
        """Called when a request is about to be sent; raises ``Unsent`` if it must not be."""
        prompt = cast(PromptReader, registry.load(registry.PROMPT))(request) if may_ask(request) else None
        self._prompt, self._need = prompt, None
        if prompt is None:
            return
        self.model = prompt.model
        if self._budget is not None:
            from runner.engine.budget import Asked  # noqa: PLC0415  # it is loaded where there is a budget

            price = self._prices.get(prompt.model)
            self._need = self._budget.hold(Asked(self._name, prompt, price), at, stop)

    def after(self, exchange: Exchange | None) -> None:
        """Called with what came of it; None if it was not sent."""
        need, self._need = self._need, None
        self.last = None if exchange is None else self._usage(exchange)
        if self.last is not None:
            self.usages.append(self.last)
        if need is not None and self._budget is not None:
            self._budget.settle(need, exchange, self.last)

    def _usage(self, exchange: Exchange) -> Usage | None:
        """What the answer says, or that it says nothing though a model gave it."""
        response = exchange.response
        if response is None:
            return None
        found = None
        if may_tell(response.body) and not response.document.error:
            found = cast(UsageReader, registry.load(registry.USAGE))(response.document.value)
        if found is None and (self._prompt is None or response.status >= 300):
            return None
        return self._named(found, exchange)

    def _named(self, found: Usage | None, exchange: Exchange) -> Usage:
        """With the model that was asked, its price, and when and where it was."""
        from runner.usage import Usage  # noqa: PLC0415  # only where a model answered

        usage = found or Usage()
        asked = self._prompt.model if self._prompt is not None else ""
        price = self._prices.get(usage.model) or self._prices.get(asked)
        stream = exchange.response.stream if exchange.response is not None else None
        return usage._replace(
            asked=asked,
            url=self._prompt.url if self._prompt is not None else "",
            at=exchange.started,
            price=price,
            seconds=exchange.duration,
            first_content=stream.first_content if stream is not None else None,
        )
