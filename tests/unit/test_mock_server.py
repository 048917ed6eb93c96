from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from runner.clock import SystemClock
from runner.errors import UsageError
from runner.mock.server import MockServer
from runner.node import Node, Plain
from tests.unit.mock_routes import routes_of

COLLECTION = """
    requests:
      - name: echo
        url: http://h/x
        method: POST
        examples:
          - {name: asked, when: {json: {$.ask: true}}, json: {you: asked}}
          - {name: plain, json: {ok: true}, headers: {x-name: "grün"}}
      - {name: read, url: http://h/x, examples: [{name: text, text: body}]}
      - {name: none, url: http://h/none, method: DELETE, examples: [{name: deleted, status: 204, text: no}]}
      - {name: stream, url: http://h/stream, examples: [{name: events, events: [{a: 1}, "[DONE]"]}]}
      - {name: slow, url: http://h/slow, examples: [{name: late, delay: 30s, text: late}]}
      - {name: soon, url: http://h/soon, examples: [{name: soon, delay: 100ms, text: soon}]}
      - name: odd
        url: http://h/odd
        examples: [{name: odd, status: 299, headers: {x-a: <<BROKEN>>, x-e: "€"}}]
"""


def render(node: Node) -> Plain:
    return "b\r\nx-forged: 1" if node.value == "<<BROKEN>>" else node.plain()


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture(name="log")
def _log() -> Log:
    return Log()


@pytest.fixture(name="server")
def _server(log: Log) -> Iterator[MockServer]:
    with MockServer(routes_of(COLLECTION, render), SystemClock(), log=log) as server:
        yield server


def connect(server: MockServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)


