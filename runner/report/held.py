"""Masks a text that comes in pieces: a secret that is cut in two does not slip through."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

from runner.redact import Redactor
from runner.redact.escapes import unescaped, whole_until
from runner.redact.marks import CUT, SHORTEST

HALF_MARKS: Final = "*."
"""What may become the mark for the rest of a text that somebody cut."""


class Held:
    """What may be the beginning of a secret waits for the next piece."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._waiting = ""
        self._known = 0
        self._forms: Sequence[str] = ()
        self._plain: Sequence[str] = ()
        self._reversed: Sequence[str] = ()
        """The plain ones from their ends to their beginnings."""

    def feed(self, piece: str) -> str:
        """What can be shown now."""
        if self._redactor.count != self._known:
            self._known = self._redactor.count
            self._forms, self._plain = sorted(self._redactor.forms), sorted(self._redactor.plain_forms)
            self._reversed = sorted(form[::-1] for form in self._plain)
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
        body = _whole(text)
        plain, places = unescaped(body)
        held = self._begun(body, plain, places)
        mark = self._open_mark(plain)
        return held if mark is None else min(held, self._cut_from(text, places[mark]))

    def _open_mark(self, plain: str) -> int | None:
        """Where the first mark stands behind which the end of a secret may follow."""
        found = None
        for mark in reversed(list(re.finditer(CUT, plain))):
            rest = plain[mark.end() :]
            if not any(rest in form for form in self._plain):  # nor is what is longer
                break
            found = mark.start()
        return found

    def _cut_from(self, text: str, end: int) -> int:
        """Where what is masked together with a mark at ``end`` begins: it may be the end of what was cut before."""
        while True:
            body = _whole(text[:end])
            plain, places = unescaped(body)
            held = self._begun(body, plain, places)
            mark = self._mark_for(plain, bisect_right(places, held) - 1)
            if mark is None:
                return held
            end = places[mark]

    def _mark_for(self, plain: str, place: int) -> int | None:
        """Where the first mark stands behind which the end of a secret follows that reaches beyond ``place``."""
        longest = max(map(len, self._plain))
        for mark in re.finditer(CUT, plain):
            first, last = max(place + 1, mark.end() + SHORTEST), min(len(plain), mark.end() + longest)
            if any(_starts_one(plain[mark.end() : end][::-1], self._reversed) for end in range(first, last + 1)):
                return mark.start()
        return None

    def _begun(self, body: str, plain: str, places: Sequence[int]) -> int:
        """Where a secret begins that ``body`` breaks off in."""
        return self._before(body, plain, places, min(_begins(body, self._forms), places[_begins(plain, self._plain)]))

    def _before(self, body: str, plain: str, places: Sequence[int], place: int) -> int:
        """``place``, or where a secret begins that reaches beyond it, as it is written or with its escapes undone: what
        one of the two takes for a beginning may stand within the other."""
        while True:
            written = _before(body, place, self._forms)
            found = places[_before(plain, bisect_right(places, written) - 1, self._plain)]
            if min(written, found) == place:
                return place
            place = min(written, found)


def _whole(text: str) -> str:
    """``text`` without an escape or a mark at its end of which only the beginning may be there."""
    body = text[: whole_until(text, len(text))]
    return body.rstrip(body[-1]) if body.endswith(tuple(HALF_MARKS)) else body


def _begins(text: str, forms: Sequence[str]) -> int:
    """Where the first of ``forms``, which are sorted, begins that ``text`` breaks off in; not within another."""
    longest = max(map(len, forms), default=0)
    starts = range(max(0, len(text) - longest), len(text))
    found = next((start for start in starts if _starts_one(text[start:], forms)), len(text))
    return _before(text, found, forms)


def _starts_one(text: str, forms: Sequence[str]) -> bool:
    """Whether one of ``forms``, which are sorted, starts so."""
    place = bisect_left(forms, text)
    return place < len(forms) and forms[place].startswith(text)


def _before(text: str, place: int, forms: Iterable[str]) -> int:
    """``place``, or where a form begins that reaches beyond it."""
    moved = place < len(text)
    while moved:
        starts = [text.find(form, max(0, place - len(form) + 1), place + len(form) - 1) for form in forms]
        first = min((start for start in starts if start >= 0), default=place)
        moved, place = first < place, min(first, place)
    return place
