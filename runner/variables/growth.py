"""How large a value may become while placeholders are filled: variables may double with each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from runner.errors import RenderError
from runner.node import Node, Plain
from runner.variables.template import diagnostic_at

MAX_TEXT = 20_000_000
MAX_VALUES = 2_000_000
MAX_LEVELS = 200
TOO_LONG = "this grows to more than 20 MB"
TOO_DEEP = "this grows to more than 200 levels"
TOO_MANY = "this grows to more than 2,000,000 values"


class Size(NamedTuple):
    """How many values are in a value, how many characters its texts have, and how many levels it has."""

    values: int = 0
    characters: int = 0
    levels: int = 0

    @property
    def excess(self) -> str:
        """What is wrong with it; empty if nothing is."""
        if self.levels > MAX_LEVELS:
            return TOO_DEEP
        return TOO_MANY if self.values > MAX_VALUES else TOO_LONG if self.characters > MAX_TEXT else ""


class Growth:
    """Measures the values of one scope. What a list holds twice counts twice, but each list and mapping is looked at
    once: a variable may have the one before it twice, and so on."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[Size, Plain]] = {}
        """By the id of a list or mapping, which is kept so that no other takes that id."""

    def bounded(self, value: Plain, node: Node, *, keep: bool) -> Plain:
        """``value``, which ``node`` was filled to; raises ``RenderError`` if it is too large. It is kept if others may
        hold it: the value of a variable, not a body that is sent and gone."""
        before = len(self._known)
        excess = self._size(value).excess
        while not keep and len(self._known) > before:
            self._known.popitem()
        if excess:
            raise RenderError(node.diagnostic("too-large", excess, "Use less of it."))
        return value

    def _size(self, value: Plain) -> Size:
        """What comes from outside is nested no deeper than JSON and YAML may be, what is made from it was measured."""
        if isinstance(value, str):
            return Size(0, len(value))
        if not isinstance(value, list | dict):
            return Size()
        known = self._known.get(id(value))
        if known is not None:
            return known[0]
        inner = value if isinstance(value, list) else value.values()
        values, characters, levels = len(value), 0 if isinstance(value, list) else sum(map(len, value)), 0
        for one in inner if values <= MAX_VALUES else ():
            size = self._size(one)
            values, characters, levels = values + size.values, characters + size.characters, max(levels, size.levels)
        size = Size(values, characters, levels + 1)
        if value:
            self._known[id(value)] = size, value
        return size


def bounded_text(pieces: Iterable[str], node: Node, text: str = "") -> str:
    """The text that ``node``, or ``text`` in it, was filled to; raises ``RenderError`` as soon as it is too long."""
    taken: list[str] = []
    room = MAX_TEXT
    for piece in pieces:
        taken.append(piece)
        room -= len(piece)
        if room < 0:
            raise RenderError(diagnostic_at("too-large", node, text, TOO_LONG, "Use less of it."))
    return taken[0] if len(taken) == 1 else "".join(taken)
