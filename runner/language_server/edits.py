"""A document in its usual layout, or mended, as what an editor has to change for that."""

from __future__ import annotations

from typing import NamedTuple

from runner.language_server.texts import Area, split
from runner.writing.formatting import formatted


class Edit(NamedTuple):
    """``text`` takes the place of ``area``."""

    area: Area
    text: str


def format_edits(text: str) -> list[Edit]:
    """What brings a collection that loads into its layout."""
    return edits_between(text, formatted(text))


def edits_between(text: str, new: str) -> list[Edit]:
    """One edit, from the first to the last line that changes, so that cursors elsewhere stay where they are."""
    if new == text:
        return []
    end = "\r\n" if "\r\n" in new else "\n"
    old_lines, new_lines = split(text), split(new)
    if old_lines == new_lines:  # only the ends of lines change
        return [Edit(Area(0, 0, len(old_lines) - 1, len(old_lines[-1])), new)]
    most = min(len(old_lines), len(new_lines)) - 1
    first = next((at for at in range(most) if old_lines[at] != new_lines[at]), most)
    last = 0
    while last < most - first and old_lines[-1 - last] == new_lines[-1 - last]:
        last += 1
    old_end, new_end = len(old_lines) - 1 - last, len(new_lines) - 1 - last
    area = Area(first, 0, old_end, len(old_lines[old_end]))
    return [Edit(area, end.join(new_lines[first : new_end + 1]))]
