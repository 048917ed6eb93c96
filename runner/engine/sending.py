"""Sends one planned request, with what its authentication asks for, unless the run has been interrupted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, TypeAlias, cast

from runner import registry
from runner.auth import flow
from runner.auth.apply import authenticate, credentials_of
from runner.auth.tokens import Tokens
from runner.clock import Clock
from runner.engine.conditions import Ended
from runner.engine.converse import converse
from runner.engine.halt import Halt, Stopped
from runner.engine.job import Planned
from runner.engine.meter import Meter
from runner.engine.rate import Rate
from runner.messages import Exchange, Request, is_stream
from runner.node import Plain
from runner.results import Status
from runner.transport.base import Hear, Transport
from runner.transport.jar import CookieJar

if TYPE_CHECKING:  # few runs have one
    from runner.engine.budget import Budget

Streamed: TypeAlias = Callable[[Exchange], Exchange]
Commander: TypeAlias = Callable[[Request, Mapping[str, str]], str]
"""What writes a request as a command, with the secrets of these names as variables of the shell."""

About: TypeAlias = Callable[[Transport, int, Planned], None]


@dataclass(frozen=True)
class Means:
    """What all requests of a run are run with. ``label`` names a header that tells the mock server whose examples
    shall answer; ``keep`` says whether a result keeps its exchange for reports; ``jitter`` gives numbers from 0 to
    1; ``hear`` is told of streams as they come; ``command`` writes for reports how to send the same by hand; ``about``
    is told before a request is sent by which transport it will be, with the number of its job."""

    clock: Clock
    mark_secret: Callable[[Plain], None]
    tokens: Tokens
    halt: Halt
    keep: Callable[[Status], bool]
    jitter: Callable[[], float]
    rate: Rate | None = None
    label: str = ""
    hear: Hear | None = None
    budget: Budget | None = None
    command: Commander | None = None
    about: About | None = None


@dataclass(frozen=True)
class Execution:
    """One job under way; ``number`` is its place in the run. ``ended`` and ``failed_setup`` tell of the requests
    before."""

    means: Means
    jar: CookieJar
    number: int = 0
    ended: dict[str, Ended] = field(default_factory=dict)
    failed_setup: list[str] = field(default_factory=list)


class Sending:
    """What is sent is made once; its authentication is new whenever somebody asks for ``credentials``, and a signature
    for each exchange. Raises ``RenderError`` where a value does not fit, ``Stopped`` after an interrupt, ``Unsent``
    where the budget does not allow it. ``meter`` knows what models' answers took; ``started`` is when the first of it
    was sent, in seconds since the Unix epoch."""

    def __init__(self, run: Execution, planned: Planned, transport: Transport) -> None:
        means = run.means
        self._run = run
        self._planned = planned
        self._transport = transport
        self._means = flow.Means(planned.scope.variables, means.clock, means.tokens, means.mark_secret)
        self._request = _labelled(run, planned)
        self._sent = False
        self.started = 0.0
        self._reads_streams = planned.scope.resolver.reads_streams(planned.spec)
        self.monotonic = means.clock.monotonic
        self.stop: Event = means.halt.of(planned.phase)
        self.meter = Meter(planned.name, planned.scope.prices, means.budget)
        if means.about is not None:
            means.about(transport, run.number, planned)

    def credentials(self) -> flow.Credentials | None:
        """Those of the request, filled now."""
        return credentials_of(self._planned.spec.auth, self._means)

    def exchange(self, credentials: flow.Credentials | None) -> Exchange:
        """The exchange that is the answer; there may be others before it."""
        return converse(authenticate(self._request, credentials, self._means), self._send)

    def _streamed(self, exchange: Exchange) -> Exchange:
        """With its stream read if it is one: what reads streams is imported for those."""
        response = exchange.response or exchange.begun
        if not self._reads_streams or response is None or not is_stream(response.headers):
            return exchange
        return cast("Streamed", registry.load(registry.STREAMED))(exchange)

    def _send(self, request: Request) -> Exchange:
        means = self._run.means
        hear = means.hear if self._reads_streams else None
        exchange = None
        self.meter.before(request, means.clock.now(), self.stop)
        try:
            if means.rate is not None:  # teardown waits for its turn, too, but not after an interrupt
                means.rate.wait(means.halt.interrupted if self._planned.phase == "teardown" else means.halt.now)
            if self.stop.is_set():
                raise Stopped(sent=self._sent)
            self._sent = True
            self.started = self.started or means.clock.now()
            exchange = self._streamed(self._transport.send(_within(means, request), self._run.jar, hear))
        finally:
            self.meter.after(exchange)
        if self.stop.is_set() and exchange.response is None and means.halt.ends_at is not None:
            raise Stopped(sent=True)
        return exchange


def _labelled(run: Execution, planned: Planned) -> Request:
    """The request, which under ``--mock`` says whose examples shall answer."""
    request = planned.scope.resolver.request(planned.spec)
    if not run.means.label:
        return request
    label = (run.means.label, f"{run.number}.{planned.position}")
    return request._replace(headers=(*request.headers, label))


def _within(means: Means, request: Request) -> Request:
    """The request with no more time than is left after an interrupt; too little is told as a timeout."""
    if means.halt.ends_at is None:
        return request
    left = means.halt.ends_at - means.clock.monotonic()
    timeouts = request.options.timeouts
    limited = timeouts._replace(total=max(min(timeouts.total, left), 0.001))
    return request._replace(options=request.options._replace(timeouts=limited))
