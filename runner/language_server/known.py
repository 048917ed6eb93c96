"""The variables that are there for a request, in the words of ``runner env``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.cli.commands.listing import Line
from runner.language_server.analysis import Analysis
from runner.language_server.entries import Entry
from runner.language_server.place import Place
from runner.model import Include
from runner.report.markup import code

CAPTURED: Final = "captured"


def known_at(known: Analysis | None, here: Entry | None) -> Iterator[Line]:
    """Each variable once, those that earlier requests capture first, the latest of them before all; ``here`` is the
    request, None for none."""
    if known is None:
        return
    told: set[str] = set()
    later: set[str] = set()
    before = here is not None
    earlier: list[tuple[str, str, int]] = []
    for entry in known.entries:
        before = before and entry != here
        for key in entry.captures:
            name = str(key.value)
            if before:
                earlier.append((name, entry.name, key.line))
            else:
                later.add(name)
    for name, request, number in reversed(earlier):
        if name not in told:
            told.add(name)
            yield Line(name, CAPTURED, f'from "{known.mask(request)}"', f"line {number}")
    for line in known.variables:
        if line.first not in told and not (line.first in later and (line.missing or line.second == CAPTURED)):
            told.add(line.first)
            yield line


def names_at(known: Analysis | None) -> list[str]:
    """The names of all variables that are no captures."""
    return [one.first for one in known_at(known, None) if one.second != CAPTURED]


def explained(line: Line) -> str:
    """A variable's value and where it comes from, as Markdown; what stands in it does not come alive."""
    value = "is not set" if line.missing else line.second if line.second == CAPTURED else code(line.second)
    origin = f"looked for {line.third}" if line.missing else line.third
    return f"{code(line.first)}: {value}\n\n{origin}"


def include_at(place: Place, known: Analysis | None) -> Include | None:
    """The include that a place is in."""
    at = place.request_line
    if known is None or known.collection is None or at is None:
        return None
    return next((one for one in known.collection.includes if abs(one.node.line - 1 - at) <= 1), None)
