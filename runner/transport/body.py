"""A body made whole: decompressed as it comes, never larger than allowed, never cut short unnoticed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import NamedTuple, TypeAlias

from runner.transport.failures import Failure, bad_response, quoted
from runner.units import format_size

GZIP = 31
ZLIB = 15
RAW = -15
"""zlib's ``wbits`` for the three wrappers in which a deflated body comes."""

STEP = 256 * 1024
"""How much is inflated at once: a few bytes may stand for a thousand times as many."""

BROKEN = "The answer's body is not valid {name}, though its Content-Encoding says so."
CUT = "The answer's compressed body ({name}) stops before its end."


Take: TypeAlias = Callable[[bytes], None]


class Limits(NamedTuple):
    """What a body may be: ``max_size`` bytes, decompressed. ``framed`` says that its end is known from HTTP, so that an
    empty one is really empty. ``take`` is called with each part as it comes, decompressed."""

    max_size: int
    framed: bool = True
    take: Take | None = None


def read_body(pieces: Iterable[bytes], encodings: list[str], limits: Limits) -> bytes:
    """All of ``pieces``, decompressed by the values of Content-Encoding."""
    names = [name for value in encodings for part in value.split(",") if (name := part.strip().lower())]
    names = [name for name in names if name != "identity"]
    if not names:
        return _plain(pieces, limits)
    if names in (["gzip"], ["x-gzip"]):
        return _inflated(pieces, Inflater("gzip", GZIP, limits))
    if names == ["deflate"]:
        return _inflated(pieces, Inflater("deflate", ZLIB, limits))
    message = f"The answer is compressed as {quoted(', '.join(names), 60)}, which was not asked for and cannot be read."
    raise bad_response(message, "Leave the header Accept-Encoding out of the request, or allow only gzip and deflate.")


def too_large(max_size: int) -> Failure:
    """The body is larger than the request allows."""
    message = f"The answer's body is larger than {format_size(max_size)}."
    return bad_response(message, "If that is right, raise the limit with max_size: on the request.")


def _plain(pieces: Iterable[bytes], limits: Limits) -> bytes:
    body = BytesIO()
    for piece in pieces:
        body.write(piece)
        if body.tell() > limits.max_size:
            raise too_large(limits.max_size)
        if limits.take is not None:
            limits.take(piece)
    return body.getvalue()


def _inflated(pieces: Iterable[bytes], inflater: Inflater) -> bytes:
    for piece in pieces:
        inflater.feed(piece)
    return inflater.finish()


class Inflater:
    """One compressed body on its way in."""

    def __init__(self, name: str, wrapper: int, limits: Limits) -> None:
        self._name = name
        self._wrapper = wrapper
        self._limits = limits
        self._body = BytesIO()
        self._taken = 0
        self._held = b""
        self._stream = zlib.decompressobj(wrapper)

    def feed(self, data: bytes) -> None:
        """Take the next piece."""
        self._taken += len(data)
        if self._taken > self._limits.max_size + 65536:
            raise too_large(self._limits.max_size)
        data = self._held + data
        self._held = data if self._wrapper == ZLIB and self._taken < 2 else b""
        if self._held:
            return
        if self._wrapper == ZLIB and self._taken == len(data) and not _is_zlib(data):
            self._wrapper = RAW
            self._stream = zlib.decompressobj(RAW)
        while data:
            if self._stream.eof:
                if self._wrapper != GZIP:
                    raise bad_response("The answer's compressed body goes on after its end.")
                self._stream = zlib.decompressobj(GZIP)
            data = self._step(data)

    def _step(self, data: bytes) -> bytes:
        """Inflate until ``data`` or the stream ends; gives what follows the stream's end."""
        while True:
            try:
                part = self._stream.decompress(data, STEP)
            except zlib.error as error:
                raise bad_response(BROKEN.format(name=self._name)) from error
            self._body.write(part)
            if self._body.tell() > self._limits.max_size:
                raise too_large(self._limits.max_size)
            if part and self._limits.take is not None:
                self._limits.take(part)
            if self._stream.eof or len(part) < STEP:
                return self._stream.unused_data
            data = self._stream.unconsumed_tail

    def finish(self) -> bytes:
        """The whole body; raises if the compressed data has not come to its end."""
        if not self._stream.eof and (self._taken or not self._limits.framed):
            raise bad_response(CUT.format(name=self._name))
        return self._body.getvalue()


def _is_zlib(data: bytes) -> bool:
    """Whether a body named deflate has the wrapper that it should have; many servers leave it out. The first
    byte names the method in its lower half (8), and the first two are a multiple of 31."""
    return data[0] & 0x0F == 8 and (data[0] << 8 | data[1]) % 31 == 0
