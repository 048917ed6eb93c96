from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.messages import ErrorKind, Exchange, Headers, Options, Request, Timeouts, TransportError
from runner.transport.live import LiveTransport
from tests.command import StillClock
from tests.servers import Client, Script, answers, ok, serve, serve_bytes

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


def headed(*headers: str, body: bytes = b"", status: str = "200 OK") -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""]).encode("latin-1") + body


def packed(body: bytes, encoding: str = "gzip") -> bytes:
    return headed(f"Content-Encoding: {encoding}", f"Content-Length: {len(body)}", body=body)


def chunked(body: bytes) -> bytes:
    return headed("Transfer-Encoding: chunked", body=body)


ZIPPED = gzip.compress(b"hello world" * 10)
BOMB = zlib.compress(bytes(20_000_000))
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATED = RAW.compress(b"hello world") + RAW.flush()

NO_RESPONSE: list[tuple[str, bytes, ErrorKind, str]] = [
    ("nothing at all", b"", "connection", "without an answer"),
    ("end in the status line", b"HTTP/1.1 20", "response", "middle of the answer's status line"),
    ("end after the status line", b"HTTP/1.1 200 OK\r\n", "response", "middle of the answer's headers"),
    ("end in a header", b"HTTP/1.1 200 OK\r\nContent-Le", "response", "middle of the answer's headers"),
    (
        "end after a header",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n",
        "response",
        "middle of the answer's headers",
    ),
    ("no HTTP", b"SSH-2.0-OpenSSH_9.6\r\n", "response", "not HTTP"),
    ("mail server", b"220 mail ESMTP\r\n", "response", "not HTTP"),
    ("HTTP/0.9", b"<html>hello</html>\n", "response", "not HTTP"),
    ("TLS alert", b"\x15\x03\x03\x00\x02\x02\x46\n", "response", "speaks TLS"),
    ("HTTP/2", b"HTTP/2 200 OK\r\n\r\n", "response", "not HTTP"),
    ("HTTP/11", b"HTTP/11 200 OK\r\n\r\n", "response", "not HTTP"),
    ("empty first line", b"\r\n" + ok(), "response", "not HTTP"),
    ("status of two digits", b"HTTP/1.1 20 OK\r\n\r\n", "response", "not HTTP"),
    ("status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n", "response", "not HTTP"),
    ("status 000", b"HTTP/1.1 000 X\r\n\r\n", "response", "not HTTP"),
    ("negative status", b"HTTP/1.1 -20 X\r\n\r\n", "response", "not HTTP"),
    ("100 and the end", b"HTTP/1.1 100 Continue\r\n\r\n", "response", "status line"),
    ("102 and the end", b"HTTP/1.1 102 Processing\r\n\r\n", "response", "status line"),
    ("103 and the end", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n", "response", "status line"),
    ("101", headed(status="101 Switching Protocols"), "response", "another protocol"),
    ("interim answers without end", b"HTTP/1.1 100 Continue\r\n\r\n" * 100, "response", "interim"),
    (
        "bare CR in a header",
        headed("A: b\rSet-Cookie: c=d", "Content-Length: 0"),
        "response",
        "control character",
    ),
    ("bare CR in the status line", headed(status="200 O\rK"), "response", "control character"),
    ("NUL in a header", headed("A: b\0c", "Content-Length: 0"), "response", "control character"),
    ("header without colon", headed("Nonsense", "Content-Length: 0"), "response", "header line that is none"),
    ("space before the colon", headed("Content-Length : 0"), "response", "header line that is none"),
    ("header without name", headed(": value", "Content-Length: 0"), "response", "header line that is none"),
    ("first header folded", headed(" folded", "Content-Length: 0"), "response", "header line that is none"),
    ("endless header", headed("A: " + "b" * 400_000), "response", "no end to"),
    ("endless headers", headed(*["A: bbbbbbbbbbbbbbbbbb"] * 20_000), "response", "no end to"),
    ("endless status line", b"HTTP/1.1 200 " + b"x" * 400_000, "response", "no end to"),
    (
        "two lengths",
        headed("Content-Length: 2", "Content-Length: 3", body=b"abc"),
        "response",
        "two different",
    ),
    ("two lengths in one", headed("Content-Length: 2, 3", body=b"abc"), "response", "two different"),
    ("length is no number", headed("Content-Length: two", body=b"ab"), "response", "not a number"),
    ("negative length", headed("Content-Length: -1", body=b"ab"), "response", "not a number"),
    ("length with a sign", headed("Content-Length: +2", body=b"ab"), "response", "not a number"),
    ("length in other digits", headed("Content-Length: \xb2", body=b"ab"), "response", "not a number"),
    ("empty length", headed("Content-Length:", body=b"ab"), "response", "not a number"),
    ("enormous length", headed("Content-Length: " + "9" * 5000, body=b"ab"), "response", "not a number"),
    ("length above the limit", headed("Content-Length: 2000000"), "response", "larger than 1.0 MB"),
    ("body above the limit", headed(body=b"x" * 1_000_001), "response", "larger than 1.0 MB"),
    (
        "body shorter than announced",
        headed("Content-Length: 5", body=b"abc"),
        "response",
        "5 bytes were announced, 3",
    ),
    ("no body at all", headed("Content-Length: 5"), "response", "5 bytes were announced, 0"),
    (
        "transfer coding gzip",
        headed("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"),
        "response",
        "chunked",
    ),
    (
        "chunked twice",
        headed("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n"),
        "response",
        "chunked",
    ),
    ("no chunk", chunked(b""), "response", "chunked body"),
    ("end in the chunk's size", chunked(b"5"), "response", "chunked body"),
    ("end in a chunk", chunked(b"5\r\nabc"), "response", "chunk of 5 bytes was announced, 3"),
    ("end after a chunk", chunked(b"3\r\nabc\r\n"), "response", "chunked body"),
    ("end in the last chunk", chunked(b"3\r\nabc\r\n0\r\n"), "response", "headers"),
    ("chunk size is no number", chunked(b"xyz\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk size with 0x", chunked(b"0x3\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("negative chunk size", chunked(b"-3\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk size with _", chunked(b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("enormous chunk size", chunked(b"f" * 50 + b"\r\nabc"), "response", "no size of a chunk"),
    ("empty chunk size", chunked(b"\r\nabc\r\n0\r\n\r\n"), "response", "no size of a chunk"),
    ("chunk too long", chunked(b"3\r\nabcdef\r\n0\r\n\r\n"), "response", "longer than announced"),
    ("endless chunk extension", chunked(b"3;" + b"x" * 10_000), "response", "no end to"),
    ("trailer is no header", chunked(b"0\r\nnonsense\r\n\r\n"), "response", "header line that is none"),
    (
        "chunks above the limit",
        chunked(b"ffff\r\n" * 1 + b"x" * 65535 + b"\r\n" + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 300),
        "response",
        "larger than 1.0 MB",
    ),
    ("gzip cut short", packed(ZIPPED[:-12]), "response", "stops before its end"),
    ("gzip without its trailer", packed(ZIPPED[:-8]), "response", "stops before its end"),
    ("gzip with half a trailer", packed(ZIPPED[:-4]), "response", "stops before its end"),
    ("gzip with a wrong checksum", packed(ZIPPED[:-8] + b"\0" * 8), "response", "not valid gzip"),
    ("gzip header alone", packed(ZIPPED[:10]), "response", "stops before its end"),
    ("gzip and garbage", packed(ZIPPED + b"garbage"), "response", "not valid gzip"),
    ("gzip and a second member cut short", packed(ZIPPED + ZIPPED[:-3]), "response", "stops before its end"),
    ("no gzip at all", packed(b"plain text"), "response", "not valid gzip"),
    ("empty gzip to the end", headed("Content-Encoding: gzip"), "response", "stops before its end"),
    ("gzip broken in the middle", packed(ZIPPED[:12] + b"\xff\xff" + ZIPPED[14:]), "response", "gzip"),
    ("zlib cut short", packed(zlib.compress(b"hello")[:-2], "deflate"), "response", "stops before its end"),
    (
        "zlib and garbage",
        packed(zlib.compress(b"hello") + b"x", "deflate"),
        "response",
        "goes on after its end",
    ),
    ("raw deflate cut short", packed(RAW_DEFLATED[:-2], "deflate"), "response", "stops before its end"),
    ("no deflate at all", packed(b"\xff\xff\xff\xff", "deflate"), "response", "not valid deflate"),
    ("one byte of deflate", packed(b"x", "deflate"), "response", "stops before its end"),
    ("brotli", packed(b"\x0b\x02\x80abc\x03", "br"), "response", "compressed as 'br'"),
    ("gzip twice", packed(gzip.compress(ZIPPED), "gzip, gzip"), "response", "compressed as 'gzip, gzip'"),
    ("unknown coding", packed(b"abc", "aws-chunked"), "response", "compressed as 'aws-chunked'"),
    ("bomb", packed(BOMB, "deflate"), "response", "larger than 1.0 MB"),
    ("bomb of gzip", packed(gzip.compress(bytes(20_000_000))), "response", "larger than 1.0 MB"),
    ("endless empty members", packed(gzip.compress(b"") * 60_000), "response", "larger than 1.0 MB"),
]


@pytest.mark.parametrize(
    ("message", "kind", "words"),
    [pytest.param(message, kind, words, id=name) for name, message, kind, words in NO_RESPONSE],
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


def reset_at_once(client: Client) -> None:
    client.read_request()
    client.reset()


def reset_in_the_body(client: Client) -> None:
    client.read_request()
    client.send(headed("Content-Length: 10", body=b"abc"))
    client.server.stopping.wait(0.05)
    client.reset()


def silent(client: Client) -> None:
    client.hang()


def dripping(message: bytes) -> Script:
    """Only what comes after the empty line drips, if there is one."""

    def script(client: Client) -> None:
        client.read_request()
        head, end, body = message.partition(b"\r\n\r\n")
        client.send(head[:10])
        client.drip(head[10:], 0.02 if not body else 0)
        client.drip(end + body, 0.02)

    return script


def stops_after(message: bytes) -> Script:
    def script(client: Client) -> None:
        client.read_request()
        client.send(message)
        client.hang()

    return script


def reads_nothing(client: Client) -> None:
    client.server.stopping.wait(5)


TIMED: list[tuple[str, Script, ErrorKind, str]] = [
    ("silence", silent, "timeout", "No answer from 127.0.0.1:"),
    ("dripping status line", dripping(b"HTTP/1.1 200 " + b"x" * 500), "timeout", "No answer from"),
    ("dripping headers", dripping(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 100), "timeout", "No answer from"),
    ("dripping 100", dripping(b"HTTP/1.1 100 C\r\n\r\n" * 40), "timeout", "No answer from"),
    (
        "dripping body",
        dripping(headed("Content-Length: 500", body=b"x" * 500)),
        "timeout",
        "not complete after 300 ms",
    ),
    ("dripping body to the end", dripping(headed(body=b"x" * 500)), "timeout", "not complete after 300 ms"),
    ("dripping chunks", dripping(chunked(b"1\r\nx\r\n" * 100)), "timeout", "not complete after 300 ms"),
    (
        "dripping gzip",
        dripping(headed("Content-Encoding: gzip", body=gzip.compress(b"") * 20)),
        "timeout",
        "not complete",
    ),
    (
        "body stops",
        stops_after(headed("Content-Length: 5", body=b"abc")),
        "timeout",
        "not complete after 300 ms",
    ),
    ("end does not come", stops_after(headed(body=b"abc")), "timeout", "not complete after 300 ms"),
    ("request is not read", reads_nothing, "timeout", "No answer from"),
    (
        "redirects without end",
        answers(headed("Location: /x", "Content-Length: 0", status="302 F")),
        "response",
        "More than",
    ),
    (
        "dripping redirect",
        dripping(headed("Location: /x", "Content-Length: 0", status="302 F")),
        "timeout",
        "No answer",
    ),
    ("reset at once", reset_at_once, "connection", "reset the connection without an answer"),
    ("reset in the body", reset_in_the_body, "response", "in the middle of its answer"),
]


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
