"""Finds which of very many byte strings may be in some bytes, in a time that does not depend on how many there are.

Of each byte string one stretch is kept, its anchor, by groups of 4 or 8 bytes in it. As an anchor is longer than a
group, one of its groups stands at a place that is a multiple of a step, wherever the anchor stands: the groups at these
places, taken as numbers, are all that has to be looked up.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Final, Literal

MARK: Final = b"*"
"""No anchor has it, so that each is in what was masked in part if it was there before."""
TRIED: Final = 8
"""Stretches of a byte string that are tried for its anchor."""
NUMBERS: Final[Mapping[int, Literal["I", "Q"]]] = {4: "I", 8: "Q"}
"""How groups of so many bytes are read as numbers."""


class Anchors:
    """Who owns byte strings that may be there. Any thread may ask while one adds; what it sees is whole."""

    def __init__(self) -> None:
        self._sizes = (_Size(8, 8, 24), _Size(4, 4, 60), _Size(4, 1, 240))
        """From the longest anchors, which are found quickest, to those of 4 bytes."""
        self._used: tuple[_Size, ...] = ()
        self._always: tuple[int, ...] = ()
        """Owners of something that has no anchor."""

    def add(self, owner: int, needles: Iterable[bytes]) -> None:
        """``owner`` may be there wherever one of ``needles`` is; each has at least 4 bytes."""
        taken: list[bytes] = []
        for needle in needles:
            if any(anchor in needle for anchor in taken):
                continue
            stretch = max(needle.split(MARK), key=len)
            size = next((size for size in self._sizes if size.anchor <= len(stretch)), None)
            if size is not None:
                taken.append(size.add(stretch, owner))
                self._used = tuple(one for one in self._sizes if one.owners) if size not in self._used else self._used
            elif owner not in self._always[-1:]:
                self._always = (*self._always, owner)

    def owners(self, data: bytes) -> set[int]:
        """Those of whom something may be in ``data``: of nobody else anything is."""
        found = set(self._always)
        for size in self._used:
            for anchor in size.anchors_in(data):
                found.update(size.owners[anchor])
        return found


class _Size:
    """Anchors of one length: groups of ``width`` bytes are looked up at each multiple of ``step``. ``few`` of them are
    sooner looked for one by one."""

    def __init__(self, width: int, step: int, few: int) -> None:
        self.anchor: Final = width + step - 1
        self._width = width
        self._step = step
        self._few = few
        self.owners: dict[bytes, tuple[int, ...]] = {}
        self._first: tuple[bytes, ...] = ()
        """The anchors, as long as they are few."""
        self._groups: dict[int, tuple[bytes, ...]] = {}
        """Anchors by each number that is one of their groups."""

    def add(self, stretch: bytes, owner: int) -> bytes:
        """The anchor that is kept for ``stretch``."""
        anchor, groups = self._rarest(stretch)
        owners = self.owners.get(anchor, ())
        self.owners[anchor] = (*owners, owner)
        if not owners:
            for group in groups:
                self._groups[group] = (*self._groups.get(group, ()), anchor)
            if len(self._first) <= self._few:
                self._first = (*self._first, anchor)
        return anchor

    def _rarest(self, stretch: bytes) -> tuple[bytes, list[int]]:
        """What begins as many others do, or ends so, is no good anchor: all of them would be found with one of them."""
        known = self._groups
        last = len(stretch) - self.anchor
        found: list[tuple[int, bytes, list[int]]] = []
        for at in range(last, -1, -max(1, last // TRIED)):
            anchor = stretch[at : at + self.anchor]
            groups = self._groups_of(anchor)
            others = sum([len(known[group]) for group in groups if group in known])
            if not others:
                return anchor, groups
            found.append((others, anchor, groups))
        _, anchor, groups = min(found)
        return anchor, groups

    def _groups_of(self, anchor: bytes) -> list[int]:
        """One for each place before a multiple of the step at which the anchor may begin."""
        return [int.from_bytes(anchor[at : at + self._width], sys.byteorder) for at in range(self._step)]

    def anchors_in(self, data: bytes) -> Iterable[bytes]:
        """The anchors that are in ``data``."""
        if len(self._first) <= self._few:
            return [anchor for anchor in self._first if anchor in data]
        found: set[bytes] = set()
        groups, width = self._groups, self._width
        for offset in range(0, width, self._step):
            end = len(data) - (len(data) - offset) % width
            if end <= offset:
                break
            numbers = memoryview(data)[offset:end].cast(NUMBERS[width])
            for at in compress(range(offset, end, width), map(groups.__contains__, numbers)):
                near = data[max(0, at - self._step + 1) : at + self.anchor]
                group = int.from_bytes(data[at : at + width], sys.byteorder)
                found.update(anchor for anchor in groups[group] if anchor not in found and anchor in near)
        return found
