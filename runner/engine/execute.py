"""Sends one planned request and judges what came back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias, cast
from urllib.parse import urlsplit

from runner import registry
from runner.auth.flow import Credentials
from runner.checks.expectations import check_first, check_rest, passed, unusable
from runner.checks.matchers import MatchContext
from runner.checks.query import Captured, NotCaptured, find_value, kept_value
from runner.engine.answers import answer_warnings
from runner.engine.attempts import Pace, attempt_of, polled, rated, retried
from runner.engine.conditions import Lost, failed_setup, unmet_condition, unmet_need
from runner.engine.halt import Halt, Stopped, Unsent
from runner.engine.job import Planned
from runner.engine.looks import advice_on_slashes
from runner.engine.sending import Execution, Sending
from runner.errors import RenderError
from runner.llm.errors import explain_error, explain_inside, explain_other_page
from runner.llm.graphql import explain_answer
from runner.messages import Exchange, Response, TransportError
from runner.model import Capture, Expectation
from runner.patterns import patient
from runner.redact import MASK
from runner.results import Advice, Check, RequestResult, Status
from runner.source import Location
from runner.transport.base import Transport

if TYPE_CHECKING:  # few runs ask a model
    from runner.usage import Amount, Usage

Amounts: TypeAlias = "Callable[[Usage | None], Mapping[str, Amount]]"
UsageCheck: TypeAlias = "Callable[[Expectation, Mapping[str, Amount], MatchContext], Check]"
ToolCallCheck: TypeAlias = Callable[[Expectation, Exchange, Response, MatchContext], Check]
FIRST_ERROR: Final = 400


def execute(run: Execution, planned: Planned, transport: Transport) -> RequestResult:
    """The verdict on one request; its exchange is there if a report shows it."""
    result = _verdict(run, planned, transport)
    if planned.spec.tags:
        result = result._replace(tags=planned.spec.tags)
    if not run.means.keep(result.status):
        return result._replace(exchange=None)
    if run.means.command is None or result.exchange is None:
        return result
    known = planned.scope.variables.secret_texts()
    secrets = {name: value for name, value in known.items() if value != MASK}  # of a recording nobody knows it
    return result._replace(command=run.means.command(result.exchange.request, secrets))


def unanswered(planned: Planned, halt: Halt, *, sent: bool = True) -> RequestResult:
    """What there is to say of a request whose turn had come when the run was ended."""
    why = "interrupted" if halt.ends_at is not None else halt.why
    reason = f"{why} before {'an answer came' if sent else 'it was sent'}"
    return RequestResult(planned.name, Status.SKIP, planned.spec.location, reason=reason, held_up=True)


def _verdict(run: Execution, planned: Planned, transport: Transport) -> RequestResult:
    location = planned.spec.location
    try:
        lost = _reason_to_skip(run, planned)
        if lost is not None:
            return RequestResult(planned.name, Status.SKIP, location, reason=lost.reason, held_up=lost.held_up)
        unmet = unmet_condition(planned.spec.when, planned.scope.context)
        if unmet is None:
            return _send(run, planned, transport)
    except RenderError as error:
        return _unsendable(planned, error, location)
    if unmet.doubt is not None:
        return RequestResult(planned.name, Status.FAIL, location, checks=(unmet.doubt,))
    return RequestResult(planned.name, Status.SKIP, location, reason=unmet.reason)


def _send(run: Execution, planned: Planned, transport: Transport) -> RequestResult:
    """The verdict, with what models' answers took on the way to it. Raises ``RenderError``."""
    sending = Sending(run, planned, transport)
    try:
        result = _sent(run, planned, sending)
    except Stopped as stopped:
        result = unanswered(planned, run.means.halt, sent=stopped.sent)
    except Unsent as why:
        result = RequestResult(planned.name, Status.SKIP, planned.spec.location, reason=str(why), held_up=True)
    except RenderError as error:
        result = _unsendable(planned, error, planned.spec.location)
    return result._replace(usages=tuple(sending.meter.usages), model=sending.meter.model, started=sending.started)


