"""The transport that speaks to real servers: one exchange from its first byte to its last."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from runner.clock import Clock
from runner.messages import Exchange, Headers, Request, Response, Timings, Tls, TransportError
from runner.transport import redirects
from runner.transport.adapter import Adapter
from runner.transport.address import Address, parse_url
from runner.transport.arrivals import Arrivals, arrivals_of
from runner.transport.base import Hear, Step
from runner.transport.body import Limits, read_body, too_large
from runner.transport.certificates import Contexts
from runner.transport.connection import Line, WireResponse
from runner.transport.deadline import Deadline
from runner.transport.failures import FAULTS, Failure, unforeseen
from runner.transport.jar import CookieJar
from runner.transport.outgoing import write_head
from runner.transport.proxies import proxy_for
from runner.transport.wire import Head

REDIRECT_BODY: Final = 64 * 1024
"""The largest body of a redirect that is read so that its connection can be kept."""


def opener(clock: Clock, environ: Mapping[str, str]) -> Callable[[], LiveTransport]:
    """What makes a transport for each thread of a run; all trust the same certificates."""
    return partial(LiveTransport, clock, environ, Contexts(environ))


class LiveTransport:
    """Sends requests over kept connections. Used by one thread, but for ``abort``; ``environ`` is where proxies and
    trusted certificates are looked up."""

    def __init__(self, clock: Clock, environ: Mapping[str, str], contexts: Contexts | None = None) -> None:
        self._clock = clock
        self._environ = environ
        self._contexts = contexts or Contexts(environ)
        self._deadline = Deadline(clock)
        self._line = Line(self._deadline)
        self._adapters: dict[Tls, Adapter] = {}
        self._proxies: dict[tuple[str, str, int], str | None] = {}
        self._hear: Hear | None = None
        self._begun: Response | None = None
        self.steps: list[Step] = []

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        """Send, follow redirects, read the body whole. The request in the exchange has the cookies of ``jar``."""
        started = self._clock.now()
        first = request
        response: Response | None = None
        error: TransportError | None = None
        self._hear, self._begun = hear, None
        self.steps = []
        self._line.place = ""
        self._line.dialer.phases.start()
        self._line.dialer.pins = request.options.pins
        self._deadline.start(request.options.timeouts)
        try:
            address = parse_url(request.url)
            jar = jar or CookieJar(self._clock)
            first = jar.dress(request, address.url)
            response = self._follow(request, address, jar)
        except Failure as failure:
            error = failure.error
        except FAULTS as fault:
            error = unforeseen(fault, self._line.place).error
        finally:
            self._deadline.stop()
        duration = self._clock.monotonic() - self._deadline.started
        return Exchange(first, response, error, started, duration, None if error is None else self._begun)

    def abort(self) -> None:
        """From another thread: the exchange under way ends now."""
        self._deadline.abort()

    def close(self) -> None:
        """Close every connection."""
        for adapter in self._adapters.values():
            adapter.close()
        self._adapters.clear()
        self._deadline.close()

    def _follow(self, request: Request, address: Address, jar: CookieJar) -> Response:
        allowed = request.options.redirects
        left: list[str] = []
        while True:
            dressed = jar.dress(request, address.url)
            at = self._clock.monotonic() - self._deadline.started if self.steps else 0.0
            self.steps.append(Step(dressed, at))
            reply = self._exchange(dressed, address)
            request = jar.after(request, reply.head.headers, address.url)
            if not (allowed and redirects.leads_on(reply.head)):
                return self._read(reply, request, address, tuple(left))
            _discard(reply)
            redirect = self._response(reply.head, b"", address, tuple(left), None)
            self.steps[-1] = self.steps[-1]._replace(redirect=redirect)
            if len(left) >= allowed:
                raise redirects.too_many(allowed, address.place)
            left.append(address.url)
            location = redirects.location(reply.head)
            request, address = redirects.follow(request, address, reply.head.status, location)

    def _exchange(self, request: Request, address: Address) -> WireResponse:
        adapter = self._adapter(request.options.tls)
        proxy = self._proxy(address, request.options.proxy)
        target: str = address.target
        extra: Headers = ()
        if proxy is not None and address.scheme == "http":
            target, extra = address.url, _pairs(adapter.proxy_headers(proxy))
        message = write_head(request, address, target, extra) + (request.body or b"")
        self._line.load(request.method, message, address.place)
        try:
            return adapter.exchange(address.scheme, address.authority, proxy)
        except Failure as failure:
            if not failure.stale:
                raise
        self._line.load(request.method, message, address.place)
        return adapter.exchange(address.scheme, address.authority, proxy)

    def _read(self, reply: WireResponse, request: Request, address: Address, left: tuple[str, ...]) -> Response:
        head = reply.head
        whole = False
        certificate = reply.certificate(self._clock.now()) if address.scheme == "https" else None
        arrivals = arrivals_of(head, self._clock, self._deadline.started, self._hear)
        body = b""
        try:
            limit = request.options.max_size
            encodings = head.values("content-encoding")
            if head.length is not None and head.length > limit and not encodings:
                raise too_large(limit)
            framed = head.chunked or head.length is not None
            body = read_body(reply.pieces(), encodings, Limits(limit, framed, arrivals.take if arrivals else None))
            whole = True
        finally:
            reply.finish(whole=whole and not _asks_to_close(request))
            if arrivals is not None and not whole:
                self._begun = self._response(head, arrivals.body, address, left, arrivals)
        response = self._response(head, body, address, left, arrivals)
        return response if certificate is None else replace(response, certificate=certificate)

    def _response(
        self, head: Head, body: bytes, address: Address, left: tuple[str, ...], arrivals: Arrivals | None
    ) -> Response:
        return Response(
            head.status,
            head.headers,
            body,
            address.url,
            head.reason,
            left,
            self._timings(),
            received=len(body),
            arrivals=arrivals.times if arrivals is not None else (),
        )

    def _timings(self) -> Timings:
        started = self._deadline.started
        first_byte = self._line.first_byte
        total = self._clock.monotonic() - started
        phases = self._line.dialer.phases
        return Timings(
            total,
            None if first_byte is None else first_byte - started,
            phases.took("lookup"),
            phases.took("connect"),
            phases.took("tls"),
        )

    def _adapter(self, tls: Tls) -> Adapter:
        adapter = self._adapters.get(tls)
        if adapter is None:
            adapter = self._adapters[tls] = Adapter(self._line, tls, self._contexts)
        return adapter

    def _proxy(self, address: Address, chosen: str | None) -> str | None:
        """The proxy for an address: what the request says, else the environment."""
        if chosen is not None:
            return chosen or None
        origin = address.origin
        if origin not in self._proxies:
            self._proxies[origin] = proxy_for(address, self._environ)
        return self._proxies[origin]


def _discard(reply: WireResponse) -> None:
    """Done with a redirect: its body is read if it is known to be small, else the connection is given up."""
    length = reply.head.length
    small = length is not None and length <= REDIRECT_BODY
    whole = False
    try:
        for _ in reply.pieces() if small else ():
            pass
        whole = small
    finally:
        reply.finish(whole=whole)


def _asks_to_close(request: Request) -> bool:
    return "close" in (request.header("connection") or "").lower()


def _pairs(headers: Mapping[str, str]) -> Headers:
    return tuple(headers.items())
