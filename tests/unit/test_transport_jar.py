from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from runner.clock import SystemClock
from runner.messages import Options, Request
from runner.transport.cookie_date import parse_date
from runner.transport.jar import MOST, Cookie, CookieJar
from runner.transport.live import LiveTransport
from tests.servers import ok, serve_bytes


@dataclass
class Clock(SystemClock):
    """Time as a test sets it."""

    moment: float = 1_700_000_000.0

    def now(self) -> float:
        return self.moment


def jar_with(url: str, *lines: str) -> CookieJar:
    jar = CookieJar(Clock())
    jar.keep(tuple(("Set-Cookie", line) for line in lines), url)
    return jar


def sent(jar: CookieJar, url: str) -> str:
    return jar.dress(Request("GET", url), url).header("cookie") or ""


@pytest.mark.parametrize(
    ("set_by", "line", "sent_to", "goes"),
    [
        ("http://example.com/", "a=1", "http://example.com/", True),
        ("http://example.com/", "a=1", "http://EXAMPLE.com/x", True),
        ("http://example.com/", "a=1", "https://example.com/", True),
        ("http://example.com/", "a=1", "http://example.com:8080/", True),
        ("http://example.com/", "a=1", "http://www.example.com/", False),
        ("http://www.example.com/", "a=1", "http://example.com/", False),
        ("http://example.com/", "a=1", "http://badexample.com/", False),
        ("http://example.com/", "a=1", "http://example.com.evil.test/", False),
        # Domain
        ("http://www.example.com/", "a=1; Domain=example.com", "http://example.com/", True),
        ("http://www.example.com/", "a=1; domain=.Example.COM", "http://api.example.com/", True),
        ("http://www.example.com/", "a=1; Domain=example.com", "http://badexample.com/", False),
        ("http://example.com/", "a=1; Domain=example.com", "http://a.b.example.com/", True),
        ("http://example.com/", "a=1; Domain=www.example.com", "http://www.example.com/", False),
        ("http://example.com/", "a=1; Domain=other.test", "http://other.test/", False),
        ("http://example.com/", "a=1; Domain=other.test", "http://example.com/", False),
        ("http://example.com/", "a=1; Domain=com", "http://other.com/", False),
        ("http://example.com/", "a=1; Domain=com", "http://example.com/", False),
        ("http://example.com/", "a=1; Domain=ample.com", "http://example.com/", False),
        ("http://example.com/", "a=1; Domain=", "http://example.com/", True),
        ("http://example.com/", "a=1; Domain=", "http://www.example.com/", False),
        ("http://example.com/", "a=1; Domain=other.test; Domain=example.com", "http://example.com/", True),
        # addresses and names of this machine
        ("http://127.0.0.1:1/", "a=1", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "a=1", "http://localhost/", False),
        ("http://localhost/", "a=1", "http://127.0.0.1/", False),
        ("http://127.0.0.1/", "a=1; Domain=127.0.0.1", "http://127.0.0.1/", True),
        ("http://127.0.0.1/", "a=1; Domain=0.0.1", "http://127.0.0.1/", False),
        ("http://127.0.0.1/", "a=1; Domain=0.0.1", "http://9.0.0.1/", False),
        ("http://[::1]/", "a=1", "http://[::1]:80/", True),
        ("http://localhost/", "a=1; Domain=localhost", "http://localhost/", True),
        ("http://localhost/", "a=1; Domain=localhost", "http://a.localhost/", False),
        # Path
        ("http://h.test/a/b", "a=1", "http://h.test/a/", True),
        ("http://h.test/a/b", "a=1", "http://h.test/a", True),
        ("http://h.test/a/b", "a=1", "http://h.test/", False),
        ("http://h.test/a/b", "a=1", "http://h.test/ab", False),
        ("http://h.test/a/b?x=/c/d", "a=1", "http://h.test/a/c/d", True),
        ("http://h.test/a", "a=1", "http://h.test", True),
        ("http://h.test", "a=1", "http://h.test/x", True),
        ("http://h.test/a", "a=1; Path=/x", "http://h.test/x/y", True),
        ("http://h.test/a", "a=1; Path=/x", "http://h.test/x?q", True),
        ("http://h.test/a", "a=1; Path=/x", "http://h.test/xy", False),
        ("http://h.test/a", "a=1; Path=/x/", "http://h.test/x/y", True),
        ("http://h.test/a", "a=1; Path=/x/", "http://h.test/x", False),
        ("http://h.test/a/b", "a=1; Path=x", "http://h.test/a/c", True),
        ("http://h.test/a/b", "a=1; Path=", "http://h.test/", False),
        # Secure: to https, and to this machine, which nobody can listen in on
        ("https://h.test/", "a=1; Secure", "https://h.test/", True),
        ("https://h.test/", "a=1; secure=no", "http://h.test/", False),
        ("http://localhost/", "a=1; Secure", "http://localhost:81/", True),
        ("http://127.0.0.1/", "a=1; Secure", "http://127.0.0.1/", True),
        ("http://127.evil.test/", "a=1; Secure", "http://127.evil.test/", False),
        ("http://localhost.evil.test/", "a=1; Secure", "http://localhost.evil.test/", False),
    ],
)
def test_where_a_cookie_goes(set_by: str, line: str, sent_to: str, goes: bool) -> None:
    assert sent(jar_with(set_by, line), sent_to) == ("a=1" if goes else "")


