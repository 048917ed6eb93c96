"""One thing that may be written at the cursor."""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from runner.language_server.texts import Area

Kind = Literal["key", "value", "example", "variable", "filter", "path", "file", "folder", "request"]


MOST: Final = 100
"""Offers that an editor is sent at once: it asks again when more is typed."""


class Offer(NamedTuple):
    """``insert`` takes the place of ``area``; ``detail`` stands beside the label, ``meaning`` (Markdown) below it."""

    label: str
    insert: str
    area: Area
    kind: Kind
    detail: str = ""
    meaning: str = ""


def narrowed(offers: list[Offer], line: str, column: int) -> tuple[list[Offer], bool]:
    """Those that what is written in front of the cursor may become, if there are many; and whether there are more, or
    other ones once something is typed."""
    grows = any(one.kind in ("path", "file", "folder") for one in offers)
    if len(offers) <= MOST:
        return offers, grows
    fitting = [one for one in offers if _fits(line[one.area.column : column], one.label)]
    fitting.sort(key=lambda one: _farness(line[one.area.column : column].lower(), one.label.lower()))
    return fitting[:MOST], grows or len(fitting) > MOST


def _farness(written: str, label: str) -> int:
    return 0 if label == written else 1 if label.startswith(written) else 2


def _fits(written: str, label: str) -> bool:
    """Whether the characters that are written are in the label in this order, as editors look for them."""
    rest = iter(label.lower())
    return all(character in rest for character in written.lower())
