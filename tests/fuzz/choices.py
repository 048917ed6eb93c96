"""What a fuzzer's bytes are taken for: texts from their beginning, numbers from their end."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

T = TypeVar("T")

MOST_CUTS = 6


class Choices:
    """Bytes that decide. A text with nothing behind it decides too: where there are no numbers left, they are 0."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def number(self, most: int) -> int:
        """A number from 0 to ``most``."""
        size = 1 if most < 256 else 2
        taken, self._data = self._data[-size:], self._data[:-size]
        return int.from_bytes(taken, "little") % (most + 1)

    def pick(self, options: Sequence[T]) -> T:
        return options[self.number(len(options) - 1)]

    def piece(self) -> bytes:
        """What stands before the next NUL, without that; all that is left if there is none."""
        piece, _, self._data = self._data.partition(b"\0")
        return piece

    def text(self) -> str:
        """The same as text; what is no UTF-8 becomes halves of characters, which JSON can hold."""
        return self.piece().decode("utf-8", "surrogateescape")

    def rest(self) -> bytes:
        """All that is left."""
        rest, self._data = self._data, b""
        return rest

    def cuts(self) -> list[float]:
        """Where to cut, as parts of the whole."""
        return sorted(self.number(65535) / 65535 for _ in range(self.number(MOST_CUTS)))


def cut_bytes(data: bytes, places: Sequence[float]) -> list[bytes]:
    """``data`` in pieces, none of them empty."""
    bounds = [0, *(round(place * len(data)) for place in places), len(data)]
    return [data[first:last] for first, last in pairwise(bounds) if last > first]


def cut_text(text: str, places: Sequence[float]) -> list[str]:
    """The same for text."""
    bounds = [0, *(round(place * len(text)) for place in places), len(text)]
    return [text[first:last] for first, last in pairwise(bounds) if last > first]


def encodable(text: str) -> bool:
    """Whether a file can hold it: it has no half of a character."""
    return not any("\ud800" <= one <= "\udfff" for one in text)
