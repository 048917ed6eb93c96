"""The mock server: real HTTP on the loopback interface, one thread a connection, stopped at once."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from runner.clock import Clock
from runner.errors import UsageError
from runner.mock.bodies import json_response
from runner.mock.http1 import CONTINUE, BadRequest, Head, Vanished, answer_pieces, read_body, read_head
from runner.mock.messages import MockRequest, MockResponse
from runner.threads import start_thread

HOST = "127.0.0.1"
IDLE_LIMIT = 300.0
LINGER_LIMIT = 2.0
PAUSE = 0.05
"""Seconds until a connection is taken again when none could be."""

Log = Callable[[str], None]


class Answers(Protocol):
    """What the server asks for each request (``Routes``)."""

    def answer(self, request: MockRequest) -> MockResponse: ...


class MockServer:
    """Serves ``routes`` from entering to leaving its context. ``port`` 0 takes a free one; ``log`` is told a
    line for each request and must bear being called from several threads."""

    def __init__(self, routes: Answers, clock: Clock, port: int = 0, log: Log | None = None) -> None:
        self._routes = routes
        self._clock = clock
        self._log = log
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()
        self._stopping = False
        self._listener = _listen(port)
        self.port = int(self._listener.getsockname()[1])
        self._acceptor: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Scheme, host and port, without a slash at the end."""
        return f"http://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        try:
            self._acceptor = start_thread(self._accept, "mock")
        except OSError:
            self._listener.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take no more connections and shut those that are open, requests under way included."""
        with self._lock:
            if self._stopping:
                return
            self._stopping = True
            connections = tuple(self._connections)
        self._end_acceptor()
        for connection in connections:
            _shut(connection, socket.SHUT_RDWR)

    def _end_acceptor(self) -> None:
        """A connection of our own ends its waiting on every system; closing a socket in use does not."""
        if self._acceptor is not None and self._acceptor.is_alive():
            try:
                socket.create_connection((HOST, self.port), timeout=1).close()
            except OSError:
                return
            self._acceptor.join(1)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:  # the system may be short of something for a while
                if self._stopping:
                    return
                self._clock.sleep(PAUSE)
                continue
            with self._lock:
                if self._stopping:
                    connection.close()
                    return
                self._connections.add(connection)
            try:
                start_thread(partial(self._serve, connection), "mock client")
            except OSError:
                self._forget(connection)

    def _serve(self, connection: socket.socket) -> None:
        """Answer one request after the other until either side ends it; a client may vanish at any time."""
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.settimeout(IDLE_LIMIT)
            with connection.makefile("rb") as stream:
                while self._serve_one(connection, stream):
                    pass
        except (OSError, Vanished):
            return
        finally:
            self._forget(connection)

    def _forget(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)
        connection.close()

    def _serve_one(self, connection: socket.socket, stream: BinaryIO) -> bool:
        """Answer one request; whether the connection stays open."""
        try:
            head = read_head(stream)
            if head is None:
                return False
            if head.awaits_continue:
                connection.sendall(CONTINUE)
            request = head.with_body(read_body(head, stream))
        except BadRequest as error:
            self._refuse(connection, error)
            return False
        response = self._routes.answer(request)
        self._tell(request, response)
        if response.delay:
            self._clock.sleep(response.delay)
        return self._send(connection, response, head)

    def _send(self, connection: socket.socket, response: MockResponse, head: Head) -> bool:
        """Whether the connection stays open."""
        for piece in answer_pieces(response, head, close=not head.keeps_alive):
            if piece.delay:
                self._clock.sleep(piece.delay)
            connection.sendall(piece.data)
            if piece.cut:
                return False
        return head.keeps_alive

    def _refuse(self, connection: socket.socket, error: BadRequest) -> None:
        """Say why a request cannot be read. What still comes is read away: closing would lose the answer."""
        response = json_response(
            error.status, {"error": {"message": error.message, "type": "mock", "code": "bad_request"}}
        )
        for piece in answer_pieces(response, None, close=True):
            connection.sendall(piece.data)
        self._tell(None, response)
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(LINGER_LIMIT)
        deadline = self._clock.monotonic() + LINGER_LIMIT
        while connection.recv(65536) and self._clock.monotonic() < deadline:
            pass

    def _tell(self, request: MockRequest | None, response: MockResponse) -> None:
        if self._log is None:
            return
        asked = f"{request.method} {request.path}" if request else "a request that cannot be read"
        self._log(f"{asked} → {response.status} {response.example}".rstrip())


def _listen(port: int) -> socket.socket:
    hint = "Choose another port, or 0 for any that is free."
    if not 0 <= port <= 65535:
        raise UsageError(f"The mock server cannot use port {port}: ports go from 0 to 65535.", hint)
    try:
        return socket.create_server((HOST, port), backlog=128)
    except OSError as error:
        raise UsageError(f"The mock server cannot use port {port}: {error.strerror}.", hint) from None


def _shut(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:
        return
