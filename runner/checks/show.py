"""Values as a person reads them in a failure: short, JSON-like, cut where they are long."""

from __future__ import annotations

import json
from typing import Literal, TypeAlias

from runner.node import Plain
from runner.units import format_duration, format_size, parse_duration, parse_size

Unit: TypeAlias = Literal["duration", "size"]

SHOWN = 200
"""Characters of a value that are shown."""

AROUND = 60
"""Characters shown before and after the place where two long texts differ."""


def clip(text: str, length: int = SHOWN) -> str:
    """``text`` cut to ``length`` characters, the cut marked."""
    return text if len(text) <= length else text[: length - 1] + "…"


def show(value: Plain, unit: Unit | None = None) -> str:
    """A value as JSON text, or as an amount where it is one."""
    if unit is not None and not isinstance(value, bool) and isinstance(value, int | float | str):
        return show_amount(value, unit)
    return clip(_json(value))


def show_amount(value: float | str, unit: Unit) -> str:
    """``20s`` and 20 alike as ``20 s``; text that is no amount as it is."""
    try:
        if unit == "size":
            size = parse_size(value)
            return format_size(size) if size < 1000 else f"{format_size(size)} ({size} bytes)"
        return format_duration(parse_duration(value)).replace(".0 s", " s")
    except ValueError:
        return clip(_json(value))


def _json(value: Plain) -> str:
    """JSON text of at least what will be shown; a large value is not written out whole."""
    if isinstance(value, str):
        value = value[: SHOWN + 1]
    if isinstance(value, list | dict):
        return _head(value)
    return json.dumps(value, ensure_ascii=False)


def _head(value: Plain) -> str:
    pieces: list[str] = []
    length = 0
    for piece in json.JSONEncoder(ensure_ascii=False).iterencode(value):
        pieces.append(piece)
        length += len(piece)
        if length > SHOWN:
            break
    return "".join(pieces)


def show_difference(expected: str, actual: str) -> tuple[str, str]:
    """Two different texts as JSON text; of long ones the region where they first differ."""
    if len(expected) <= AROUND * 2 and len(actual) <= AROUND * 2:
        return show(expected), show(actual)
    at = next(
        (i for i, (one, other) in enumerate(zip(expected, actual, strict=False)) if one != other),
        min(len(expected), len(actual)),
    )
    return _region(expected, at), _region(actual, at)


def _region(text: str, at: int) -> str:
    start, end = max(at - AROUND, 0), at + AROUND
    # The marks stand beside what is cut: by them half a secret is known for one.
    shown = json.dumps(("…" if start else "") + text[start:end] + ("…" if end < len(text) else ""), ensure_ascii=False)
    return f"(from character {start + 1}) {shown}" if start else shown


def listed(values: list[Plain], unit: Unit | None = None) -> str:
    """``1, 2, 3``, cut where it is long."""
    return clip(", ".join(show(value, unit) for value in values[:50]))
