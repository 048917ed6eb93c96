"""Sends one planned request and judges what came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Credentials, Means
from runner.auth.tokens import Tokens
from runner.checks.expectations import check_rest, check_status, passed, unusable
from runner.checks.matchers import MatchContext
from runner.checks.query import NotCaptured, capture_value
from runner.clock import Clock
from runner.engine.attempts import Pace, polled, rated, retried
from runner.engine.conditions import unmet_condition, unmet_need
from runner.engine.converse import converse
from runner.engine.plan import Job, Planned
from runner.errors import RenderError
from runner.llm.errors import explain_error
from runner.llm.graphql import explain_answer
from runner.messages import Exchange, Request, Response, TransportError
from runner.model import Capture, RequestSpec
from runner.node import Node, Plain
from runner.results import Advice, Check, RequestResult, Status
from runner.source import Location
from runner.transport.base import Transport


@dataclass(frozen=True)
class Execution:
    """What one job's requests are run with. ``label`` names a header that carries the request's index to the
    mock server; ``keep`` says whether a result keeps its exchange for reports; ``tokens`` are the whole run's;
    ``jitter`` gives numbers from 0 to 1; ``ends_at`` on the monotonic clock is when even teardown must end."""

    job: Job
    transport: Transport
    clock: Clock
    context: MatchContext
    mark_secret: Callable[[Plain], None]
    keep: Callable[[Status], bool]
    tokens: Tokens
    label: str = ""
    first_index: int = 0
    jitter: Callable[[], float] = lambda: 0.0
    ended: dict[str, Status] = field(default_factory=dict)
    failed_setup: list[str] = field(default_factory=list)
    ends_at: float | None = None


def execute(run: Execution, planned: Planned) -> RequestResult:
    """The verdict on one request; its exchange is there if a report shows it."""
    result = _verdict(run, planned)
    run.ended[planned.name] = result.status
    if planned.spec.phase == "setup" and result.status in (Status.FAIL, Status.ERROR):
        run.failed_setup.append(planned.name)
    return result if run.keep(result.status) else result._replace(exchange=None)


def _verdict(run: Execution, planned: Planned) -> RequestResult:
    location = planned.spec.location
    try:
        reason = _reason_to_skip(run, planned)
        if reason:
            return RequestResult(planned.name, Status.SKIP, location, reason=reason)
        unmet = unmet_condition(planned.spec.when, run.context)
        if unmet is None:
            return _send(run, planned)
    except RenderError as error:
        return _unsendable(planned, error, location)
    if unmet.doubt is not None:
        return RequestResult(planned.name, Status.FAIL, location, checks=(unmet.doubt,))
    return RequestResult(planned.name, Status.SKIP, location, reason=unmet.reason)


def _send(run: Execution, planned: Planned) -> RequestResult:
    """The verdict after as many sendings as the file wants. What is sent is made once; only its authentication is
    new for each look of ``poll`` and each try of ``pass_rate``, and a signature for each sending. Raises
    ``RenderError``."""
    spec, resolver, pace = planned.spec, run.job.resolver, Pace(run.clock, run.jitter)
    means = Means(run.job.variables, run.clock, run.tokens, run.mark_secret)
    made = _labelled(run, planned)

    def send_once(credentials: Credentials | None) -> RequestResult:
        flow = authenticate(made, credentials, means)
        return _judge(run, planned, converse(flow, lambda request: run.transport.send(_within(run, request))))

    if run.ends_at is not None:  # interrupted: there is time to send once
        return send_once(credentials_of(spec.auth, means))
    delay, retry, poll, rate = (
        resolver.delay(spec),
        resolver.retry(spec),
        resolver.poll(spec),
        resolver.pass_rate(spec),
    )

    def look(until: float) -> RequestResult:
        credentials = credentials_of(spec.auth, means)
        return retried(lambda: send_once(credentials), retry, pace, until)

    if delay:
        run.clock.sleep(delay)
    if retry is None and poll is None and rate is None:
        return send_once(credentials_of(spec.auth, means))
    place = _place(spec.pass_rate) if spec.pass_rate is not None else spec.location
    result = rated(lambda: polled(look, poll, pace), rate, place)
    if result.tries and result.status is Status.PASS and result.tries[-1] is not Status.PASS:
        _capture_again(run, planned, result)
    return result if len(result.attempts) > 1 else result._replace(attempts=())


def _within(run: Execution, request: Request) -> Request:
    """The request with no more time than is left; too little is told as a timeout."""
    if run.ends_at is None:
        return request
    left = run.ends_at - run.clock.monotonic()
    timeouts = request.options.timeouts
    limited = timeouts._replace(total=max(min(timeouts.total, left), 0.001))
    return request._replace(options=request.options._replace(timeouts=limited))


def _reason_to_skip(run: Execution, planned: Planned) -> str:
    """Its own reason counts first, but may be made from what an earlier request was to give."""
    lost = unmet_need(planned, run.ended)
    if planned.spec.skip is not None:
        reason = "" if lost and planned.spec.skip.templated else run.job.resolver.skip(planned.spec)
        if reason:
            return reason
    if planned.spec.phase != "teardown" and run.failed_setup:
        return f'"{run.failed_setup[0]}" of setup failed'
    if run.label and planned.spec.expect_error is not None:
        return "it expects no answer, and the mock server always answers"
    if run.label and any(one.kind == "certificate" for one in planned.spec.expect):
        return "it looks at the server's certificate, and the mock server has none"
    return lost


def _labelled(run: Execution, planned: Planned) -> Request:
    """The request, which under ``--mock`` says whose examples shall answer."""
    request = run.job.resolver.request(planned.spec)
    if run.label:
        label = (run.label, str(run.first_index + planned.position))
        request = request._replace(headers=(*request.headers, label))
    return request


def _unsendable(planned: Planned, error: RenderError, location: Location) -> RequestResult:
    """What came from a response cannot be used as the request wants it, or there is no token to send with it."""
    problem = error.diagnostic
    failure = TransportError("request", problem.message, problem.hint)
    return RequestResult(planned.name, Status.ERROR, problem.location or location, error=failure)


def _judge(run: Execution, planned: Planned, exchange: Exchange) -> RequestResult:
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
    )
    if spec.expect_error is not None:
        return _judge_error(run, spec, exchange, result)
    if exchange.response is None:
        return result
    checks, advice = _check(run, planned, exchange, exchange.response)
    status = Status.PASS if all(check.passed for check in checks) else Status.FAIL
    return result._replace(status=status, checks=checks, advice=advice)


def _judge_error(run: Execution, spec: RequestSpec, exchange: Exchange, result: RequestResult) -> RequestResult:
    """A request that must fail in a certain way. One that could not be sent as written did not fail in any."""
    node = spec.expect_error
    assert node is not None  # noqa: S101  # the caller looked
    error = exchange.error
    try:
        wanted = str(run.context.render(node))
    except RenderError as problem:
        return result._replace(status=Status.FAIL, checks=(unusable("error", problem),))
    if error is not None and error.kind == "request":
        return result
    passed = error is not None and wanted in ("any", error.kind)
    got = f"{error.kind}: {error.message}" if error else f"a response with status {result.http_status}"
    expected = "any error" if wanted == "any" else f"an error of kind {wanted}"
    check = Check("error", passed, _place(node), expected, got)
    status = Status.PASS if passed else Status.FAIL
    return result._replace(status=status, checks=(check,))


def _check(
    run: Execution, planned: Planned, exchange: Exchange, response: Response
) -> tuple[tuple[Check, ...], Advice | None]:
    """Status first; if it holds the captures, then everything else."""
    spec = planned.spec
    status = check_status(spec, response, run.context)
    if not status.passed:
        host = urlsplit(response.url).hostname or ""
        document = None if response.document.error else response.document.value
        advice = explain_error(response.status, response.headers, document, host)
        return (status,), advice or explain_answer(document)
    captures = _capture(run, planned, exchange, response)
    checks = (status, *captures, *check_rest(spec, response, exchange.duration, run.context))
    return checks, None if passed(checks) else explain_answer(response.document.value)


def _capture(run: Execution, planned: Planned, exchange: Exchange, response: Response) -> tuple[Check, ...]:
    """Keep what can be kept; a check for each that cannot."""
    failed = []
    for capture in planned.spec.captures:
        try:
            value = capture_value(capture, exchange, response, run.context.render)
        except RenderError as error:
            value = NotCaptured(error.diagnostic.message)
        if isinstance(value, NotCaptured):
            failed.append(_lost(capture, value.reason))
        else:
            origin = f'the response to "{planned.name}"'
            run.job.variables.capture(capture.name, value.value, origin, secret=capture.secret)
    return tuple(failed)


def _capture_again(run: Execution, planned: Planned, result: RequestResult) -> None:
    """What later requests use comes from a try that passed, not from one behind it that did not."""
    if result.exchange is not None and result.exchange.response is not None:
        _capture(run, planned, result.exchange, result.exchange.response)


def _lost(capture: Capture, reason: str) -> Check:
    """The check that fails because there is nothing to keep."""
    place = _place(capture.node)
    if capture.kind == "history":
        return Check("reply", passed=False, location=place, expected="a message to carry on with", got=reason)
    return Check(f"capture {capture.name}", passed=False, location=place, expected="a value to keep", got=reason)


def _place(node: Node) -> Location:
    return Location(node.source.name, node.line)