@pytest.mark.parametrize(
    ("line", "cookie"),
    [
        ("a=1", "a=1"),
        ("  a = 1 ; x", "a=1"),
        ("a=", "a="),
        ("a=b=c", "a=b=c"),
        ('a="1;2"', 'a="1'),
        ('a="1 2"', 'a="1 2"'),
        ("a", ""),
        ("=1", ""),
        ("", ""),
        ("; a=1", ""),
        ("a=1\x00", ""),
        ("a\x1f=1", ""),
        (f"a={'x' * 4095}", f"a={'x' * 4095}"),
        (f"a={'x' * 4096}", ""),
        ("a=\xe9", "a=\xe9"),
        ("a=1; Expires", "a=1"),
        ("a=1; Max-Age=", "a=1"),
        ("a=1; Max-Age=1x", "a=1"),
        ("a=1; Max-Age=0", ""),
        ("a=1; Max-Age=-5", ""),
        ("a=1; Max-Age=99999999999999999999", "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT", ""),
        ("a=1; Expires=Thu, 01-Jan-70 00:00:01 GMT", ""),
        ("a=1; Expires=never", "a=1"),
        ("a=1; Expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=5", "a=1"),
        ("a=1; Max-Age=0; Expires=Fri, 01 Jan 2100 00:00:00 GMT", ""),
        ("a=1; Max-Age=0; Max-Age=5", "a=1"),
    ],
)
def test_what_a_line_sets(line: str, cookie: str) -> None:
    assert sent(jar_with("http://h.test/", line), "http://h.test/") == cookie


def test_time_passes() -> None:
    clock = Clock()
    jar = CookieJar(clock)
    lines = ("a=1; Max-Age=60", "b=2; Expires=Tue, 14 Nov 2023 22:14:20 GMT", "c=3")
    jar.keep(tuple(("set-cookie", line) for line in lines), "http://h.test/")
    assert sent(jar, "http://h.test/") == "a=1; b=2; c=3"
    clock.moment += 59.9
    assert sent(jar, "http://h.test/") == "a=1; b=2; c=3"
    clock.moment += 0.2
    assert sent(jar, "http://h.test/") == "c=3"


def test_order_and_replacement() -> None:
    jar = jar_with("http://h.test/", "a=1", "b=2; Path=/x", "c=3", "a=9; Path=/x/y")
    assert sent(jar, "http://h.test/x/y") == "a=9; b=2; a=1; c=3"
    jar.keep((("Set-Cookie", "a=new"), ("Set-Cookie", "c=; Max-Age=0")), "http://h.test/")
    assert sent(jar, "http://h.test/x/y") == "a=9; b=2; a=new"
    jar.keep((("Set-Cookie", "a=; Path=/x/y; Expires=Thu, 01 Jan 1970 00:00:00 GMT"),), "http://h.test/")
    assert sent(jar, "http://h.test/x/y") == "b=2; a=new"


