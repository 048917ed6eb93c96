"""Streams as they come: when each piece came, also of a compressed one, and what there was when one broke off."""

from __future__ import annotations

import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from runner.clock import SystemClock
from runner.engine.streaming import hearing, streamed
from runner.messages import Exchange, Options, Request, Response, Stream, Timeouts
from runner.transport.live import LiveTransport
from tests.servers import Client, Server, serve
from tests.streams import OPENAI, chunk, sse

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"
CLOSE = b"Connection: close\r\n\r\n"
TOLERANCE = 0.02
TRIES = 4
"""A machine that is busy is late now and then; what measures wrongly is wrong each time. The first try imports."""


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    transport = LiveTransport(SystemClock(), {})
    yield transport
    transport.close()


def framed(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def plays(head: bytes, *pieces: bytes | float, frame: Callable[[bytes], bytes] = framed) -> Callable[[Client], None]:
    """Send these pieces; a number is a pause before the next one."""

    def script(client: Client) -> None:
        while client.read_request() is not None:
            client.send(head)
            for piece in pieces:
                if isinstance(piece, bytes):
                    client.send(frame(piece))
                else:
                    time.sleep(piece)
            if frame is framed:
                client.send(b"0\r\n\r\n")
            else:
                return

    return script


def get(live: LiveTransport, server: Server, **options: float) -> Exchange:
    timeouts = Timeouts(total=options.get("total", 10.0), idle=options.get("idle"))
    limit = int(options.get("max_size", 1_000_000))
    request = Request("GET", server.url, (), None, Options(timeouts=timeouts, max_size=limit))
    return streamed(live.send(request))


def stream_of(exchange: Exchange) -> Stream:
    assert exchange.error is None
    assert exchange.response is not None
    assert exchange.response.stream is not None
    return exchange.response.stream


HELLO = sse(chunk({"role": "assistant", "content": ""}))
WORDS = (sse(chunk({"content": "a"})), sse(chunk({"content": "b"})))
END = sse(chunk({}, "stop"), "[DONE]")


def plain(data: bytes) -> bytes:
    return data


@pytest.mark.parametrize("framing", ["chunked", "close", "gzip", "deflate"])
def test_times_are_those_of_the_server(live: LiveTransport, framing: str) -> None:
    """Content after 0.15 s, though a ping and an empty delta come at once; a pause of 0.2 s."""
    pieces: tuple[bytes | float, ...] = (b": ping\n\n", HELLO, 0.15, WORDS[0], 0.2, WORDS[1], 0.05, END)
    head, frame = HEAD + CHUNKED, framed
    if framing == "close":
        head, frame = HEAD + CLOSE, plain
    elif framing != "chunked":
        head = HEAD + b"Content-Encoding: %b\r\n" % framing.encode() + CHUNKED
        pieces = compressed(pieces, 31 if framing == "gzip" else 15)
    with serve(plays(head, *pieces, frame=frame)) as server:
        exchanges = [get(live, server) for _ in range(TRIES)]
    assert {stream_of(exchange).fault for exchange in exchanges} == {""}
    times = [(stream_of(one).first_content, stream_of(one).longest_gap, one.duration) for one in exchanges]
    right = pytest.approx((0.15, 0.2, 0.4), abs=TOLERANCE)
    assert [one for one in times if one == right], times


def compressed(pieces: tuple[bytes | float, ...], wrapper: int) -> tuple[bytes | float, ...]:
    """The same in one compressed stream, each piece flushed as servers do."""
    stream = zlib.compressobj(wbits=wrapper)
    done = [stream.compress(one) + stream.flush(zlib.Z_SYNC_FLUSH) if isinstance(one, bytes) else one for one in pieces]
    return (*done, stream.flush())


def test_a_piece_may_hold_a_part_of_an_event(live: LiveTransport) -> None:
    body = OPENAI.body
    pieces = [body[at : at + 7] for at in range(0, len(body), 7)]
    with serve(plays(HEAD + CHUNKED, *pieces)) as server:
        exchange = get(live, server)
    assert stream_of(exchange).document.value == OPENAI.message
    assert exchange.response is not None
    assert exchange.response.body == body
    starts = [one.start for one in exchange.response.arrivals]
    assert starts == sorted(set(starts))
    assert all(one.at <= other.at for one, other in pairwise(exchange.response.arrivals))


def test_text_is_heard_as_it_comes(live: LiveTransport) -> None:
    with serve(plays(HEAD + CHUNKED, HELLO, WORDS[0], 0.1, WORDS[1][:20], 0.1, WORDS[1][20:], END)) as server:
        tries = [times_of_text(live, server) for _ in range(TRIES)]
    assert {tuple(text for _, text in heard) for heard in tries} == {("a", "b")}
    gaps = [second - first for (first, _), (second, _) in tries]
    assert [gap for gap in gaps if gap == pytest.approx(0.2, abs=TOLERANCE)], gaps


def times_of_text(live: LiveTransport, server: Server) -> list[tuple[float, str]]:
    heard: list[tuple[float, str]] = []
    live.send(Request("GET", server.url), None, hearing(lambda text: heard.append((time.perf_counter(), text))))
    return heard


def test_other_answers_are_not_heard(live: LiveTransport) -> None:
    heard: list[str] = []
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" + CHUNKED
    with serve(plays(head, b"{}")) as server:
        exchange = live.send(Request("GET", server.url), None, hearing(heard.append))
    assert heard == []
    assert exchange.response is not None
    assert exchange.response.arrivals == ()


def test_a_wait_between_two_pieces_has_a_limit(live: LiveTransport) -> None:
    with serve(plays(HEAD + CHUNKED, HELLO, 0.05, WORDS[0], 1.0, END)) as server:
        exchange = get(live, server, idle=0.2)
    assert exchange.error is not None
    assert exchange.error.kind == "timeout"
    assert "sent nothing for 200 ms. 2 events of the stream had come, the last: {" in exchange.error.message
    assert exchange.begun is not None
    assert exchange.begun.body == HELLO + WORDS[0]


def test_pings_do_not_prolong_the_whole(live: LiveTransport) -> None:
    pings: list[bytes | float] = [b": ping\n\n", 0.05] * 40
    with serve(plays(HEAD + CHUNKED, *pings)) as server:
        exchange = get(live, server, total=0.3, idle=0.2)
    assert exchange.error is not None
    assert exchange.error.kind == "timeout"
    assert exchange.duration < 1
    assert exchange.error.message.endswith("Not one event of the stream had come.")


def test_a_stream_that_breaks_off_says_where(live: LiveTransport) -> None:
    def script(client: Client) -> None:
        client.read_request()
        client.send(HEAD + CHUNKED + framed(HELLO + WORDS[0]) + b"50\r\ndata: {")

    with serve(script) as server:
        exchange = get(live, server)
    assert exchange.response is None
    assert exchange.error is not None
    assert "2 events of the stream had come" in exchange.error.message


def test_what_did_not_begin_has_no_beginning(live: LiveTransport) -> None:
    with serve(lambda client: client.reset()) as server:
        assert get(live, server).begun is None


def test_a_huge_stream_ends_at_the_limit(live: LiveTransport) -> None:
    body = sse(chunk({"content": "x" * 1000})) * 2000
    head = HEAD + b"Content-Encoding: gzip\r\n" + CHUNKED
    with serve(plays(head, gzip.compress(body))) as server:
        exchange = get(live, server)
        assert exchange.error is not None
        assert exchange.error.message.startswith("The answer's body is larger than 1.0 MB.")
        assert stream_of(get(live, server, max_size=5e6)).fault.startswith("choice 0 has no finish_reason")


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("GET", 204), ("GET", 304)])
def test_without_a_body_there_is_no_stream(method: str, status: int) -> None:
    response = Response(status, (("Content-Type", "text/event-stream"),), b"", "http://h/")
    exchange = Exchange(Request(method, "http://h/"), response, None, 0.0, 0.0)
    assert streamed(exchange) is exchange
