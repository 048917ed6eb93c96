"""Where the exchanges of a recording stand in its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final

ENTRIES: Final = re.compile(r'"entries"\s*:\s*\[\s*')
OPENING: Final = re.compile(r"\{\s*(?=\")")
COLON: Final = re.compile(r"\s*:\s*")
ALIKE: Final = 0.6
BETWEEN: Final = re.compile(r"\s*,\s*")


def entry_line(text: str, number: int) -> int:
    """The line in which an exchange begins, by its number from 0; the first of the file if it is not found."""
    place = _entry_at(text, number)
    return 1 if place is None else text.count("\n", 0, place) + 1


def field_line(text: str, number: int, path: Sequence[str]) -> tuple[int, str]:
    """The line of a field of an exchange, and what stands there in the place of the one that was looked for, if it is
    nearly called so; the line of what it was to stand in, if nothing is."""
    at, shown = _entry_at(text, number), ""
    if at is None:
        return 1, ""
    for name in path:
        members = dict(_members(text, at))
        close = [] if name in members else get_close_matches(name, members, n=1, cutoff=ALIKE)
        if name not in members and not close:
            break
        shown = close[0] if close else ""
        line_at, at = members[shown or name]
        line = text.count("\n", 0, line_at) + 1
        if shown or name == path[-1]:
            return line, shown
    return text.count("\n", 0, at) + 1, ""


def _members(text: str, at: int) -> Iterator[tuple[str, tuple[int, int]]]:
    """The names in an object, each with where it and its value begin; none if there is no object."""
    decoder = json.JSONDecoder()
    opening = OPENING.match(text, at)
    try:
        while opening is not None:
            at = opening.end()
            name, end = decoder.raw_decode(text, at)
            colon = COLON.match(text, end)
            if colon is None or not isinstance(name, str):
                return
            yield name, (at, colon.end())
            _, end = decoder.raw_decode(text, colon.end())
            opening = BETWEEN.match(text, end)
    except ValueError:
        return


def _entry_at(text: str, number: int) -> int | None:
    """Where an exchange begins; None if it is not found."""
    found = ENTRIES.search(text)
    place = found.end() if found is not None else 0
    decoder = json.JSONDecoder()
    try:
        for _ in range(number):
            _, end = decoder.raw_decode(text, place)
            between = BETWEEN.match(text, end)
            place = between.end() if between is not None else end
    except ValueError:
        return None
    return place
