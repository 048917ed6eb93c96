"""Values of JSON documents that may be of any kind, read as the kind that is needed; of another kind they are empty."""

from __future__ import annotations

from typing import Final

from runner.node import Plain

MOST: Final = 10**12


def mapping_of(value: Plain) -> dict[str, Plain]:
    """An object."""
    return value if isinstance(value, dict) else {}


def list_of(value: Plain) -> list[Plain]:
    """A list."""
    return value if isinstance(value, list) else []


def text_of(value: Plain) -> str:
    """A text."""
    return value if isinstance(value, str) else ""


def words_of(value: Plain) -> str:
    """A text without the space around it: empty if it says nothing."""
    return text_of(value).strip()


def count_of(value: Plain) -> int | None:
    """A whole number that is not negative, and that something can have been counted to; anything else says nothing."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST else None
