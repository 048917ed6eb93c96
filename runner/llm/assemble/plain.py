"""A stream of no known shape: its document is the list of its events."""

from __future__ import annotations

from typing import Final

from runner.llm.assemble.shape import Delta
from runner.llm.sse import Event
from runner.node import Plain
from runner.strict_json import Parsed

PINGS: Final = frozenset({"ping", "keepalive", "heartbeat"})
"""Names of events that only keep a connection alive."""


class Plainly:
    """Events as they come: of lines the values, of an event stream each as ``{event, data}``.

    ``data`` is what the JSON in it says if it is an object or a list, else text: ``data: 1`` may be either.
    """

    def __init__(self, *, lines: bool) -> None:
        self.documents: list[Plain] = []
        self._lines = lines
        self._is_json: bool | None = None

    def needs_json(self, event: Event) -> bool:
        """Whether the data of an event must be JSON: if that of the first event was. A stream of plain text may hold
        a brace. A line always is."""
        return self._lines or (self._is_json is True and event.data.lstrip()[:1] in ("{", "["))

    def add(self, event: Event, parsed: Parsed) -> Delta:
        """The next event."""
        structured = not parsed.error and isinstance(parsed.value, dict | list)
        if self._is_json is None:
            self._is_json = structured
        if self._lines:
            self.documents.append(parsed.value)
            return Delta(event.data + "\n", content=True)
        data: Plain = parsed.value if structured else event.data
        self.documents.append({"event": event.name or "message", "data": data})
        return Delta(event.data + "\n", content=bool(event.data) and event.name not in PINGS)

    def document(self) -> Plain:
        return self.documents
