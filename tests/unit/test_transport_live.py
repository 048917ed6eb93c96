from __future__ import annotations

import gzip
import signal
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.messages import Exchange, Options, Request, Response, Timeouts
from runner.transport.live import LiveTransport
from tests.servers import Client, Server, answers, ok, serve, serve_bytes

HEADERS = (("User-Agent", "runner/1"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"))


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    transport = LiveTransport(SystemClock(), {})
    yield transport
    transport.close()


def answer(exchange: Exchange) -> Response:
    assert exchange.error is None
    assert exchange.response is not None
    return exchange.response


def test_exactly_what_the_request_says_is_sent(live: LiveTransport) -> None:
    with serve_bytes(ok()) as server:
        headers = (*HEADERS, ("X-Two", "a"), ("x-two", "b"), ("X-Empty", ""), ("X-Latin", "caf\xe9"))
        answer(live.send(Request("PATCH", f"{server.url}/a%2fb;c?q=1&q=2#frag", headers, b"\x00body")))
        expected = (
            "PATCH /a%2fb;c?q=1&q=2 HTTP/1.1",
            f"Host: 127.0.0.1:{server.port}",
            "User-Agent: runner/1",
            "Accept: */*",
            "Accept-Encoding: gzip, deflate",
            "X-Two: a",
            "x-two: b",
            "X-Empty: ",
            "X-Latin: caf\xe9",
            "Content-Length: 5",
        )
        assert server.arrived[0].head.decode("latin-1").split("\r\n") == list(expected)
        assert server.arrived[0].body == b"\x00body"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("", "/"),
        ("/", "/"),
        ("?a=b", "/?a=b"),
        ("/a b?c=d e", "/a%20b?c=d%20e"),
        ("/é/日?q=ü", "/%C3%A9/%E6%97%A5?q=%C3%BC"),
        ("/100%?x=%zz%2F", "/100%?x=%zz%2F"),
        ("/a/../b/./c//d", "/a/../b/./c//d"),
        ("/%7Euser/%c3%a9", "/%7Euser/%c3%a9"),
        ('/"<>\\^`{|}', "/%22%3C%3E%5C%5E%60%7B%7C%7D"),
        ("/?", "/?"),
        ("/x#?not-a-query", "/x"),
    ],
)
def test_the_url_goes_out_as_given_but_for_what_cannot_stand_in_it(
    live: LiveTransport, written: str, sent: str
) -> None:
    with serve_bytes(ok()) as server:
        answer(live.send(Request("GET", server.url + written)))
        assert server.arrived[0].line == f"GET {sent} HTTP/1.1"


@pytest.mark.parametrize(
    ("method", "body", "length"),
    [
        ("GET", None, []),
        ("DELETE", None, []),
        ("POST", None, ["0"]),
        ("PUT", b"", ["0"]),
        ("GET", b"x", ["1"]),
    ],
)
def test_content_length_is_added_where_a_server_expects_it(
    live: LiveTransport, method: str, body: bytes | None, length: list[str]
) -> None:
    with serve_bytes(ok()) as server:
        answer(live.send(Request(method, server.url, (), body)))
        assert server.arrived[0].values("content-length") == length


def test_headers_of_the_request_win_over_those_that_are_added(live: LiveTransport) -> None:
    with serve_bytes(ok()) as server:
        headers = (("host", "example.test"), ("content-length", "4"))
        answer(live.send(Request("POST", server.url, headers, b"four")))
        assert server.arrived[0].values("host") == ["example.test"]
        assert server.arrived[0].values("content-length") == ["4"]


def test_a_response_is_given_as_it_came(live: LiveTransport) -> None:
    message = (
        b"HTTP/1.1 418 I'm a teapot\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\nX-Utf:  caf\xc3\xa9 \r\n"
        b"X-Latin: caf\xe9\r\nContent-Length: 3\r\n\r\nabc"
    )
    with serve_bytes(message) as server:
        response = answer(live.send(Request("GET", f"{server.url}/x?y#z")))
    assert (response.status, response.reason, response.body) == (418, "I'm a teapot", b"abc")
    assert response.headers == (
        ("Set-Cookie", "a=1"),
        ("set-cookie", "b=2"),
        ("X-Utf", "café"),
        ("X-Latin", "café"),
        ("Content-Length", "3"),
    )
    assert response.url == f"{server.url}/x?y"
    assert response.redirects == ()


GZIPPED = gzip.compress(b"hello ", mtime=0) + gzip.compress(b"world", mtime=0)
RAW = zlib.compressobj(wbits=-15)
RAW_DEFLATED = RAW.compress(b"hello world") + RAW.flush()


