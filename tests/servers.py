"""Servers on raw sockets that answer exactly the bytes that a test gives them, right or wrong."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Script = Callable[["Client"], None]


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came in; ``connection`` counts connections from 0."""

    head: bytes
    body: bytes
    connection: int

    @property
    def line(self) -> str:
        """The request line."""
        return self.head.split(b"\r\n")[0].decode("latin-1")

    def values(self, name: str) -> list[str]:
        """The values of a header, in order; names compared without case."""
        pairs = (line.partition(":") for line in self.head.decode("latin-1").split("\r\n")[1:])
        return [value.strip() for key, _, value in pairs if key.lower() == name.lower()]


@dataclass
class Server:
    """A running server: where it is, and what came in so far. ``elsewhere`` is the URL of another one, for scripts that
    lead there, ``opened`` the ports that scripts have opened by themselves."""

    port: int
    scheme: str = "http"
    elsewhere: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    opened: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"


@dataclass
class Client:
    """One connection, as a script sees it."""

    sock: socket.socket
    server: Server
    number: int
    buffered: bytes = b""

    def read_request(self) -> Arrived | None:
        """The next request, body included; None at the end of the connection."""
        while b"\r\n\r\n" not in self.buffered:
            if not self._more():
                return None
        head, _, self.buffered = self.buffered.partition(b"\r\n\r\n")
        request = Arrived(head, b"", self.number)
        length = int((request.values("content-length") or ["0"])[0])
        while len(self.buffered) < length:
            if not self._more():
                return None
        request = Arrived(head, self.buffered[:length], self.number)
        self.buffered = self.buffered[length:]
        self.server.arrived.append(request)
        return request

    def _more(self) -> bytes:
        data = self.sock.recv(65536)
        self.buffered += data
        return data

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self.sock.sendall(data)

    def drip(self, data: bytes, pause: float) -> None:
        """Send a byte at a time; stops when the server stops."""
        for position in range(len(data)):
            self.send(data[position : position + 1])
            if self.server.stopping.wait(pause):
                return

    def hang(self) -> None:
        """Do nothing until the other side or the test is done."""
        while self.sock.recv(65536):
            pass

    def reset(self) -> None:
        """Close with RST instead of FIN."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def answers(*messages: bytes, keep: bool = True) -> Script:
    """Answer the requests one after the other, the last answer again and again; ``keep`` leaves the
    connection open after each."""

    def script(client: Client) -> None:
        while client.read_request() is not None:
            position = min(len(client.server.arrived), len(messages)) - 1
            client.send(messages[position])
            if not keep:
                return

    return script


def ok(body: bytes = b"{}", *headers: str) -> bytes:
    """A whole answer 200 with ``body``."""
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


@contextmanager
def serve(script: Script, tls: ssl.SSLContext | None = None, elsewhere: str = "") -> Iterator[Server]:
    """A server on a free loopback port that runs ``script`` for each connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(listener.getsockname()[1], "https" if tls else "http", elsewhere)
        clients: list[tuple[threading.Thread, Client]] = []
        acceptor = threading.Thread(target=_accept, args=(listener, server, script, tls, clients))
        acceptor.start()
        try:
            yield server
        finally:
            server.stopping.set()
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            acceptor.join()
            for thread, client in clients:
                with suppress(OSError):
                    client.sock.shutdown(socket.SHUT_RDWR)
                thread.join()


@contextmanager
def serve_bytes(*messages: bytes, keep: bool = True, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server whose answers are ``messages``, sent as they are."""
    with serve(answers(*messages, keep=keep), tls) as server:
        yield server


def _accept(
    listener: socket.socket,
    server: Server,
    script: Script,
    tls: ssl.SSLContext | None,
    clients: list[tuple[threading.Thread, Client]],
) -> None:
    while not server.stopping.is_set():
        try:
            sock, _ = listener.accept()
        except OSError:
            return
        client = Client(sock, server, len(clients))
        thread = threading.Thread(target=_talk, args=(client, script, tls))
        clients.append((thread, client))
        thread.start()


def _talk(client: Client, script: Script, tls: ssl.SSLContext | None) -> None:
    # A client that goes away is what many tests are about.
    with suppress(OSError):
        try:
            client.sock.settimeout(10)
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                secure = tls.wrap_socket(client.sock, server_side=True, do_handshake_on_connect=False)
                client.sock = secure
                secure.do_handshake()
            script(client)
        finally:
            client.sock.close()
