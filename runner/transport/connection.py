"""urllib3's connections and pools with our own way of connecting, sending and receiving in them."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from http.client import HTTPException
from typing import Any, Final, cast

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from runner.errors import SCARCE
from runner.messages import Certificate
from runner.transport.certificates import read_certificate
from runner.transport.deadline import Deadline
from runner.transport.dial import Dialer
from runner.transport.failures import Failure, capital, cut_short, not_answered, not_connected, not_encrypted
from runner.transport.wire import PIECE, Head, Reader, read_head, read_pieces

PROXY_HINT: Final = "Check the proxy's address: proxy:, --proxy or the environment."


class Line:
    """What a transport and its connections share about the exchange under way."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.dialer = Dialer(deadline)
        self.method = ""
        self.message = b""
        self.place = ""
        self.first_byte: float | None = None

    def load(self, method: str, message: bytes, place: str) -> None:
        """What is to be sent next, and what messages call its destination."""
        self.method = method
        self.message = message
        self.place = place
        self.first_byte = None


class WireResponse(urllib3.HTTPResponse):
    """A response whose head has come, and whose body is read with ``pieces``."""

    def __init__(self, head: Head, connection: Connection) -> None:
        super().__init__(status=head.status, reason=head.reason, preload_content=False)
        self.head = head
        self._owner = connection

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, not decompressed."""
        return self._owner.pieces(self.head)

    def certificate(self, now: float) -> Certificate | None:
        """The certificate of the server that it came from, at the time ``now``."""
        return self._owner.certificate(now)

    def finish(self, *, whole: bool) -> None:
        """Give the connection back, for another request if the body was read whole and HTTP allows it."""
        if not (whole and self.head.keep and self._owner.is_clean):
            self._owner.close()
        self.release_conn()


class Connection(HTTPConnection):
    """A connection to a server or proxy that sends what ``line`` holds and reads the answer strictly."""

    line: Line
    _reader: Reader
    _stream: socket.socket
    _handle: socket.socket | None = None
    _exchanges = 0

    def _new_conn(self) -> socket.socket:
        sock = self.line.dialer.dial(self._dns_host, self.port or self.default_port, self._dialled)
        # TLS takes the socket over; a second handle on it can be shut down at any time.
        try:
            self._handle = sock.dup()
        except OSError:
            sock.close()
            raise
        self.line.deadline.guard(self._handle)
        sock.settimeout(self.line.deadline.left_to_connect())
        return sock

    @property
    def _dialled(self) -> str:
        if self.proxy is None:
            return self.line.place
        return f"the proxy {self.host}:{self.port}"

    def connect(self) -> None:
        deadline = self.line.deadline
        deadline.start_connecting()
        secure = isinstance(self, HTTPSConnection)
        try:
            with self.line.dialer.phases.measure("tls") if secure else nullcontext():
                super().connect()
        except TimeoutError as error:
            raise deadline.failure(self._dialled) from error
        except OSError as error:
            if deadline.over():
                raise deadline.failure(self._dialled) from error
            raise self._not_set_up(error) from error
        except HTTPException as error:
            if deadline.over():
                raise deadline.failure(self._dialled) from error
            message = f"{capital(self._dialled)} does not answer like a proxy."
            raise Failure("connection", message, PROXY_HINT) from error
        self._stream = cast("socket.socket", self.sock)
        # From here on only the deadline ends a wait: a server that drips gets past a limit on each read.
        self._stream.settimeout(None)
        if isinstance(self._stream, ssl.SSLSocket):
            # An end without TLS's own end mark may be an attacker's or a crash's, not the end of the answer.
            self._stream.suppress_ragged_eofs = False  # type: ignore[attr-defined]
        self._reader = Reader(self._receive)
        self._exchanges = 0

    def _tunnel(self) -> None:
        """As urllib3 does; a proxy that is gone in the middle of it is told from a server that is."""
        try:
            super()._tunnel()
        except ConnectionError as error:
            if self.line.deadline.over():
                raise
            message = (
                f"{capital(self._dialled)} closed the connection when it was asked to connect to {self.line.place}."
            )
            raise Failure("connection", message, PROXY_HINT) from error

    def _not_set_up(self, error: OSError) -> Failure:
        text = str(error)
        if self.proxy is not None and text.startswith("Tunnel connection failed: "):
            status = text.removeprefix("Tunnel connection failed: ").partition(" ")[0]
            message = f"{capital(self._dialled)} refused to connect to {self.line.place} (status {status})."
            return Failure(
                "connection", message, "Check the proxy's address and password: proxy:, --proxy or the environment."
            )
        if error.errno in SCARCE or not isinstance(self, HTTPSConnection):
            return not_connected(error, self._dialled)
        return not_encrypted(error, self.line.place)

    def request(self, *_: Any, **__: Any) -> None:
        """Send what ``line`` holds; the arguments have been through urllib3's own idea of a request."""
        line = self.line
        if self.sock is None:
            self.connect()
        if self._handle is not None:
            line.deadline.guard(self._handle)
        self._stream.settimeout(None)
        line.deadline.phase = "answer"
        self._exchanges += 1
        try:
            self._stream.sendall(line.message)
        except OSError:
            # The server may have answered before it closed the connection: reading will tell.
            return

    def getresponse(self) -> WireResponse:  # type: ignore[override]  # as in urllib3 itself
        head = read_head(self._reader, self.line.method)
        self.line.deadline.phase = "body"
        return WireResponse(head, self)

    def pieces(self, head: Head) -> Iterator[bytes]:
        """The body that belongs to ``head``."""
        idle = self.line.deadline.timeouts.idle
        if idle is not None:
            self._stream.settimeout(idle)
        return read_pieces(self._reader, head)

    def certificate(self, now: float) -> Certificate | None:
        """What the server's certificate says; None where it was not checked, as it is not decoded then."""
        decoded = self._stream.getpeercert() if isinstance(self._stream, ssl.SSLSocket) else None
        return read_certificate(decoded, now) if decoded else None

    @property
    def is_clean(self) -> bool:
        """Whether nothing came beyond the response."""
        return not self._reader.pending

    def _receive(self) -> bytes:
        line = self.line
        try:
            data = self._stream.recv(PIECE)
        except TimeoutError as error:
            raise line.deadline.idle_failure(line.place) from error
        except OSError as error:
            raise self._broken(error) from error
        if line.first_byte is None:
            if not data:
                raise self._broken(None)
            line.first_byte = line.deadline.clock.monotonic()
        elif not data and line.deadline.over():
            raise line.deadline.failure(line.place)
        return data

    def _broken(self, error: OSError | None) -> Failure:
        line = self.line
        if line.deadline.over():
            return line.deadline.failure(line.place)
        if line.first_byte is not None:
            return cut_short(line.place)
        encrypted = isinstance(self, HTTPSConnection)
        failure = not_answered(error, line.place, encrypted=encrypted)
        failure.stale = self._exchanges > 1
        return failure

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None:
            self.line.deadline.release(handle)
            handle.close()
        with suppress(OSError):
            super().close()


class SecureConnection(Connection, HTTPSConnection):
    """The same over TLS."""


class Pool(HTTPConnectionPool):
    """Connections to one origin over plain TCP."""

    ConnectionCls = Connection
    line: Line

    def _new_conn(self) -> Connection:
        connection = cast("Connection", super()._new_conn())
        connection.line = self.line
        return connection


class SecurePool(HTTPSConnectionPool):
    """Connections to one origin over TLS."""

    ConnectionCls = SecureConnection
    line: Line

    def _new_conn(self) -> SecureConnection:
        connection = cast("SecureConnection", super()._new_conn())
        connection.line = self.line
        return connection

    def _validate_conn(self, conn: Any) -> None:
        """Without urllib3's warning about unverified certificates: whoever turns the check off, knows."""
        if conn.is_closed:
            conn.connect()
