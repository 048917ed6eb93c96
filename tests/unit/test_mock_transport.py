from __future__ import annotations

from collections.abc import Iterator

import pytest

from runner.clock import SystemClock
from runner.messages import REQUEST_HEADER, Exchange, Options, Request, Response, Tls
from runner.mock.server import MockServer
from runner.mock.transport import MockTransport
from runner.transport.live import LiveTransport
from tests.unit.mock_routes import routes_of

COLLECTION = """
    requests:
      - {name: read, url: https://api.example.com/x, examples: [{name: first, text: first}]}
      - {name: again, url: https://api.example.com/x, examples: [{name: second, text: second}]}
      - name: moved
        url: https://api.example.com/old
        examples: [{name: moved, status: 302, headers: {location: /x?from=old}}]
      - name: elsewhere
        url: https://api.example.com/far
        examples: [{name: moved, status: 301, headers: {location: "https://other.example.org/x"}}]
      - name: circle
        url: https://api.example.com/circle
        examples: [{name: moved, status: 302, headers: {location: /circle}}]
      - name: unsafe
        url: https://api.example.com/unsafe
        examples: [{name: moved, status: 302, headers: {location: "http://api.example.com/x"}}]
      - {name: slow, url: https://api.example.com/slow, examples: [{name: slow, delay: 5s}]}
"""


@pytest.fixture(name="transport")
def _transport() -> Iterator[MockTransport]:
    clock = SystemClock()
    with MockServer(routes_of(COLLECTION), clock) as server:
        transport = MockTransport(LiveTransport(clock, {"HTTPS_PROXY": "http://127.0.0.1:1"}), server.url, clock)
        yield transport
        transport.close()


def request(path: str, index: int, options: Options | None = None) -> Request:
    headers = (("Authorization", "Bearer x"), (REQUEST_HEADER, f"0.{index}"))
    return Request("GET", f"https://api.example.com{path}", headers, options=options or Options())


def answered(exchange: Exchange) -> Response:
    assert exchange.error is None
    assert exchange.response is not None
    return exchange.response


def test_reports_what_was_meant(transport: MockTransport) -> None:
    exchange = transport.send(request("/x?a=1", 0))
    response = answered(exchange)
    assert response.text == "first"
    assert response.url == "https://api.example.com/x?a=1"
    assert exchange.request.url == "https://api.example.com/x?a=1"
    assert exchange.request.headers == (("Authorization", "Bearer x"),)
    assert exchange.duration > 0
    assert exchange.started > 1e9


def test_each_request_has_its_own_examples(transport: MockTransport) -> None:
    texts = [answered(transport.send(request("/x", index))).text for index in (1, 0, 1)]
    assert texts == ["second", "first", "second"]


@pytest.mark.parametrize(
    ("path", "index", "final"),
    [("/old", 2, "https://api.example.com/x?from=old"), ("/far", 3, "https://other.example.org/x")],
)
def test_redirects_lead_to_the_mock(transport: MockTransport, path: str, index: int, final: str) -> None:
    exchange = transport.send(request(path, index))
    response = answered(exchange)
    assert (response.text, response.url) == ("first", final)
    assert response.redirects == (f"https://api.example.com{path}",)
    assert exchange.request.url == f"https://api.example.com{path}"


def test_redirects_are_followed_as_often_as_allowed(transport: MockTransport) -> None:
    response = answered(transport.send(request("/old", 2, Options(redirects=0))))
    assert (response.status, response.redirects) == (302, ())
    assert answered(transport.send(request("/old", 2, Options(redirects=1)))).text == "first"
    exchange = transport.send(request("/circle", 4, Options(redirects=3)))
    assert exchange.response is None
    assert exchange.error is not None
    assert "More than 3 redirects" in exchange.error.message


def test_what_is_refused_without_the_mock_is_refused_with_it(transport: MockTransport) -> None:
    for exchange in (
        transport.send(request("/unsafe", 5)),
        transport.send(request("", 0)._replace(url="nonsense")),
    ):
        assert exchange.response is None
        assert exchange.error is not None
        assert REQUEST_HEADER not in dict(exchange.request.headers)


def test_a_timeout_is_a_timeout(transport: MockTransport) -> None:
    slow = request("/slow", 6)
    exchange = transport.send(slow._replace(options=Options(slow.options.timeouts._replace(total=0.1))))
    assert exchange.error is not None
    assert exchange.error.kind == "timeout"


def test_certificates_are_not_needed(transport: MockTransport) -> None:
    assert answered(transport.send(request("/x", 0, Options(tls=Tls(ca="/nowhere.pem"))))).status == 200
