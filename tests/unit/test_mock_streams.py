"""Streams as the mock serves them: with pauses, line by line, cut off."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.mock.server import MockServer
from tests.unit.mock_routes import routes_of

COLLECTION = """
    requests:
      - name: a
        url: http://h/paced
        examples: [{events: [a, {data: b, delay: 150ms}, {delay: 0}, c], event_delay: 50ms}]
      - {name: b, url: http://h/cut, examples: [{events: [a, {data: bcd, cut: true}, e]}]}
      - {name: c, url: http://h/between, examples: [{events: [a, {cut: true}, e]}]}
      - name: d
        url: http://h/lines
        examples: [{headers: {content-type: application/x-ndjson}, events: [{a: "x\\ny"}, {data: {b: 1}}, "[1]"]}]
"""


@pytest.fixture(name="server", scope="module")
def _server() -> Iterator[MockServer]:
    with MockServer(routes_of(COLLECTION), SystemClock()) as server:
        yield server


def get(server: MockServer, path: str, version: str = "1.1") -> list[tuple[float, bytes]]:
    """What comes until the connection ends, each piece with its time."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as sock:
        close = "Connection: close\r\n" if path in {"/paced", "/lines"} else ""
        sock.sendall(f"GET {path} HTTP/{version}\r\nHost: h\r\n{close}\r\n".encode())
        started = time.perf_counter()
        return [(time.perf_counter() - started, data) for data in iter(lambda: sock.recv(65536), b"")]


def whole(server: MockServer, path: str, version: str = "1.1") -> bytes:
    return b"".join(data for _, data in get(server, path, version)).partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_events_are_paced(server: MockServer, version: str) -> None:
    """50 ms before each, 150 ms before the second, none where an event says so."""
    came = get(server, "/paced", version)
    times = {word: next(at for at, data in came if b"data: " + word in data) for word in (b"a", b"b", b"c")}
    assert times[b"a"] == pytest.approx(0.05, abs=0.04)
    assert times[b"b"] == pytest.approx(0.2, abs=0.04)
    assert times[b"c"] == pytest.approx(0.25, abs=0.04)


@pytest.mark.parametrize(
    ("path", "version", "body"),
    [
        ("/cut", "1.1", b"9\r\ndata: a\n\n\r\n5\r\ndata:\r\n"),
        ("/between", "1.1", b"9\r\ndata: a\n\n\r\n"),
        ("/cut", "1.0", b"data: a\n\ndata:"),
        ("/between", "1.0", b"data: a\n\n"),
    ],
)
def test_a_stream_is_cut(server: MockServer, path: str, version: str, body: bytes) -> None:
    """Nothing follows, and no end of the body is sent."""
    assert whole(server, path, version) == body


def test_a_cut_stream_is_known_for_one_by_its_length(server: MockServer) -> None:
    head = b"".join(data for _, data in get(server, "/between", "1.0"))
    assert b"Content-Length: 18\r\n" in head


def test_lines(server: MockServer) -> None:
    assert whole(server, "/lines", "1.0") == b'{"a": "x\\ny"}\n{"b": 1}\n[1]\n'
