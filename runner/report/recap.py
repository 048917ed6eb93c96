"""What failed, once more at the end of a long run: one line each, where a log is looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runner.report.cells import cells, clip, pad
from runner.report.failure import headline
from runner.report.style import Style, printable
from runner.results import RequestResult, Status

SCREEN: Final = 40
"""Lines behind the first failure from which on it is told again: fewer are still in sight."""
MOST: Final = 20
PLACE_MOST, NAME_MOST = 60, 40
LINE_MOST: Final = 160
"""Columns where no terminal says how many there are."""


class Recap:
    """Counts the lines behind the first failure, and keeps what is to be told of the first ones."""

    def __init__(self) -> None:
        self._behind = 0
        self._count = 0
        self._kept: list[tuple[str, str, str]] = []

    def hear(self, result: RequestResult, lines: Sequence[str]) -> None:
        """A request's result, and the lines that were told of it."""
        if result.status in (Status.FAIL, Status.ERROR):
            self._count += 1
            if len(self._kept) < MOST:
                failed = result.failed_checks
                place = (failed[0].location if failed else None) or result.location
                self._kept.append((printable(f"{place.file}:{place.line}"), printable(result.name), headline(result)))
        if self._count:
            self._behind += sum(1 + line.count("\n") for line in lines)

    def lines(self, style: Style) -> list[str]:
        """What is told at the end; nothing of a short run."""
        if self._behind <= SCREEN:
            return []
        width = LINE_MOST if style.width is None else style.width
        places = max(min(cells(place), PLACE_MOST) for place, _, _ in self._kept)
        names = max(min(cells(name), NAME_MOST) for _, name, _ in self._kept)
        told = [
            clip(f"  {pad(place, places)}  {pad(clip(name, NAME_MOST), names)}  {said}", width)
            for place, name, said in self._kept
        ]
        more = [f"  … and {self._count - MOST:,} more"] if self._count > MOST else []
        return ["", style.paint("fail", "Failed:"), *told, *more]
