"""Texts that are made with marks, with what refers to variables in the marks' place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import quote, quote_plus

from runner.node import Plain

MADE: Final = "$"
"""What the names of dynamic values begin with."""


class Used(NamedTuple):
    """A variable in a text; ``encoded`` where it stands percent-encoded."""

    name: str
    encoded: bool = False


Piece: TypeAlias = str | Used


class References:
    """Finds the values of variables in texts. A value that stands there encoded is found as well."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._used: dict[str, Used] = {}
        for name, value in values.items():
            if value:
                name = name.strip()  # noqa: PLW2901  # of two values for one name one has a blank
                self._used.setdefault(value, Used(name))
                data = value.encode("utf-8", "surrogatepass")
                for encoded in (quote(data), quote(data, safe=""), quote_plus(data)):
                    self._used.setdefault(encoded, Used(name, encoded=True))
        longest_first = sorted(self._used, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def split(self, text: str) -> list[Piece]:
        """The text in order; no literal piece is empty."""
        pieces: list[Piece] = []
        end = 0
        for match in self._pattern.finditer(text) if self._pattern else ():
            pieces += [text[end : match.start()], self._used[match.group()]]
            end = match.end()
        return [piece for piece in (*pieces, text[end:]) if piece]

    def replace(self, text: str, reference: Callable[[Used], str]) -> str:
        """``text`` with what ``reference`` gives in place of each variable."""
        return "".join(piece if isinstance(piece, str) else reference(piece) for piece in self.split(text))

    def number(self, value: Plain) -> Used | None:
        """The variable that a whole number stands for."""
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return self._used.get(str(value)) if is_number else None
