"""Gemini's ``streamGenerateContent``: each chunk is a whole answer with a part of the text."""

from __future__ import annotations

from runner.llm.assemble.growing import index_of, joined
from runner.llm.assemble.shape import NOTHING, Delta
from runner.llm.fields import list_of, mapping_of, text_of
from runner.node import Plain

PARTS_OF_TEXT = frozenset({"text", "thought", "thoughtSignature"})


class Gemini:
    """One answer with all its candidates. There is no end mark: a candidate ends with its ``finishReason``."""

    name = "Gemini"
    end_mark = ""

    def __init__(self) -> None:
        self._top: dict[str, Plain] = {}
        self._candidates: dict[int, _Candidate] = {}

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        return isinstance(chunk.get("candidates"), list) or "usageMetadata" in chunk or "promptFeedback" in chunk

    def add(self, chunk: dict[str, Plain]) -> Delta:
        candidates = chunk.get("candidates")
        self._top.update({key: value for key, value in chunk.items() if key != "candidates" and value is not None})
        deltas = [self._add(one, at) for at, one in enumerate(list_of(candidates))]
        first = next((delta.text for delta in deltas), "")
        return Delta(first, any(delta.content for delta in deltas))

    def _add(self, candidate: Plain, place: int) -> Delta:
        if not isinstance(candidate, dict):
            return NOTHING
        number = index_of(candidate)
        return self._candidates.setdefault(place if number is None else number, _Candidate()).add(candidate)

    @property
    def ended(self) -> bool:
        return not self.missing()

    def missing(self) -> str:
        feedback = self._top.get("promptFeedback")
        if not self._candidates:
            blocked = isinstance(feedback, dict) and feedback.get("blockReason")
            return "" if blocked else "not one candidate came"
        for index, candidate in sorted(self._candidates.items()):
            if not candidate.rest.get("finishReason"):
                return f"candidate {index} has no finishReason: it was not written to its end"
        return ""

    def document(self) -> Plain:
        found: list[Plain] = [candidate.document() for _, candidate in sorted(self._candidates.items())]
        return {**({"candidates": found} if found else {}), **self._top}


class _Candidate:
    """One candidate on its way."""

    def __init__(self) -> None:
        self.rest: dict[str, Plain] = {}
        self._content: dict[str, Plain] | None = None
        self._parts: list[_Part] = []

    def add(self, candidate: dict[str, Plain]) -> Delta:
        self.rest.update({key: value for key, value in candidate.items() if key != "content" and value is not None})
        content = candidate.get("content")
        if not isinstance(content, dict):
            return NOTHING
        parts = content.get("parts")
        self._content = {**(self._content or {}), **content}
        return self._add(parts) if isinstance(parts, list) else NOTHING

    def _add(self, parts: list[Plain]) -> Delta:
        found = False
        texts: list[str] = []
        for one in parts:
            part = _Part(one)
            found = found or bool(part.text) or not part.is_text
            texts += [part.text] if part.is_shown else []
            if not (self._parts and self._parts[-1].goes_on_with(part)):
                self._parts.append(part)
        return Delta("".join(texts), found)

    def document(self) -> Plain:
        if self._content is None:
            return self.rest
        parts: list[Plain] = [part.document() for part in self._parts]
        return {"content": {**self._content, "parts": parts}, **self.rest}


class _Part:
    """A part of the content: text, which grows, or anything else, which comes whole."""

    def __init__(self, part: Plain) -> None:
        self._part: Plain = part
        fields = mapping_of(part)
        text = fields.get("text")
        self.is_text = isinstance(text, str) and fields.keys() <= PARTS_OF_TEXT
        self.text = text_of(text)
        self._thought = bool(fields.get("thought"))
        self._pieces = [self.text]

    @property
    def is_shown(self) -> bool:
        """Whether it is a part of the answer, not of the thoughts before it."""
        return self.is_text and not self._thought

    def goes_on_with(self, part: _Part) -> bool:
        """Take ``part`` in if it is a piece of the same text."""
        if not (self.is_text and part.is_text) or self._thought is not part._thought:
            return False
        self._pieces.append(part.text)
        if isinstance(self._part, dict) and isinstance(part._part, dict):
            self._part = {**self._part, **part._part}
        return True

    def document(self) -> Plain:
        if not self.is_text or not isinstance(self._part, dict):
            return self._part
        return {**self._part, "text": joined(self._pieces)}
