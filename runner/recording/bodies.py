"""Bodies as text that people can edit, and back; streams cut into the parts that have a time each."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from runner.charset import charset_of
from runner.messages import EVENT_STREAM, Arrival, Headers, media_type

STRANGE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
"""What a text does not have that people edit."""
EVENTS: Final = re.compile(rb".*?(?:\r\n\r\n|\n\n|\r\r)|.+\Z", re.DOTALL)
LINES: Final = re.compile(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+\Z")


def as_text(body: bytes, content_type: str) -> str | None:
    """The text that is exactly these bytes in the charset that is named; None if there is none."""
    try:
        text = body.decode(charset_of(content_type))
    except UnicodeDecodeError:
        return None
    return None if STRANGE.search(text) or as_bytes(text, content_type) != body else text


def as_bytes(text: str, content_type: str) -> bytes:
    """The bytes of a text in the charset that is named, or in UTF-8 where that has not all of its characters."""
    try:
        return text.encode(charset_of(content_type))
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def as_base64(body: bytes) -> str:
    return b64encode(body).decode("ascii")


def parts_of(body: bytes, headers: Headers) -> list[bytes]:
    """A stream event by event, or line by line."""
    found = EVENTS if media_type(headers) == EVENT_STREAM else LINES
    return found.findall(body)


def times_of(arrivals: Sequence[Arrival], parts: Sequence[bytes]) -> list[float]:
    """When the last byte of each part came."""
    times: list[float] = []
    place = 0
    for end in accumulate(map(len, parts)):
        while place + 1 < len(arrivals) and arrivals[place + 1].start < end:
            place += 1
        times.append(arrivals[place].at if arrivals else 0.0)
    return times


def arrivals_of(times: Sequence[float], parts: Sequence[bytes]) -> tuple[Arrival, ...]:
    """The same the other way; parts that were added by hand come with the last one that has a time."""
    if not times:
        return ()
    starts = [0, *accumulate(map(len, parts))][: len(parts)]
    return tuple(Arrival(times[min(number, len(times) - 1)], start) for number, start in enumerate(starts))
