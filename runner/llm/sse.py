"""Event streams by the rules of the WHATWG (HTML, 9.2.6), from bytes that may be cut anywhere."""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

LINE_END: Final = re.compile(rb"\r\n?|\n")


class Event(NamedTuple):
    """One event, or one line. ``end`` is where it ends in the body: behind the first byte of what ends its last line.
    ``readable`` says that it is UTF-8; what is not is U+FFFD."""

    data: str
    name: str
    end: int
    readable: bool = True


class SseParser:
    """Takes the bytes of an event stream as they come and gives its events.

    Comments, ``id`` and ``retry`` serve to connect again, which is never done here: a stream is read once.
    """

    def __init__(self) -> None:
        self._line = bytearray()
        self._taken = 0
        self._after_cr = False
        self._at_start = True
        self._data: list[str] = []
        self._name = ""
        self._readable = True
        self._begun = False

    def feed(self, data: bytes) -> list[Event]:
        """The events that end within ``data``."""
        events: list[Event] = []
        done = 1 if self._after_cr and data.startswith(b"\n") else 0
        self._after_cr = self._after_cr and not data
        for match in LINE_END.finditer(data, done):
            self._line += data[done : match.start()]
            line = bytes(self._line)
            self._line.clear()
            event = self._take(line, self._taken + match.start() + 1)
            if event is not None:
                events.append(event)
            done = match.end()
            self._after_cr = match.group() == b"\r" and done == len(data)
        self._line += data[done:]
        self._taken += len(data)
        return events

    def finish(self) -> list[Event]:
        """What the end of the body completes, which is nothing: an event ends with an empty line."""
        return []

    @property
    def unfinished(self) -> str:
        """How the event begins that had begun when the body ended; empty if none had."""
        line = bytes(self._line).removeprefix(codecs.BOM_UTF8 if self._at_start else b"")
        begun = self._begun or (line and not line.startswith(b":"))
        data = "\n".join(self._data)
        return (data or line.decode("utf-8", "replace") or self._name or "data") if begun else ""

    def _take(self, line: bytes, end: int) -> Event | None:
        if self._at_start:
            line = line.removeprefix(codecs.BOM_UTF8)
            self._at_start = False
        if not line:
            return self._dispatch(end)
        if line.startswith(b":"):
            return None
        field, _, value = line.partition(b":")
        if field not in (b"data", b"event"):
            return None
        self._begun = True
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = value.decode("utf-8", "replace")
            self._readable = False
        text = text.removeprefix(" ")
        if field == b"data":
            self._data.append(text)
        else:
            self._name = text
        return None

    def _dispatch(self, end: int) -> Event | None:
        """The event that an empty line ends; one without data is none."""
        event = Event("\n".join(self._data), self._name, end, self._readable) if self._data else None
        self._data, self._name, self._readable, self._begun = [], "", True, False
        return event
