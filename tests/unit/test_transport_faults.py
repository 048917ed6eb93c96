from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.messages import ErrorKind, Exchange, Headers, Options, Request, Timeouts, TransportError
from runner.transport.live import LiveTransport
from tests.command import StillClock
from tests.promises.answers import TIMED, WRONG, chunked, headed, reads_nothing, silent
from tests.servers import Client, Script, ok, serve, serve_bytes

SECRET_PATH = "/path?api_key=sk-secret"


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    transport = LiveTransport(SystemClock(), {})
    yield transport
    transport.close()


def fault(exchange: Exchange) -> TransportError:
    assert exchange.response is None
    assert exchange.error is not None
    assert "secret" not in repr(exchange.error)
    assert exchange.error.message.endswith((".", "…"))
    assert exchange.error.hint
    return exchange.error


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [pytest.param(message, kind, words, id=name) for name, message, kind, words in WRONG],
)
def test_a_faulty_answer_is_never_a_response(live: LiveTransport, message: bytes, kind: ErrorKind, words: str) -> None:
    with serve_bytes(message, keep=False) as server:
        options = Options(Timeouts(total=5), max_size=1_000_000)
        error = fault(live.send(Request("GET", server.url + SECRET_PATH, options=options)))
        assert (error.kind, words in error.message) == (kind, True), error


def test_after_a_fault_the_next_request_is_sent_on_a_new_connection(live: LiveTransport) -> None:
    with serve_bytes(chunked(b"nonsense\r\n"), ok()) as server:
        fault(live.send(Request("GET", server.url)))
        assert live.send(Request("GET", server.url)).error is None
        assert [request.connection for request in server.arrived] == [0, 1]


@pytest.mark.parametrize(
    ("script", "kind", "words"),
    [pytest.param(script, kind, words, id=name) for name, script, kind, words in TIMED],
)
def test_the_deadline_holds_whatever_a_server_does(
    live: LiveTransport, script: Script, kind: ErrorKind, words: str
) -> None:
    with serve(script) as server:
        options = Options(Timeouts(total=0.3 if kind == "timeout" else 10), redirects=3)
        begun = time.perf_counter()
        body = bytes(20_000_000) if script is reads_nothing else b""
        error = fault(live.send(Request("POST", server.url + SECRET_PATH, (), body, options)))
        assert time.perf_counter() - begun < 1.3
        assert (error.kind, words in error.message) == (kind, True), error


def test_redirects_share_one_deadline() -> None:
    clock = StillClock()
    live = LiveTransport(clock, {})

    def script(client: Client) -> None:
        while client.read_request() is not None:
            clock.sleep(0.1)
            client.send(headed("Location: /x", "Content-Length: 0", status="302 F"))

    with serve(script) as server:
        options = Options(Timeouts(total=0.35), redirects=100)
        error = fault(live.send(Request("GET", server.url, options=options)))
        live.close()
        assert (error.kind, len(server.arrived)) == ("timeout", 4)


def test_a_deadline_does_not_reach_the_next_exchange() -> None:
    clock = StillClock()
    live = LiveTransport(clock, {})
    with serve_bytes(ok()) as server:
        assert live.send(Request("GET", server.url, options=Options(Timeouts(total=0.1)))).error is None
        clock.sleep(0.15)
        time.sleep(0.15)
        for _ in range(3):
            assert live.send(Request("GET", server.url, options=Options(Timeouts(total=10)))).error is None
        live.close()
        assert [request.connection for request in server.arrived] == [0, 0, 0, 0]


def test_a_short_deadline_after_a_long_one_holds(live: LiveTransport) -> None:
    with serve_bytes(ok()) as quick, serve(silent) as slow:
        assert live.send(Request("GET", quick.url, options=Options(Timeouts(total=30)))).error is None
        begun = time.perf_counter()
        error = fault(live.send(Request("GET", slow.url, options=Options(Timeouts(total=0.2)))))
        assert (error.kind, time.perf_counter() - begun < 1) == ("timeout", True)


