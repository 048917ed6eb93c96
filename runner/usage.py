"""What models' answers take: the tokens of one exchange, what a token costs, and the sums of a run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # imported where a price is known
    from decimal import Decimal


class Price(NamedTuple):
    """Dollars for a million tokens, as a file says; None for the side that it does not price."""

    input: Decimal | None = None
    output: Decimal | None = None


class Usage(NamedTuple):
    """The tokens of one exchange, None where the answer does not say. ``cached`` and ``cache_written`` are part of
    ``prompt_tokens``, ``reasoning`` of ``completion_tokens``; of ``audio`` it is not known which.

    ``model`` is the one that answered, ``asked`` the one that was asked for; ``url`` is where it was sent, without
    its query, ``at`` when, in seconds since the Unix epoch. ``price`` is what the file says of the model, ``tier`` the
    service tier that the answer names. ``seconds`` is how long it took, ``first_content`` when the first content came,
    where that was seen."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached: int | None = None
    cache_written: int | None = None
    reasoning: int | None = None
    audio: int | None = None
    model: str = ""
    asked: str = ""
    url: str = ""
    at: float = 0.0
    price: Price | None = None
    tier: str = ""
    seconds: float = 0.0
    first_content: float | None = None

    @property
    def name(self) -> str:
        """The model by the name that people know it by: the one that they asked for."""
        return self.asked or self.model


class Amount(NamedTuple):
    """One of the numbers that are expected of a usage; ``shown`` if people read it in another form. If it is not
    known, ``why`` says so, and ``note`` what would help."""

    value: float | None = None
    shown: str = ""
    why: str = ""
    note: str = ""


class ModelSum(NamedTuple):
    """What one model did in a run. ``requests`` are those that asked it, of which ``passed`` did; ``answers`` is how
    often it said what it took, ``untold`` how often it did not. ``tokens`` and ``cost`` are sums of what is known,
    ``unpriced`` says of how many answers the cost is not. ``seconds`` and ``completion_tokens`` are of those answers
    that tell both, ``waits`` the times to the first content, where they were seen."""

    model: str
    requests: int = 0
    passed: int = 0
    answers: int = 0
    untold: int = 0
    tokens: int = 0
    cost: Decimal | None = None
    unpriced: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    waited: float = 0.0
    waits: int = 0


def tokens_of(usages: Iterable[Usage]) -> int | None:
    """The tokens of several exchanges; None if there are none, or one does not say."""
    totals = [one.total_tokens for one in usages]
    known = [total for total in totals if total is not None]
    return sum(known) if known and len(known) == len(totals) else None


def dollars(amount: Decimal) -> str:
    """``$0.000446``, ``$0.25``, ``$12.40``: three digits that count, below a dollar."""
    if amount >= 1 or not amount:
        return f"${amount:,.2f}"
    places = 2 - amount.adjusted()
    text = f"{amount:.{places}f}".rstrip("0")
    whole, _, rest = text.partition(".")
    return f"${whole}.{rest:<02}" if len(rest) < 2 else f"${text}"


def no_price(model: str) -> str:
    return f"the price of {model} is not known"


def how_to_price(model: str) -> str:
    """What to write into a file."""
    example = f'prices: {{"{model}": {{input: 1, output: 2}}}}'
    return f"Write it at the top of the file, in dollars for a million tokens: {example}"
