"""The requests of a document, for an editor's outline and for what stands above each."""

from __future__ import annotations

from typing import NamedTuple

from runner.language_server.analysis import Analysis
from runner.language_server.entries import Entry, inner
from runner.language_server.texts import Area

RUN_TITLE = "Run this request"
CURL_TITLE = "Show as curl"


class Symbol(NamedTuple):
    """A request or an include; ``name_area`` is inside of ``area``."""

    name: str
    detail: str
    is_include: bool
    area: Area
    name_area: Area


class Lens(NamedTuple):
    """What can be done with a request. ``line`` is the one that it begins on, from 1."""

    title: str
    action: str
    name: str
    line: int
    area: Area


def symbols(known: Analysis) -> list[Symbol]:
    """The requests in the order in which they are sent."""
    return [_symbol(one) for one in known.entries]


def _symbol(entry: Entry) -> Symbol:
    name = f"include {entry.include}" if entry.include else entry.name
    detail = "" if entry.include else entry.target
    if entry.phase != "requests":
        detail = f"{entry.phase} · {detail}" if detail else entry.phase
    area = inner(entry.label.span)
    return Symbol(name.strip() or entry.target or "-", detail, bool(entry.include), _around(entry.area, area), area)


def _around(area: Area, name: Area) -> Area:
    start = min(area[:2], name[:2])
    end = max(area[2:], name[2:])
    return Area(*start, *end)


def lenses(known: Analysis, outcomes: dict[str, str]) -> list[Lens]:
    """What stands above each request of its own file; ``outcomes`` say by name how the last run of one ended."""
    found: list[Lens] = []
    for entry in known.entries:
        if entry.include:
            continue
        area = Area(entry.first, 0, entry.first, 0)
        outcome = outcomes.get(entry.name, "")
        title = f"{RUN_TITLE} ({outcome})" if outcome else RUN_TITLE
        found.append(Lens(title, "run", entry.name, entry.label.line, area))
        found.append(Lens(CURL_TITLE, "curl", entry.name, entry.label.line, area))
    return found