def _sent(run: Execution, planned: Planned, sending: Sending) -> RequestResult:
    """The verdict after as many sendings as the file wants. Raises ``RenderError``, ``Stopped`` and ``Unsent``."""
    spec, resolver, means = planned.spec, planned.scope.resolver, run.means
    if means.halt.ends_at is not None:  # interrupted: there is time to send once
        return _judge_one(planned, sending, sending.credentials())
    delay, retry, poll = resolver.delay(spec), resolver.retry(spec), resolver.poll(spec)
    rate = resolver.pass_rate(spec)
    pace = Pace(means.clock, means.jitter, sending.stop, lambda: means.halt.why)

    def look(until: float) -> RequestResult:
        try:
            credentials = sending.credentials()
            return retried(lambda: _judge_one(planned, sending, credentials), retry, pace, until)
        except RenderError as error:
            failure = _unsendable(planned, error, spec.location)
            return failure._replace(attempts=(attempt_of(failure, ""),))

    if delay and not pace.wait(delay):
        raise Stopped(sent=False)
    if retry is None and poll is None and rate is None:
        return _judge_one(planned, sending, sending.credentials())
    place = spec.pass_rate.location if spec.pass_rate is not None else spec.location
    result = rated(lambda: polled(look, poll, pace), rate, place)
    if result.tries and result.status is Status.PASS and result.tries[-1] is not Status.PASS:
        _capture_again(planned, result)
    return result if len(result.attempts) > 1 else result._replace(attempts=())


def _reason_to_skip(run: Execution, planned: Planned) -> Lost | None:
    """Its own reason counts first, but may be made from what an earlier request was to give."""
    lost = unmet_need(planned, run.ended)
    if planned.spec.skip is not None:
        reason = "" if lost and planned.spec.skip.templated else planned.scope.resolver.skip(planned.spec)
        if reason:
            return Lost(reason, held_up=False)
    if planned.phase != "teardown" and run.failed_setup:
        return Lost(f'"{run.failed_setup[0]}" of setup failed')
    if planned.phase != "teardown" and (failed := failed_setup(planned, run.ended)):
        return Lost(f'"{failed}" of setup failed')
    if run.means.label and planned.spec.expect_error is not None:
        return Lost("it expects no answer, and the mock server always answers", held_up=False)
    if run.means.label and any(one.kind == "certificate" for one in planned.spec.expect):
        return Lost("it looks at the server's certificate, and the mock server has none", held_up=False)
    return lost


def _unsendable(planned: Planned, error: RenderError, location: Location) -> RequestResult:
    """What came from a response cannot be used as the request wants it, or there is no token to send with it."""
    problem = error.diagnostic
    failure = TransportError("request", problem.message, problem.hint)
    return RequestResult(planned.name, Status.ERROR, problem.location or location, error=failure)


def _judge_one(planned: Planned, sending: Sending, credentials: Credentials | None) -> RequestResult:
    """The verdict on one sending."""
    exchange = sending.exchange(credentials)
    with patient(sending.monotonic):
        return _judge(planned, exchange, sending.meter.last)


def _judge(planned: Planned, exchange: Exchange, usage: Usage | None) -> RequestResult:
    spec, request = planned.spec, exchange.request
    result = RequestResult(
        name=planned.name,
        status=Status.ERROR,
        location=spec.location,
        method=request.method,
        target=urlsplit(request.url).path or "/",
        http_status=exchange.response.status if exchange.response else None,
        duration=exchange.duration,
        error=exchange.error,
        exchange=exchange,
        first_content=_first_content(exchange),
    )
    if spec.expect_error is not None:
        return _judge_error(planned, exchange, result)
    if exchange.response is None:
        return result
    checks, advice = _check(planned, exchange, exchange.response, usage)
    status = Status.PASS if all(check.passed for check in checks) else Status.FAIL
    warnings = answer_warnings(spec.expect, exchange.response, checks, asked=usage is not None)
    return result._replace(status=status, checks=checks, advice=advice, warnings=warnings)


def _first_content(exchange: Exchange) -> float | None:
    stream = exchange.response.stream if exchange.response is not None else None
    return stream.first_content if stream is not None and stream.shape else None


def _judge_error(planned: Planned, exchange: Exchange, result: RequestResult) -> RequestResult:
    """A request that must fail in a certain way. One that could not be sent as written did not fail in any."""
    node = planned.spec.expect_error
    assert node is not None  # noqa: S101  # the caller looked
    error = exchange.error
    try:
        wanted = str(planned.scope.context.render(node))
    except RenderError as problem:
        return result._replace(status=Status.FAIL, checks=(unusable("error", problem),))
    if error is not None and error.kind == "request":
        return result
    as_wanted = error is not None and wanted in ("any", error.kind)
    got = f"{error.kind}: {error.message}" if error else f"a response with status {result.http_status}"
    expected = "any error" if wanted == "any" else f"an error of kind {wanted}"
    check = Check("error", as_wanted, node.location, expected, got)
    status = Status.PASS if as_wanted else Status.FAIL
    return result._replace(status=status, checks=(check,))


