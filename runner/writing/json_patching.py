"""Makes a JSON text say something else: what stays the same stays as it is written, in its order and on its lines."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runner.node import Plain
from runner.writing.alike import is_same, steps

SPACE: Final = re.compile(r"[ \t\r\n]*")
SCALAR: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s,\]}:"\[{]+')
EXPLODED: Final = re.compile(r'\[[ \t]*\r?\n\s*["\d]')
"""A list of single values that has one on each line, as most programs write it."""
WIDTH: Final = 80
"""Columns up to which a list or object without another one in it stands on one line, where somebody writes by hand."""


class _Value(NamedTuple):
    start: int
    end: int
    parts: tuple[_Part, ...] = ()


class _Part(NamedTuple):
    """A member or element: what stands before it, its key with the colon, the value, what stands behind it."""

    lead: str
    head: str
    key: str
    value: _Value
    behind: str


def patched_json(text: str, old: Plain, new: Plain) -> str:
    """``text``, which is JSON and says ``old``, with as little changed as it takes to say ``new``."""
    root, _ = _read(text, SPACE.match(text).end())  # type: ignore[union-attr]  # it matches anything
    writer = _Writer(text)
    made = writer.value(root, old, new, "")
    return text[: root.start] + made + text[root.end :]


def json_text(value: Plain) -> str:
    """The text of a new file, as somebody would lay it out by hand."""
    return _laid_out(value, "", "  ", "\n", exploded=False) + "\n"


def _read(text: str, at: int) -> tuple[_Value, int]:
    """The value that begins at a place, and where it ends; the text is JSON."""
    opening = text[at]
    if opening not in "[{":
        end = SCALAR.match(text, at).end()  # type: ignore[union-attr]  # the text is JSON
        return _Value(at, end), end
    start, at = at, at + 1
    parts: list[_Part] = []
    while True:
        lead = SPACE.match(text, at)[0]  # type: ignore[index]  # it matches anything
        at += len(lead)
        if text[at] in "]}":
            return _Value(start, at + 1, tuple(parts)), at + 1
        head, key = "", ""
        if opening == "{":
            end = SCALAR.match(text, at).end()  # type: ignore[union-attr]  # the text is JSON
            key = json.loads(text[at:end])
            colon = text.index(":", end) + 1
            colon += len(SPACE.match(text, colon)[0])  # type: ignore[index]  # it matches anything
            head, at = text[at:colon], colon
        value, at = _read(text, at)
        behind = SPACE.match(text, at)[0]  # type: ignore[index]  # it matches anything
        at += len(behind)
        parts.append(_Part(lead, head, key, value, behind))
        at += text[at] == ","


class _Writer:
    """Writes in the way of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._break = "\r\n" if "\r\n" in text else "\n"
        self._is_line = "\n" not in text.strip()
        self._exploded = EXPLODED.search(text) is not None
        found = re.search(r"[\[{]\s*?\n([ \t]+)\S", text)
        self._step = found[1] if found else "  "

    def value(self, value: _Value, old: Plain, new: Plain, margin: str) -> str:
        """What stands for ``new`` where ``old`` stood, on lines that begin with ``margin``."""
        if is_same(old, new):
            return self._text[value.start : value.end]
        if isinstance(old, dict) and isinstance(new, dict) and value.parts and new:
            known = {part.key: part for part in value.parts}
            kept = [(part, part.head, old[part.key], new[part.key]) for part in value.parts if part.key in new]
            added = [(None, self._head(key, value.parts), None, one) for key, one in new.items() if key not in known]
            return "{" + self._joined(value.parts, [*kept, *added], margin) + "}"
        if isinstance(old, list) and isinstance(new, list) and value.parts and new:
            found = [
                (None if step.old is None else value.parts[step.old], "", _at(old, step.old), _at(new, step.new))
                for step in steps(old, new)
                if step.new is not None
            ]
            return "[" + self._joined(value.parts, found, margin) + "]"
        return self._new(new, margin)

    def _new(self, value: Plain, margin: str) -> str:
        if self._is_line:
            return json.dumps(value, ensure_ascii=False)
        return _laid_out(value, margin, self._step, self._break, exploded=self._exploded)

    def _head(self, key: str, parts: Sequence[_Part]) -> str:
        behind = parts[0].head[len(json.dumps(parts[0].key)) :] if parts[0].head else ": "
        behind = behind if behind.strip() == ":" else ": "
        return json.dumps(key, ensure_ascii=False) + behind

    def _joined(
        self, parts: Sequence[_Part], found: Sequence[tuple[_Part | None, str, Plain, Plain]], margin: str
    ) -> str:
        """What stands between the brackets."""
        usual = parts[-1].lead if len(parts) > 1 or "\n" in parts[0].lead else " "
        inner = margin
        if "\n" in usual:
            inner = usual.rpartition("\n")[2]
            usual = self._break + inner  # without empty lines that stood before the last one
        texts: list[str] = []
        for part, head, old, new in found:
            lead = part.lead if part is not None else usual
            if not texts:
                lead = parts[0].lead
            elif part is parts[0]:
                lead = usual
            if part is not None:
                texts.append(lead + head + self.value(part.value, old, new, inner))
            else:
                made = self._new(new, inner)
                texts.append(lead + head + made)
        return ",".join(texts) + parts[-1].behind


def _at(values: Sequence[Plain], place: int | None) -> Plain:
    return None if place is None else values[place]


def _laid_out(value: Plain, margin: str, step: str, line_break: str, *, exploded: bool) -> str:
    """A value on lines that begin with ``margin``, the first of them without it."""
    if not isinstance(value, dict | list) or not value:
        return json.dumps(value, ensure_ascii=False)
    inside = list(value.values()) if isinstance(value, dict) else value
    short = json.dumps(value, ensure_ascii=False)
    is_flat = not any(isinstance(deep, dict) or (isinstance(deep, list) and _has_inner(deep)) for deep in inside)
    if is_flat and not exploded and len(short) + len(margin) <= WIDTH:
        return short
    inner = margin + step
    texts = [_laid_out(one, inner, step, line_break, exploded=exploded) for one in inside]
    if isinstance(value, dict):
        texts = [f"{json.dumps(key, ensure_ascii=False)}: {text}" for key, text in zip(value, texts, strict=True)]
    between = f",{line_break}{inner}"
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    return f"{opening}{line_break}{inner}{between.join(texts)}{line_break}{margin}{closing}"


def _has_inner(value: Sequence[Plain]) -> bool:
    return any(isinstance(one, dict | list) for one in value)
