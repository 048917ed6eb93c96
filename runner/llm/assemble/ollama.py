"""Ollama's lines: ``message`` (chat) or ``response`` (generate) in pieces, the last with ``done: true``."""

from __future__ import annotations

from runner.llm.assemble.growing import Tree, finished, grow, is_text
from runner.llm.assemble.shape import Delta
from runner.llm.fields import mapping_of, text_of
from runner.node import Plain

PIECES = ("message", "response", "thinking")


class Ollama:
    """One answer."""

    name = "Ollama"
    end_mark = "done: true"

    def __init__(self) -> None:
        self._pieces: Tree = {}
        self._last: dict[str, Plain] = {}
        self._ended = False

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        has_piece = isinstance(chunk.get("message"), dict) or isinstance(chunk.get("response"), str)
        return has_piece and isinstance(chunk.get("done"), bool)

    def add(self, chunk: dict[str, Plain]) -> Delta:
        grow(self._pieces, {key: chunk[key] for key in PIECES if key in chunk})
        self._last.update(chunk)
        self._ended = self._ended or chunk.get("done") is True
        message = chunk.get("message")
        fields = mapping_of(message)
        text = fields.get("content") or chunk.get("response")
        thinking = fields.get("thinking") or chunk.get("thinking")
        content = is_text(text) or is_text(thinking) or bool(fields.get("tool_calls"))
        return Delta(text_of(text), content)

    @property
    def ended(self) -> bool:
        return self._ended

    def missing(self) -> str:
        return ""

    def document(self) -> Plain:
        pieces = finished(self._pieces)
        return {**self._last, **pieces}
