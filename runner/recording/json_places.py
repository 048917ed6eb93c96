"""Where the exchanges of a recording stand in its text."""

from __future__ import annotations

import json
import re
from typing import Final

ENTRIES: Final = re.compile(r'"entries"\s*:\s*\[\s*')
BETWEEN: Final = re.compile(r"\s*,\s*")


def entry_line(text: str, number: int) -> int:
    """The line in which an exchange begins, by its number from 0; the first of the file if it is not found."""
    found = ENTRIES.search(text)
    place = found.end() if found is not None else 0
    decoder = json.JSONDecoder()
    try:
        for _ in range(number):
            _, end = decoder.raw_decode(text, place)
            between = BETWEEN.match(text, end)
            place = between.end() if between is not None else end
    except ValueError:
        return 1
    return text.count("\n", 0, place) + 1
