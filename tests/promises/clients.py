"""Clients of the mock server that send what no client should."""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Final, NamedTuple

SERVED: Final = """\
requests:
  - name: a
    url: http://example.com/a
    examples: [{text: served}]
"""


class Attack(NamedTuple):
    """``act`` does it to the server at a port and gives back what it says; ``answer`` is how that has to begin."""

    name: str
    act: Callable[[int], bytes]
    answer: bytes


def connected(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=15)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 20)
    return client


def asked(port: int, *pieces: bytes, times: int = 1) -> bytes:
    """What comes back, up to the end, for bytes that are sent as often as the server takes them."""
    with connected(port) as client:
        with suppress(OSError):
            for _ in range(times):
                for piece in pieces:
                    client.sendall(piece)
            client.shutdown(socket.SHUT_WR)
        came = b""
        with suppress(OSError):
            while data := client.recv(65536):
                came += data
        return came


def sending(*pieces: bytes, times: int = 1) -> Callable[[int], bytes]:
    return lambda port: asked(port, *pieces, times=times)


def many(count: int, piece: bytes) -> Callable[[int], bytes]:
    """Connections at once, each of which sends this and waits; what the last one is answered that asks rightly."""

    def act(port: int) -> bytes:
        with ExitStack() as stack:
            for _ in range(count):
                stack.enter_context(connected(port)).sendall(piece)
            return asked(port, b"GET /a HTTP/1.0\r\n\r\n")

    return act


POST: Final = b"POST /a HTTP/1.1\r\nHost: a\r\n"
CHUNKED: Final = POST + b"Transfer-Encoding: chunked\r\n\r\n"
ATTACKS: Final = (
    Attack("garbage", sending(bytes(range(256)) * 100 + b"\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("a beginning of TLS", sending(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)), b""),
    Attack("nothing", sending(b""), b""),
    Attack("a request that is cut off", sending(b"GET /a HT"), b""),
    Attack("a line without end", sending(b"GET /" + b"a" * 100_000), b"HTTP/1.1 431 "),
    Attack("headers without end", sending(b"GET /a HTTP/1.1\r\n", b"A: b\r\n" * 100_000), b"HTTP/1.1 431 "),
    Attack("line breaks without end", sending(b"\r\n" * 100_000), b"HTTP/1.1 431 "),
    Attack("a header folded to a second line", sending(b"GET /a HTTP/1.1\r\nA: b\r\n c\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("a header with a NUL", sending(b"GET /a HTTP/1.1\r\nA: b\0c\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("HTTP/9", sending(b"GET /a HTTP/9.9\r\n\r\n"), b"HTTP/1.1 505 "),
    Attack("HTTP/2", sending(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), b"HTTP/1.1 505 "),
    Attack(
        "a body of 100 MB", sending(POST + b"Content-Length: 100000000\r\n\r\n", b"x" * 1_000_000), b"HTTP/1.1 413 "
    ),
    Attack("chunks of 100 MB", sending(CHUNKED, b"5f5e100\r\n", b"x" * 1_000_000), b"HTTP/1.1 413 "),
    Attack("a chunk of 2^63", sending(CHUNKED + b"7fffffffffffffff\r\n"), b"HTTP/1.1 413 "),
    Attack("a chunk whose length is none", sending(CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("a chunk that is longer than it says", sending(CHUNKED + b"2\r\nhello\r\n0\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("chunks that are cut off", sending(CHUNKED + b"5\r\nhel"), b""),
    Attack("a length below nought", sending(POST + b"Content-Length: -1\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack(
        "a length of 5,000 digits", sending(POST + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), b"HTTP/1.1 413 "
    ),
    Attack("two lengths", sending(POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"), b"HTTP/1.1 400 "),
    Attack(
        "two framings",
        sending(POST + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        b"HTTP/1.1 400 ",
    ),
    Attack(
        "a body packed by what nobody knows",
        sending(POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n"),
        b"HTTP/1.1 501 ",
    ),
    Attack("a path that leaves the folder", sending(b"GET /../../../../etc/passwd HTTP/1.0\r\n\r\n"), b"HTTP/1.1 404 "),
    Attack(
        "a path that leaves the folder in escapes",
        sending(b"GET /%2e%2e/%2e%2e/etc/passwd%00 HTTP/1.0\r\n\r\n"),
        b"HTTP/1.1 404 ",
    ),
    Attack("a path with control characters", sending(b"GET /\x1b[2J\x9b::error::x HTTP/1.0\r\n\r\n"), b"HTTP/1.1 404 "),
    Attack(
        "a path with a secret in it", sending(b"GET /::error::sk-Zq0-7x_promises-9 HTTP/1.0\r\n\r\n"), b"HTTP/1.1 404 "
    ),
    Attack("a whole URL of another scheme", sending(b"GET file:///etc/passwd HTTP/1.0\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("a whole URL that is none", sending(b"GET http://[::1 HTTP/1.0\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("CONNECT to another server", sending(b"CONNECT 127.0.0.1:22 HTTP/1.1\r\n\r\n"), b"HTTP/1.1 400 "),
    Attack("a method of 10,000 characters", sending(b"A" * 10_000 + b" /a HTTP/1.0\r\n\r\n"), b"HTTP/1.1 405 "),
    Attack(
        "100,000 levels of JSON",
        sending(
            POST
            + b"Content-Type: application/json\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n"
            + b"[" * 100_000
        ),
        b"HTTP/1.1 405 ",
    ),
    Attack("1,000 requests at once", sending(b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n" * 1000), b"HTTP/1.1 200 "),
    Attack("120 connections that say nothing", many(120, b""), b"HTTP/1.1 200 "),
    Attack("120 connections that never come to an end", many(120, b"GET /a HTTP/1.1\r\nA: b"), b"HTTP/1.1 200 "),
    Attack(
        "a wish for an example that there is not",
        sending(b"GET /a HTTP/1.0\r\nPrefer: example=\x1b[2J, code=999999\r\n\r\n"),
        b"HTTP/1.1 404 ",
    ),
)
