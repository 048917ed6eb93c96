from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.messages import Exchange, Options, Request, Response, TransportError
from runner.transport.address import parse_url
from runner.transport.failures import Failure
from runner.transport.live import LiveTransport
from runner.transport.redirects import OWN_AGENT, follow
from tests.servers import ok, serve_bytes

SECRETS = (
    ("Accept", "*/*"),
    ("User-Agent", OWN_AGENT),
    ("Accept-Language", "en"),
    ("Accept-Encoding", "gzip"),
    ("Authorization", "Bearer secret"),
    ("Cookie", "session=secret"),
    ("X-API-Key", "secret"),
    ("Host", "secret.test"),
    ("Content-Type", "application/json"),
)


@pytest.fixture
def live() -> Iterator[LiveTransport]:
    transport = LiveTransport(SystemClock(), {})
    yield transport
    transport.close()


def redirect(status: int, location: str, body: bytes = b"moved") -> bytes:
    head = f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def answer(exchange: Exchange) -> Response:
    assert exchange.response is not None, exchange.error
    return exchange.response


def fault(exchange: Exchange) -> TransportError:
    assert exchange.error is not None
    assert "secret" not in repr(exchange.error)
    return exchange.error


@pytest.mark.parametrize(
    ("status", "method", "sent"),
    [
        (301, "POST", ("GET", b"")),
        (302, "POST", ("GET", b"")),
        (303, "POST", ("GET", b"")),
        (307, "POST", ("POST", b"body")),
        (308, "POST", ("POST", b"body")),
        (301, "PUT", ("PUT", b"body")),
        (302, "DELETE", ("DELETE", b"body")),
        (303, "PUT", ("GET", b"")),
        (303, "DELETE", ("GET", b"")),
    ],
)
def test_method_and_body_after_a_redirect_are_those_of_browsers(
    live: LiveTransport, status: int, method: str, sent: tuple[str, bytes]
) -> None:
    with serve_bytes(redirect(status, "/new?x=1"), ok(b"there")) as server:
        response = answer(live.send(Request(method, f"{server.url}/old", SECRETS, b"body")))
        assert (response.status, response.body, response.url) == (200, b"there", f"{server.url}/new?x=1")
        assert response.redirects == (f"{server.url}/old",)
        second = server.arrived[1]
        assert (second.line, second.body) == (f"{sent[0]} /new?x=1 HTTP/1.1", sent[1])
        assert second.values("content-type") == (["application/json"] if sent[1] else [])
        assert second.values("content-length") == ([str(len(sent[1]))] if sent[1] else [])
        assert second.values("x-api-key") == ["secret"]
        assert second.connection == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_head_stays_head(live: LiveTransport, status: int) -> None:
    head = f"HTTP/1.1 {status} Moved\r\nLocation: /b\r\nContent-Length: 500\r\n\r\n".encode()
    with serve_bytes(head, b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n") as server:
        answer(live.send(Request("HEAD", server.url)))
        assert [request.line.split()[0] for request in server.arrived] == ["HEAD", "HEAD"]


def test_another_origin_gets_only_harmless_headers(live: LiveTransport) -> None:
    with serve_bytes(ok()) as other, serve_bytes(redirect(302, f"{other.url}/x")) as server:
        response = answer(live.send(Request("GET", server.url, SECRETS)))
        assert response.redirects == (f"{server.url}/",)
        assert other.arrived[0].head.decode().split("\r\n") == [
            "GET /x HTTP/1.1",
            f"Host: 127.0.0.1:{other.port}",
            "Accept: */*",
            f"User-Agent: {OWN_AGENT}",
            "Accept-Language: en",
            "Accept-Encoding: gzip",
        ]


@pytest.mark.parametrize("name", ["Accept", "User-Agent", "Accept-Language", "Accept-Encoding"])
@pytest.mark.parametrize(
    "value",
    [
        "sk-secret-0123456789",
        "en, sk-secret",
        "text/html; key=secret",
        "collection-runner/1 secret",
        "application/vnd.secret-01",
        "collection-runner/secret",
    ],
)
def test_a_secret_in_a_harmless_header_stays(live: LiveTransport, name: str, value: str) -> None:
    with serve_bytes(ok()) as other, serve_bytes(redirect(302, f"{other.url}/x")) as server:
        answer(live.send(Request("GET", server.url, ((name, value),))))
        assert "secret" not in other.arrived[0].head.decode()
        assert (other.arrived[0].values("user-agent") == [OWN_AGENT]) == (name == "User-Agent")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Accept", "application/json; charset=utf-8, text/event-stream;q=0.5"),
        ("Accept", "application/vnd.github.v3+json"),
        ("Accept-Language", "zh-Hans-CN, de;q=0.9, *;q=0.1"),
        ("Accept-Encoding", "gzip, deflate, br"),
    ],
)
def test_what_only_says_what_is_understood_goes_along(live: LiveTransport, name: str, value: str) -> None:
    with serve_bytes(ok()) as other, serve_bytes(redirect(302, f"{other.url}/x")) as server:
        answer(live.send(Request("GET", server.url, ((name, value),))))
        assert other.arrived[0].values(name) == [value]


