"""The events of OpenAI's Responses API: the last one carries the whole response."""

from __future__ import annotations

from typing import Final

from runner.llm.assemble.shape import NOTHING, Delta
from runner.llm.fields import text_of
from runner.node import Plain

ENDS: Final = frozenset({"response.completed", "response.incomplete"})
UNFINISHED: Final = frozenset({"failed", "cancelled", "in_progress", "queued"})
"""What a response that has ended well is not."""
TEXT: Final = frozenset({"response.output_text.delta", "response.refusal.delta"})


class Responses:
    """One response."""

    name = "OpenAI's Responses API"
    end_mark = "response.completed"

    def __init__(self) -> None:
        self._response: Plain = None
        self._ended = False

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        return str(chunk.get("type")).startswith("response.")

    def add(self, chunk: dict[str, Plain]) -> Delta:
        kind, delta, response = str(chunk.get("type")), chunk.get("delta"), chunk.get("response")
        if isinstance(response, dict):
            self._response = response
        self._ended = self._ended or (kind in ENDS and isinstance(response, dict))
        if not kind.endswith(".delta") or not isinstance(delta, str) or not delta:
            return NOTHING
        return Delta(delta if kind in TEXT else "", content=True)

    @property
    def ended(self) -> bool:
        return self._ended

    def missing(self) -> str:
        if not isinstance(self._response, dict):
            return "no event carried the response"
        status = text_of(self._response.get("status"))
        return f'the response has ended with the status "{status}"' if self._ended and status in UNFINISHED else ""

    def document(self) -> Plain:
        return self._response
