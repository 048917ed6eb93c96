"""Masks the beginnings and ends of secrets that are left beside a mark for the rest: ``sk-a…``, ``sk-a****wxyz``."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import islice
from typing import Final

from runner.redact.escapes import HALF_ESCAPE, LONGEST_ESCAPE, mask_unescaped, unescape
from runner.redact.marks import CUT, MASK, SHORTEST

MOST_REMAINS: Final = 20_000
"""In a text with more beginnings and ends of secrets in it nobody looks which of them stand beside a cut."""
FEW: Final = 150
"""No more keys than that are looked for one by one, which is quicker then."""


class Remains:
    """Knows the forms of secrets whose remains are masked. Any thread may ask while one adds."""

    def __init__(self) -> None:
        self._beginnings = _Ends()
        self._endings = _Ends()
        self._longest = 0

    def add(self, forms: Iterable[str]) -> None:
        """Forms of a secret as they are once escapes are undone; none is shorter than a secret may be."""
        known = list(forms)
        self._longest = max(self._longest, *map(len, known))
        self._beginnings.add((form[:SHORTEST], form) for form in known)
        self._endings.add((form[-SHORTEST:], form[::-1]) for form in known)

    @property
    def forms(self) -> frozenset[str]:
        """All that were added."""
        return self._beginnings.texts

    def masked(self, text: str) -> str:
        """Escapes are undone before anything is looked for, also one that was cut itself."""
        plain = unescape(text)
        heads, tails = self._beginnings.places(plain), self._endings.places(plain)
        if not heads and not tails:
            return text
        if len(heads) + len(tails) > MOST_REMAINS:
            return MASK
        longest = LONGEST_ESCAPE + self._longest
        spans: list[tuple[int, int]] = []
        for match in re.finditer(CUT, plain):
            first, last = match.span()
            before = heads[bisect_left(heads, first - longest) : bisect_left(heads, first)]
            start = next((at for at in before if self._begins(re.sub(HALF_ESCAPE, "", plain[at:first]))), first)
            after = tails[bisect_left(tails, last) : bisect_left(tails, last + longest)]
            ends = (at + SHORTEST for at in reversed(after))
            end = next((at for at in ends if self._ends(plain[last:at])), last)
            if (start, end) != (first, last):
                spans.append((start, end))
        return mask_unescaped(text, spans) if spans else text

    def _begins(self, text: str) -> bool:
        return self._beginnings.has(text[:SHORTEST], text)

    def _ends(self, text: str) -> bool:
        return self._endings.has(text[-SHORTEST:], text[::-1])


class _Ends:
    """Texts by a key of ``SHORTEST`` characters, with which each begins or ends; those of a key are sorted."""

    def __init__(self) -> None:
        self._by_key: dict[str, tuple[str, ...]] = {}
        """Its tuples are replaced, never changed: another thread may be looking at one."""
        self._first: tuple[str, ...] = ()
        """The keys, as long as they are few."""

    def add(self, pairs: Iterable[tuple[str, str]]) -> None:
        added: dict[str, list[str]] = {}
        for key, text in pairs:
            insort(added.setdefault(key, list(self._by_key.get(key, ()))), text)
        new = [key for key in added if key not in self._by_key]
        self._by_key.update((key, tuple(texts)) for key, texts in added.items())
        if len(self._first) <= FEW:
            self._first = (*self._first, *new)

    @property
    def texts(self) -> frozenset[str]:
        return frozenset(text for texts in list(self._by_key.values()) for text in texts)

    def has(self, key: str, start: str) -> bool:
        """Whether a text of this key starts so."""
        texts = self._by_key.get(key, ())
        place = bisect_left(texts, start)
        return place < len(texts) and texts[place].startswith(start)

    def places(self, text: str) -> list[int]:
        """Where a key stands in ``text``; no more places than anybody looks at."""
        if len(self._first) > FEW:
            keys = self._by_key
            found = (at for at in range(len(text) - SHORTEST + 1) if text[at : at + SHORTEST] in keys)
        else:
            present = [re.escape(key) for key in self._first if key in text]
            matches = re.finditer(f"(?={'|'.join(present)})", text) if present else iter(())
            found = (match.start() for match in matches)
        return list(islice(found, MOST_REMAINS + 1))