def test_what_was_left_out_for_another_origin_does_not_come_back(live: LiveTransport) -> None:
    with serve_bytes(b"") as first:
        pass
    with serve_bytes(ok()) as other:
        host_alias = f"http://localhost:{other.port}"
        with serve_bytes(redirect(302, f"{host_alias}/x")) as server:
            answer(live.send(Request("GET", server.url, SECRETS)))
        assert other.arrived[0].values("authorization") == []
        assert other.arrived[0].values("host") == [f"localhost:{other.port}"]
    assert first.arrived == []


@pytest.mark.parametrize("status", [307, 308])
def test_a_body_is_never_sent_to_another_origin(live: LiveTransport, status: int) -> None:
    with serve_bytes(ok()) as other, serve_bytes(redirect(status, f"{other.url}/x?t=secret")) as server:
        error = fault(live.send(Request("POST", server.url, SECRETS, b"secret body")))
        assert error.kind == "response"
        assert f"redirects to 127.0.0.1:{other.port} ({status}); no body goes to another origin" in error.message
        assert other.arrived == []


def test_redirects_can_be_the_answer(live: LiveTransport) -> None:
    with serve_bytes(redirect(302, "/x")) as server:
        response = answer(live.send(Request("GET", server.url, options=Options(redirects=0))))
        assert (response.status, response.body, response.header("location")) == (302, b"moved", "/x")
        assert len(server.arrived) == 1


@pytest.mark.parametrize(
    "message",
    [
        b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 300 Choices\r\nLocation: /x\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 201 Created\r\nLocation: /x\r\nContent-Length: 2\r\n\r\n{}",
    ],
)
def test_what_is_no_redirect_is_the_answer(live: LiveTransport, message: bytes) -> None:
    with serve_bytes(message) as server:
        assert answer(live.send(Request("GET", server.url))).body == b"{}"


def test_more_redirects_than_allowed_are_an_error(live: LiveTransport) -> None:
    with serve_bytes(redirect(302, "/x?secret")) as server:
        options = Options(redirects=3)
        error = fault(live.send(Request("GET", server.url, options=options)))
        assert (error.kind, error.message) == (
            "response",
            f"More than 3 redirects; the last came from 127.0.0.1:{server.port}.",
        )
        assert len(server.arrived) == 4
    with serve_bytes(*[redirect(302, "/x")] * 3, ok()) as server:
        assert len(answer(live.send(Request("GET", server.url, options=options))).redirects) == 3


@pytest.mark.parametrize(
    "message",
    [
        redirect(302, "/x", b"y" * 100_000),
        b"HTTP/1.1 302 F\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + b"y" * 500_000,
        b"HTTP/1.1 302 F\r\nLocation: /x\r\n\r\n" + b"y" * 500_000,
        b"HTTP/1.1 302 F\r\nLocation: /x\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc",
    ],
)
def test_the_body_of_a_redirect_is_not_read_to_any_length(live: LiveTransport, message: bytes) -> None:
    with serve_bytes(message, ok()) as server:
        assert answer(live.send(Request("GET", server.url))).body == b"{}"


@pytest.mark.parametrize(
    "location",
    [
        "ftp://127.0.0.1/secret",
        "javascript:secret",
        "http://[secret",
        "http://127.0.0.1:99999/secret",
    ],
)
def test_a_redirect_to_nowhere_is_an_error(live: LiveTransport, location: str) -> None:
    with serve_bytes(redirect(302, location)) as server:
        error = fault(live.send(Request("GET", server.url)))
        assert (error.kind, "no http URL" in error.message) == ("response", True)


def test_two_different_locations_are_an_error(live: LiveTransport) -> None:
    message = b"HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n"
    with serve_bytes(message) as server:
        assert fault(live.send(Request("GET", server.url))).kind == "response"


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("next", "http://h.test/a/next"),
        ("../next?x", "http://h.test/next?x"),
        ("?y=2", "http://h.test/a/b?y=2"),
        ("//other.test:81/x", "http://other.test:81/x"),
        (" /café ", "http://h.test/caf%C3%A9"),
        ("HTTP://H.test:80/x#frag", "http://h.test/x"),
        ("https://user:secret@h.test/x", "https://h.test/x"),
        ("", "http://h.test/a/b?x=1"),
    ],
)
def test_a_location_is_relative_to_what_was_asked_for(location: str, url: str) -> None:
    request = Request("GET", "http://h.test/a/b?x=1", SECRETS)
    assert follow(request, parse_url(request.url), 302, location)[0].url == url


@pytest.mark.parametrize(
    ("location", "same"),
    [
        ("https://h.test:443/x", True),
        ("https://H.TEST/x", True),
        ("https://h.test:444/x", False),
        ("https://sub.h.test/x", False),
        ("https://h.test./x", False),
        ("//other.test/x", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(location: str, same: bool) -> None:
    request = Request("GET", "https://h.test/", SECRETS)
    followed, _ = follow(request, parse_url(request.url), 302, location)
    assert (followed.header("authorization") is not None) == same
    assert (followed.header("x-api-key") is not None) == same


def test_from_https_to_http_is_refused() -> None:
    request = Request("GET", "https://h.test/")
    with pytest.raises(Failure, match="from https to unencrypted http"):
        follow(request, parse_url(request.url), 302, "http://h.test/")


def test_from_http_to_https_is_another_origin() -> None:
    request = Request("GET", "http://h.test/", SECRETS)
    followed, address = follow(request, parse_url(request.url), 301, "https://h.test/")
    assert (address.scheme, followed.header("authorization")) == ("https", None)
