"""The cookies of one file's run, kept and sent as RFC 6265 says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from threading import Lock
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from runner.clock import Clock
from runner.cookies import with_cookies, without_cookies
from runner.messages import Headers, Request, header_values
from runner.transport.cookie_date import parse_date

CONTROL: Final = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
UNSENDABLE: Final = re.compile("[^\x00-\xff]")
"""What a header cannot carry: sent back, one such cookie would keep every later request from being sent."""
SECONDS: Final = re.compile(r"-?[0-9]{1,12}")
ADDRESS: Final = re.compile(r"[0-9.]+|.*:.*")
LOOPBACK: Final = re.compile(r"(?:.*\.)?localhost|127(?:\.[0-9]{1,3}){3}|::1")
BLANKS: Final = " \t"
LARGEST: Final = 4096
MOST: Final = 3000
"""Limits of browsers: on name and value of one cookie, and on the cookies of a jar."""


class Cookie(NamedTuple):
    """One cookie. ``domain`` is in lower case; ``host_only`` keeps it from the hosts below it; ``expires`` is in
    seconds since 1970, None for the end of the run."""

    name: str
    value: str
    domain: str
    path: str
    host_only: bool = True
    secure: bool = False
    http_only: bool = False
    expires: float | None = None


class CookieJar:
    """Keeps what responses set, for any number of threads. ``notice`` is told each cookie that is kept, before
    anything else sees it."""

    def __init__(self, clock: Clock, notice: Callable[[Cookie], None] | None = None) -> None:
        self._clock = clock
        self._notice = notice
        self._cookies: dict[tuple[str, str, str], Cookie] = {}
        self._lock = Lock()

    @property
    def is_empty(self) -> bool:
        return not self._cookies

    def kept(self) -> tuple[Cookie, ...]:
        """All that it has now."""
        with self._lock:
            return tuple(self._cookies.values())

    def go_back(self, cookies: Iterable[Cookie]) -> None:
        """Have these alone, which it had before."""
        with self._lock:
            self._cookies = {(one.domain, one.path, one.name): one for one in cookies}

    def keep(self, headers: Headers, url: str) -> frozenset[str]:
        """Keep the cookies that the response of ``url`` with these headers sets; their names."""
        lines = header_values(headers, "set-cookie")
        if not lines:
            return frozenset()
        now, parts = self._clock.now(), urlsplit(url)
        found = [cookie for line in lines if (cookie := read_cookie(line, parts, now)) is not None]
        with self._lock:
            for cookie in found:
                self._put(cookie, now)
        return frozenset(cookie.name for cookie in found)

    def _put(self, cookie: Cookie, now: float) -> None:
        key = (cookie.domain, cookie.path, cookie.name)
        if _expired(cookie, now):
            self._cookies.pop(key, None)
            return
        if self._notice is not None:
            self._notice(cookie)
        self._cookies[key] = cookie  # in the place of an older one: it counts as set when that was (RFC 6265 5.3, 11)
        if len(self._cookies) > MOST:
            del self._cookies[next(iter(self._cookies))]

    def cookies_for(self, url: str) -> list[Cookie]:
        """What belongs to a request of ``url``: longer paths first, then what was set first."""
        if not self._cookies:
            return []
        parts, now = urlsplit(url), self._clock.now()
        host, path = _host(parts), parts.path or "/"
        safe = parts.scheme == "https" or LOOPBACK.fullmatch(host) is not None
        with self._lock:
            kept = list(self._cookies.values())
        found = [
            one
            for one in kept
            if (host == one.domain or (not one.host_only and _below(host, one.domain)))
            and _path_fits(path, one.path)
            and (safe or not one.secure)
            and not _expired(one, now)
        ]
        return sorted(found, key=lambda one: -len(one.path))

    def dress(self, request: Request, url: str) -> Request:
        """``request`` with the cookies that belong to ``url``; those that it names itself stay as they are."""
        options = request.options
        if not options.kept_cookies:
            return request
        cookies = [(one.name, one.value) for one in self.cookies_for(url) if one.name not in options.without_cookies]
        return request._replace(headers=with_cookies(request.headers, cookies)) if cookies else request

    def after(self, request: Request, headers: Headers, url: str) -> Request:
        """``request`` for what follows a response of ``url``: a cookie that it names itself and the response sets anew
        is the jar's from now on."""
        newer = self.keep(headers, url)
        return request._replace(headers=without_cookies(request.headers, newer)) if newer else request


def read_cookie(line: str, url: SplitResult, now: float) -> Cookie | None:
    """The cookie that a line of ``Set-Cookie`` sets (RFC 6265 5.2 and 5.3); None for one that must be ignored."""
    pair, *rest = line.split(";")
    name, equals, value = (part.strip(BLANKS) for part in pair.partition("="))
    if not (equals and name) or CONTROL.search(line) or len(name) + len(value) > LARGEST or UNSENDABLE.search(pair):
        return None
    attributes = dict(_attributes(rest))
    host = _host(url)
    domain = attributes.get("domain", "").lower().removeprefix(".")
    if domain and domain != host and not ("." in domain and _below(host, domain)):
        return None  # another host's, or one for everything below ``com``
    path = attributes.get("path", "")
    return Cookie(
        name,
        value,
        domain or host,
        path if path.startswith("/") else _default_path(url.path),
        host_only="." not in domain,
        secure="secure" in attributes,
        http_only="httponly" in attributes,
        expires=_expires(attributes, now),
    )


def _attributes(pieces: list[str]) -> Iterator[tuple[str, str]]:
    """Names in lower case and values; of several by one name the last counts."""
    for piece in pieces:
        name, _, value = piece.partition("=")
        yield name.strip(BLANKS).lower(), value.strip(BLANKS)


def _expires(attributes: dict[str, str], now: float) -> float | None:
    """``Max-Age`` before ``Expires``; what cannot be read is as if it were not there."""
    age = attributes.get("max-age", "")
    if SECONDS.fullmatch(age):
        return now + int(age) if int(age) > 0 else float("-inf")
    return parse_date(attributes.get("expires", ""))


def _expired(cookie: Cookie, now: float) -> bool:
    return cookie.expires is not None and cookie.expires <= now


def _host(url: SplitResult) -> str:
    return (url.hostname or "").lower()


def _below(host: str, domain: str) -> bool:
    """Whether ``host`` is a name below ``domain``; nothing is below or above an address."""
    return host.endswith(f".{domain}") and not ADDRESS.fullmatch(host)


def _default_path(path: str) -> str:
    """The folder of the request's path (RFC 6265 5.1.4)."""
    return path[: path.rfind("/")] or "/" if path.startswith("/") else "/"


def _path_fits(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(wanted if wanted.endswith("/") else f"{wanted}/")
