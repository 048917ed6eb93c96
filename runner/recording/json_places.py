"""Where the exchanges of a recording stand in its text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Final, TypeVar

ENTRIES: Final = re.compile(r'"entries"\s*:\s*\[\s*')
OPENING: Final = re.compile(r"\{\s*(?=\")")
COLON: Final = re.compile(r"\s*:\s*")
ALIKE: Final = 0.6
BETWEEN: Final = re.compile(r"\s*,\s*")


class Twice(Exception):
    """A key that stands twice in one object: the last would hold in silence."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


Value = TypeVar("Value")


def once(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    """An object; raises ``Twice``."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise Twice(next(key for key in keys if keys.count(key) > 1))
    return found


def entry_line(text: str, number: int) -> int:
    """The line in which an exchange begins, by its number from 0; the first of the file if it is not found."""
    return _line_of(text, _walk(text, json.JSONDecoder(), number)[1])


def entry_of_twice(text: str) -> tuple[int, int]:
    """The number and the line of the exchange in which a key stands twice; -1 and 1 if that is in none."""
    number, place = _walk(text, json.JSONDecoder(object_pairs_hook=once))
    return number, _line_of(text, place)


def field_line(text: str, number: int, path: Sequence[str]) -> tuple[int, str]:
    """The line of a field of an exchange, and what stands there in the place of the one that was looked for, if it is
    nearly called so; the line of what it was to stand in, if nothing is."""
    at, shown = _walk(text, json.JSONDecoder(), number)[1], ""
    if at is None:
        return 1, ""
    for name in path:
        members = dict(_members(text, at))
        close = [] if name in members else get_close_matches(name, members, n=1, cutoff=ALIKE)
        if name not in members and not close:
            break
        shown = close[0] if close else ""
        line_at, at = members[shown or name]
        if shown or name == path[-1]:
            return _line_of(text, line_at), shown
    return _line_of(text, at), ""


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


def _line_of(text: str, place: int | None) -> int:
    return 1 if place is None else text.count("\n", 0, place) + 1


def _walk(text: str, decoder: json.JSONDecoder, most: int | None = None) -> tuple[int, int | None]:
    """The number and the place of the first exchange that the decoder refuses, or of number ``most``; -1 and None if
    there is none."""
    found = ENTRIES.search(text)
    place, number = found.end() if found is not None else 0, 0
    try:
        while number != most:
            _, end = decoder.raw_decode(text, place)
            between = BETWEEN.match(text, end)
            place = between.end() if between is not None else end
            number += 1
    except json.JSONDecodeError:
        return -1, None
    except Twice:
        pass
    return number, place
