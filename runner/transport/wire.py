"""HTTP/1.1 as it arrives: a strict reader that takes nothing incomplete or ambiguous for a response."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from runner.messages import Headers, header_values
from runner.transport.failures import Failure, bad_response, quoted

MAX_HEAD = 256 * 1024
MAX_INTERIM = 50
MAX_CHUNK_LINE = 4096
PIECE = 64 * 1024

BLANKS = b" \t"
START = b"HTTP/1."
STATUS_LINE = re.compile(rb"HTTP/1\.(\d) ([1-9]\d\d)(?: (.*))?")
NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,15})[ \t]*(?:;.*)?")

STRAY = "The answer's {part} holds a stray control character (CR or NUL)."
OTHER_CODING = "The answer has a Transfer-Encoding other than chunked, which was not asked for."
CUT = "The connection was closed in the middle of the answer's "


class Reader:
    """Lines and pieces from what ``receive`` gives, which is nothing once the connection has ended."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._data = b""
        self._at = 0

    @property
    def pending(self) -> bool:
        """Whether more has come than was asked for."""
        return self._at < len(self._data)

    def peek(self) -> bytes:
        """What has come and is not taken yet, at least one byte; nothing at the end of the connection."""
        if not self.pending:
            self._data, self._at = self._receive(), 0
        return self._data[self._at :]

    def line(self, limit: int, part: str) -> bytes:
        """The next line without its end; ``part`` is what it belongs to, for messages."""
        end = self._data.find(b"\n", self._at)
        while end < 0:
            kept = self._data[self._at :]
            if len(kept) > limit:
                raise _too_long(part)
            more = self._receive()
            if not more:
                raise bad_response(f"{CUT}{part}.")
            self._data, self._at = kept + more, 0
            end = self._data.find(b"\n", len(kept))
        line = self._data[self._at : end]
        self._at = end + 1
        if len(line) > limit:
            raise _too_long(part)
        line = line.removesuffix(b"\r")
        if b"\r" in line or b"\0" in line:
            raise bad_response(STRAY.format(part=part))
        return line

    def piece(self, limit: int) -> bytes:
        """What is there, at most ``limit`` bytes; nothing at the end of the connection."""
        if self._at >= len(self._data):
            self._data, self._at = self._receive(), 0
        piece = self._data[self._at : self._at + limit]
        self._at += len(piece)
        return piece


class Head(NamedTuple):
    """Status line and headers of a response. ``length`` is None for a body that ends with the connection."""

    status: int
    reason: str
    headers: Headers
    chunked: bool = False
    length: int | None = None
    keep: bool = False

    def values(self, name: str) -> list[str]:
        """Every value of a header."""
        return header_values(self.headers, name)


def read_head(reader: Reader, method: str) -> Head:
    """The head of the final response; interim ones (1xx) are passed over."""
    budget = MAX_HEAD
    for _ in range(MAX_INTERIM):
        begin = reader.peek()
        if not begin.startswith(START[: len(begin)]):
            raise not_http(begin)
        line = reader.line(budget, "status line")
        match = STATUS_LINE.fullmatch(line)
        if match is None:
            raise not_http(line)
        headers, budget = _read_headers(reader, budget - len(line))
        status = int(match.group(2))
        if status == 101:
            raise bad_response("The server switched to another protocol (101), which was not asked for.")
        if status >= 200:
            reason = _text((match.group(3) or b"").strip())
            return _frame(Head(status, reason, headers), method, match.group(1))
    raise too_many_interim()


def _read_headers(reader: Reader, budget: int) -> tuple[Headers, int]:
    headers: list[tuple[str, str]] = []
    while line := reader.line(budget, "headers"):
        budget -= len(line)
        if line[0] in BLANKS and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {_text(line.strip(BLANKS))}".strip())
            continue
        raw_name, colon, raw_value = line.partition(b":")
        if not colon or not NAME.fullmatch(raw_name):
            raise bad_response(f"The answer has a header line that is none: {_shown(line)}.")
        headers.append((raw_name.decode("ascii"), _text(raw_value.strip(BLANKS))))
    return tuple(headers), budget


def _frame(head: Head, method: str, minor: bytes) -> Head:
    """``head`` with what it says about the end of its body and of the connection."""
    connection = _listed(head.headers, "connection")
    keep = "keep-alive" in connection if minor == b"0" else "close" not in connection
    if method == "HEAD" or head.status in (204, 304):
        return head._replace(length=0, keep=keep)
    coding = _listed(head.headers, "transfer-encoding")
    if not coding:
        length = _content_length(head.headers)
        return head._replace(length=length, keep=keep and length is not None)
    if coding != ["chunked"]:
        raise bad_response(OTHER_CODING)
    return head._replace(chunked=True, keep=keep)


def _listed(headers: Headers, name: str) -> list[str]:
    """The members of a header that is a list, in lower case."""
    return [part.strip().lower() for value in header_values(headers, name) for part in value.split(",")]


def _content_length(headers: Headers) -> int | None:
    lengths = set(_listed(headers, "content-length"))
    if not lengths:
        return None
    if len(lengths) > 1:
        raise bad_response("The answer gives two different values for Content-Length.")
    length = lengths.pop()
    if not (length.isascii() and length.isdigit() and len(length) <= 15):
        raise bad_response("The answer's Content-Length is not a number.")
    return int(length)


def read_pieces(reader: Reader, head: Head) -> Iterator[bytes]:
    """The body as it comes, not decompressed; ends only where the body is complete."""
    if head.chunked:
        return _chunks(reader)
    if head.length is None:
        return iter(lambda: reader.piece(PIECE), b"")
    return _exactly(reader, head.length, f"{head.length} bytes were announced")


def _exactly(reader: Reader, length: int, announced: str) -> Iterator[bytes]:
    left = length
    while left:
        piece = reader.piece(min(left, PIECE))
        if not piece:
            raise bad_response(f"{CUT}body: {announced}, {length - left} came.")
        left -= len(piece)
        yield piece


def _chunks(reader: Reader) -> Iterator[bytes]:
    while True:
        line = reader.line(MAX_CHUNK_LINE, "chunked body")
        match = CHUNK_SIZE.fullmatch(line)
        if match is None:
            raise bad_response(f"The answer's chunked body is broken: {_shown(line)} is no size of a chunk.")
        size = int(match.group(1), 16)
        if size == 0:
            _read_headers(reader, MAX_HEAD)
            return
        yield from _exactly(reader, size, f"a chunk of {size} bytes was announced")
        if reader.line(MAX_CHUNK_LINE, "chunked body"):
            raise bad_response("The answer's chunked body is broken: a chunk is longer than announced.")


def _too_long(part: str) -> Failure:
    return bad_response(f"There is no end to the answer's {part}: more came than any real server sends.")


def too_many_interim() -> Failure:
    """No final answer comes."""
    return bad_response(f"The server sent {MAX_INTERIM} interim answers (1xx) and no final one.")


def not_http(begin: bytes) -> Failure:
    """What comes back ``begin``s like something else."""
    if begin.startswith((b"\x15\x03", b"\x16\x03")):
        return bad_response("The server speaks TLS on this port, not plain HTTP.", "Write https:// in the URL.")
    hint = "Does something else than a web server listen on this port?"
    return bad_response(f"What came back is not HTTP: it begins with {_shown(begin)}.", hint)


def _shown(line: bytes) -> str:
    return quoted(line.partition(b"\n")[0].decode("latin-1"), 40)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")
