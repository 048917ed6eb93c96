"""Cuts a long text into pieces between secrets, so that each is looked for only around where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

PIECE: Final = 16_000
TRIED: Final = 20
"""Places at which a cut is tried before the piece becomes longer."""


def pieces(text: str, longest: int, forms_in: Callable[[str], Sequence[str]]) -> Iterator[str]:
    """``text`` cut where no form is cut; ``forms_in`` says which may be in a text, none longer than ``longest``."""
    start, end = 0, PIECE
    while end < len(text):
        cut = _uncut(text, end, longest, forms_in)
        if cut is not None:
            yield text[start:cut]
            start = cut
            end = cut
        end += PIECE
    yield text[start:]


def _uncut(text: str, place: int, longest: int, forms_in: Callable[[str], Sequence[str]]) -> int | None:
    """``place`` or one behind it at which no form is cut."""
    forms = forms_in(text[max(0, place - longest) : place + longest * TRIED])
    for _ in range(TRIED):
        end = max((_end_of(form, text, place) for form in forms), default=place)
        if end == place:
            return place
        place = end
    return None


def _end_of(form: str, text: str, place: int) -> int:
    """Where a form ends that begins before ``place`` and reaches beyond it; else ``place``."""
    start = text.find(form, max(0, place - len(form) + 1), place + len(form) - 1)
    return place if start < 0 else start + len(form)
