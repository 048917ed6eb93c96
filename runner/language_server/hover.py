"""What is told of the thing under the mouse: a variable's value and where that comes from, a key's meaning."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from runner.language_server.analysis import Analysis
from runner.language_server.completion import DYNAMIC_MEANINGS
from runner.language_server.entries import around
from runner.language_server.format_words import meaning_at, values_at
from runner.language_server.known import explained, known_at
from runner.language_server.place import place_at
from runner.language_server.placeholders import name_at
from runner.language_server.texts import Area
from runner.report.markup import code


class Told(NamedTuple):
    """Markdown about a stretch of the text."""

    markdown: str
    area: Area


def hover(lines: Sequence[str], cursor: tuple[int, int], known: Analysis) -> Told | None:
    """What is known of the variable or the key at a line and column."""
    number, column = cursor
    line = lines[number] if number < len(lines) else ""
    if line.lstrip().startswith("#"):
        return None
    found = name_at(line, column)
    if found is not None:
        name, start, end = found
        return Told(_variable(name, number, known), Area(number, start, number, end))
    place = place_at(lines, number, column)
    if place.role == "text" or not place.word:
        return None
    if place.role == "key":
        meaning = meaning_at((*place.path, place.word))
        if meaning:
            return Told(f"**{place.word}**\n\n{meaning}", place.area)
    if place.path[:1] in (("requires",), ("secrets",), ("variables",)):
        return Told(_variable(place.word, number, known), place.area)
    meaning = next((one.meaning for one in values_at(place.path) if one.text == place.word and one.meaning), "")
    return Told(meaning, place.area) if meaning else None


def _variable(name: str, number: int, known: Analysis) -> str:
    if name.startswith("$"):
        return f"{code(name)}: {DYNAMIC_MEANINGS.get(name, 'there is no dynamic value of this name')}"
    found = [one for one in known_at(known, around(known.entries, number)) if one.first == name]
    others = [one for one in known.variables if one.first == name and one not in found and one.second != "captured"]
    if not found and not others:
        return f"{code(name)}: nothing is known of it"
    return "\n\n".join(explained(one) for one in (*found, *others))
