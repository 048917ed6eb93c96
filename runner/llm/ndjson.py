"""Streams of lines, each of which is a JSON text, from bytes that may be cut anywhere."""

from __future__ import annotations

import codecs

from runner.llm.sse import Event


class LineParser:
    """Takes the bytes of such a stream as they come and gives its lines; empty ones count for nothing."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._taken = 0
        self._at_start = True

    def feed(self, data: bytes) -> list[Event]:
        """The lines that end within ``data``."""
        events: list[Event] = []
        done = 0
        while (end := data.find(b"\n", done)) >= 0:
            self._line += data[done:end]
            events += self._take(self._taken + end + 1)
            done = end + 1
        self._line += data[done:]
        self._taken += len(data)
        return events

    def finish(self) -> list[Event]:
        """The last line, which may go without a line break. Whether it is whole, its JSON says."""
        return self._take(self._taken)

    @property
    def unfinished(self) -> str:
        """Nothing: a line that was cut is one that is no JSON."""
        return ""

    def _take(self, end: int) -> list[Event]:
        line = bytes(self._line)
        self._line.clear()
        if self._at_start:
            line = line.removeprefix(codecs.BOM_UTF8)
            self._at_start = False
        line = line.strip(b" \t\r")
        if not line:
            return []
        try:
            return [Event(line.decode(), "", end)]
        except UnicodeDecodeError:
            return [Event(line.decode("utf-8", "replace"), "", end, readable=False)]
