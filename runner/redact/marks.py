"""What stands in place of secrets, and what others put in place of the rest of a text."""

from __future__ import annotations

from typing import Final

MASK: Final = "***"
SHORTEST: Final = 4
"""Shorter values would mask half of everything; the caller warns about them."""
CUT: Final = r"\*{2,}|…|\.{3,}"
"""What stands for the rest of a text that somebody shortened or masked in part."""
CUTS: Final = ("**", "…", "...")
"""A text in which ``CUT`` is has one of these."""


def has_cut(text: str) -> bool:
    """Whether somebody shortened something in it, or masked it."""
    return any(cut in text for cut in CUTS)