def _check(
    planned: Planned, exchange: Exchange, response: Response, usage: Usage | None
) -> tuple[tuple[Check, ...], Advice | None]:
    """Status first, and that a stream came whole; if both hold the captures, then everything else."""
    spec, context = planned.spec, planned.scope.context
    first = check_first(spec, response, context)
    if not passed(first):
        _hide_secrets(planned, exchange, response)
        advice = _advice(response, status_holds=first[0].passed)
        return first, advice if first[0].passed else advice_on_slashes(response, advice)
    captures = _capture(planned, exchange, response)
    rest = check_rest(spec, response, exchange.duration, context)
    told = (*_check_usage(planned, usage), *_check_tool_calls(planned, exchange, response))
    checks = (*first, *captures, *rest, *told)
    return checks, None if passed(checks) else _advice_on_body(response, checks)


def _advice_on_body(response: Response, checks: tuple[Check, ...]) -> Advice | None:
    """What is to be said of a body that has the right status and is not what was expected."""
    wants_json = any(not one.passed and one.subject.startswith(("$", "schema", "capture")) for one in checks)
    if wants_json and response.body and response.document.error:
        return explain_other_page(response.headers)
    return explain_answer(response.document.value)


def _check_usage(planned: Planned, usage: Usage | None) -> tuple[Check, ...]:
    """What is expected of the tokens and their price; imported by those files that expect something."""
    wanted = [one for one in planned.spec.expect if one.kind == "usage"]
    if not wanted:
        return ()
    amounts = cast(Amounts, registry.load(registry.AMOUNTS))(usage)
    check = cast(UsageCheck, registry.load(registry.USAGE_CHECK))
    return tuple(check(one, amounts, planned.scope.context) for one in wanted)


def _advice(response: Response, *, status_holds: bool) -> Advice | None:
    """What the API says of an error, in the body or in the middle of a stream."""
    host = urlsplit(response.url).hostname or ""
    if response.stream is not None and response.stream.error is not None:
        inside = explain_inside(response.status, response.headers, response.stream.error, host)
        return inside._replace(says="") if inside is not None and status_holds else inside  # the check has told it
    if status_holds:
        return None
    document = None if response.document.error else response.document.value
    return explain_error(response.status, response.headers, document, host) or explain_answer(document)


def _check_tool_calls(planned: Planned, exchange: Exchange, response: Response) -> tuple[Check, ...]:
    """The calls of a model held against what it was offered; imported by those files that want it."""
    wanted = [one for one in planned.spec.expect if one.kind == "tool_calls"]
    if not wanted:
        return ()
    check = cast(ToolCallCheck, registry.load(registry.TOOL_CALLS))
    return tuple(check(one, exchange, response, planned.scope.context) for one in wanted)


def _capture(planned: Planned, exchange: Exchange, response: Response) -> tuple[Check, ...]:
    """Keep what can be kept; a check for each that cannot."""
    failed = []
    for capture in planned.spec.captures:
        try:
            found = find_value(capture, exchange, response, planned.scope.context.render)
            if capture.filters:
                _hide(planned, capture, found)
            value = kept_value(capture, found, planned.scope.context.render)
        except RenderError as error:
            value = NotCaptured(error.diagnostic.message)
        if isinstance(value, NotCaptured):
            failed.append(_lost(capture, value.reason))
        else:
            origin = f'the response to "{planned.name}"'
            planned.scope.variables.capture(capture.name, value.value, origin, secret=capture.secret)
    return tuple(failed)


def _hide_secrets(planned: Planned, exchange: Exchange, response: Response) -> None:
    """A token in an answer that is not as expected is not kept, and opens doors all the same."""
    for capture in planned.spec.captures:
        if capture.kind == "text" and response.status >= FIRST_ERROR:
            continue  # the whole of it is what the server says of the error
        with suppress(RenderError):
            _hide(planned, capture, find_value(capture, exchange, response, planned.scope.context.render))


def _hide(planned: Planned, capture: Capture, found: Captured | NotCaptured) -> None:
    """Mask what the response has, if it is secret, as it stands there: not only what filters make of it."""
    variables = planned.scope.variables
    if isinstance(found, Captured) and (capture.secret or variables.is_secret(capture.name)):
        variables.hide(found.value)


def _capture_again(planned: Planned, result: RequestResult) -> None:
    """What later requests use comes from a try that passed, not from one behind it that did not."""
    if result.exchange is not None and result.exchange.response is not None:
        _capture(planned, result.exchange, result.exchange.response)


def _lost(capture: Capture, reason: str) -> Check:
    """The check that fails because there is nothing to keep."""
    place = capture.node.location
    if capture.kind == "history":
        return Check("reply", passed=False, location=place, expected="a message to carry on with", got=reason)
    return Check(f"capture {capture.name}", passed=False, location=place, expected="a value to keep", got=reason)
