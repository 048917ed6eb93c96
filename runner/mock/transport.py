"""Sends requests that are meant for the real API to the mock server, and reports them as they were meant."""

from __future__ import annotations

from dataclasses import replace

from runner.clock import Clock
from runner.messages import REQUEST_HEADER, Exchange, Request, Response, Tls
from runner.transport.address import Address, parse_url
from runner.transport.base import Hear, Transport
from runner.transport.failures import Failure
from runner.transport.jar import CookieJar
from runner.transport.redirects import FOLLOWED, follow, too_many


class MockTransport:
    """``base_url`` is the mock server's. What comes back names the URLs of the collection, and nothing
    of the header by which the mock knows whose examples to answer from.

    It follows redirects itself: one to another host, too, is answered by the mock, by method and path.
    """

    def __init__(self, inner: Transport, base_url: str, clock: Clock) -> None:
        self._inner = inner
        self._base_url = base_url
        self._clock = clock
        self._hear: Hear | None = None

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        started = self._clock.now()
        begin = self._clock.monotonic()
        meant = request._replace(headers=tuple(one for one in request.headers if one[0] != REQUEST_HEADER))
        first = meant
        self._hear = hear
        try:
            jar = jar or CookieJar(self._clock)
            first = jar.dress(meant, parse_url(meant.url).url)
            exchange = self._exchange(request, meant, jar)
        except Failure as failure:
            return Exchange(first, None, failure.error, started, self._clock.monotonic() - begin)
        return exchange._replace(request=first, started=started, duration=self._clock.monotonic() - begin)

    def abort(self) -> None:
        self._inner.abort()

    def close(self) -> None:
        self._inner.close()

    def _exchange(self, request: Request, meant: Request, jar: CookieJar) -> Exchange:
        """The final exchange. Only its first request carries the header; ``meant`` is what goes on."""
        address = parse_url(request.url)
        exchange = self._send_one(jar.dress(request, address.url), address)
        left: list[str] = []
        while exchange.response is not None and (location := _location(exchange.response, meant)) is not None:
            meant = jar.after(meant, exchange.response.headers, address.url)
            if len(left) >= meant.options.redirects:
                raise too_many(meant.options.redirects, address.place)
            left.append(address.url)
            meant, address = follow(meant, address, exchange.response.status, location)
            exchange = self._send_one(jar.dress(meant, address.url), address)
        if exchange.response is None:
            return exchange
        jar.keep(exchange.response.headers, address.url)
        return exchange._replace(response=replace(exchange.response, redirects=tuple(left)))

    def _send_one(self, request: Request, address: Address) -> Exchange:
        """One request to the mock, and its answer as if it came from ``address``."""
        options = request.options._replace(redirects=0, tls=Tls(), proxy="", pins=())
        asked = request._replace(url=self._base_url + address.target, options=options)
        exchange = self._inner.send(asked, None, self._hear)
        if exchange.begun is not None:
            exchange = exchange._replace(begun=replace(exchange.begun, url=address.url))
        response = exchange.response
        return exchange if response is None else exchange._replace(response=replace(response, url=address.url))


def _location(response: Response, request: Request) -> str | None:
    """Where the answer redirects to, if the request follows redirects."""
    followed = request.options.redirects and response.status in FOLLOWED
    return response.header("location") if followed else None
