"""The text of a document by lines, and places in it as they are counted here and by an editor."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from runner.source import Span

Units = Literal["utf-8", "utf-16", "utf-32"]
"""What an editor counts columns in."""
WIDTHS: Final[dict[Units, tuple[int, int, int]]] = {"utf-8": (2, 3, 4), "utf-16": (1, 1, 2), "utf-32": (1, 1, 1)}
"""Units of a character from U+0080, from U+0800 and from U+10000 on."""


class Area(NamedTuple):
    """A stretch of a text: lines and columns in characters, both from 0, the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def of(cls, span: Span) -> Area:
        return cls(span.line - 1, span.column - 1, span.end_line - 1, span.end_column - 1)

    def holds(self, line: int, column: int) -> bool:
        """Whether a cursor there touches it."""
        return (self.line, self.column) <= (line, column) <= (self.end_line, self.end_column)


def split(text: str) -> list[str]:
    """The lines without their ends, as editors and YAML count them: ``str.splitlines`` ends them in more places."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def from_units(line: str, count: int, units: Units) -> int:
    """The column in characters of what an editor counts so; one inside of a character is the character's."""
    if units == "utf-32" or line.isascii():
        return min(max(count, 0), len(line))
    at = 0
    for column, character in enumerate(line):
        if at >= count:
            return column
        width = _width(character, units)
        if at + width > count:
            return column
        at += width
    return len(line)


def to_units(line: str, column: int, units: Units) -> int:
    """How an editor counts a column in characters; one behind the end is the end."""
    before = line[: max(column, 0)]
    if units == "utf-32" or before.isascii():
        return len(before)
    return sum(_width(character, units) for character in before)


def _width(character: str, units: Units) -> int:
    code = ord(character)
    if code < 0x80:
        return 1
    middle, high, astral = WIDTHS[units]
    return middle if code < 0x800 else high if code < 0x10000 else astral
