"""Where the exchanges of a recording stand in its text."""

from __future__ import annotations

import json
import re
from typing import Final, TypeVar

ENTRIES: Final = re.compile(r'"entries"\s*:\s*\[\s*')
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
    return _walk(text, json.JSONDecoder(), number)[1]


def entry_of_twice(text: str) -> tuple[int, int]:
    """The number and the line of the exchange in which a key stands twice; -1 and 1 if that is in none."""
    return _walk(text, json.JSONDecoder(object_pairs_hook=once))


def _walk(text: str, decoder: json.JSONDecoder, most: int | None = None) -> tuple[int, int]:
    """The number and the line of the first exchange that the decoder refuses, or of number ``most``; -1 and the first
    of the file if there is none."""
    found = ENTRIES.search(text)
    place, number = found.end() if found is not None else 0, 0
    try:
        while number != most:
            _, end = decoder.raw_decode(text, place)
            between = BETWEEN.match(text, end)
            place = between.end() if between is not None else end
            number += 1
    except json.JSONDecodeError:
        return -1, 1
    except Twice:
        pass
    return number, text.count("\n", 0, place) + 1
