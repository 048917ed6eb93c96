"""What the tokens of an exchange cost in dollars: by the file's own prices, else by the list of ``genai-prices``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from runner.usage import Price, Usage

if TYPE_CHECKING:
    from genai_prices.types import PriceCalculation, PriceContext

MILLION: Final = 1_000_000
PREFIX: Final = "models/"
"""Gemini's API has it before the names of models."""


class Rate(NamedTuple):
    """Dollars for a million tokens."""

    input: Decimal
    output: Decimal

    def cost(self, prompt: int, reply: int) -> Decimal:
        return (self.input * prompt + self.output * reply) / MILLION


def cost_of(usage: Usage) -> Decimal | None:
    """Dollars; None where the tokens or the price are not known, which is never 0."""
    prompt, reply = usage.prompt_tokens, usage.completion_tokens
    if prompt is None or reply is None:
        return None
    if usage.price is not None:
        return _own(usage.price, prompt, reply)
    if usage.audio:
        return None
    found = _found(usage)
    return None if found is None else found.total_price


def _found(usage: Usage) -> PriceCalculation | None:
    """By the list: for the model that answered, else for the one that was asked."""
    names = dict.fromkeys(name.removeprefix(PREFIX) for name in (usage.model, usage.asked) if name)
    return next((one for name in names if (one := _listed(name, usage)) is not None), None)


def _own(price: Price, prompt: int, reply: int) -> Decimal | None:
    """By what the file says: cached tokens cost as much as others."""
    sides = ((price.input, prompt), (price.output, reply))
    if any(dollars is None and tokens for dollars, tokens in sides):
        return None
    return sum((dollars * tokens / MILLION for dollars, tokens in sides if dollars is not None), Decimal(0))


def rate_of(usage: Usage) -> Rate | None:
    """Dollars for a million tokens of prompt and answer by the list, where one number each is all there is to it: for
    whoever remembers it. None for prices in steps, with other charges, that change within the day, or of a model that
    is not known."""
    found = _found(usage)
    if found is None or any(_found(one) != found for one in _at_other_hours(usage)):
        return None
    price = found.model_price
    first, second = price.input_mtok, price.output_mtok
    if not isinstance(first, Decimal) or not isinstance(second, Decimal):
        return None
    rate = Rate(first, second)
    prompt, reply = usage.prompt_tokens or 0, usage.completion_tokens or 0
    return rate if rate.cost(prompt, reply) == found.total_price else None  # else there is more to pay


def _at_other_hours(usage: Usage) -> Iterator[Usage]:
    return (usage._replace(at=usage.at + hour * 3600) for hour in range(1, 24))


def _listed(name: str, usage: Usage) -> PriceCalculation | None:
    """What the list says: as the provider at this address has it, else whoever is known for this model."""
    from genai_prices import calc_price  # noqa: PLC0415  # it takes longer than most runs
    from genai_prices.types import Usage as Counts  # noqa: PLC0415

    prompt, reply = usage.prompt_tokens or 0, usage.completion_tokens or 0
    counts = Counts(
        input_tokens=prompt,
        output_tokens=reply,
        cache_read_tokens=usage.cached,
        cache_write_tokens=usage.cache_written,
    )
    context: PriceContext | None = {"service_tier": usage.tier} if usage.tier else None
    moment = datetime.fromtimestamp(usage.at, UTC)
    ask = partial(calc_price, counts, name, genai_request_timestamp=moment, price_context=context)
    ways: tuple[Callable[[], PriceCalculation], ...] = (
        partial(ask, provider_api_url=usage.url),
        ask,
        partial(ask, provider_id="openai"),
    )
    for way in ways:
        try:
            found = way()
        except (LookupError, ValueError):  # it does not know the model, or the counts make no sense
            continue
        price = found.model_price
        if (prompt and price.input_mtok is None) or (reply and price.output_mtok is None):
            return None  # it is paid by something else: minutes, pictures
        return found
    return None
