"""HTTP/1.1 as the mock server speaks it: requests out of a stream, answers as bytes (RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import BinaryIO
from urllib.parse import urlsplit

from runner.messages import Headers, header_values
from runner.mock.messages import Chunk, MockRequest, MockResponse

MAX_HEAD = 64 * 1024
MAX_BODY = 50_000_000
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class BadRequest(Exception):
    """What came in cannot be answered as a request; ``status`` is what to say about it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Vanished(Exception):
    """The client went away in the middle of its request."""


class Head:
    """A request line and headers, before the body is read."""

    __slots__ = ("headers", "method", "target", "version")

    def __init__(self, method: str, target: str, version: str, headers: Headers) -> None:
        self.method = method
        self.target = target
        self.version = version
        self.headers = headers

    def value(self, name: str) -> str:
        """The values of a header joined by commas, in lower case; empty without one."""
        return ", ".join(header_values(self.headers, name)).lower()

    @property
    def keeps_alive(self) -> bool:
        """Whether the connection may serve another request after this one."""
        return self.version == "HTTP/1.1" and "close" not in self.value("connection")

    @property
    def awaits_continue(self) -> bool:
        """Whether the client sends its body only once it is told to."""
        return self.value("expect") == "100-continue"

    def with_body(self, body: bytes) -> MockRequest:
        return MockRequest(self.method, self.target, self.headers, body)


def read_head(stream: BinaryIO) -> Head | None:
    """The next request's head; None when the client has closed the connection between two requests."""
    lines = _head_lines(stream)
    if not lines:
        return None
    method, target, version = _request_line(lines[0])
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        field = FIELD.fullmatch(line)
        if field is None:
            raise BadRequest(400, f"This is not a header line: {line[:80]!r}")
        headers.append((field.group(1), field.group(2)))
    return Head(method, target, version, tuple(headers))


def _head_lines(stream: BinaryIO) -> list[str]:
    """The lines up to the empty one; an empty one before a request is passed over (RFC 9112, section 2.2)."""
    lines: list[str] = []
    left = MAX_HEAD
    while True:
        raw = stream.readline(left)
        left -= len(raw)
        if left <= 0:
            raise BadRequest(431, f"The request's line and headers are larger than {MAX_HEAD} bytes.")
        if not raw.endswith(b"\n"):
            if raw or lines:
                raise Vanished
            return []
        line = raw.rstrip(b"\r\n").decode("latin-1")
        if line:
            lines.append(line)
        elif lines:
            return lines


def _request_line(line: str) -> tuple[str, str, str]:
    parts = line.split(" ")
    if len(parts) != 3 or TOKEN.fullmatch(parts[0]) is None or not parts[2].startswith("HTTP/"):
        raise BadRequest(400, f"This is not a request line: {line[:80]!r}")
    method, target, version = parts
    if version not in ("HTTP/1.1", "HTTP/1.0"):
        raise BadRequest(505, f"The mock speaks HTTP/1.1, not {version[:20]}.")
    if target.lower().startswith(("http://", "https://")):
        target = _origin_form(target)
    if not target.startswith("/") and target != "*":
        raise BadRequest(400, f"This is not a request target: {target[:80]!r}")
    return method, target, version


def _origin_form(target: str) -> str:
    """The path and query of a whole URL."""
    try:
        url = urlsplit(target)
    except ValueError:
        raise BadRequest(400, f"This is not a request target: {target[:80]!r}") from None
    return f"{url.path or '/'}?{url.query}" if url.query else url.path or "/"


def read_body(head: Head, stream: BinaryIO) -> bytes:
    """The body that belongs to ``head``, whole."""
    coding = head.value("transfer-encoding")
    length = head.value("content-length")
    if coding and length:
        raise BadRequest(400, "A request cannot have both Content-Length and Transfer-Encoding.")
    if coding and coding != "chunked":
        raise BadRequest(501, f"The mock does not read the transfer coding {coding[:40]!r}.")
    if coding:
        return b"".join(_chunks(stream))
    if not length:
        return b""
    if not (length.isascii() and length.isdigit()):
        raise BadRequest(400, f"This is not a length: {length[:40]!r}")
    return _exactly(stream, _allowed(int(length[:20])))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    size = 0
    while True:
        line = stream.readline(MAX_HEAD)
        digits = line.split(b";")[0].strip()
        if not line.endswith(b"\n"):
            raise Vanished
        if re.fullmatch(rb"[0-9A-Fa-f]{1,16}", digits) is None:
            raise BadRequest(400, "The length of a chunk cannot be read.")
        length = int(digits, 16)
        if length == 0:
            break
        size = _allowed(size + length)
        yield _exactly(stream, length)
        if stream.readline(3) not in (b"\r\n", b"\n"):
            raise BadRequest(400, "A chunk is longer than it says.")
    left = MAX_HEAD
    while (line := stream.readline(left)) not in (b"\r\n", b"\n"):
        left -= len(line)
        if not line or left <= 0:
            raise Vanished


def _allowed(size: int) -> int:
    if size > MAX_BODY:
        raise BadRequest(413, f"The body is larger than {MAX_BODY} bytes.")
    return size


def _exactly(stream: BinaryIO, size: int) -> bytes:
    body = stream.read(size)
    if len(body) < size:
        raise Vanished
    return body


def answer_pieces(response: MockResponse, head: Head | None, *, close: bool) -> Iterator[Chunk]:
    """An answer in the pieces in which it is sent; ``head`` is None for a request that could not be read."""
    bodiless = response.status in (204, 304) or (head is not None and head.method == "HEAD")
    chunked = response.chunks is not None and head is not None and head.version == "HTTP/1.1"
    lines = [_status_line(response.status)]
    lines += [b"%b: %b\r\n" % (_encoded(name), _encoded(value)) for name, value in response.headers]
    body = response.body if response.chunks is None else b"".join(chunk.data for chunk in response.chunks)
    if chunked and not bodiless:
        lines.append(b"Transfer-Encoding: chunked\r\n")
    elif response.status not in (204, 304):
        lines.append(b"Content-Length: %d\r\n" % len(body))
    if close:
        lines.append(b"Connection: close\r\n")
    start = b"".join(lines) + b"\r\n"
    if bodiless or response.chunks is None:
        yield Chunk(start if bodiless else start + body)
        return
    yield Chunk(start)
    for chunk in response.chunks:
        framed = b"%x\r\n%b\r\n" % (len(chunk.data), chunk.data) if chunked and chunk.data else chunk.data
        yield chunk._replace(data=framed)
        if chunk.cut:
            return
    if chunked:
        yield Chunk(b"0\r\n\r\n")


def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


def _encoded(text: str) -> bytes:
    """A header's text without anything that would end its line."""
    flat = text.replace("\r", " ").replace("\n", " ").replace("\x00", " ")
    try:
        return flat.encode("latin-1")
    except UnicodeEncodeError:
        return flat.encode("utf-8", "replace")
