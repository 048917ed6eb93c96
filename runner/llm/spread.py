"""The texts that are spread over the events of a stream, joined: where a secret is whole that no single event has."""

from __future__ import annotations

from typing import Final

from runner import strict_json
from runner.node import Plain

MOST: Final = 1000
"""Places in the events whose texts are kept apart; behind that all are joined in one."""


class Spread:
    """Texts that stand at the same place of their events belong together."""

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def add(self, data: str) -> None:
        """The data of the next event."""
        parsed = strict_json.parse(data)
        if parsed.error or isinstance(parsed.value, str):
            self._keep("", data if parsed.error else str(parsed.value))
        else:
            self._walk("", parsed.value)

    def joined(self) -> tuple[str, ...]:
        """One text for each place that had more than one."""
        return tuple("".join(texts) for texts in self._texts.values() if len(texts) > 1)

    def _walk(self, place: str, value: Plain) -> None:
        if isinstance(value, str):
            self._keep(place, value)
        elif isinstance(value, dict):
            for key, one in value.items():
                self._walk(f"{place}.{key}", one)
        elif isinstance(value, list):
            for one in value:
                self._walk(f"{place}[]", one)

    def _keep(self, place: str, text: str) -> None:
        if place not in self._texts and len(self._texts) >= MOST:
            place = ""
        self._texts.setdefault(place, []).append(text)
