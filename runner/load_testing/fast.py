"""The transport of load tests: gevent's sockets and the parser of geventhttpclient, Locust's fast client."""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from gevent import Timeout
from gevent.monkey import get_original

from runner.clock import Clock
from runner.load_testing.answer import PIECE, Answer
from runner.messages import Exchange, Request, Response, Timings, Tls, TransportError
from runner.transport import redirects
from runner.transport.address import Address, parse_url
from runner.transport.arrivals import Arrivals, arrivals_of
from runner.transport.base import Hear, Transport
from runner.transport.body import Limits, read_body, too_large
from runner.transport.certificates import Contexts
from runner.transport.failures import Failure, cut_short, not_answered, not_connected, not_encrypted, unforeseen
from runner.transport.jar import CookieJar
from runner.transport.outgoing import write_head
from runner.transport.proxies import proxy_for
from runner.transport.wire import Head
from runner.units import format_duration

FAULTS: Final = (OSError, ValueError, RecursionError)
MOST_KEPT: Final = 20
"""How many connections one user keeps open."""
POLL: Final = get_original("select", "poll") if hasattr(select, "POLLIN") else None
"""It asks the system, where gevent's would let other users run; not every system has it."""
Origin = tuple[str, str, int, Tls]


class Connection:
    """One connection; ``used`` is how many requests went over it."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.used = 0

    @property
    def is_told(self) -> bool:
        """Whether something came, be it the end, that no request asked for: it would be taken for the next answer."""
        if POLL is None:
            return False
        poll = POLL()
        poll.register(self.sock.fileno(), select.POLLIN)
        return bool(poll.poll(0))

    def close(self) -> None:
        self.sock.close()


class Used:
    """How many requests went over which client."""

    def __init__(self) -> None:
        self.fast = 0
        self.requests = 0


class Surroundings(NamedTuple):
    """What the transports of all users share. ``open_other`` makes the one that can do everything."""

    clock: Clock
    environ: Mapping[str, str]
    contexts: Contexts
    open_other: Callable[[], Transport]
    used: Used


class FastTransport:
    """Of one user: sends one request at a time. Proxies, addresses given by hand and client certificates need
    requests, and go there."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._clock = around.clock
        self._other: Counted | None = None
        self._kept: dict[Origin, Connection] = {}
        self._proxied: dict[tuple[str, str, int], bool] = {}
        self._address: tuple[str, Address] | None = None
        self._message: tuple[Request, bytes] | None = None
        self._phase = ""
        self._since: float | None = None

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        """Send, follow redirects, read the body whole."""
        try:
            address = self._parsed(request.url)
        except Failure as failure:
            return Exchange(request, None, failure.error, self._clock.now(), 0.0)
        if self._needs_other(request, address):
            return self.other.send(request, jar, hear)
        self._around.used.fast += 1
        started, begun = self._clock.now(), self._clock.monotonic()
        self._since = begun
        jar = jar or CookieJar(self._clock)
        response: Response | None = None
        error: TransportError | None = None
        first = request
        seconds = request.options.timeouts.total
        timeout = Timeout.start_new(seconds)
        try:
            first = jar.dress(request, address.url)
            response = self._follow((request, first), address, jar, begun)
        except Failure as failure:
            error = failure.error
        except FAULTS as fault:
            error = unforeseen(fault, address.place).error
        except Timeout as over:
            if over is not timeout:
                raise
            error = self._too_late(address, seconds).error
        finally:
            timeout.close()
        self._since = None
        return Exchange(first, response, error, started, self._clock.monotonic() - begun)

    @property
    def since(self) -> float | None:
        """When the request was sent that is under way, or that was given up; None if there is none."""
        return self._other.since if self._since is None and self._other is not None else self._since

    @property
    def other(self) -> Transport:
        """The transport that can do everything; what goes over it is counted."""
        if self._other is None:
            self._other = Counted(self._around.open_other(), self._around)
        return self._other

    def abort(self) -> None:
        """A user's requests are ended with its greenlet."""

    def close(self) -> None:
        """Close every connection."""
        for connection in self._kept.values():
            connection.close()
        self._kept.clear()
        if self._other is not None:
            self._other.close()

    def _parsed(self, url: str) -> Address:
        """A user asks for few URLs, most often for the same again."""
        if self._address is None or self._address[0] != url:
            self._address = (url, parse_url(url))
        return self._address[1]

    def _needs_other(self, request: Request, address: Address) -> bool:
        options = request.options
        if options.proxy or options.pins or options.tls.cert is not None:
            return True
        if options.proxy is not None:
            return False
        origin = address.origin
        found = self._proxied.get(origin)
        if found is None:
            found = self._proxied[origin] = proxy_for(address, self._around.environ) is not None
        return found

    def _follow(self, requests: tuple[Request, Request], address: Address, jar: CookieJar, begun: float) -> Response:
        """``requests`` are what is to be sent, as it is and with the cookies of ``jar`` for ``address``."""
        request, dressed = requests
        allowed = request.options.redirects
        left: list[str] = []
        while True:
            connection, answer, head, first_byte = self._exchange(dressed, address)
            request = jar.after(request, head.headers, address.url)
            if not (allowed and redirects.leads_on(head)):
                times = (begun, first_byte)
                return self._read(request, address, (connection, answer, head), times, tuple(left))
            connection.close()
            if len(left) >= allowed:
                raise redirects.too_many(allowed, address.place)
            left.append(address.url)
            request, address = redirects.follow(request, address, head.status, redirects.location(head))
            if self._needs_other(request, address):
                hint = "Write that address as the URL: then it is sent by the client that can."
                raise Failure("request", f"A redirect leads to {address.place}, which needs a proxy.", hint)
            dressed = jar.dress(request, address.url)

    def _exchange(self, request: Request, address: Address) -> tuple[Connection, Answer, Head, float]:
        message = self._written(request, address)
        origin = (*address.origin, request.options.tls)
        connection = self._kept.pop(origin, None)
        if connection is not None and connection.is_told:
            connection.close()
            connection = None
        if connection is not None:
            try:
                return self._sent(connection, message, request, address)
            except Failure as failure:
                if not failure.stale:
                    raise
        connection = self._connect(address, request)
        return self._sent(connection, message, request, address)

    def _written(self, request: Request, address: Address) -> bytes:
        known = self._message
        if known is not None and known[0] is request:
            return known[1]
        message = write_head(request, address, address.target) + (request.body or b"")
        self._message = (request, message)
        return message

    def _sent(
        self, connection: Connection, message: bytes, request: Request, address: Address
    ) -> tuple[Connection, Answer, Head, float]:
        self._phase = "answer"
        sock, first_byte, idle = connection.sock, 0.0, request.options.timeouts.idle
        connection.used += 1

        def receive() -> bytes:
            nonlocal first_byte
            try:
                data = sock.recv(PIECE)
            except TimeoutError as error:
                raise _silent(address, idle or 0.0) from error
            except OSError as error:
                raise _gone(connection, address, error, begun=bool(first_byte)) from error
            if not first_byte:
                if not data:
                    raise _gone(connection, address, None, begun=False)
                first_byte = self._clock.monotonic()
                self._phase = "body"
                if idle is not None:
                    sock.settimeout(idle)
            return data

        answer = Answer(request.method, receive)
        try:
            with suppress(OSError):  # the server may have answered before it closed the connection: reading will tell
                gone = sock.send(message)
                if gone < len(message):
                    sock.sendall(message[gone:])
            head = answer.read_head()
        except BaseException:
            connection.close()
            raise
        return connection, answer, head, first_byte

    def _read(
        self,
        request: Request,
        address: Address,
        came: tuple[Connection, Answer, Head],
        times: tuple[float, float],
        left: tuple[str, ...],
    ) -> Response:
        connection, answer, head = came
        begun, first_byte = times
        arrivals = arrivals_of(head, self._clock, begun, None)
        try:
            body = self._body(request, answer, head, arrivals)
        except BaseException:
            connection.close()
            raise
        if answer.can_go_on and "close" not in (request.header("connection") or "").lower():
            self._keep((*address.origin, request.options.tls), connection)
        else:
            connection.close()
        timings = Timings(self._clock.monotonic() - begun, first_byte - begun)
        noted = arrivals.times if arrivals is not None else ()
        return Response(
            head.status, head.headers, body, address.url, head.reason, left, timings, len(body), arrivals=noted
        )

    def _body(self, request: Request, answer: Answer, head: Head, arrivals: Arrivals | None) -> bytes:
        limit = request.options.max_size
        encodings = head.values("content-encoding")
        if head.length is not None and head.length > limit and not encodings:
            raise too_large(limit)
        whole = answer.whole if not encodings and arrivals is None else None
        if whole is not None and len(whole) <= limit:
            return whole
        framed = head.chunked or head.length is not None
        return read_body(answer.pieces(), encodings, Limits(limit, framed, arrivals.take if arrivals else None))

    def _keep(self, origin: Origin, connection: Connection) -> None:
        connection.sock.settimeout(None)
        if len(self._kept) >= MOST_KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        self._kept[origin] = connection

    def _connect(self, address: Address, request: Request) -> Connection:
        self._phase = "connect"
        limit = request.options.timeouts.connect
        try:
            sock = socket.create_connection((address.host, address.port), limit)
        except TimeoutError as error:
            raise self._too_late(address, limit or 0.0) from error
        except socket.gaierror as error:
            hint = "Check the spelling of the host in the URL; a name inside a company may need its VPN."
            raise Failure("dns", f'There is no host named "{address.host}".', hint) from error
        except OSError as error:
            raise not_connected(error, address.place) from error
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if address.scheme == "https":
            sock = self._encrypted(sock, address, request.options.tls)
        sock.settimeout(None)
        return Connection(sock)

    def _encrypted(self, sock: socket.socket, address: Address, tls: Tls) -> socket.socket:
        try:
            context = self._around.contexts.of(tls)
            secure = context.wrap_socket(sock, server_hostname=address.host)
        except TimeoutError as error:
            sock.close()
            raise self._too_late(address, 0.0) from error
        except OSError as error:
            sock.close()
            raise not_encrypted(error, address.place) from error
        except BaseException:
            sock.close()
            raise
        if isinstance(secure, ssl.SSLSocket):
            secure.suppress_ragged_eofs = False  # type: ignore[attr-defined]  # as in runner.transport
        return secure

    def _too_late(self, address: Address, seconds: float) -> Failure:
        limit = format_duration(seconds)
        hint = "Raise the limit with timeout: on the request or --timeout, or see why the server is slow."
        said = {
            "connect": f"No connection to {address.place} within {limit}.",
            "body": f"The answer of {address.place} had begun, but was not complete after {limit}.",
        }
        return Failure("timeout", said.get(self._phase, f"No answer from {address.place} within {limit}."), hint)


class Counted:
    """Another transport, whose requests are counted."""

    def __init__(self, inner: Transport, around: Surroundings) -> None:
        self._inner = inner
        self._around = around
        self.since: float | None = None
        """When the request was sent that is under way, or that was given up."""

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        """As the other one does."""
        self._around.used.requests += 1
        self.since = self._around.clock.monotonic()
        exchange = self._inner.send(request, jar, hear)
        self.since = None
        return exchange

    def abort(self) -> None:
        self._inner.abort()

    def close(self) -> None:
        self._inner.close()


def _silent(address: Address, idle: float) -> Failure:
    message = f"In the middle of its answer {address.place} sent nothing for {format_duration(idle)}."
    return Failure("timeout", message, "Raise the limit: timeout: {idle: 60s}.")


def _gone(connection: Connection, address: Address, error: OSError | None, *, begun: bool) -> Failure:
    if begun:
        return cut_short(address.place)
    failure = not_answered(error, address.place, encrypted=address.scheme == "https")
    failure.stale = connection.used > 1
    return failure
