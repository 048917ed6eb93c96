"""The fast transport against that of ``runner run``: the same answers give the same responses."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Callable, Iterator

import pytest

from runner.clock import SystemClock
from runner.load_testing.answer import Answer
from runner.load_testing.fast import FastTransport, Surroundings, Used
from runner.messages import Exchange, Options, Pin, Request, Timeouts
from runner.transport.base import Transport
from runner.transport.certificates import Contexts
from runner.transport.failures import Failure
from runner.transport.jar import CookieJar
from runner.transport.live import LiveTransport
from runner.transport.wire import Reader, read_head, read_pieces
from tests.servers import Client, answers, ok, serve, serve_bytes

PACKED = gzip.compress(b'{"a": 1}', mtime=0)
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def around(environ: dict[str, str] | None = None) -> Surroundings:
    clock, values = SystemClock(), environ or {}
    return Surroundings(clock, values, Contexts(values), lambda: LiveTransport(clock, values), Used())


@pytest.fixture
def fast() -> Iterator[FastTransport]:
    transport = FastTransport(around())
    yield transport
    transport.close()


def seen(exchange: Exchange) -> tuple[object, ...]:
    """What of an exchange must be the same, whoever sent it."""
    response, error = exchange.response, exchange.error
    if response is None:
        return (error.kind if error is not None else None,)
    left = tuple(one.partition("//")[2].partition("/")[2] for one in response.redirects)
    return (response.status, response.reason, response.headers, response.body, response.size, left)


@pytest.mark.parametrize(
    "answer",
    [
        ok(b'{"a": 1}', "Content-Type: application/json"),
        ok(b""),
        ok(b"x", "X-A: one", "x-a: two", "X-Empty:", "X-Latin: caf\xe9", "Set-Cookie: a=b; Path=/"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Utf: caf\xc3\xa9\r\n\r\n{}",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\nnone",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
        CHUNKED + b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
        CHUNKED + b"3\r\nabc\r\n0\r\nX-Trailer: late\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(PACKED) + PACKED,
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % (len(PACKED) - 4) + PACKED[:-4],
        b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 1\r\n\r\nx",
        ok(b"x" * 200_000),
        b"HELLO\r\n\r\n",
        b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 O\0K\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 50 + ok(b"{}"),
        b"HTTP/1.1 204 No Content\r\nContent-Encoding: gzip\r\nContent-Length: 999999999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        CHUNKED + b"zz\r\n",
    ],
)
def test_an_answer_is_read_as_it_is_read_elsewhere(fast: FastTransport, answer: bytes) -> None:
    live = LiveTransport(SystemClock(), {})
    with serve_bytes(answer) as server:
        request = Request("GET", f"{server.url}/a?b=c", (("Accept", "*/*"),))
        assert seen(fast.send(request)) == seen(live.send(request))
    live.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc",
        CHUNKED + b"5\r\nab",
        b"HTTP/1.1 200 OK\r\n\r\nuntil the end",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        CHUNKED + b"2\r\n{}\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\n{}",
    ],
)
def test_an_answer_that_ends_early_is_none(fast: FastTransport, answer: bytes) -> None:
    live = LiveTransport(SystemClock(), {})
    with serve_bytes(answer, keep=False) as server:
        request = Request("GET", f"{server.url}/", ())
        assert seen(fast.send(request)) == seen(live.send(request))
    live.close()


def test_the_same_bytes_are_sent(fast: FastTransport) -> None:
    live = LiveTransport(SystemClock(), {})
    with serve_bytes(ok()) as server:
        request = Request("PATCH", f"{server.url}/a%2fb;c?q=1#f", (("X-Two", "a"), ("X-Latin", "caf\xe9")), b"\x00body")
        fast.send(request)
        live.send(request)
        first, second = server.arrived
    assert (first.head, first.body) == (second.head, second.body)
    live.close()


def test_a_connection_is_kept_and_one_that_was_closed_is_made_again(fast: FastTransport) -> None:
    with serve_bytes(ok(), keep=True) as server:
        for _ in range(3):
            assert fast.send(Request("GET", f"{server.url}/")).error is None
        assert [one.connection for one in server.arrived] == [0, 0, 0]

    def twice(client: Client) -> None:
        for _ in range(2 if client.number == 0 else 9):
            if client.read_request() is None:
                return
            client.send(ok())

    with serve(twice) as server:
        for _ in range(4):
            assert fast.send(Request("GET", f"{server.url}/")).error is None
        assert [one.connection for one in server.arrived] == [0, 0, 1, 1]


def test_a_server_that_says_close_is_believed(fast: FastTransport) -> None:
    with serve_bytes(ok(b"{}", "Connection: close")) as server:
        fast.send(Request("GET", f"{server.url}/"))
        fast.send(Request("GET", f"{server.url}/"))
        assert [one.connection for one in server.arrived] == [0, 1]


def test_what_comes_behind_an_answer_is_no_answer(fast: FastTransport) -> None:
    with serve_bytes(ok(b"{}") + ok(b"injected"), ok(b"right")) as server:
        first = fast.send(Request("GET", f"{server.url}/"))
        second = fast.send(Request("GET", f"{server.url}/"))
        assert first.response is not None
        assert second.response is not None
        assert (first.response.body, second.response.body) == (b"{}", b"right")


@pytest.mark.parametrize(
    "behind", [ok(b"injected", "X-Other: 1"), b"HTTP/1.1 2", b"HTTP/1.1 200 OK\r\nX-Other: 1\r\n", b"garbage", b"\r\n"]
)
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Broken\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 404 None\r\nX-Own: 1\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 304 Same\r\nX-Own: 1\r\n\r\n",
        b"HTTP/1.1 500 Broken\r\nX-Own: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_comes_behind_an_answer_changes_nothing_of_it(
    fast: FastTransport, method: str, answer: bytes, behind: bytes
) -> None:
    live = LiveTransport(SystemClock(), {})
    with serve_bytes(answer + behind) as server:
        request = Request(method, f"{server.url}/", ())
        assert seen(fast.send(request)) == seen(live.send(request))
    live.close()


def test_what_comes_later_is_not_the_next_answer(fast: FastTransport) -> None:
    came = threading.Event()

    def script(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 500 Broken\r\nContent-Length: 0\r\n\r\n" if client.number else ok(b"{}"))
        if not client.number:
            came.wait(10)
            client.send(ok(b"injected"))
            came.clear()
        client.hang()

    with serve(script) as server:
        assert fast.send(Request("GET", f"{server.url}/")).error is None
        came.set()
        while came.is_set():
            threading.Event().wait(0.01)
        threading.Event().wait(0.05)
        found = fast.send(Request("GET", f"{server.url}/"))
        assert found.response is not None
        assert found.response.status == 500


@pytest.mark.parametrize("pieces", [1, 3])
@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 201 Made it\r\nX-Empty:\r\nX-Two: caf\xc3\xa9\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 100 Continue\r\nX: 1\r\n\r\nHTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}",
        CHUNKED + b"3\r\nabc\r\n0\r\nX-Trailer: late\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"\x15\x03\x01\x00\x02\x02\x50",
    ],
)
def test_an_answer_in_small_pieces_is_the_same(answer: bytes, pieces: int) -> None:
    def receive() -> Callable[[], bytes]:
        parts = iter([answer[at : at + pieces] for at in range(0, len(answer), pieces)])
        return lambda: next(parts, b"")

    def own() -> tuple[object, ...]:
        found = Answer("GET", receive())
        head = found.read_head()
        return head.status, head.reason, head.headers, b"".join(found.pieces())

    def other() -> tuple[object, ...]:
        reader = Reader(receive())
        head = read_head(reader, "GET")
        return head.status, head.reason, head.headers, b"".join(read_pieces(reader, head))

    def came(read: Callable[[], tuple[object, ...]]) -> tuple[object, ...]:
        try:
            return read()
        except Failure as failure:
            return (failure.error.message.partition(":")[0],)

    assert came(own) == came(other)


def test_a_cookie_goes_where_it_belongs_only_also_behind_a_redirect(fast: FastTransport) -> None:
    live = LiveTransport(SystemClock(), {})
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there/x\r\nContent-Length: 0\r\n\r\n"
    sets = ok(b"{}", "Set-Cookie: here=1; Path=/here", "Set-Cookie: all=2; Path=/", "Set-Cookie: all=3; Path=/there")
    transports: tuple[Transport, ...] = (fast, live)
    for transport in transports:
        jar = CookieJar(SystemClock())
        with serve_bytes(sets, moved, ok(b"{}")) as server:
            transport.send(Request("GET", f"{server.url}/"), jar)
            transport.send(Request("GET", f"{server.url}/here"), jar)
            assert [one.values("cookie") for one in server.arrived] == [[], ["here=1; all=2"], ["all=3; all=2"]]
    live.close()


def test_redirects_are_followed_with_cookies_and_without_secrets(fast: FastTransport) -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: /there\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n"
    with serve_bytes(moved, ok(b"{}")) as server:
        jar = CookieJar(SystemClock())
        found = fast.send(Request("POST", f"{server.url}/here", (("Authorization", "x"),), b"body"), jar)
        assert found.response is not None
        assert found.response.redirects == (f"{server.url}/here",)
        assert [one.line for one in server.arrived] == ["POST /here HTTP/1.1", "GET /there HTTP/1.1"]
        assert server.arrived[1].values("cookie") == ["a=b"]
    with (
        serve_bytes(ok(b"{}")) as other,
        serve(
            answers(b"HTTP/1.1 302 Found\r\nLocation: " + other.url.encode() + b"/\r\nContent-Length: 0\r\n\r\n")
        ) as server,
    ):
        fast.send(Request("GET", f"{server.url}/", (("Authorization", "secret"),)))
        assert other.arrived[0].values("authorization") == []


def test_a_circle_of_redirects_ends(fast: FastTransport) -> None:
    with serve_bytes(b"HTTP/1.1 302 Found\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n") as server:
        found = fast.send(Request("GET", f"{server.url}/a", options=Options(redirects=3)))
        assert found.error is not None
        assert "More than 3 redirects" in found.error.message


def test_a_body_above_the_limit_is_refused(fast: FastTransport) -> None:
    with serve_bytes(ok(b"x" * 5000)) as server:
        found = fast.send(Request("GET", f"{server.url}/", options=Options(max_size=4999)))
        assert found.error is not None
        assert found.error.kind == "response"


def test_nobody_there_is_an_error_of_the_connection(fast: FastTransport) -> None:
    with serve_bytes(ok()) as server:
        url = server.url
    found = fast.send(Request("GET", url))
    assert found.error is not None
    assert found.error.kind == "connection"
    assert "refused" in found.error.message


def test_a_url_that_cannot_be_sent_to_is_an_error_of_the_request(fast: FastTransport) -> None:
    found = fast.send(Request("GET", "http://[::1"))
    assert found.error is not None
    assert found.error.kind == "request"


def test_a_body_that_stops_coming_is_not_waited_for(fast: FastTransport) -> None:
    def stop(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
        client.hang()

    with serve(stop) as server:
        found = fast.send(Request("GET", server.url, options=Options(timeouts=Timeouts(idle=0.1))))
    assert found.error is not None
    assert found.error.kind == "timeout"
    assert "sent nothing for 100 ms" in found.error.message


def test_what_only_requests_can_do_goes_there() -> None:
    options, surroundings = Options(pins=(Pin("*", 80, "127.0.0.1"),)), around()
    transport = FastTransport(surroundings)
    with serve_bytes(ok()) as server:
        assert transport.send(Request("GET", server.url, options=options)).error is None
        assert transport.send(Request("GET", server.url)).error is None
    transport.close()
    assert (surroundings.used.fast, surroundings.used.requests) == (1, 1)


def test_a_proxy_of_the_environment_is_asked() -> None:
    with serve_bytes(ok(b"from the proxy")) as proxy:
        surroundings = around({"http_proxy": proxy.url})
        transport = FastTransport(surroundings)
        found = transport.send(Request("GET", "http://example.invalid/x"))
        transport.close()
    assert found.response is not None
    assert found.response.body == b"from the proxy"
    assert surroundings.used.requests == 1


def test_pieces_of_a_stream_have_their_times(fast: FastTransport) -> None:
    go_on = threading.Event()

    def stream(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
        client.send(b"9\r\ndata: 1\n\n\r\n")
        go_on.wait(0.05)
        client.send(b"9\r\ndata: 2\n\n\r\n0\r\n\r\n")

    with serve(stream) as server:
        found = fast.send(Request("GET", server.url))
    assert found.response is not None
    assert [one.start for one in found.response.arrivals] == [0, 9]
    first, second = (one.at for one in found.response.arrivals)
    assert second - first >= 0.04