@pytest.mark.parametrize(
    ("name", "encoding", "body"),
    [
        ("gzip in two members", "gzip", GZIPPED),
        ("x-gzip", "X-GZip", GZIPPED),
        ("zlib", "deflate", zlib.compress(b"hello world")),
        ("raw deflate", "deflate", RAW_DEFLATED),
        ("identity", "identity", b"hello world"),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_bodies_are_decompressed_however_they_are_cut(
    live: LiveTransport, name: str, encoding: str, body: bytes, step: int
) -> None:
    chunks = [body[at : at + step] for at in range(0, len(body), step)]
    message = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: %s\r\n\r\n" % encoding.encode()
    message += b"".join(b"%x;ext=1\r\n%s\r\n" % (len(chunk), chunk) for chunk in chunks)
    message += b"0\r\nX-Trailer: 1\r\n\r\n"
    with serve_bytes(message) as server:
        assert answer(live.send(Request("GET", server.url))).body == b"hello world", name
        assert answer(live.send(Request("GET", server.url))).body == b"hello world", name
        assert {request.connection for request in server.arrived} == {0}


@pytest.mark.parametrize("size", [256 * 1024 - 1, 256 * 1024, 512 * 1024, 3_000_000])
def test_a_body_may_grow_a_thousandfold_within_the_limit(live: LiveTransport, size: int) -> None:
    with serve_bytes(ok(gzip.compress(bytes(size)), "Content-Encoding: gzip")) as server:
        options = Options(max_size=size)
        assert answer(live.send(Request("GET", server.url, options=options))).body == bytes(size)
        options = Options(max_size=size - 1)
        assert live.send(Request("GET", server.url, options=options)).response is None


@pytest.mark.parametrize(
    ("method", "message"),
    [
        ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\nContent-Encoding: gzip\r\n\r\n"),
        ("GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        ("GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"),
        ("GET", b"HTTP/1.1 200\r\nContent-Length: 0, 0\r\nContent-Encoding: gzip\r\n\r\n"),
        ("GET", b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nLink: x\r\n\r\n" + ok(b"")),
    ],
)
def test_answers_without_a_body_keep_the_connection(live: LiveTransport, method: str, message: bytes) -> None:
    with serve_bytes(message) as server:
        for _ in range(3):
            assert answer(live.send(Request(method, server.url))).body == b""
        assert [request.connection for request in server.arrived] == [0, 0, 0]


def test_a_body_may_end_with_the_connection(live: LiveTransport) -> None:
    with serve_bytes(b"HTTP/1.1 200 OK\r\n\r\nall of it", keep=False) as server:
        assert answer(live.send(Request("GET", server.url))).body == b"all of it"
        assert answer(live.send(Request("GET", server.url))).body == b"all of it"


@pytest.mark.parametrize(
    "message",
    [
        ok(b"{}", "Connection: close"),
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        ok(b"{}") + b"garbage",
    ],
)
def test_a_connection_is_not_used_again_where_that_is_not_safe(live: LiveTransport, message: bytes) -> None:
    with serve_bytes(message) as server:
        for _ in range(2):
            assert answer(live.send(Request("GET", server.url))).body == b"{}"
        assert [request.connection for request in server.arrived] == [0, 1]


def test_a_kept_connection_that_the_server_has_closed_is_replaced(live: LiveTransport) -> None:
    with serve_bytes(ok(), keep=False) as server:
        for _ in range(4):
            answer(live.send(Request("POST", server.url, (), b"{}")))
        assert len(server.arrived) == 4


def test_a_connection_that_closes_while_the_next_request_is_under_way_is_replaced(
    live: LiveTransport,
) -> None:
    def script(client: Client) -> None:
        if client.number:
            answers(ok(b"fresh"))(client)
        client.read_request()
        client.send(ok(b"first"))
        client.read_request()

    with serve(script) as server:
        assert answer(live.send(Request("POST", server.url, (), b"1"))).body == b"first"
        assert answer(live.send(Request("POST", server.url, (), b"2"))).body == b"fresh"
        assert [(request.connection, request.body) for request in server.arrived] == [
            (0, b"1"),
            (0, b"2"),
            (1, b"2"),
        ]


def test_a_request_is_sent_again_only_once_and_only_on_a_kept_connection(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.read_request()
        if client.number == 0:
            client.send(ok())
            client.read_request()

    with serve(script) as server:
        answer(live.send(Request("GET", server.url)))
        error = live.send(Request("GET", server.url)).error
        assert error is not None
        assert (error.kind, len(server.arrived)) == ("connection", 3)
        assert live.send(Request("GET", server.url)).error is not None
        assert len(server.arrived) == 4


def test_a_request_is_not_sent_again_once_an_answer_has_begun(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.read_request()
        client.send(ok())
        client.read_request()
        client.send(b"HT")

    with serve(script) as server:
        answer(live.send(Request("GET", server.url)))
        error = live.send(Request("GET", server.url)).error
        assert error is not None
        assert (error.kind, len(server.arrived)) == ("response", 2)


def test_an_early_answer_to_a_body_that_is_not_read_is_the_answer(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.sock.recv(1000)
        client.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno")
        client.sock.shutdown(socket.SHUT_WR)
        client.hang()

    with serve(script) as server:
        assert answer(live.send(Request("POST", server.url, (), b"x" * 100_000))).status == 413


def test_a_large_body_arrives_whole_in_both_directions(live: LiveTransport) -> None:
    body = bytes(range(256)) * 20_000
    with serve_bytes(ok(body)) as server:
        assert answer(live.send(Request("POST", server.url, (), body))).body == body
        assert server.arrived[0].body == body


def test_the_times_are_measured_from_the_start_of_the_exchange(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.read_request()
        client.server.stopping.wait(0.05)
        client.send(ok(b"12")[:-1])
        client.server.stopping.wait(0.25)
        client.send(b"2")

    with serve(script) as server:
        before, begun = time.time(), time.perf_counter()
        exchange = live.send(Request("GET", server.url))
        lasted = time.perf_counter() - begun
        timings = answer(exchange).timings
    assert before <= exchange.started <= time.time()
    assert timings.first_byte is not None
    assert 0.05 <= timings.first_byte < timings.total - 0.04
    assert 0.3 <= timings.total <= exchange.duration <= lasted


def test_two_transports_do_not_disturb_each_other() -> None:
    def work(server: Server, marker: bytes, found: list[bytes]) -> None:
        transport = LiveTransport(SystemClock(), {})
        request = Request("POST", server.url, (), marker)
        found.extend(answer(transport.send(request)).body for _ in range(20))
        transport.close()

    def echo(client: Client) -> None:
        while (request := client.read_request()) is not None:
            client.send(ok(request.body))

    with serve(echo) as server:
        found: dict[bytes, list[bytes]] = {b"a": [], b"b": [], b"c": []}
        threads = [threading.Thread(target=work, args=(server, key, found[key])) for key in found]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == {key: [key] * 20 for key in found}


def test_a_transport_can_be_used_again_after_it_was_closed() -> None:
    with serve_bytes(ok()) as server:
        transport = LiveTransport(SystemClock(), {})
        transport.close()
        answer(transport.send(Request("GET", server.url)))
        transport.close()


def test_ctrl_c_ends_a_wait_at_once_and_spoils_nothing(live: LiveTransport) -> None:
    script = answers(ok())

    def slow_first(client: Client) -> None:
        if client.number:
            script(client)
        else:
            client.read_request()
            client.server.stopping.wait(0.05)
            signal.pthread_kill(main, signal.SIGINT)
            client.hang()

    main = threading.main_thread().ident or 0
    with serve(slow_first) as server:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        begun = time.perf_counter()
        try:
            with pytest.raises(KeyboardInterrupt):
                live.send(Request("GET", server.url, options=Options(Timeouts(total=5))))
        finally:
            signal.signal(signal.SIGINT, before)
        assert time.perf_counter() - begun < 2
        answer(live.send(Request("GET", server.url)))


def test_the_phases_of_a_new_and_of_a_kept_connection(live: LiveTransport) -> None:
    with serve_bytes(ok()) as server:
        url = f"http://localhost:{server.port}/"
        first, second = (answer(live.send(Request("GET", url))).timings for _ in range(2))
    assert first.lookup is not None
    assert first.connect is not None
    assert first.first_byte is not None
    assert 0 < first.lookup + first.connect <= first.first_byte
    assert first.tls is None
    assert (second.lookup, second.connect, second.tls) == (None, None, None)
    assert second.body is not None
    assert 0 <= second.body < second.total


def test_an_address_is_not_looked_up(live: LiveTransport) -> None:
    with serve_bytes(ok()) as server:
        timings = answer(live.send(Request("GET", server.url))).timings
    assert timings.lookup is None
    assert timings.connect is not None


def test_a_slow_answer_is_no_slow_connection(live: LiveTransport) -> None:
    """The phase that takes the time has it: here the server answers late, after the connection stands."""

    def late(client: Client) -> None:
        client.read_request()
        client.server.stopping.wait(0.1)
        client.send(ok())

    with serve(late) as server:
        timings = answer(live.send(Request("GET", server.url))).timings
    assert timings.connect is not None
    assert timings.first_byte is not None
    assert timings.connect <= timings.first_byte - 0.1
