"""What stands on one line of YAML, as far as a line by itself tells: dashes, a key, the beginning of a value."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

COLON: Final = re.compile(r":(?=\s|$)")
QUOTED_KEY: Final = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')\s*:(?=\s|$)""")
ANCHOR: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*(?:\s+|$))+")
STRINGS: Final = re.compile(r""""(?:[^"\\]|\\.)*"|'[^']*'|\\[\\"]""")
"""An escaped quote begins none: behind one that is not closed yet, each would be followed to the end of the line."""
COMMENT: Final = re.compile(r"(?:^|(?<=\s))#")
LONGEST_KEY: Final = 1000
"""A line may be a whole file of JSON."""
NO_KEY: Final = "#{[]},&*!|>%@`\"'"


class Line(NamedTuple):
    """``dashes`` are the columns of the entries that begin here; ``key`` is as it is read, between ``key_start`` and
    ``key_end``, None without one; ``value`` begins at ``start``, behind what names or types it. It may be empty, and
    it has no comment."""

    dashes: tuple[int, ...]
    key: str | None
    key_start: int
    key_end: int
    start: int
    value: str


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def is_blank(line: str) -> bool:
    """Whether nothing stands on the line, or a comment."""
    text = line.lstrip()
    return not text or text[0] == "#"


def read_line(line: str) -> Line:
    """The parts of a line that does not go on with a text from above."""
    at = indent_of(line)
    dashes: list[int] = []
    while line[at : at + 1] == "-" and line[at + 1 : at + 2] in ("", " ", "\t"):
        dashes.append(at)
        at += 1
        at += len(line[at:]) - len(line[at:].lstrip())
    key, key_end, start = _key(line, at)
    named = ANCHOR.match(line, start)
    start = named.end() if named else start
    return Line(tuple(dashes), key, at, key_end, start, without_comment(line[start:]).rstrip())


def _key(line: str, at: int) -> tuple[str | None, int, int]:
    """The key at a column, where it ends and where its value begins."""
    near = line[at : at + LONGEST_KEY]
    if near[:1] in ('"', "'"):
        found = QUOTED_KEY.match(near)
        text = found[1][1:-1] if found else ""
        end, colon = (at + len(found[1]), at + found.end()) if found else (at, at)
    else:
        found = COLON.search(near)
        text = near[: found.start()].rstrip() if found else ""
        if not text or text[0] in NO_KEY or COMMENT.search(text):
            return None, at, at
        end, colon = at + len(text), at + (found.end() if found else 0)
    if found is None:
        return None, at, at
    rest = line[colon:]
    return text, end, colon + len(rest) - len(rest.lstrip())


def without_comment(text: str) -> str:
    """The text in front of a comment; what stands in quotes is none."""
    if "#" not in text:
        return text
    found = COMMENT.search(STRINGS.sub(lambda match: "." * len(match[0]), text))
    return text[: found.start()] if found else text
