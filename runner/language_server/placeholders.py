"""Placeholders that somebody is writing, or that a cursor stands in."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

OPEN: Final = re.compile(
    r"(?<!\\)<<\s*+(?P<name>\$?[\w.-]*+)(?P<rest>\s*+(?::-[^<>|]*+)?(?:\|\s*+\w*+\s*+)*+)$",
)
CLOSE: Final = re.compile(r"[\w.$-]*\s*(>{0,2})")
WHOLE: Final = re.compile(r"(?<!\\)<<\s*+(\$?[A-Za-z_][\w.-]*+)[^<>\n]*+>>")


class Begun(NamedTuple):
    """A placeholder up to the cursor: what is written of a name, or of a filter, and where that begins; ``end`` is
    where the rest of the word and its closing brackets end."""

    written: str
    start: int
    end: int
    is_filter: bool = False


def begun_at(line: str, column: int) -> Begun | None:
    """The placeholder that is open in front of the cursor; None also where its default on the spot is written."""
    found = OPEN.search(line[:column])
    if found is None:
        return None
    rest = found["rest"]
    closing = CLOSE.match(line, column)
    end = closing.end() if closing and (closing[1] == ">>" or not closing[0].strip()) else column
    end = end if line[column:end].strip() else column
    if "|" in rest:
        word = rest.rpartition("|")[2].strip()
        return Begun(word, column - len(word), end, is_filter=True)
    if rest.strip():
        return None
    return Begun(found["name"], found.start("name"), end)


def name_at(line: str, column: int) -> tuple[str, int, int] | None:
    """The name in the placeholder that the cursor touches, and the columns of the whole of it."""
    for found in WHOLE.finditer(line):
        if found.start() <= column <= found.end():
            return found[1], found.start(), found.end()
    return None
