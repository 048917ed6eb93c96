"""Masks the beginnings and ends of secrets that are left beside a mark for the rest: ``sk-a…``, ``sk-a****wxyz``."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final

from runner.redact.escapes import mask_unescaped, unescape, whole_until
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
        cuts = [match.span() for match in re.finditer(CUT, plain)]
        starts = self._starts(plain, heads, [start for start, _ in cuts])
        ends = self._stops(plain, tails, [end for _, end in cuts])
        spans = sorted({*zip(starts, ends, strict=True)}.difference(cuts))
        return mask_unescaped(text, spans) if spans else text

    def _starts(self, plain: str, heads: Sequence[int], cuts: Sequence[int]) -> list[int]:
        """For each of ``cuts`` where the first secret begins that it cuts, or itself. A beginning that does not reach
        one cut reaches none behind it. It may reach an escape only that is cut as well, or be within what looks so."""
        found: list[int] = []
        reaches = [at + self._common_after(plain, at) for at in heads]
        number = 0
        for cut in cuts:
            whole = whole_until(plain, cut)
            while number < len(heads) and reaches[number] < whole:
                number += 1
            if number < len(heads) and heads[number] + SHORTEST <= whole:
                found.append(heads[number])
            else:
                within = range(bisect_left(heads, whole), bisect_left(heads, cut))
                found.append(next((heads[one] for one in within if reaches[one] >= cut), cut))
        return found

    def _stops(self, plain: str, tails: Sequence[int], cuts: Sequence[int]) -> list[int]:
        """The same from the end of the text: for each of ``cuts`` where the last secret ends whose beginning it cut."""
        found: list[int] = []
        ends = [at + SHORTEST for at in tails]
        reaches = [end - self._common_before(plain, end) for end in ends]
        number = len(ends) - 1
        for cut in reversed(cuts):
            while number >= 0 and reaches[number] > cut:
                number -= 1
            found.append(ends[number] if number >= 0 and ends[number] - SHORTEST >= cut else cut)
        return found[::-1]

    def _common_after(self, plain: str, at: int) -> int:
        return self._beginnings.common(plain[at : at + SHORTEST], plain[at : at + self._longest])

    def _common_before(self, plain: str, end: int) -> int:
        text = plain[max(0, end - self._longest) : end]
        return self._endings.common(text[-SHORTEST:], text[::-1])


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

    def common(self, key: str, text: str) -> int:
        """How many characters ``text`` and one of the texts of this key begin with."""
        texts = self._by_key.get(key, ())
        place = bisect_left(texts, text)
        return max((_common(text, one) for one in texts[max(0, place - 1) : place + 1]), default=0)

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


def _common(one: str, other: str) -> int:
    """How many characters both begin with."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one.startswith(other[:middle]):
            least = middle
        else:
            most = middle - 1
    return least
