from __future__ import annotations

import pytest

from runner.clock import SystemClock
from runner.messages import Options, Request, Timeouts
from runner.transport.address import parse_url
from runner.transport.live import LiveTransport
from runner.transport.proxies import proxy_for
from tests.servers import Client, ok, serve, serve_bytes


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("http://a.test/", {}, None),
        ("http://a.test/", {"HTTP_PROXY": "http://p:1"}, "http://p:1"),
        ("http://a.test/", {"HTTP_PROXY": "http://p:1", "http_proxy": "http://q:2"}, "http://q:2"),
        ("http://a.test/", {"HTTPS_PROXY": "http://p:1"}, None),
        ("https://a.test/", {"HTTPS_PROXY": "p:1"}, "http://p:1"),
        ("https://a.test/", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https://a.test/", {"HTTPS_PROXY": "", "ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("http://localhost:80/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://a.localhost/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://127.9.9.9/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://[::1]:80/", {"HTTP_PROXY": "http://p:1"}, None),
        ("http://a.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
        ("http://a.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "b.test, a.test"}, None),
        ("http://x.a.test/", {"HTTP_PROXY": "http://p:1", "no_proxy": "a.test"}, None),
        ("http://x.a.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": ".a.test"}, None),
        ("http://x.A.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "*.A.test"}, None),
        ("http://ba.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "a.test"}, "http://p:1"),
        ("http://a.test:81/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "a.test:81"}, None),
        ("http://a.test:82/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "a.test:81"}, "http://p:1"),
        ("http://10.1.2.3/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://11.1.2.3/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "http://p:1"),
        ("http://[fd00::1]/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": "fd00::/8"}, None),
        ("http://a.test/", {"HTTP_PROXY": "http://p:1", "NO_PROXY": ",, "}, "http://p:1"),
    ],
)
def test_the_proxy_of_an_address(url: str, environ: dict[str, str], proxy: str | None) -> None:
    assert proxy_for(parse_url(url), environ) == proxy


def test_plain_http_goes_to_the_proxy_whole() -> None:
    with serve_bytes(ok(b"from the proxy")) as proxy:
        live = LiveTransport(SystemClock(), {"http_proxy": f"http://me:pw%21@127.0.0.1:{proxy.port}"})
        exchange = live.send(Request("GET", "http://api.test/x%2f?q=a b", (("X-A", "1"),)))
        live.close()
        assert exchange.response is not None, exchange.error
        assert exchange.response.body == b"from the proxy"
        assert exchange.response.url == "http://api.test/x%2f?q=a%20b"
        assert proxy.arrived[0].head.decode().split("\r\n") == [
            "GET http://api.test/x%2f?q=a%20b HTTP/1.1",
            "Host: api.test",
            "X-A: 1",
            "Proxy-Authorization: Basic bWU6cHch",
        ]


def test_https_goes_through_a_tunnel_that_the_proxy_may_refuse() -> None:
    def refuse(client: Client) -> None:
        client.read_request()
        client.send(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with serve(refuse) as proxy:
        live = LiveTransport(SystemClock(), {"https_proxy": f"http://me:pw@127.0.0.1:{proxy.port}"})
        error = live.send(Request("GET", "https://api.test/x", (("Authorization", "Bearer k"),))).error
        live.close()
        assert proxy.arrived[0].line.startswith("CONNECT api.test:443 ")
        assert proxy.arrived[0].values("authorization") == []
        assert proxy.arrived[0].values("proxy-authorization") == ["Basic bWU6cHc="]
    assert error is not None
    assert error.kind == "connection"
    assert error.message == f"The proxy 127.0.0.1:{proxy.port} refused to connect to api.test:443 (status 407)."


def broken_proxy(client: Client) -> None:
    client.read_request()
    client.send(b"nonsense\r\n\r\n")


def silent_proxy(client: Client) -> None:
    client.hang()


@pytest.mark.parametrize(("script", "kind"), [(broken_proxy, "connection"), (silent_proxy, "timeout")])
def test_a_proxy_that_does_not_work_is_named(script: object, kind: str) -> None:
    assert callable(script)
    with serve(script) as proxy:
        live = LiveTransport(SystemClock(), {"https_proxy": f"http://me:secret@127.0.0.1:{proxy.port}"})
        options = Options(Timeouts(total=0.3 if kind == "timeout" else 10))
        error = live.send(Request("GET", "https://api.test/x?secret", options=options)).error
        live.close()
    assert error is not None
    assert (error.kind, "roxy" in error.message, "secret" in repr(error)) == (kind, True, False), error


def test_a_proxy_that_is_not_there_is_named() -> None:
    live = LiveTransport(SystemClock(), {"http_proxy": "http://127.0.0.1:1"})
    error = live.send(Request("GET", "http://api.test/")).error
    live.close()
    assert error is not None
    assert (error.kind, error.message) == ("connection", "The proxy 127.0.0.1:1 refused the connection.")


def test_the_request_says_which_proxy() -> None:
    """Also for addresses of this machine and those that NO_PROXY names, and on the way of a redirect."""
    moved = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://other.test/b\r\n\r\n"
    with serve_bytes(moved, ok(b"from the proxy")) as proxy:
        live = LiveTransport(SystemClock(), {"http_proxy": "http://127.0.0.1:1", "no_proxy": "*"})
        options = Options(proxy=f"http://me:pw@127.0.0.1:{proxy.port}")
        exchange = live.send(Request("GET", "http://localhost:9/a", options=options))
        live.close()
        assert exchange.response is not None, exchange.error
        assert [one.line for one in proxy.arrived] == [
            "GET http://localhost:9/a HTTP/1.1",
            "GET http://other.test/b HTTP/1.1",
        ]
        assert [one.values("proxy-authorization") for one in proxy.arrived] == [["Basic bWU6cHc="]] * 2


def test_the_request_may_want_no_proxy() -> None:
    with serve_bytes(ok()) as server:
        live = LiveTransport(SystemClock(), {"http_proxy": "http://127.0.0.1:1"})
        alias = f"http://127.0.0.1:{server.port}/a"
        for proxy in ("", None):
            assert live.send(Request("GET", alias, options=Options(proxy=proxy))).response is not None
        error = live.send(Request("GET", "http://no-such-host.invalid/", options=Options(proxy=""))).error
        live.close()
    assert error is not None
    assert error.kind == "dns"


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1", "ftp://127.0.0.1:1"])
def test_other_kinds_of_proxies_are_said_not_to_work(proxy: str) -> None:
    live = LiveTransport(SystemClock(), {"all_proxy": proxy})
    error = live.send(Request("GET", "http://api.test/")).error
    live.close()
    assert error is not None
    assert (error.kind, "not supported" in error.message) == ("request", True)
