"""What a run may spend on models: looked at before a request is sent, so that it never goes beyond."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from threading import Condition, Event
from typing import Final, NamedTuple, NoReturn

from runner.engine.halt import Unsent
from runner.llm.prices import cost_of
from runner.llm.prompts import Prompt
from runner.llm.tokens import Tokenizer
from runner.messages import Exchange
from runner.usage import Price, Usage, dollars, how_to_price, no_price

TOKENS: Final = "--max-tokens"
COST: Final = "--max-cost"
ASSUMED_REPLY: Final = 4096
"""How many tokens an answer is taken to have where its length is not limited."""
DEAREST_CACHE: Final = 2
"""What is written to a cache costs at most as much more."""
GLANCE: Final = 0.05
"""Seconds between two looks at whether the run is to end."""
NEVER_SENT: Final = ("dns", "tls", "request")


class Asked(NamedTuple):
    """A request to a model: its name, what it asks, and what its file says of the price."""

    name: str
    prompt: Prompt
    price: Price | None = None


class Need(NamedTuple):
    """What a request may take at most; ``cost`` is None if nothing limits it."""

    tokens: int = 0
    cost: Decimal = Decimal(0)
    prompt: int = 0
    reply: int = 0


class Budget:
    """Any thread may ask. What is under way counts as spent until it is known what it took."""

    def __init__(self, tokens: int | None, cost: Decimal | None) -> None:
        self._most_tokens = tokens
        self._most_cost = cost
        self._tokenizer = Tokenizer()
        self._spent = Need()
        self._held: list[Need] = []
        self._longest = ASSUMED_REPLY
        self._changed = Condition()
        self.exceeded = ""
        """The option whose limit stopped the run, once one has."""
        self.refused = ""
        """The request that met it."""
        self.why = ""
        """In which way."""

    def hold(self, asked: Asked, at: float, stop: Event) -> Need:
        """Put aside what a request may take. Waits while only what is under way stands against it; raises
        ``Unsent``. ``stop`` ends the wait: the caller looks at it."""
        prompt = asked.prompt
        prompt_tokens = 0 if prompt.unseen else self._tokenizer.at_most(prompt)
        with self._changed:
            while not stop.is_set():
                if self.exceeded:
                    raise Unsent(f"not sent: the run was stopped by {self.exceeded}")
                need = self._need(asked, prompt_tokens, at)
                if self._fits(need, [self._spent, *self._held]):
                    self._held.append(need)
                    return need
                if not self._fits(need, [self._spent]):
                    self._refuse(need, asked)
                self._changed.wait(GLANCE)
        return Need()

    def settle(self, need: Need, exchange: Exchange | None, usage: Usage | None) -> None:
        """What was put aside is spent, as far as it was: all of it where the answer does not say, nothing if there
        was no exchange."""
        spent = Need() if exchange is None else _spent(need, exchange, usage)
        with self._changed:
            self._held = [one for one in self._held if one is not need]
            self._spent = _sum([self._spent, spent])
            if usage is not None and usage.completion_tokens is not None:
                self._longest = max(self._longest, usage.completion_tokens)
            self._changed.notify_all()

    def _need(self, asked: Asked, prompt_tokens: int, at: float) -> Need:
        prompt = asked.prompt
        if prompt.unseen:
            option = TOKENS if self._most_tokens is not None else COST
            raise self._stopped(asked, option, f"{prompt.unseen}, so no limit can be kept")
        reply = self._longest if prompt.reply is None else prompt.reply
        cost = Decimal(0)
        if self._most_cost is not None:
            paid = prompt_tokens * (DEAREST_CACHE if prompt.writes_cache else 1)
            most = Usage(paid, reply, asked=prompt.model, url=prompt.url, at=at, price=asked.price, tier=prompt.tier)
            found = cost_of(most)
            if found is None:
                raise self._stopped(asked, COST, f"{no_price(prompt.model)}. {how_to_price(prompt.model)}")
            cost = found
        return Need(prompt_tokens + reply, cost, prompt_tokens, reply)

    def _fits(self, need: Need, others: Iterable[Need]) -> bool:
        total = _sum([need, *others])
        tokens = self._most_tokens is None or total.tokens <= self._most_tokens
        return tokens and (self._most_cost is None or total.cost <= self._most_cost)

    def _refuse(self, need: Need, asked: Asked) -> NoReturn:
        """Say why it does not fit."""
        assumed = "" if asked.prompt.reply is not None else ", as its body sets no max_tokens"
        parts = f"{need.prompt:,} for the prompt, {need.reply:,} for the answer{assumed}"
        spent, most = self._spent, self._most_tokens
        if most is not None and spent.tokens + need.tokens > most:
            what = f"{spent.tokens:,} of {most:,} tokens are spent, and it may take {need.tokens:,}: {parts}"
            raise self._stopped(asked, TOKENS, what)
        limit = dollars(self._most_cost or Decimal(0))
        what = f"{dollars(spent.cost)} of {limit} is spent, and it may take {dollars(need.cost)}; tokens: {parts}"
        raise self._stopped(asked, COST, what)

    def _stopped(self, asked: Asked, option: str, why: str) -> Unsent:
        self.exceeded, self.refused, self.why = option, asked.name, why
        self._changed.notify_all()
        return Unsent(f"not sent ({option}): {why}")


def _spent(need: Need, exchange: Exchange, usage: Usage | None) -> Need:
    response, error = exchange.response, exchange.error
    told = usage is not None and usage.total_tokens is not None
    if not told and response is not None and response.status >= 400:
        return Need()
    if error is not None and error.kind in NEVER_SENT:
        return Need()
    if usage is None:
        return need
    cost = cost_of(usage)
    tokens = need.tokens if usage.total_tokens is None else usage.total_tokens
    return Need(tokens, need.cost if cost is None else cost)


def _sum(needs: Iterable[Need]) -> Need:
    everything = list(needs)
    return Need(sum(one.tokens for one in everything), sum((one.cost for one in everything), Decimal(0)))
