"""Masks a text that comes in pieces: a secret that is cut in two does not slip through."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from runner.redact import Redactor
from runner.redact.escapes import HALF_ESCAPE, unescaped
from runner.redact.marks import CUT

HALF_MARK: Final = r"(?:\*+|\.+)$"
"""What may become the mark for the rest of a text that somebody cut."""


class Held:
    """What may be the beginning of a secret waits for the next piece."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._waiting = ""
        self._known = 0
        self._forms: Sequence[str] = ()
        self._plain: Sequence[str] = ()

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        if self._redactor.count != self._known:
            self._known = self._redactor.count
            self._forms, self._plain = sorted(self._redactor.forms), sorted(self._redactor.plain_forms)
        text = self._waiting + piece
        held = self._held_from(text) if self._forms else len(text)
        self._waiting = text[held:]
        return self._redactor.text(text[:held])

    def finish(self) -> str:
        """What was still waiting: no more is to come."""
        rest, self._waiting = self._waiting, ""
        return self._redactor.text(rest)

    def _held_from(self, text: str) -> int:
        """Where something begins that may turn out to be a secret."""
        body = re.sub(HALF_MARK, "", re.sub(HALF_ESCAPE, "", text))
        plain, places = unescaped(body)
        held = self._before(body, plain, places, min(_begins(body, self._forms), places[_begins(plain, self._plain)]))
        for mark in re.finditer(CUT, plain):
            rest = plain[mark.end() :]
            if any(rest in form for form in self._plain):  # the end of a secret that was cut may follow
                return min(held, self._held_from(body[: places[mark.start()]]))
        return held

    def _before(self, body: str, plain: str, places: Sequence[int], place: int) -> int:
        """``place``, or where a secret begins that reaches beyond it, as it is written or with its escapes undone: what
        one of the two takes for a beginning may stand within the other."""
        while True:
            written = _before(body, place, self._forms)
            found = places[_before(plain, bisect_right(places, written) - 1, self._plain)]
            if min(written, found) == place:
                return place
            place = min(written, found)


def _begins(text: str, forms: Sequence[str]) -> int:
    """Where the first of ``forms``, which are sorted, begins that ``text`` breaks off in; not within another."""
    longest = max(map(len, forms), default=0)
    found = len(text)
    for start in range(max(0, len(text) - longest), len(text)):
        rest = text[start:]
        place = bisect_left(forms, rest)
        if place < len(forms) and forms[place].startswith(rest):
            found = start
            break
    return _before(text, found, forms)


def _before(text: str, place: int, forms: Iterable[str]) -> int:
    """``place``, or where a form begins that reaches beyond it."""
    moved = place < len(text)
    while moved:
        starts = [text.find(form, max(0, place - len(form) + 1), place + len(form) - 1) for form in forms]
        first = min((start for start in starts if start >= 0), default=place)
        moved, place = first < place, min(first, place)
    return place
