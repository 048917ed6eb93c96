from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from random import Random
from threading import Event

import pytest
from hypothesis import given, strategies

from runner.engine.attempts import Pace, polled, rated, retried
from runner.messages import ErrorKind, Exchange, Headers, Request, Response, TransportError
from runner.results import Check, RequestResult, Status
from runner.settings import PassRate, PollPolicy, RetryPolicy
from runner.source import Location
from tests.command import StillClock

REQUEST = Request("GET", "http://127.0.0.1/")
PLACE = Location("c.yaml", 3)
QUOTA = b'{"error": {"message": "m", "type": "insufficient_quota", "param": null, "code": "insufficient_quota"}}'
OK = 200
Outcome = int | ErrorKind


def result(outcome: Outcome, headers: Headers = (), body: bytes = b"", *, holds: bool = True) -> RequestResult:
    """What judging makes of an answer with this status, or of this error."""
    if isinstance(outcome, str):
        error = TransportError(outcome, "it broke")
        exchange = Exchange(REQUEST, None, error, 0.0, 0.1)
        return RequestResult("r", Status.ERROR, PLACE, duration=0.1, error=error, exchange=exchange)
    response = Response(outcome, headers, body, REQUEST.url)
    passed = outcome < 300 and holds
    status = Status.PASS if passed else Status.FAIL
    checks = (Check("status" if outcome >= 300 else "$.a", passed),)
    exchange = Exchange(REQUEST, response, None, 0.0, 0.1)
    return RequestResult("r", status, PLACE, http_status=outcome, duration=0.1, checks=checks, exchange=exchange)


def in_turn(results: Iterable[RequestResult]) -> Callable[[], RequestResult]:
    left = iter(results)
    return lambda: next(left)


def retry(
    policy: RetryPolicy, *results: RequestResult, jitter: float = 0.0, until: float = math.inf
) -> tuple[RequestResult, float]:
    """The last result, and how long it waited."""
    clock = StillClock()
    ended = retried(in_turn(results), policy, Pace(clock, lambda: jitter, Event()), until)
    return ended, clock.waited


@pytest.mark.parametrize("outcome", ["connection", "timeout", 408, 409, 429, 500, 503, 529], ids=str)
def test_faults_are_sent_again_by_default(outcome: Outcome) -> None:
    ended, _ = retry(RetryPolicy(), result(outcome), result(OK))
    assert ended.status is Status.PASS
    assert [(one.http_status, one.error) for one in ended.attempts] == [
        (outcome, None) if isinstance(outcome, int) else (None, outcome),
        (200, None),
    ]


@pytest.mark.parametrize("outcome", ["dns", "tls", "response", "request", 400, 401, 404, 422], ids=str)
def test_other_faults_are_not(outcome: Outcome) -> None:
    ended, waited = retry(RetryPolicy(), result(outcome))
    assert (len(ended.attempts), waited) == (1, 0.0)


def test_any_is_every_error_but_what_cannot_be_sent() -> None:
    policy = RetryPolicy(2, frozenset({"any"}), 0.0)
    assert len(retry(policy, result("response"), result("dns"))[0].attempts) == 2
    assert len(retry(policy, result("request"))[0].attempts) == 1
    assert len(retry(policy, result(503))[0].attempts) == 1


def test_waits_double_up_to_the_longest() -> None:
    _, waited = retry(RetryPolicy(6, delay=1.0, max_delay=5.0), *(result(503) for _ in range(6)))
    assert waited == 1 + 2 + 4 + 5 + 5


@given(strategies.randoms(use_true_random=False), strategies.integers(1, 8))
def test_jitter_takes_at_most_a_quarter(random: Random, times: int) -> None:
    clock = StillClock()
    policy = RetryPolicy(times + 1, delay=1.0, max_delay=1.0)
    retried(lambda: result(503), policy, Pace(clock, random.random, Event()), math.inf)
    assert 0.75 * times <= clock.waited <= times


def test_jitter_makes_waits_differ() -> None:
    waits = {retry(RetryPolicy(2), result(503), result(OK), jitter=jitter)[1] for jitter in (0.0, 0.5, 1.0)}
    assert waits == {0.5, 0.4375, 0.375}


def test_an_asked_wait_is_kept_to_without_jitter() -> None:
    ended, waited = retry(RetryPolicy(2), result(429, (("Retry-After", "3"),)), result(OK), jitter=1.0)
    assert waited == 3
    assert ended.attempts[0].note == "sent again after 3.0 s, as the server asks"


