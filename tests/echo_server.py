"""A real HTTP server on the loopback interface that answers with what it received, and can be told to misbehave.

Any path that is not listed in ``ODD`` is echoed as JSON. Headers of the answer are exactly those written here: no
date and no server name, so that what is printed of them is the same in every run.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final, TypeAlias
from urllib.parse import parse_qs, parse_qsl, quote, urlsplit

from tests import digest_check

JSON: Final = "application/json"
Query: TypeAlias = dict[str, list[str]]


@dataclass
class EchoServer:
    """A running server: its address, the address of its twin on another port, and what it received so far."""

    url: str
    other: str
    received: list[dict[str, object]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method is answered, also one that nobody has heard of."""
        if name.startswith("do_"):
            return self.handle_any
        raise AttributeError(name)

    def handle_any(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.received.append(self.seen(body))
        _, first, *rest = [*parts.path.split("/"), ""]
        query = parse_qs(parts.query, keep_blank_values=True)
        odd = ODD.get(first)
        if odd is None:
            self.answer(200, json.dumps(self.seen(body)).encode(), query, JSON)
        else:
            odd(self, query, rest[0], body)

    def seen(self, body: bytes) -> dict[str, object]:
        """The request as it arrived."""
        text = body.decode("utf-8", "backslashreplace")
        seen: dict[str, object] = {
            "method": self.command,
            "target": self.path,
            "path": urlsplit(self.path).path,
            "query": [list(pair) for pair in parse_qsl(urlsplit(self.path).query, keep_blank_values=True)],
            "headers": [list(pair) for pair in self.headers.items()],
            "header": {name.lower(): value for name, value in self.headers.items()},
            "names": sorted(name.lower() for name in self.headers),
            "body": text,
            "length": len(body),
        }
        with suppress(ValueError):
            seen["json"] = json.loads(body)
        return seen

    def answer(self, status: int, body: bytes, query: Query, kind: str = "") -> None:
        """An answer with ``body``; ``?header=Name: value`` adds headers, ``?type=`` sets the content type."""
        self.send_response_only(status)
        kind = query.get("type", [kind])[0]
        if kind:
            self.send_header("Content-Type", kind)
        for line in query.get("header", []):
            name, _, value = line.partition(":")
            self.send_header(name, value.strip())
        if status not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and status not in (204, 304):
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's signature
        """Say nothing."""


def reply(handler: Handler, query: Query, _rest: str, body: bytes) -> None:
    """The request's own body, with its content type."""
    status = int(query.get("status", ["200"])[0])
    handler.answer(status, body, query, handler.headers.get("Content-Type", ""))


def status(handler: Handler, query: Query, rest: str, _body: bytes) -> None:
    handler.answer(int(rest), query.get("body", [""])[0].encode(), query, "text/plain" if "body" in query else "")


def redirect(handler: Handler, query: Query, rest: str, _body: bytes) -> None:
    """``/redirect/3`` goes to ``/redirect/2``, and at last to ``/echo``; ``?status=`` is 302 by default."""
    code, left = query.get("status", ["302"])[0], int(rest) - 1
    target = f"/redirect/{left}?status={code}" if left else "/echo"
    handler.answer(int(code), b"", {"header": [f"Location: {target}"]})


def elsewhere(handler: Handler, query: Query, _rest: str, _body: bytes) -> None:
    """A redirect to the twin, which is another origin."""
    code = int(query.get("status", ["302"])[0])
    handler.answer(code, b"", {"header": [f"Location: {handler.server.other}/echo"]})


def delay(handler: Handler, query: Query, rest: str, _body: bytes) -> None:
    """``/delay/200``: an answer after as many milliseconds, or when the server stops."""
    handler.server.stopping.wait(int(rest) / 1000)
    handler.answer(200, b"{}", query, JSON)


def size(handler: Handler, query: Query, rest: str, _body: bytes) -> None:
    """``/size/1000``: as many bytes of text."""
    handler.answer(200, b"x" * int(rest), query, "text/plain")


def compressed(handler: Handler, query: Query, rest: str, body: bytes) -> None:
    """``/compressed/gzip`` and ``/compressed/deflate``: the request's body, compressed."""
    data = gzip.compress(body) if rest == "gzip" else zlib.compress(body)
    query["header"] = [f"Content-Encoding: {rest}"]
    handler.answer(200, data, query, handler.headers.get("Content-Type", ""))


def latin(handler: Handler, query: Query, _rest: str, _body: bytes) -> None:
    handler.answer(200, "Grüße".encode("latin-1"), query, "text/plain; charset=iso-8859-1")


def broken(handler: Handler, _query: Query, rest: str, _body: bytes) -> None:
    """``/broken/short``, ``/broken/close`` and ``/broken/noise``: no answer that could be used."""
    handler.wfile.write(BROKEN[rest])
    handler.close_connection = True


def flaky(handler: Handler, query: Query, rest: str, _body: bytes) -> None:
    """``/flaky/KEY?fail=2&status=503``: this status for the first two, then 200 and how many it were; status 0 closes
    the connection without an answer."""
    count = handler.server.counts[rest] = handler.server.counts.get(rest, 0) + 1
    if count > int(query["fail"][0]):
        handler.answer(200, json.dumps({"count": count}).encode(), {}, JSON)
    elif query.get("status") == ["0"]:
        handler.close_connection = True
    else:
        handler.answer(int(query.get("status", ["503"])[0]), query.get("body", [""])[0].encode(), query)


def tell(handler: Handler, _query: Query, _rest: str, _body: bytes) -> None:
    """The bearer token in every form in which a server may give it back."""
    token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
    code = base64.b64encode(token.encode()).decode()
    forms = {"plain": token, "base64": code, "percent": quote(token, safe=""), "json": json.dumps(token), token: 1}
    headers = [f"X-Plain: {token}", f"X-Base64: {code}", f"X-Percent: {quote(token, safe='')}"]
    cookie = f"Set-Cookie: session={quote(token, safe='')}; Path=/"
    handler.answer(200, json.dumps(forms).encode(), {"header": [*headers, cookie]}, JSON)


def digest(handler: Handler, _query: Query, rest: str, body: bytes) -> None:
    """``/digest/SHA-256``: what was received, for those who answer the challenge."""
    given = handler.headers.get("Authorization", "")
    if given and digest_check.accepts(given, handler.command, handler.path, "n1", rest):
        handler.answer(200, json.dumps(handler.seen(body)).encode(), {}, JSON)
    else:
        handler.answer(401, b"", {"header": [f"WWW-Authenticate: {digest_check.challenge('n1', rest)}"]})


def token(handler: Handler, query: Query, rest: str, body: bytes) -> None:
    """``/token?1``: an access token that says what was asked, and how many this target has given so far.
    ``/token/html``, ``/token/denied`` and ``/token/mac`` give none that could be used."""
    if rest:
        status, kind, text = NO_TOKENS[rest]
        handler.answer(status, text.encode(), query, kind)
        return
    asked = f"{handler.headers.get('Authorization', 'nobody')}&{body.decode()}"
    number = sum(one["target"] == handler.path for one in handler.server.received)
    words = re.sub(r"[^A-Za-z0-9=]+", "-", asked)
    fields = {"access_token": f"{words}.{number}", "token_type": "Bearer", "expires_in": 100}
    handler.answer(200, json.dumps(fields).encode(), {}, JSON)


NO_TOKENS: Final = {
    "html": (200, "text/html", "<title>Sign in</title>"),
    "denied": (401, JSON, '{"error": "invalid_client", "error_description": "Who is that?"}'),
    "mac": (200, JSON, '{"access_token": "abcdefgh", "token_type": "mac"}'),
}
BROKEN: Final = {
    "short": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot enough",
    "close": b"",
    "noise": b"220 smtp.example.com ESMTP\r\n\r\n",
}
ODD: Final[dict[str, Callable[[Handler, Query, str, bytes], None]]] = {
    "reply": reply,
    "status": status,
    "redirect": redirect,
    "elsewhere": elsewhere,
    "delay": delay,
    "size": size,
    "compressed": compressed,
    "latin": latin,
    "broken": broken,
    "flaky": flaky,
    "tell": tell,
    "digest": digest,
    "token": token,
}


class Server(ThreadingHTTPServer):
    """The listener; ``other`` is the address of its twin."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.other = ""
        self.received: list[dict[str, object]] = []
        self.counts: dict[str, int] = {}
        self.stopping = threading.Event()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away is what some cases are about."""


@contextmanager
def serve_echo() -> Iterator[EchoServer]:
    """Two servers that know each other; both stop at the end."""
    with Server() as one, Server() as two:
        one.other, two.other = two.url, one.url
        threads = [threading.Thread(target=server.serve_forever, args=(0.02,)) for server in (one, two)]
        for thread in threads:
            thread.start()
        try:
            yield EchoServer(one.url, two.url, one.received)
        finally:
            for server, thread in zip((one, two), threads, strict=True):
                server.stopping.set()
                server.shutdown()
                thread.join()
