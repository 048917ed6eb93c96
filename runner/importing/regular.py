"""Regular expressions of JavaScript as ours."""

from __future__ import annotations

import re
from typing import Final

from runner.patterns import PatternError, check_pattern

PIECE: Final = re.compile(r"\\.|\[\^?|\]|\$|[^\\\[\]$]+", re.DOTALL)
SAME: Final = frozenset("bBDWsSnrtfvxu0123456789")
"""Letters and digits that mean the same behind a backslash."""
CLASSES: Final = {"d": "0-9", "w": "A-Za-z0-9_"}
"""Those that are of ASCII alone there."""
ELSEWHERE: Final = re.compile(r"\(\?(?![:=!<])|[*+?}]\+|\[\^?\]|\(\?i")


def our_pattern(text: str) -> str | None:
    """What finds no more here than ``text`` does there; None where that is not sure."""
    if ELSEWHERE.search(text):
        return None
    pieces: list[str] = []
    inside = False
    for piece in PIECE.findall(text):
        if piece.startswith("["):
            if inside:
                return None  # sets in sets
            inside = True
        elif piece == "]":
            inside = False
        made = _piece(piece, inside=inside)
        if made is None or (inside and pieces and pieces[-1].endswith("-") and made in CLASSES.values()):
            return None
        if inside and pieces and pieces[-1] in CLASSES.values() and made.startswith("-"):
            made = f"\\{made}"  # there, no range begins with a class
        pieces.append(made)
    found = "".join(pieces)
    try:
        check_pattern(found)
    except PatternError:
        return None
    return found


def _piece(piece: str, *, inside: bool) -> str | None:
    if piece == "$":
        return piece if inside else r"\Z"
    if not piece.startswith("\\"):
        return piece
    letter = piece[1:]
    if letter == "/":
        return "/"
    if letter in CLASSES:
        return CLASSES[letter] if inside else f"[{CLASSES[letter]}]"
    return piece if letter in SAME or not (letter.isalnum() and letter.isascii()) else None
