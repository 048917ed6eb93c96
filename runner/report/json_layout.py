"""JSON text laid out for people, every number as it is written."""

from __future__ import annotations

import json
import re

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
STEP = "  "


def lay_out(text: str) -> str:
    """``text``, which is JSON, with a line for each element; texts are written without needless escapes."""
    pieces: list[str] = []
    line = "\n"
    before = ""
    for match in TOKEN.finditer(text):
        piece = match.group()
        closing = piece in ("]", "}")
        if closing:
            line = line[: -len(STEP)]
        if (before in ("[", "{")) != closing:
            pieces.append(line)
        pieces.append(_value(piece))
        if piece == ",":
            pieces.append(line)
        elif piece == ":":
            pieces.append(" ")
        elif piece in ("[", "{"):
            line += STEP
        before = piece
    return "".join(pieces)


def _value(piece: str) -> str:
    """A text without needless escapes; a number or word as it is."""
    return json.dumps(json.loads(piece), ensure_ascii=False) if "\\" in piece else piece
