"""How many columns text takes on a terminal, and text cut, padded and wrapped to columns."""

from __future__ import annotations

import re

ELLIPSIS = "…"

WIDE = (
    "[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60"
    "\uffe0-\uffe6\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff\U00020000-\U0003fffd]"
)
"""Two columns each. A short list, not the ``unicodedata`` module, and compiled when first needed, for a quick
start."""
ZERO = "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u200b-\u200f\u20d0-\u20ff\ufe00-\ufe0f]"


def cells(text: str) -> int:
    """The columns that ``text`` takes."""
    if text.isascii():
        return len(text)
    return len(text) + len(re.findall(WIDE, text)) - len(re.findall(ZERO, text))


def pad(text: str, width: int) -> str:
    """``text`` with blanks up to ``width`` columns; longer text is left as it is."""
    return text + " " * (width - cells(text))


def head(text: str, width: int) -> str:
    """As much of the start of ``text`` as fits into ``width`` columns."""
    if cells(text) <= width:
        return text
    end = max(0, min(len(text), width))
    while cells(text[:end]) > width:
        end -= 1
    return text[:end]


def tail(text: str, width: int) -> str:
    """As much of the end of ``text`` as fits."""
    start = max(0, len(text) - max(0, width))
    while cells(text[start:]) > max(0, width):
        start += 1
    return text[start:]


def clip(text: str, width: int) -> str:
    """``text`` cut at its end to ``width`` columns."""
    return text if cells(text) <= width else head(text, width - 1) + ELLIPSIS


def clip_middle(text: str, width: int) -> str:
    """``text`` cut in its middle to ``width`` columns: of a path both ends say something."""
    if cells(text) <= width:
        return text
    left = head(text, width // 2)
    return left + ELLIPSIS + tail(text, width - cells(left) - 1)


def wrap(text: str, width: int) -> list[str]:
    """``text`` in lines of at most ``width`` columns, broken between words where there are some."""
    lines: list[str] = []
    rest = text
    while cells(rest) > width:
        line = head(rest, max(2, width))
        blank = line.rfind(" ") if rest[len(line) : len(line) + 1] != " " else len(line)
        end = blank if blank > width // 3 else len(line)
        lines.append(rest[:end].rstrip(" "))
        rest = rest[end:].lstrip(" ")
    return [*lines, rest] if rest or not lines else lines