@pytest.mark.parametrize(("asked", "longest", "sent"), [("9", 9.0, 2), ("10", 9.0, 1), ("120", 120.0, 2)])
def test_a_wait_that_is_too_long_is_not_waited_for(asked: str, longest: float, sent: int) -> None:
    policy = RetryPolicy(2, max_delay=5.0, longest=longest)
    ended, waited = retry(policy, result(503, (("retry-after", asked),)), result(OK))
    assert len(ended.attempts) == sent
    assert ("the server asks to wait 10.0 s" in ended.reason) is (sent == 1)
    assert waited == (0 if sent == 1 else int(asked))


def test_what_the_server_says_of_it_wins() -> None:
    yes, no = (("x-should-retry", "TRUE"),), (("X-Should-Retry", "false"),)
    assert len(retry(RetryPolicy(2), result(400, yes), result(OK))[0].attempts) == 2
    assert len(retry(RetryPolicy(2), result(503, no))[0].attempts) == 1
    assert len(retry(RetryPolicy(2), result(OK, yes, holds=False))[0].attempts) == 1


def test_a_status_that_is_expected_is_no_fault() -> None:
    checks = (Check("status", True), Check("$.a", False))
    ended, _ = retry(RetryPolicy(), result(503)._replace(checks=checks))
    assert len(ended.attempts) == 1


def test_a_used_up_quota_is_never_sent_again() -> None:
    headers = (("x-should-retry", "true"), ("retry-after", "1"))
    ended, waited = retry(RetryPolicy(), result(429, headers, QUOTA))
    assert (len(ended.attempts), waited) == (1, 0.0)
    assert ended.reason.startswith("Not sent again: this is about credit")


def test_a_retry_ends_with_its_poll() -> None:
    ended, waited = retry(RetryPolicy(delay=1.0), result(503), result(503), result(OK), until=1.5)
    assert (len(ended.attempts), waited) == (2, 1.0)


def poll(policy: PollPolicy, *results: RequestResult) -> tuple[RequestResult, float]:
    clock = StillClock()
    pace = Pace(clock, lambda: 0.0, Event())
    send = in_turn(results)
    return polled(lambda until: retried(send, None, pace, until), policy, pace), clock.waited


def test_a_poll_ends_when_everything_holds() -> None:
    ended, waited = poll(PollPolicy(2.0, 9.0), result(404), result("connection"), result(OK, holds=False), result(OK))
    assert (ended.status, len(ended.attempts), waited) == (Status.PASS, 4, 6.0)
    assert [one.note for one in ended.attempts] == [
        "status did not hold, sent again after 2.0 s",
        "no usable response, sent again after 2.0 s",
        "$.a did not hold, sent again after 2.0 s",
        "",
    ]


def test_a_poll_ends_with_its_time() -> None:
    ended, waited = poll(PollPolicy(2.0, 5.0), *(result(OK, holds=False) for _ in range(3)))
    assert (ended.status, len(ended.attempts), waited) == (Status.FAIL, 3, 4.0)
    assert ended.reason == "Sent 3 times in 4.0 s; at no time did everything hold."


def test_a_poll_does_not_repeat_what_cannot_be_sent() -> None:
    ended, waited = poll(PollPolicy(), result("request"))
    assert (ended.status, waited) == (Status.ERROR, 0.0)


def rate(needed: int, *results: RequestResult) -> RequestResult:
    pace = Pace(StillClock(), lambda: 0.0, Event())
    send = in_turn(results)
    return rated(lambda: retried(send, None, pace, math.inf), PassRate(needed, len(results)), PLACE)


@pytest.mark.parametrize(("needed", "status"), [(1, Status.PASS), (2, Status.PASS), (3, Status.FAIL), (4, Status.FAIL)])
def test_so_many_tries_must_pass(needed: int, status: Status) -> None:
    ended = rate(needed, result(OK), result(404), result("timeout"), result(OK))
    assert ended.status is status
    assert ended.tries == (Status.PASS, Status.FAIL, Status.ERROR, Status.PASS)
    assert [one.note for one in ended.attempts] == [
        "try 1 of 4 passed",
        "try 2 of 4 did not pass",
        "try 3 of 4 did not pass",
        "try 4 of 4 passed",
    ]
    told = [check.subject for check in ended.failed_checks]
    assert told == ([] if status is Status.PASS else ["pass_rate", "try 2: status", "try 3"])


def test_the_result_is_that_of_the_last_try_of_its_kind() -> None:
    assert rate(1, result(201), result(404)).http_status == 201
    assert rate(2, result(404), result(201)).http_status == 404


def test_without_any_answer_it_is_an_error() -> None:
    assert rate(1, result("timeout"), result("connection")).status is Status.ERROR
    assert rate(1, result("timeout"), result(500)).status is Status.FAIL
    assert rate(2, result("timeout"), result(OK)).status is Status.ERROR


def test_what_cannot_be_sent_is_tried_once() -> None:
    assert rate(1, result("request"), result(OK)).tries == ()
