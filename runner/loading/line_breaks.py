"""YAML 1.1 ends a line at U+0085, U+2028 and U+2029; YAML 1.2, JSON and editors do not: hides them from the parser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

BREAKS: Final = "\x85\u2028\u2029"
PRIVATE_USE: Final = (range(0xE000, 0xF900), range(0xF0000, 0xFFFFE))


def hide_breaks(text: str) -> tuple[str, Mapping[int, str]]:
    """``text`` with other characters in their place, which stand nowhere else in it, and what ``translate`` needs
    to bring them back; empty where there are none."""
    if not any(one in text for one in BREAKS):
        return text, {}
    there = set(text)
    free = (code for codes in PRIVATE_USE for code in codes if chr(code) not in there)
    back = dict(zip(free, BREAKS, strict=False))
    return text.translate({ord(one): code for code, one in back.items()}), back
