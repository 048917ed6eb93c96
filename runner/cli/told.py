"""What an import or an export has to tell of itself, on standard error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from runner.cli.context import Context
from runner.report.style import printable


class Told(Protocol):
    """One thing that somebody has to look at."""

    @property
    def place(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def hint(self) -> str: ...


def tell(notes: Sequence[Told], context: Context) -> None:
    """All of them, each with its place and what can be done."""
    if notes:
        context.warn(f"{counted(len(notes), 'thing')} to look at:")
    for note in notes:
        context.warn(printable(f"  {note.place}: {note.message}"))
        if note.hint:
            context.warn(printable(f"    {note.hint}"))


def counted(number: int, word: str) -> str:
    """``1 request``, ``2 requests``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