def raw(server: MockServer, data: bytes) -> bytes:
    """Everything the server answers to these bytes until it closes the connection."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_url(server: MockServer) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"


def test_keep_alive(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        sockets = set()
        for method, target, body in (
            ("GET", "/x", None),
            ("POST", "/x", b"{}"),
            ("DELETE", "/none", None),
        ) * 3:
            connection.request(method, target, body)
            response = connection.getresponse()
            response.read()
            assert response.status in (200, 204)
            sockets.add(connection.sock)
        assert len(sockets) == 1
        assert None not in sockets


def test_answers_without_waiting_for_more(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        started = time.perf_counter()
        for _ in range(50):
            connection.request("POST", "/x", b'{"ask": true}')
            assert json.loads(connection.getresponse().read()) == {"you": "asked"}
        assert time.perf_counter() - started < 1.9  # with Nagle's algorithm 50 times 40 ms


def test_headers(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        connection.request("POST", "/x")
        response = connection.getresponse()
        assert response.getheader("x-name") == "grün"
        assert response.getheader("content-length") == str(len(response.read()))
        connection.request("GET", "/odd")
        response = connection.getresponse()
        response.read()
        assert response.status == 299
        assert response.getheader("x-forged") is None
        assert (response.getheader("x-e") or "").encode("latin-1").decode() == "€"


def test_prefer_and_unknown(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        connection.request("GET", "/x", headers={"Prefer": "code=500"})
        response = connection.getresponse()
        assert response.status == 404
        assert json.loads(response.read())["serves"][0]["examples"] == ["text"]
        connection.request("GET", "/y")
        assert len(json.loads(connection.getresponse().read())["serves"]) == 7


def test_head_has_the_length_and_no_body(server: MockServer) -> None:
    answer = raw(server, b"HEAD /x HTTP/1.1\r\nHost: x\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, rest = answer.split(b"\r\n\r\n", 1)
    assert b"Content-Length: 4" in head
    assert rest.startswith(b"HTTP/1.1 200 OK\r\n")
    assert rest.endswith(b"\r\n\r\nbody")


def test_no_content_has_no_body(server: MockServer) -> None:
    answer = raw(server, b"DELETE /none HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 204 No Content\r\n")
    assert answer.endswith(b"\r\n\r\n")
    assert b"Content-Length" not in answer


def test_events_are_chunked(server: MockServer) -> None:
    answer = raw(server, b"GET /stream HTTP/1.1\r\nHost: x\r\n\r\n")
    head, body = answer.split(b"\r\n\r\n", 1)
    assert b"Transfer-Encoding: chunked" in head
    assert b"Content-Length" not in head
    assert body == b'10\r\ndata: {"a": 1}\n\n\r\ne\r\ndata: [DONE]\n\n\r\n0\r\n\r\n'


def test_events_keep_the_connection(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        for _ in range(2):
            connection.request("GET", "/stream")
            assert connection.getresponse().read() == b'data: {"a": 1}\n\ndata: [DONE]\n\n'
            assert connection.sock is not None


def test_http_1_0_gets_no_chunks(server: MockServer) -> None:
    answer = raw(server, b"GET /stream HTTP/1.0\r\n\r\n")
    assert answer.endswith(b'Connection: close\r\n\r\ndata: {"a": 1}\n\ndata: [DONE]\n\n')
    assert b"Transfer-Encoding" not in answer


def test_a_chunked_request(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        for _ in range(2):
            connection.request("POST", "/x", iter([b'{"ask"', b": true}"]), encode_chunked=True)
            assert connection.getresponse().read() == b'{"you": "asked"}'


def test_a_client_that_waits_for_continue(server: MockServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n")
        connection.sendall(b"Content-Length: 13\r\nConnection: close\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b'{"ask": true}')
        assert b"".join(iter(lambda: connection.recv(65536), b"")).endswith(b'{"you": "asked"}')


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"nonsense\r\n\r\n", 400),
        (b"GET  /x HTTP/1.1\r\n\r\n", 400),
        (b"GET /x\r\n\r\n", 400),
        (b"GE(T /x HTTP/1.1\r\n\r\n", 400),
        (b"GET x HTTP/1.1\r\n\r\n", 400),
        (b"GET /x HTTP/2.0\r\n\r\n", 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nbad name: 1\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nA: 1\r\n folded\r\n\r\n", 400),
        (b"GET /x HTTP/1.1\r\nA: \x00\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: ten\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n\r\n", 400),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n", 400),
        (b"POST /x HTTP/1.1\r\nContent-Length: 50000001\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n", 413),
        (b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\n", 413),
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", 431),
        (b"GET /x HTTP/1.1\r\n" + b"A: b\r\n" * 15_000 + b"\r\n", 431),
    ],
)
def test_what_cannot_be_read_is_refused_in_json(server: MockServer, log: Log, data: bytes, status: int) -> None:
    head, body = raw(server, data).split(b"\r\n\r\n", 1)
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"Connection: close" in head
    assert json.loads(body)["error"]["message"]
    assert log.lines == [f"a request that cannot be read → {status}"]


def test_a_large_body_is_refused_while_it_is_still_coming(server: MockServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(b"POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 60000000\r\n\r\n" + b"x" * 20_000_000)
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_large_body_is_taken(server: MockServer) -> None:
    with closing(connect(server)) as connection:
        connection.request("POST", "/x", b"x" * 5_000_000)
        assert connection.getresponse().status == 200


def test_an_absolute_target_and_empty_lines_before_it(server: MockServer) -> None:
    answer = raw(server, b"\r\n\r\nGET http://api.example.com/x?y=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"\r\n\r\nbody")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /x HT",
        b"GET /x HTTP/1.1\r\nHost: x\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: 100\r\n\r\nshort",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
    ],
)
def test_a_client_that_vanishes_in_its_request(
    server: MockServer, data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    assert raw(server, data) == b""
    assert raw(server, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"body")
    assert capfd.readouterr() == ("", "")


def test_a_client_that_does_not_wait_for_its_answer(server: MockServer, capfd: pytest.CaptureFixture[str]) -> None:
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", server.port))
        linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"  # closing resets the connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.sendall(b"GET /soon HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        connection.close()
    answer = raw(server, b"GET /soon HTTP/1.1\r\nHost: x\r\n\r\n")
    assert answer.endswith(b"soon")
    assert capfd.readouterr() == ("", "")


def test_clients_are_served_at_the_same_time(server: MockServer) -> None:
    answers: list[bytes] = []

    def client() -> None:
        with closing(connect(server)) as connection:
            connection.request("GET", "/soon")
            answers.append(connection.getresponse().read())

    started = time.perf_counter()
    clients = [threading.Thread(target=client) for _ in range(20)]
    for one in clients:
        one.start()
    for one in clients:
        one.join()
    assert answers == [b"soon"] * 20
    assert time.perf_counter() - started < 1.9  # one after the other would take 2 s


def test_log(server: MockServer, log: Log) -> None:
    raw(server, b"POST /x?secret=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /nowhere HTTP/1.1\r\n\r\n")
    assert log.lines == ["POST /x → 200 plain", "GET /nowhere → 404"]


def test_stop_while_a_request_hangs() -> None:
    outcome: list[str] = []
    with MockServer(routes_of(COLLECTION), SystemClock()) as server:

        def client() -> None:
            try:
                outcome.append(raw(server, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").decode())
            except OSError as error:
                outcome.append(type(error).__name__)

        hanging = threading.Thread(target=client)
        hanging.start()
        idle = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        raw(server, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n")
        started = time.perf_counter()
    assert time.perf_counter() - started < 1
    hanging.join(5)
    assert not hanging.is_alive()
    assert "late" not in outcome[0]
    assert idle.recv(1) == b""
    idle.close()
    with pytest.raises(OSError, match=r"refused|reset"):
        socket.create_connection(("127.0.0.1", server.port), timeout=1)


def test_stop_twice_or_without_a_start() -> None:
    server = MockServer(routes_of(COLLECTION), SystemClock())
    server.stop()
    server.stop()


def test_a_port_in_use_is_told() -> None:
    with (
        MockServer(routes_of(COLLECTION), SystemClock()) as server,
        pytest.raises(UsageError, match=f"cannot use port {server.port}"),
    ):
        MockServer(routes_of(COLLECTION), SystemClock(), server.port)
    for port in (-1, 70_000):
        with pytest.raises(UsageError, match="cannot use port"):
            MockServer(routes_of(COLLECTION), SystemClock(), port)


def test_a_chosen_port_can_be_used_again_at_once() -> None:
    with MockServer(routes_of(COLLECTION), SystemClock()) as server:
        assert raw(server, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"body")
    with MockServer(routes_of(COLLECTION), SystemClock(), server.port) as again:
        assert raw(again, b"GET /x HTTP/1.1\r\nHost: x\r\n\r\n").endswith(b"body")