def test_a_jar_is_never_too_full() -> None:
    jar = jar_with("http://h.test/", *(f"n{number}=1" for number in range(MOST + 10)))
    cookies = jar.cookies_for("http://h.test/")
    assert (len(cookies), cookies[0].name, cookies[-1].name) == (MOST, "n10", f"n{MOST + 9}")


def test_what_is_kept_is_told_what_is_deleted_is_not() -> None:
    told: list[Cookie] = []
    jar = CookieJar(Clock(), told.append)
    lines = ("a=1; HttpOnly", "b=deleted; Max-Age=0", "c=2; Domain=other.test")
    assert jar.keep(tuple(("Set-Cookie", line) for line in lines), "http://h.test/") == {"a", "b"}
    assert [(one.name, one.value, one.http_only) for one in told] == [("a", "1", True)]


def test_a_request_says_what_goes_along() -> None:
    jar = jar_with("http://h.test/", "a=1", "b=2", "c=3")
    request = Request("GET", "http://h.test/", (("Cookie", "a=own"),))
    assert jar.dress(request, request.url).header("cookie") == "a=own; b=2; c=3"
    without = request._replace(options=Options(without_cookies=("b",)))
    assert jar.dress(without, request.url).header("cookie") == "a=own; c=3"
    none = request._replace(options=Options(kept_cookies=False))
    assert jar.dress(none, request.url) is none


def test_cookies_through_the_transport() -> None:
    """Each step of a redirect sends what belongs to it, and its own cookie gives way to a newer one."""
    found = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /x/2\r\nSet-Cookie: a=jar; Path=/x\r\n\r\n"
    with serve_bytes(found, ok(b"{}", "Set-Cookie: b=2"), ok()) as server:
        live, jar = LiveTransport(SystemClock(), {}), CookieJar(SystemClock())
        first = live.send(Request("GET", f"{server.url}/1", (("Cookie", "a=own; z=1"),)), jar)
        second = live.send(Request("GET", f"{server.url}/x/3"), jar)
        live.send(Request("GET", f"{server.url}/x/3"))
        live.close()
        assert [one.values("cookie") for one in server.arrived] == [["a=own; z=1"], ["z=1; a=jar"], ["a=jar; b=2"], []]
        assert first.request.header("cookie") == "a=own; z=1"
        assert second.request.header("cookie") == "a=jar; b=2"


def test_cookies_of_an_answer_that_breaks_off_are_kept_and_told() -> None:
    told: list[Cookie] = []
    with serve_bytes(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nContent-Length: 9\r\n\r\nx", keep=False) as server:
        live = LiveTransport(SystemClock(), {})
        exchange = live.send(Request("GET", server.url), CookieJar(SystemClock(), told.append))
        live.close()
    assert exchange.error is not None
    assert [one.name for one in told] == ["a"]


DATES = {
    "Wed, 09 Jun 2021 10:18:14 GMT": (2021, 6, 9, 10, 18, 14),
    "Wednesday, 09-Jun-21 10:18:14 GMT": (2021, 6, 9, 10, 18, 14),
    "Wed Jun  9 10:18:14 2021": (2021, 6, 9, 10, 18, 14),
    "9 June 1999 1:2:3": (1999, 6, 9, 1, 2, 3),
    "jun 9 70 00:00:00": (1970, 6, 9, 0, 0, 0),
    "jun 9 69 00:00:00": (2069, 6, 9, 0, 0, 0),
    "10:18:14 09 DECember 2021 +0200": (2021, 12, 9, 10, 18, 14),
    "2021 9 Jun 10:18:14": (2021, 6, 9, 10, 18, 14),
    "Wed, 31 Feb 2021 10:18:14 GMT": None,
    "Wed, 09 Jun 1600 10:18:14 GMT": None,
    "Wed, 09 Jun 2021 24:00:00 GMT": None,
    "Wed, 09 Jun 2021 10:18 GMT": None,
    "09 Jun 2021": None,
    "0": None,
    "": None,
}


@pytest.mark.parametrize("text", DATES)
def test_dates_as_servers_write_them(text: str) -> None:
    parts = DATES[text]
    assert parse_date(text) == (None if parts is None else datetime(*parts, tzinfo=UTC).timestamp())
