"""Names that are there once each."""

from __future__ import annotations

from collections.abc import Iterable


def unique(name: str, taken: Iterable[str], separator: str = " ") -> str:
    """``name``, with a number behind it if it is taken."""
    known, found, number = frozenset(taken), name, 2
    while found in known:
        found, number = f"{name}{separator}{number}", number + 1
    return found
