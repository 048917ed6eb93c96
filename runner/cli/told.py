"""What an import or an export has to tell of itself, on standard error."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from runner.cli.context import Context
from runner.report.style import printable

MOST_ALIKE: Final = 6
ALIKE_TOLD: Final = 3
"""Of more than ``MOST_ALIKE`` with the same message, those that are told one by one."""
MOST_PLACES: Final = 20


class Told(Protocol):
    """One thing that somebody has to look at."""

    @property
    def place(self) -> str: ...

    @property
    def message(self) -> str: ...

    @property
    def hint(self) -> str: ...


def tell(notes: Sequence[Told], context: Context) -> None:
    """All of them, each with its place and what can be done. Of many with the same message only the first are told one
    by one."""
    if notes:
        context.warn(f"{counted(len(notes), 'thing')} to look at:")
    alike: dict[str, list[Told]] = {}
    for note in notes:
        alike.setdefault(note.message, []).append(note)
    told: Counter[str] = Counter()
    for note in notes:
        several = alike[note.message]
        told[note.message] += 1
        if len(several) <= MOST_ALIKE or told[note.message] <= ALIKE_TOLD:
            context.warn(printable(f"  {note.place}: {note.message}"))
            if note.hint:
                context.warn(printable(f"    {note.hint}"))
        elif told[note.message] == ALIKE_TOLD + 1:
            context.warn(printable(f"  {_places(several[ALIKE_TOLD:])}: the same: {note.message}"))


def _places(notes: Sequence[Told]) -> str:
    """Where the rest stands: ``FILE:7, 9, 12 and 40 more``."""
    shown: list[str] = []
    before = ""
    for note in notes[:MOST_PLACES]:
        file, _, line = note.place.rpartition(":")
        shown.append(line if file and file == before and line.isdecimal() else note.place)
        before = file
    more = len(notes) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def counted(number: int, word: str) -> str:
    """``1 request``, ``2 requests``."""
    return f"{number} {word}{'' if number == 1 else 's'}"
