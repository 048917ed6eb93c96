"""An answer as geventhttpclient's parser, which is written in C, reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from geventhttpclient._parser import HTTPParseError, HTTPResponseParser

from runner.messages import Headers
from runner.transport.failures import Failure, bad_response
from runner.transport.wire import Head

PIECE: Final = 64 * 1024
MAX_HEAD: Final = 256 * 1024


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
        self._begun = False
        self._over = False
        self._extra = False
        self._pieces: list[bytes] = []
        self._taken = 0

    def read_head(self) -> Head:
        """Status line and headers, those of interim answers passed over."""
        while not self._begun:
            data = self._receive()
            self._taken += len(data)
            if self._taken > MAX_HEAD and not self._begun:
                raise bad_response("There is no end to the answer's headers: more came than any real server sends.")
            if not data:
                raise bad_response("The connection was closed in the middle of the answer's headers.")
            self._take(data)
        self._put()
        headers: Headers = tuple(self._headers)
        length = next((int(value) for name, value in headers if name.lower() == "content-length"), None)
        chunked = any(name.lower() == "transfer-encoding" for name, _ in headers)
        return Head(self.get_code(), self._reason, headers, chunked, length)

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
        return self._over and not self._extra and bool(self.should_keep_alive())

    def _take(self, data: bytes) -> None:
        try:
            self.feed(data)
        except HTTPParseError as error:
            if self._over:
                self._extra = True
                return
            raise _broken(error, data, begun=self._begun) from error

    def _on_status(self, text: str) -> None:
        self._reason = text

    def _on_message_begin(self) -> None:
        if self._over:
            self._extra = True
        self._headers.clear()

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
        if self.get_code() >= 200:
            self._begun = True
        else:
            self._put()
        return self._without_body

    def _on_body(self, data: bytearray) -> None:
        if not self._over:
            self._pieces.append(bytes(data))

    def _on_message_complete(self) -> None:
        self._over = self._over or self._begun

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
