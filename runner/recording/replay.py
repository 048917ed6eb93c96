"""The transport that answers from a recording: no network, redirects followed as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from threading import Event

from runner.engine.job import Planned
from runner.messages import Arrival, Exchange, Request, Response, Timings, TransportError, is_stream, media_type
from runner.recording.entry import NOBODY, Entry, Owner
from runner.recording.replay_clock import Moment, ReplayClock
from runner.recording.shelf import Shelf
from runner.transport import redirects
from runner.transport.address import Address, parse_url
from runner.transport.base import Hear
from runner.transport.failures import Failure
from runner.transport.jar import CookieJar
from runner.transport.wire import Head


class ReplayTransport:
    """Used by one thread, but for ``abort``. An answer takes the time that it took then, on ``clock``."""

    def __init__(self, shelf: Shelf, clock: ReplayClock) -> None:
        self._shelf = shelf
        self._clock = clock
        self._owner: Owner = NOBODY
        self._spent = 0.0
        """Seconds that the steps of the exchange under way took until now."""
        self._begun: Response | None = None
        self._taken: list[Entry] = []
        """Those of the exchange under way."""
        self._last: tuple[Entry, Moment] | None = None
        """What was taken last for the request that is under way, and when that was over."""
        self._stop = Event()

    def about(self, owner: Owner, _planned: Planned) -> None:
        """From now on requests are sent for this one."""
        self._owner = owner
        self._last = None

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        first, response, error = request, None, None
        self._spent, self._begun, self._taken = 0.0, None, []
        self._stop.clear()
        try:
            address = parse_url(request.url)
            jar = jar or CookieJar(self._clock)
            first = jar.dress(request, address.url)
            response = self._follow(request, address, jar)
        except Failure as failure:
            error = failure.error
        self._catch_up()
        started = self._clock.now()
        self._pass(response or self._begun, hear)
        if self._stop.is_set():
            response, error = None, TransportError("connection", "The replay was ended.")
        return Exchange(first, response, error, started, self._spent, None if error is None else self._begun)

    def _catch_up(self) -> None:
        """It begins as long after the one before, sent for the same request, as then: limits of time let as many be
        sent as then, however busy the machine was, or is now."""
        if self._last is not None and self._taken:
            before, ended = self._last
            first = self._taken[0]
            if before.owner == first.owner == self._owner:
                self._clock.since(ended, first.started - before.started - before.duration)

    def abort(self) -> None:
        """The exchange under way ends now, if it takes its time."""
        self._stop.set()

    def close(self) -> None:
        """Nothing is open."""

    def _pass(self, told: Response | None, hear: Hear | None) -> None:
        """The time that it took; a stream is told as it came."""
        begun = self._clock.moment()
        passed = 0.0
        if told is not None and hear is not None and is_stream(told.headers):
            take = hear(media_type(told.headers))
            for at, piece in _pieces(told):
                self._clock.sleep(at - passed, self._stop)
                passed = max(at, passed)
                take(piece)
        self._clock.sleep(self._spent - passed, self._stop)
        if self._taken and not self._stop.is_set():
            self._clock.since(begun, self._spent)
            self._last = self._taken[-1], self._clock.moment()

    def _follow(self, request: Request, address: Address, jar: CookieJar) -> Response:
        allowed = request.options.redirects
        left: list[str] = []
        while True:
            entry, response = self._next(jar.dress(request, address.url), address)
            request = jar.after(request, response.headers, address.url)
            head = Head(response.status, response.reason, response.headers)
            if not (allowed and redirects.leads_on(head)):
                self._spent += entry.duration
                return replace(response, redirects=tuple(left))
            self._spent += entry.duration
            if len(left) >= allowed:
                raise redirects.too_many(allowed, address.place)
            left.append(address.url)
            request, address = redirects.follow(request, address, head.status, redirects.location(head))

    def _next(self, request: Request, address: Address) -> tuple[Entry, Response]:
        """The recorded answer, its times counted from when the exchange began; raises ``Failure``."""
        found = self._shelf.take(request._replace(url=address.url), self._owner)
        entry = found.entry
        if entry is None:
            raise Failure("request", found.message, found.hint)
        self._taken.append(entry)
        if entry.withheld:
            message = f"The recording has no answer to this request: {entry.withheld}, so it was not kept."
            raise Failure("request", message, "Replay cannot do without it: send the request to the real server.")
        response = None if entry.response is None else _at(entry.response, address.url, self._spent)
        if entry.error is not None or response is None:
            self._begun = response
            self._spent += entry.duration
            raise _failure(entry.error)
        return entry, response


def _failure(error: TransportError | None) -> Failure:
    assert error is not None  # noqa: S101  # an entry has a response or an error
    return Failure(error.kind, error.message, error.hint)


def _at(response: Response, url: str, spent: float) -> Response:
    """The response as it came ``spent`` seconds after the exchange began."""
    timings = response.timings
    first = None if timings.first_byte is None else timings.first_byte + spent
    arrivals = tuple(Arrival(one.at + spent, one.start) for one in response.arrivals)
    whole = Timings(timings.total + spent, first, timings.lookup, timings.connect, timings.tls)
    return replace(response, url=url, timings=whole, arrivals=arrivals)


def _pieces(response: Response) -> Iterator[tuple[float, bytes]]:
    """The body as it came, each piece with its time."""
    starts = [*(one.start for one in response.arrivals), len(response.body)]
    for one, (start, end) in zip(response.arrivals, pairwise(starts), strict=True):
        yield one.at, response.body[start:end]
    if not response.arrivals:
        yield 0.0, response.body
