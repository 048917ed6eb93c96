"""How often a request is sent: again after a fault, until all holds, or several times to see how many pass."""

from __future__ import annotations

import math
from collections.abc import Callable
from threading import Event
from typing import NamedTuple, TypeAlias

from runner.clock import Clock
from runner.llm.errors import is_billing, told_wait
from runner.llm.retry_after import asked_wait
from runner.messages import Response
from runner.node import Plain
from runner.results import Attempt, Check, RequestResult, Status
from runner.settings import PassRate, PollPolicy, RetryPolicy
from runner.source import Location
from runner.units import format_duration

Sender: TypeAlias = Callable[[], RequestResult]
"""Sends once, or as often as another policy wants, and judges. The result still has its exchange."""
Looker: TypeAlias = Callable[[float], RequestResult]
"""The same; nothing is sent again after the moment that it is given, on the clock that never goes back."""

BILLING = "Not sent again: this is about credit or quota, and waiting does not bring more."


class Pace(NamedTuple):
    """Time and chance, as they are passed in; ``jitter`` gives numbers from 0 to 1; ``stop`` ends every wait, ``why``
    says what it was set for."""

    clock: Clock
    jitter: Callable[[], float]
    stop: Event
    why: Callable[[], str] = lambda: ""

    def wait(self, seconds: float) -> bool:
        """Whether the time passed without an interrupt."""
        self.clock.sleep(seconds, self.stop)
        return not self.stop.is_set()


class Step(NamedTuple):
    """What comes after an attempt: another one after ``wait`` seconds, or None for no more; and why."""

    wait: float | None = None
    why: str = ""


ENOUGH = Step()


def retried(send: Sender, policy: RetryPolicy | None, pace: Pace, until: float) -> RequestResult:
    """Sends again while the policy says so, not later than ``until``; the last result, with all attempts."""
    attempts: list[Attempt] = []
    while True:
        result = send()
        count = len(attempts) + 1
        step = ENOUGH if policy is None else after_fault(result, policy, count, pace)
        if step.wait is not None and pace.clock.monotonic() + step.wait > until:
            step = ENOUGH
        attempts.append(attempt_of(result, step.why if step.wait is not None else ""))
        if step.wait is None:
            return result._replace(attempts=tuple(attempts), reason=step.why or result.reason)
        if not pace.wait(step.wait):
            return result._replace(attempts=tuple(attempts), reason=f"Not sent again: {pace.why()}.")


def after_fault(result: RequestResult, policy: RetryPolicy, count: int, pace: Pace) -> Step:
    """Whether to send again after ``count`` attempts. What the request expects is no fault, whatever it is."""
    response = result.exchange.response if result.exchange is not None else None
    if _is_expected(result) or not _is_fault(result, response, policy):
        return ENOUGH
    asked = None
    if response is not None:
        if is_billing(response.status, _document(response)):
            return Step(None, BILLING)
        asked = _asked(response, pace)
    if count >= policy.attempts:
        return ENOUGH
    if asked is None:
        wait = min(policy.delay * 2 ** (count - 1), policy.max_delay) * (1 - pace.jitter() / 4)
        return Step(wait, f"sent again after {format_duration(wait)}")
    if asked > policy.longest:
        longest, asks = format_duration(policy.longest), format_duration(asked)
        return Step(
            None, f"Not sent again: the server asks to wait {asks}, and the longest wait is {longest} (max_delay)."
        )
    return Step(asked, f"sent again after {format_duration(asked)}, as the server asks")


def _is_expected(result: RequestResult) -> bool:
    """Whether it passed, or at least has the status that it should have."""
    status_holds = any(check.subject == "status" and check.passed for check in result.checks)
    return status_holds or result.status is Status.PASS


def _is_fault(result: RequestResult, response: Response | None, policy: RetryPolicy) -> bool:
    """Whether the policy names what came; a server that fails may know better (``x-should-retry``)."""
    if response is None:
        if result.exchange is not None and result.exchange.begun is not None:
            return False  # of a stream that had begun, people have seen a part
        kind = result.error.kind if result.error is not None else "request"
        return kind in policy.on or ("any" in policy.on and kind != "request")
    said = (response.header("x-should-retry") or "").strip().lower()
    if response.status >= 400 and said in ("true", "false"):
        return said == "true"
    return bool({str(response.status), f"{response.status // 100}xx"} & policy.on)


