"""The numbers of a usage that a file can expect something of: tokens, and what they cost."""

from __future__ import annotations

from runner.llm.prices import cost_of
from runner.usage import Amount, Usage, dollars, how_to_price, no_price

NOT_SAID = Amount(why="nothing: the answer does not say how many tokens it took")


def amounts(usage: Usage | None) -> dict[str, Amount]:
    """By the names that they have in a file."""
    found = usage or Usage()
    tokens = {
        "prompt_tokens": found.prompt_tokens,
        "completion_tokens": found.completion_tokens,
        "total_tokens": found.total_tokens,
    }
    known = {name: NOT_SAID if value is None else Amount(value) for name, value in tokens.items()}
    return {**known, "cost": _cost(found)}


def _cost(usage: Usage) -> Amount:
    if usage.prompt_tokens is None or usage.completion_tokens is None:
        return NOT_SAID
    cost = cost_of(usage)
    if cost is not None:
        return Amount(float(cost), dollars(cost))
    model = usage.model or usage.asked
    if not model:
        return Amount(why="nothing: the answer does not say which model gave it, so there is no price")
    return Amount(why=f"nothing: {no_price(model)}", note=f"{how_to_price(model)}.")
