"""A budget is never exceeded, whatever is under way; what cannot be bounded is not sent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Event, Lock
from typing import Final

import pytest

from runner.engine.budget import Asked, Budget
from runner.engine.halt import Unsent
from runner.llm.prompts import Message, Prompt
from runner.messages import Exchange, Request, Response, TransportError
from runner.usage import Price, Usage

PROMPT: Final = Prompt("gpt-4.1-mini", (Message("user", "Hello! I'm John."),), reply=20, size=80)
ASKED: Final = Asked("ask", PROMPT)
AT: Final = 1_768_456_748.0
SENT: Final = Request("POST", "https://api.openai.com/v1/chat/completions")


def answered(status: int = 200) -> Exchange:
    return Exchange(SENT, Response(status, (), b"", SENT.url), None, AT, 0.1)


def used(tokens: int) -> Usage:
    return Usage(12, tokens - 12, tokens, model="gpt-4.1-mini", at=AT)


def test_what_fits_exactly_is_sent_and_one_token_less_is_not() -> None:
    Budget(32, None).hold(ASKED, AT, Event())
    budget = Budget(31, None)
    with pytest.raises(Unsent, match=r"\(--max-tokens\): 0 of 31 tokens are spent, and it may take 32: 12 for"):
        budget.hold(ASKED, AT, Event())
    assert (budget.exceeded, budget.refused) == ("--max-tokens", "ask")
    with pytest.raises(Unsent, match="stopped by --max-tokens"):
        budget.hold(Asked("small", PROMPT._replace(reply=1)), AT, Event())


def test_money() -> None:
    need = Decimal(12) * Decimal("0.4") / 1_000_000 + Decimal(20) * Decimal("1.6") / 1_000_000
    Budget(None, need).hold(ASKED, AT, Event())
    with pytest.raises(Unsent, match=r"\(--max-cost\): \$0.00 of \$0.0000367 is spent, and it may take \$0.0000368"):
        Budget(None, need - Decimal("0.0000001")).hold(ASKED, AT, Event())


def test_a_price_that_is_not_known_stops_unless_the_file_gives_one() -> None:
    asked = ASKED._replace(prompt=PROMPT._replace(model="nobodys-model"))
    with pytest.raises(Unsent, match="the price of nobodys-model is not known"):
        Budget(None, Decimal(100)).hold(asked, AT, Event())
    Budget(None, Decimal(0)).hold(asked._replace(price=Price(Decimal(0), Decimal(0))), AT, Event())
    Budget(1000, None).hold(asked, AT, Event())


def test_what_cannot_be_counted_stops() -> None:
    with pytest.raises(Unsent, match="pictures"):
        Budget(10**9, None).hold(ASKED._replace(prompt=PROMPT._replace(unseen="pictures")), AT, Event())


def test_without_a_limit_an_answer_is_taken_to_be_long() -> None:
    with pytest.raises(Unsent, match="4,096 for the answer, as its body sets no max_tokens"):
        Budget(4000, None).hold(ASKED._replace(prompt=PROMPT._replace(reply=None)), AT, Event())


@pytest.mark.parametrize(
    ("exchange", "usage", "left"),
    [
        (answered(), used(22), 78),
        (answered(), None, 68),
        (answered(), Usage(asked="gpt-4.1-mini"), 68),
        (answered(429), None, 100),
        (Exchange(SENT, None, TransportError("timeout", ""), AT, 0.1), None, 68),
        (Exchange(SENT, None, TransportError("dns", ""), AT, 0.1), None, 100),
        (None, None, 100),
    ],
)
def test_what_was_put_aside_is_settled(exchange: Exchange | None, usage: Usage | None, left: int) -> None:
    budget = Budget(100, None)
    need = budget.hold(ASKED, AT, Event())
    budget.settle(need, exchange, usage)
    budget.hold(ASKED._replace(prompt=PROMPT._replace(reply=left - 12)), AT, Event())
    other = Budget(100, None)
    other.settle(other.hold(ASKED, AT, Event()), exchange, usage)
    with pytest.raises(Unsent):
        other.hold(ASKED._replace(prompt=PROMPT._replace(reply=left - 11)), AT, Event())


def test_many_threads_never_go_beyond_and_waste_little() -> None:
    budget, lock = Budget(200, None), Lock()
    spent: list[int] = []

    def send() -> None:
        try:
            need = budget.hold(ASKED, AT, Event())
        except Unsent:
            return
        with lock:
            spent.append(14)
        budget.settle(need, answered(), used(14))

    with ThreadPoolExecutor(8) as pool:
        for _ in range(40):
            pool.submit(send)
    assert 200 - 32 < sum(spent) <= 200


def test_an_interrupt_ends_the_wait() -> None:
    budget, stop = Budget(40, None), Event()
    budget.hold(ASKED, AT, stop)
    stop.set()
    budget.hold(ASKED, AT, stop)
    assert not budget.exceeded


def test_without_a_limit_the_longest_answer_counts() -> None:
    open_ended = ASKED._replace(prompt=PROMPT._replace(reply=None))
    budget = Budget(20_000, None)
    need = budget.hold(open_ended, AT, Event())
    budget.settle(need, answered(), used(9012))
    budget.settle(budget.hold(open_ended, AT, Event()), answered(), used(9012))
    with pytest.raises(Unsent, match="12 for the prompt, 9,000 for the answer"):
        budget.hold(open_ended, AT, Event())


def test_what_is_written_to_a_cache_costs_more() -> None:
    price = Price(Decimal(1_000_000), Decimal(0))
    priced = ASKED._replace(price=price)
    Budget(None, Decimal(12)).hold(priced, AT, Event())
    with pytest.raises(Unsent):
        Budget(None, Decimal(12)).hold(priced._replace(prompt=PROMPT._replace(writes_cache=True)), AT, Event())
