"""JSON values that grow piece by piece: text is joined, lists are joined by the ``index`` of their elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from runner.node import Plain

FIRST_COUNTS: Final = frozenset({"role", "id", "type", "object", "index", "model"})
"""What some servers repeat in each piece, and what is never sent in pieces."""


class Text:
    """Text in pieces, joined once: there may be a great many."""

    def __init__(self, piece: str) -> None:
        self.pieces = [piece]


class Rows:
    """A list whose elements say which one they are a piece of."""

    def __init__(self) -> None:
        self.elements: dict[int, Grown] = {}


Tree: TypeAlias = "dict[str, Grown]"
Grown: TypeAlias = "str | float | bool | Text | Rows | Tree | list[Grown] | None"


def grow(into: Tree, piece: Mapping[str, Plain]) -> None:
    """Add to ``into`` what ``piece`` has."""
    for key, value in piece.items():
        into[key] = _grown(key, into.get(key), value)


def _grown(key: str, old: Grown, value: Plain) -> Grown:
    if value is None:
        return old
    if old is None:
        return _begun(key, value)
    if isinstance(old, Text) and isinstance(value, str):
        if not (key == "name" and old.pieces == [value]):
            old.pieces.append(value)
        return old
    if isinstance(old, Rows) and isinstance(value, list):
        _add_rows(old, value)
        return old
    if isinstance(old, list) and isinstance(value, list):
        old.extend(_begun("", one) for one in value)
        return old
    if isinstance(old, dict) and isinstance(value, dict):
        grow(old, value)
        return old
    return old if key in FIRST_COUNTS and old else _begun(key, value)


def _begun(key: str, value: Plain) -> Grown:
    if isinstance(value, str):
        return value if key in FIRST_COUNTS else Text(value)
    if isinstance(value, dict):
        tree: Tree = {}
        grow(tree, value)
        return tree
    if isinstance(value, list):
        if value and all(index_of(one) is not None for one in value):
            rows = Rows()
            _add_rows(rows, value)
            return rows
        return [_begun("", one) for one in value]
    return value


def _add_rows(rows: Rows, elements: list[Plain]) -> None:
    for element in elements:
        index = index_of(element)
        place = index if index is not None else max(rows.elements, default=-1) + 1
        rows.elements[place] = _grown("", rows.elements.get(place), element)


def index_of(element: Plain) -> int | None:
    """The ``index`` of an element; None where it has none."""
    index = element.get("index") if isinstance(element, dict) else None
    return index if isinstance(index, int) and not isinstance(index, bool) else None


def finished(tree: Tree) -> dict[str, Plain]:
    """What has grown, as plain JSON."""
    return {key: _finished(one) for key, one in tree.items()}


def _finished(value: Grown) -> Plain:
    if isinstance(value, Text):
        return joined(value.pieces)
    if isinstance(value, Rows):
        return [_finished(value.elements[index]) for index in sorted(value.elements)]
    if isinstance(value, dict):
        return finished(value)
    if isinstance(value, list):
        return [_finished(one) for one in value]
    return value


def joined(pieces: Sequence[str]) -> str:
    """The pieces as one text. Two halves of a character, each in a piece of its own, are one character again."""
    text = "".join(pieces)
    if any("\ud800" <= piece[-1:] <= "\udbff" for piece in pieces):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    return text


def is_text(value: Plain) -> bool:
    """Whether there is text in it, and not an empty one."""
    return isinstance(value, str) and bool(value)
