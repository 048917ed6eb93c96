"""How large a value may become while placeholders are filled: variables may double with each step."""

from __future__ import annotations

from collections.abc import Iterable

from runner.errors import RenderError
from runner.node import Node, Plain
from runner.variables.template import diagnostic_at

MAX_TEXT = 50_000_000
MAX_VALUES = 2_000_000
TOO_LONG = "this grows to more than 50 MB"
TOO_MANY = "this grows to more than 2,000,000 values"


def bounded(value: Plain, node: Node) -> Plain:
    """``value``, which ``node`` was filled to; raises ``RenderError`` if it is too large."""
    reason = outgrown(value)
    if reason:
        raise RenderError(diagnostic_at("too-large", node, "", reason, "Use less of it."))
    return value


def bounded_text(pieces: Iterable[str], node: Node) -> str:
    """The text that ``node`` was filled to; raises ``RenderError`` as soon as it is too long."""
    taken: list[str] = []
    room = MAX_TEXT
    for piece in pieces:
        taken.append(piece)
        room -= len(piece)
        if room < 0:
            raise RenderError(diagnostic_at("too-large", node, "", TOO_LONG, "Use less of it."))
    return "".join(taken)


def outgrown(value: Plain) -> str:
    """What is wrong with the size of a value that is made from others; empty if nothing is. What a list holds twice
    counts twice, and no more is looked at than is allowed."""
    values = characters = 0
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            characters += len(one)
        elif isinstance(one, list):
            values += len(one)
            waiting.extend(one if values <= MAX_VALUES else ())
        elif isinstance(one, dict):
            values += len(one)
            characters += sum(map(len, one))
            waiting.extend(one.values() if values <= MAX_VALUES else ())
        if values > MAX_VALUES:
            return TOO_MANY
        if characters > MAX_TEXT:
            return TOO_LONG
    return ""
