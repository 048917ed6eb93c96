"""Regular expressions as JSON Schema means them, in the dialect of ECMA-262, searched with those of Python."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from runner.patterns import Found, search

PIECE: Final = re.compile(r"\\.|\[\^?\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*+\]|\$", re.DOTALL)
"""What is escaped, a set of characters, or the end."""
IN_SET: Final = re.compile(r"\\(.)", re.DOTALL)
LINES: Final = re.compile(r"\(\?[a-zA-Z]*m")
"""``$`` is the end of each line where a pattern asks for it, which only Python's can."""
ASCII: Final = {"d": "0-9", "w": "A-Za-z0-9_"}


def search_as_ecma(pattern: str, text: str) -> Found | None:
    """The first place where ``pattern`` fits; raises ``PatternError`` or ``PatternTimeout``."""
    return search(_translated(pattern), text)


@lru_cache(maxsize=500)
def _translated(pattern: str) -> str:
    r"""``$`` is the very end, not also what stands before a last line break; ``\d`` and ``\w`` are of ASCII."""
    if "$" not in pattern and "\\" not in pattern:
        return pattern
    end = "$" if LINES.search(pattern) else r"\Z"
    return PIECE.sub(lambda match: _piece(match[0], end), pattern)


def _piece(piece: str, end: str) -> str:
    if piece == "$":
        return end
    if piece.startswith("["):
        return IN_SET.sub(lambda match: ASCII.get(match[1], match[0]), piece)
    letter = piece[1:]
    if letter.lower() not in ASCII:
        return piece
    return f"[{'^' if letter.isupper() else ''}{ASCII[letter.lower()]}]"