def test_idle_is_the_time_between_two_pieces_of_a_body(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.read_request()
        client.server.stopping.wait(0.45)
        client.send(headed("Content-Length: 9", body=b"abc"))
        client.server.stopping.wait(0.05)
        client.send(b"def")
        client.hang()

    with serve(script) as server:
        begun = time.perf_counter()
        options = Options(Timeouts(total=5, idle=0.4))
        error = fault(live.send(Request("GET", server.url, options=options)))
        assert error.kind == "timeout"
        assert "sent nothing for 400 ms" in error.message
        assert 0.85 < time.perf_counter() - begun < 2


def test_connecting_has_a_limit_of_its_own(live: LiveTransport) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.settimeout(0)
            sock.connect_ex(("127.0.0.1", port))
        begun = time.perf_counter()
        options = Options(Timeouts(connect=0.2, total=5))
        error = fault(live.send(Request("GET", f"http://127.0.0.1:{port}/", options=options)))
        assert (error.kind, error.message) == ("timeout", f"No connection to 127.0.0.1:{port} within 200 ms.")
        assert "connect:" in error.hint
        options = Options(Timeouts(total=0.2))
        error = fault(live.send(Request("GET", f"http://127.0.0.1:{port}/", options=options)))
        assert (error.kind, "within 200 ms" in error.message) == ("timeout", True)
        assert time.perf_counter() - begun < 1.5
        for sock in waiting:
            sock.close()


def test_a_refused_connection_asks_whether_the_server_runs(live: LiveTransport) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            error = fault(live.send(Request("GET", f"http://{host}:{port}{SECRET_PATH}")))
            assert error.kind == "connection"
            assert error.message == f"{host}:{port} refused the connection."
            assert "Is the server running?" in error.hint


@pytest.mark.parametrize("host", ["no-such-host.invalid", "no_such_host.invalid", "nö-such-host.invalid"])
def test_a_host_that_does_not_exist_is_named(live: LiveTransport, host: str) -> None:
    options = Options(Timeouts(total=3))
    error = fault(live.send(Request("GET", f"http://user:secret@{host}{SECRET_PATH}", options=options)))
    assert error.kind in ("dns", "timeout")
    assert ("xn--" if not host.isascii() else host) in error.message


def test_a_name_lookup_that_hangs_does_not_hold_the_deadline(
    live: LiveTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = threading.Event()

    def hang(*_: object, **__: object) -> list[object]:
        done.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    begun = time.perf_counter()
    error = fault(live.send(Request("GET", "http://example.test/", options=Options(Timeouts(total=0.2)))))
    assert (error.kind, "was not looked up within 200 ms" in error.message) == ("timeout", True)
    assert time.perf_counter() - begun < 1
    done.set()
    for thread in threading.enumerate():
        if thread.name == "lookup":  # a fault in it would be taken for the next test's
            thread.join(5)


def test_several_dead_addresses_share_one_deadline(live: LiveTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.settimeout(0)
            sock.connect_ex(full.getsockname())
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", full.getsockname())] * 5
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        begun = time.perf_counter()
        error = fault(live.send(Request("GET", "http://example.test/", options=Options(Timeouts(total=0.3)))))
        assert (error.kind, time.perf_counter() - begun < 1) == ("timeout", True)
        for sock in waiting:
            sock.close()


def test_the_next_address_is_tried_when_one_refuses(live: LiveTransport, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_bytes(ok()) as server, socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        both = [unused.getsockname(), ("127.0.0.1", server.port)]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in both]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        assert live.send(Request("GET", "http://example.test/")).error is None


NOT_SENDABLE: list[tuple[str, str, str, Headers, str]] = [
    ("CR in a value", "GET", "/", (("A", "b\rc"),), "line break"),
    ("LF in a value", "GET", "/", (("A", "b\nc"),), "line break"),
    (
        "value ends with a line break",
        "GET",
        "/",
        (("Authorization", "Bearer secret\n"),),
        "header Authorization",
    ),
    ("NUL in a value", "GET", "/", (("A", "b\0c"),), "NUL"),
    ("other letters in a value", "GET", "/", (("A", "日本"),), "cannot carry"),
    ("surrogate in a value", "GET", "/", (("A", "\ud800"),), "cannot carry"),
    ("space in a name", "GET", "/", (("A b", "c"),), "name of a header"),
    ("colon in a name", "GET", "/", (("A:b", "c"),), "name of a header"),
    ("empty name", "GET", "/", (("", "c"),), "name of a header"),
    ("other letters in a name", "GET", "/", (("Ä", "c"),), "name of a header"),
    ("line break in a name", "GET", "/", (("A\r\nB", "c"),), "name of a header"),
    ("transfer encoding", "POST", "/", (("Transfer-Encoding", "chunked"),), "cannot be set"),
    ("space in the method", "GET X", "/", (), "method"),
    ("empty method", "", "/", (), "method"),
    ("line break in the method", "GET\r\nA: b", "/", (), "method"),
    ("line break in the URL", "GET", "/a\nb", (), "line break"),
    ("tab in the URL", "GET", "/a\tb", (), "control character"),
    ("NUL in the URL", "GET", "/a\0b", (), "control character"),
    ("surrogate in the URL", "GET", "/\ud800", (), "surrogate"),
]


@pytest.mark.parametrize(
    ("method", "path", "headers", "words"), [pytest.param(*row[1:], id=row[0]) for row in NOT_SENDABLE]
)
def test_what_http_cannot_carry_is_not_sent(
    live: LiveTransport, method: str, path: str, headers: Headers, words: str
) -> None:
    with serve_bytes(ok()) as server:
        error = fault(live.send(Request(method, server.url + path, headers)))
        assert (error.kind, words in error.message) == ("request", True), error
        assert server.arrived == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "does not begin with http"),
        ("/v1/chat", "does not begin with http"),
        ("127.0.0.1/x", "does not begin with http"),
        ("localhost:80/x", "does not begin with http"),
        ("ftp://127.0.0.1/secret", "does not begin with http"),
        ("file:///etc/passwd", "does not begin with http"),
        ("http://", "no host"),
        ("http:///secret", "no host"),
        ("http://?secret", "no host"),
        ("http://user:secret@/", "no host"),
        ("http://127.0.0.1:0/", "cannot be 0"),
        ("http://127.0.0.1:65536/secret", "port"),
        ("http://127.0.0.1:http/secret", "port"),
        ("http://127.0.0.1:-1/secret", "port"),
        ("http://[::1/secret", "cannot be read"),
        ("http://[nonsense]/secret", "cannot be read"),
        ("http://a b/secret", "not a name"),
        ("http://<host>/secret", "not a name"),
        ("http://" + "a" * 64 + ".test/secret", "not a name"),
        ("http://" + "a." * 200 + "test/secret", "not a name"),
        ("http://ö" + "a" * 100 + ".test/secret", "not a name"),
        ("http://a..test\u3002\u3002/secret", "not a name"),
    ],
)
def test_a_url_that_is_none_is_not_sent(live: LiveTransport, url: str, words: str) -> None:
    error = fault(live.send(Request("GET", url)))
    assert (error.kind, words in error.message) == ("request", True), error