def polled(look: Looker, policy: PollPolicy | None, pace: Pace) -> RequestResult:
    """Sends until every expectation holds, or the time is over; the last result, with all attempts."""
    if policy is None:
        return look(math.inf)
    started = pace.clock.monotonic()
    attempts: list[Attempt] = []
    while True:
        result = look(started + policy.span)
        attempts.extend(result.attempts)
        if result.status is Status.PASS:
            return result._replace(attempts=tuple(attempts))
        step = _after_look(result, policy, pace.clock.monotonic() - started, pace)
        if step.wait is None:
            spent = format_duration(pace.clock.monotonic() - started)
            times = "once" if len(attempts) == 1 else f"{len(attempts)} times"
            reason = step.why or f"Sent {times} in {spent}; at no time did everything hold."
            return result._replace(attempts=tuple(attempts), reason=reason)
        if not pace.wait(step.wait):
            return result._replace(attempts=tuple(attempts), reason=f"Not sent again: {pace.why()}.")
        attempts[-1] = attempts[-1]._replace(note=step.why)


def _after_look(result: RequestResult, policy: PollPolicy, spent: float, pace: Pace) -> Step:
    """Whether there is time to look again. A server may ask for a longer wait than the file."""
    response = result.exchange.response if result.exchange is not None else None
    if response is None and (result.error is None or result.error.kind == "request"):
        return Step(None, result.reason or "Not sent again: it cannot be sent as it is written.")
    asked = None
    if response is not None:
        if response.status >= 400 and is_billing(response.status, _document(response)):
            return Step(None, BILLING)
        asked = _asked(response, pace)
    wait = max(policy.every, asked or 0.0)
    if spent + wait > policy.span:
        if asked is None or asked <= policy.every:
            return ENOUGH
        asks, left, span = (format_duration(one) for one in (asked, policy.span - spent, policy.span))
        return Step(None, f"Not sent again: the server asks to wait {asks}, and {left} of {span} (for) are left.")
    return Step(wait, f"{_not_yet(result)}, sent again after {format_duration(wait)}")


def _not_yet(result: RequestResult) -> str:
    """What did not hold, in a few words."""
    subject = next((check.subject for check in result.failed_checks), "")
    return f"{subject} did not hold" if subject else "no usable response"


def rated(send: Sender, rate: PassRate | None, location: Location) -> RequestResult:
    """Sends as often as the rate says; passes if enough tries do. ``location`` is where the rate is written. The
    result is that of the last try that passed, or if too few did, of the last that did not."""
    if rate is None:
        return send()
    tries: list[RequestResult] = []
    last: dict[bool, RequestResult] = {}
    for number in range(1, rate.tries + 1):
        result = send()
        if result.error is not None and result.error.kind == "request":
            return result
        last[result.status is Status.PASS] = result
        tries.append(_numbered(result._replace(exchange=None), number, rate.tries, location))
    verdicts = tuple(one.status for one in tries)
    passed = verdicts.count(Status.PASS)
    enough = passed >= rate.needed
    got = "" if enough else f"{passed} passed, {rate.tries - passed} did not"
    check = Check("pass_rate", enough, location, f"{rate.needed} of {rate.tries} tries pass", got)
    attempts = tuple(attempt for one in tries for attempt in one.attempts)
    shown = last[enough]
    if enough:
        return shown._replace(checks=(check, *shown.checks), attempts=attempts, tries=verdicts)
    no_answer = Status.FAIL not in verdicts
    checks = (check, *(failed for one in tries for failed in one.failed_checks))
    status = Status.ERROR if no_answer else Status.FAIL
    return shown._replace(status=status, checks=checks, attempts=attempts, tries=verdicts)


def _numbered(result: RequestResult, number: int, tries: int, location: Location) -> RequestResult:
    """One try with its number in everything that is told of it."""
    ended = "passed" if result.status is Status.PASS else "did not pass"
    *before, final = result.attempts
    attempts = (*before, final._replace(note=f"try {number} of {tries} {ended}"))
    error = result.error
    checks = tuple(check._replace(subject=f"try {number}: {check.subject}") for check in result.failed_checks)
    if error is not None and not checks and result.status is not Status.PASS:
        checks = (
            Check(
                f"try {number}",
                passed=False,
                location=location,
                expected="a usable response",
                got=error.message,
                note=error.hint,
            ),
        )
    return result._replace(checks=checks, attempts=attempts)


def attempt_of(result: RequestResult, note: str) -> Attempt:
    """One sending in short."""
    return Attempt(result.http_status, result.error.kind if result.error else None, result.duration, note)


def _asked(response: Response, pace: Pace) -> float | None:
    """How many seconds the server asks to wait, by a header or else by its error body."""
    asked = asked_wait(response.headers, pace.clock.now())
    if asked is None and response.status >= 400:
        return told_wait(response.status, _document(response))
    return asked


def _document(response: Response) -> Plain:
    return None if response.document.error else response.document.value
