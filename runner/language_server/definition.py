"""Where the thing at the cursor is defined: a variable, a file, a request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runner.folder import FileProblem
from runner.language_server.analysis import Analysis
from runner.language_server.entries import around, inner
from runner.language_server.file_names import ENDINGS
from runner.language_server.known import include_at, known_at
from runner.language_server.place import Place, place_at
from runner.language_server.placeholders import name_at
from runner.language_server.texts import Area, split
from runner.loading.files import read_text_file

TOP: Final = Area(0, 0, 0, 0)


class Spot(NamedTuple):
    """A place in a file; None is the document itself."""

    path: Path | None
    area: Area


def definition(lines: Sequence[str], cursor: tuple[int, int], known: Analysis) -> list[Spot]:
    """Where the thing at a line and column is defined; what wins comes first."""
    number, column = cursor
    line = lines[number] if number < len(lines) else ""
    found = name_at(line, column)
    if found is not None:
        return list(_variable(found[0], number, known))
    place = place_at(lines, number, column)
    if place.role == "text" or not place.word:
        return []
    last = next((step for step in reversed(place.path) if step is not None), "")
    if place.path[:1] in (("requires",), ("secrets",)):
        return list(_variable(place.word, number, known))
    if last == "needs":
        return [
            Spot(None, inner(one.label.span)) for one in known.entries if one.name == place.word and not one.include
        ]
    if last == "only":
        return list(_included(place, known))
    if last in ENDINGS and place.role == "value":
        return list(_file(place.word, known))
    return []


def _variable(name: str, number: int, known: Analysis) -> Iterator[Spot]:
    """Captures of earlier requests, the latest first; lines of env files; the file's own default; rows."""
    here = around(known.entries, number)
    earlier = known.entries[: known.entries.index(here)] if here is not None else known.entries
    for entry in reversed(earlier):
        yield from (Spot(None, inner(key.span)) for key in entry.captures if key.value == name)
    origins = {one.third for one in known_at(known, None) if one.first == name}
    for file in known.files:
        if file.name in origins and file.path is not None:
            yield from _line_of(name, file.path)
    if known.root is None or known.collection is None:
        return
    top = known.root.get("variables")
    for key, _ in top.items if top is not None else ():
        if key.value == name:
            yield Spot(None, inner(key.span))
    if any(name in row.values for row in known.collection.rows[:1]):
        rows = [node for node in (known.root.get("data"), known.root.get("matrix")) if node is not None]
        yield from (Spot(None, inner(node.span)) for node in rows)


def _line_of(name: str, path: Path) -> Iterator[Spot]:
    try:
        text = read_text_file(path, path.name)
    except FileProblem:
        return
    for number, line in enumerate(split(text)):
        found = re.match(rf"\s*(?:export\s+)?({re.escape(name)})\s*=", line)
        if found:
            yield Spot(path, Area(number, found.start(1), number, found.end(1)))
            return


def _file(text: str, known: Analysis) -> Iterator[Spot]:
    """The file that a path means, if it is one that the collection may name."""
    try:
        yield Spot(known.folder.file(text), TOP)
    except FileProblem:
        return


def _included(place: Place, known: Analysis) -> Iterator[Spot]:
    """The request of this name in the file that is included."""
    include = include_at(place, known)
    for spec in include.collection.requests if include is not None else ():
        if spec.name.value == place.word:
            yield Spot(spec.name.source.path, inner(spec.name.span))
