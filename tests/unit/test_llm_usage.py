"""What answers say of their tokens, in the shapes of all providers, and what that costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from runner.llm.amounts import amounts
from runner.llm.prices import cost_of
from runner.llm.usage import read_usage
from runner.node import Plain
from runner.usage import Price, Usage, dollars, tokens_of

AT: Final = 1_768_456_748.0
OPENAI: Final[Plain] = {
    "object": "chat.completion",
    "model": "gpt-4.1-mini-2025-04-14",
    "usage": {
        "prompt_tokens": 20,
        "completion_tokens": 10,
        "total_tokens": 30,
        "prompt_tokens_details": {"audio_tokens": 0, "cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 6},
    },
}
RESPONSES: Final[Plain] = {
    "object": "response",
    "model": "gpt-5",
    "usage": {
        "input_tokens": 7,
        "output_tokens": 9,
        "total_tokens": 16,
        "input_tokens_details": {"cached_tokens": 2},
        "output_tokens_details": {"reasoning_tokens": 5},
    },
}
GEMINI: Final[Plain] = {
    "modelVersion": "gemini-2.5-flash",
    "usageMetadata": {
        "promptTokenCount": 8,
        "candidatesTokenCount": 3,
        "thoughtsTokenCount": 20,
        "totalTokenCount": 31,
        "cachedContentTokenCount": 1,
    },
}


@pytest.mark.parametrize(
    ("document", "numbers", "cached", "reasoning", "model"),
    [
        (OPENAI, (20, 10, 30), 4, 6, "gpt-4.1-mini-2025-04-14"),
        (RESPONSES, (7, 9, 16), 2, 5, "gpt-5"),
        ({"type": "response.completed", "response": RESPONSES}, (7, 9, 16), 2, 5, "gpt-5"),
        ({"object": "list", "usage": {"prompt_tokens": 5, "total_tokens": 5}}, (5, 0, 5), None, None, ""),
        (GEMINI, (8, 23, 31), 1, 20, "gemini-2.5-flash"),
        ({"model": "m", "prompt_eval_count": 26, "eval_count": 298}, (26, 298, 324), None, None, "m"),
        ({"model": "m", "embeddings": [[1]], "prompt_eval_count": 8}, (8, 0, 8), None, None, "m"),
        ({"model": "m", "eval_count": 298}, (None, 298, None), None, None, "m"),
        ({"usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 2}}, (5, 9, 14), None, None, ""),
        ({"usage": {"prompt_tokens": 5, "completion_tokens": 9, "total_tokens": 20}}, (5, 9, 20), None, None, ""),
        ({"usage": {"total_tokens": 21}}, (None, None, 21), None, None, ""),
        ({"usage": {"prompt_tokens": 3, "completion_tokens": None}}, (3, None, None), None, None, ""),
    ],
)
def test_tokens(
    document: Plain, numbers: tuple[int | None, ...], cached: int | None, reasoning: int | None, model: str
) -> None:
    found = read_usage(document)
    assert found is not None
    assert (found[:3], found.cached, found.reasoning, found.model) == (numbers, cached, reasoning, model)


def test_anthropic_counts_its_cache_beside_the_prompt() -> None:
    usage: dict[str, Plain] = {"input_tokens": 10, "cache_read_input_tokens": 80, "cache_creation_input_tokens": 5}
    found = read_usage({"type": "message", "model": "c", "usage": {**usage, "output_tokens": 7}})
    assert found == Usage(95, 7, 102, cached=80, cache_written=5, model="c")


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "usage",
        {"usage": "x"},
        {"usage": {}},
        {"usage": {"cpu": 3}},
        {"usage": {"prompt_tokens": "20", "completion_tokens": -1, "total_tokens": True}},
        {"usage": None, "eval_count": "1"},
    ],
)
def test_what_says_nothing_is_unknown(document: Plain) -> None:
    assert read_usage(document) is None


@pytest.mark.parametrize(
    ("model", "prompt", "reply", "cost"),
    [
        ("gpt-3.5-turbo", 19, 291, "0.000446"),
        ("gpt-3.5-turbo-0125", 19, 291, "0.000446"),
        ("gpt-4.1-mini", 20, 10, "0.000024"),
        ("gpt-4.1-mini-2025-04-14", 20, 10, "0.000024"),
        ("text-embedding-3-small", 1000, 0, "0.00002"),
        ("models/gemini-2.5-flash", 10, 0, "0.000003"),
        ("nobodys-model", 20, 10, None),
        ("whisper-1", 20, 10, None),
        ("", 20, 10, None),
    ],
)
def test_the_built_in_list(model: str, prompt: int, reply: int, cost: str | None) -> None:
    found = cost_of(Usage(prompt, reply, prompt + reply, model=model, at=AT))
    assert found == (None if cost is None else Decimal(cost))


def test_what_is_not_known_has_no_price() -> None:
    whole = Usage(20, 10, 30, model="gpt-4.1-mini", at=AT)
    assert cost_of(whole._replace(prompt_tokens=None)) is None
    assert cost_of(whole._replace(completion_tokens=None)) is None
    assert cost_of(whole._replace(audio=1)) is None
    assert cost_of(whole._replace(cached=21)) is None
    cheaper = cost_of(whole._replace(cached=10))
    assert cheaper is not None
    assert Decimal(0) < cheaper < Decimal("0.000024")


def test_the_model_that_answered_goes_first_then_the_one_that_was_asked() -> None:
    answered = Usage(20, 10, 30, model="gpt-4.1-mini", asked="gpt-4.1", at=AT)
    assert cost_of(answered) == Decimal("0.000024")
    assert cost_of(answered._replace(model="my-deployment")) == Decimal("0.00012")


def test_the_files_own_price_goes_before_the_list() -> None:
    usage = Usage(20, 10, 30, model="gpt-4.1-mini", at=AT, price=Price(Decimal(1), Decimal("2.5")))
    assert cost_of(usage) == Decimal("0.000045")
    assert cost_of(usage._replace(price=Price(Decimal(0), Decimal(0)))) == 0
    assert cost_of(usage._replace(price=Price(Decimal(1)))) is None
    assert cost_of(usage._replace(price=Price(Decimal(1)), completion_tokens=0)) == Decimal("0.00002")


def test_amounts_say_why_they_are_not_known() -> None:
    unknown = amounts(None)
    assert {one.value for one in unknown.values()} == {None}
    assert all("does not say how many tokens" in one.why for one in unknown.values())
    priceless = amounts(Usage(20, 10, 30, model="nobodys-model"))
    assert (priceless["total_tokens"].value, priceless["cost"].value) == (30, None)
    assert "the price of nobodys-model is not known" in priceless["cost"].why


def test_sums_of_what_is_not_all_known_are_unknown() -> None:
    assert tokens_of([Usage(total_tokens=3), Usage(total_tokens=4)]) == 7
    assert tokens_of([Usage(total_tokens=3), Usage()]) is None
    assert tokens_of([]) is None


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("0.000446", "$0.000446"),
        ("0.0000240", "$0.000024"),
        ("2E-7", "$0.0000002"),
        ("0.5", "$0.50"),
        ("0.25678", "$0.257"),
        ("0.9999", "$1.00"),
        ("12.4", "$12.40"),
        ("0", "$0.00"),
    ],
)
def test_dollars(amount: str, text: str) -> None:
    assert dollars(Decimal(amount)) == text
