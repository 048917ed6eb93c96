"""An answer as geventhttpclient's parser, which is written in C, reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from geventhttpclient._parser import HTTPParseError, HTTPResponseParser

from runner.messages import Headers, header_of, header_values
from runner.transport.failures import Failure, bad_response
from runner.transport.wire import (
    MAX_HEAD,
    MAX_INTERIM,
    OTHER_CODING,
    PIECE,
    START,
    STRAY,
    Head,
    not_http,
    too_many_interim,
)

__all__ = ["PIECE", "Answer"]

WITHOUT_BODY: Final = frozenset({204, 304})


class Answer(HTTPResponseParser):
    """Of one request. ``receive`` gives what comes next, nothing at the end of the connection."""

    def __init__(self, method: str, receive: Callable[[], bytes]) -> None:
        super().__init__()
        self._without_body = method == "HEAD"
        self._receive = receive
        self._headers: list[tuple[str, str]] = []
        self._name = ""
        self._value: str | None = None
        self._reason = ""
        self._status = 0
        self._interim = 0
        self._begun = False
        self._over = False
        self._keeps = False
        self._extra = False
        self._pieces: list[bytes] = []
        self._taken = 0

    def read_head(self) -> Head:
        """Status line and headers, those of interim answers passed over."""
        begin = b""
        while not self._begun:
            data = self._receive()
            if len(begin) < len(START):
                begin += data
                if not begin.startswith(START[: len(begin)]):
                    raise not_http(begin)
            self._taken += len(data)
            if self._taken > MAX_HEAD and not self._begun:
                raise bad_response("There is no end to the answer's headers: more came than any real server sends.")
            if not data:
                raise bad_response("The connection was closed in the middle of the answer's headers.")
            self._take(data)
            if self._interim >= MAX_INTERIM:
                raise too_many_interim()
        return self._framed()

    def _framed(self) -> Head:
        """What came of the head, with what it says about the end of the body."""
        if "\0" in self._reason:
            raise bad_response(STRAY.format(part="status line"))
        headers: Headers = tuple(self._headers)
        head = Head(self._status, _text(self._reason).strip(), headers)
        if self._without_body or self._status in WITHOUT_BODY:
            return head._replace(length=0)
        coding = [value.strip().lower() for value in header_values(headers, "transfer-encoding")]
        if coding:
            if coding != ["chunked"]:
                raise bad_response(OTHER_CODING)
            return head._replace(chunked=True)
        length = header_of(headers, "content-length")
        return head if length is None else head._replace(length=int(length))

    def pieces(self) -> Iterator[bytes]:
        """The body as it comes, not decompressed; ends only where it is complete."""
        while True:
            yield from self._pieces
            self._pieces.clear()
            if self._over:
                return
            self._take(self._receive())

    @property
    def whole(self) -> bytes | None:
        """The body if it is there already."""
        return b"".join(self._pieces) if self._over else None

    @property
    def can_go_on(self) -> bool:
        """Whether the connection can be used for another request."""
        return self._over and not self._extra and self._keeps

    def _take(self, data: bytes) -> None:
        try:
            self.feed(data)
        except HTTPParseError as error:
            if self._over:
                self._extra = True
                return
            raise _broken(error, data, begun=self._begun) from error

    def _on_status(self, text: str) -> None:
        if not self._begun:
            self._reason += text

    def _on_message_begin(self) -> None:
        """Of what comes behind the answer nothing is read: it would be taken for what the answer says."""
        if self._begun:
            self._extra = True
            return
        self._headers.clear()
        self._reason = ""

    def _on_header_field(self, text: str) -> None:
        if self._begun:
            return  # behind the body, which nobody asked for
        if self._value is not None:
            self._put()
        self._name += text

    def _on_header_value(self, text: str) -> None:
        if not self._begun:
            self._value = text if self._value is None else self._value + text

    def _on_headers_complete(self) -> bool:
        if not self._begun:
            self._put()
            self._status = self.get_code()
            self._begun = self._status >= 200
            self._interim += not self._begun
        return self._without_body

    def _on_body(self, data: bytearray) -> None:
        if not self._over:
            self._pieces.append(bytes(data))

    def _on_message_complete(self) -> None:
        if self._begun and not self._over:
            self._over = True
            self._keeps = bool(self.should_keep_alive())

    def _put(self) -> None:
        if self._name:
            value = (self._value or "").strip(" \t")
            if not value.isascii():
                value = _text(value)
            self._headers.append((self._name, value))
        self._name, self._value = "", None


def _text(value: str) -> str:
    """What was read as Latin-1, as the UTF-8 that it may be."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _broken(error: Exception, data: bytes, *, begun: bool) -> Failure:
    if not data:
        return bad_response("The connection was closed in the middle of the answer's body.")
    part = "body" if begun else "head"
    return bad_response(f"The answer's {part} is not HTTP: {str(error.args[0]).rstrip('.').lower()}.")
