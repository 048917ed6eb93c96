"""A text that fits a regular expression, for the expressions that descriptions have; whether it fits is for others to
find out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from runner.patterns import PatternError, PatternTimeout, search

CLASSES: Final = {"d": "1", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "n": "\n", "t": "\t", "r": "\r"}
SILENT: Final = frozenset("bBAZz")
CANDIDATES: Final = "a1A_- .:/!é" + "".join(map(chr, range(33, 127)))
COUNT: Final = re.compile(r"\{(\d+)(,?)(\d*)\}")
GROUP: Final = re.compile(r"\?(?:P?<[A-Za-z_]\w*>|[a-zA-Z-]*:)")
LOOKS: Final = re.compile(r"\?<?[=!]")
HEX: Final = re.compile(r"\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2})")
UNICODE: Final = re.compile(r"\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{4})")
MOST: Final = 1000


class NotUnderstood(ValueError):
    """The expression has something for which no text is made up."""


def text_for(pattern: str, fits: Callable[[str], bool]) -> str | None:
    """A text for ``pattern`` that ``fits``, the shortest first; None if none is found."""
    for more in (0, 1, 2, 3, 4, 7, 11, 15, 19, 31):
        try:
            text = _Maker(pattern, more).whole()
        except (NotUnderstood, RecursionError, OverflowError):
            return None
        if fits(text):
            return text
    return None


class _Maker:
    """Reads a pattern once, writing as it goes; repeats what may be repeated ``more`` often than it must."""

    def __init__(self, pattern: str, more: int) -> None:
        self._pattern = pattern
        self._more = more
        self._at = 0

    def whole(self) -> str:
        text = self._choice()
        if self._at < len(self._pattern):
            raise NotUnderstood(self._pattern)
        return text

    def _choice(self) -> str:
        """The first of several alternatives; the others are read, too."""
        first = self._sequence()
        while self._peek() == "|":
            self._at += 1
            self._sequence()
        return first

    def _sequence(self) -> str:
        made = ""
        while self._peek() not in ("", "|", ")"):
            made += self._repeated(self._atom())
            if len(made) > MOST:
                raise NotUnderstood(self._pattern)
        return made

    def _repeated(self, text: str) -> str:
        least, most = 1, 1
        mark = self._peek()
        counted = COUNT.match(self._pattern, self._at)
        if mark and mark in "*+?":
            least, most = {"*": (0, MOST), "+": (1, MOST), "?": (0, 1)}[mark]
            self._at += 1
        elif counted:
            least = int(counted[1])
            most = least if not counted[2] else int(counted[3]) if counted[3] else MOST
            self._at = counted.end()
        if (mark in {"*", "+", "?"} or counted) and self._peek() in ("?", "+"):
            self._at += 1
        return text * min(least + self._more, most, MOST)

    def _atom(self) -> str:
        character = self._next()
        if character in "^$":
            return ""
        if character == ".":
            return "a"
        if character == "\\":
            return self._escape()
        if character == "[":
            return self._class()
        return self._group() if character == "(" else character

    def _escape(self) -> str:
        character = self._next()
        if character in SILENT:
            return ""
        if character in "xu":
            found = (HEX if character == "x" else UNICODE).match(self._pattern, self._at)
            if found is None:
                raise NotUnderstood(self._pattern)
            self._at = found.end()
            return chr(int(found[1] or found[2], 16))
        if character in "pP":
            end = self._pattern.find("}", self._at)
            self._at = end + 1 if end > 0 else len(self._pattern)
            return "a" if character == "p" else "1"
        if character.isdigit() and character != "0":
            raise NotUnderstood(self._pattern)
        return CLASSES.get(character, character)

    def _class(self) -> str:
        """One character that fits ``[…]``."""
        begin = self._at - 1
        self._at += self._peek() == "^"
        self._at += self._peek() == "]"
        while (character := self._next()) != "]":
            self._at += character == "\\"
        own = self._pattern[begin : self._at]
        try:
            return next(one for one in CANDIDATES if search(rf"\A{own}\Z", one))
        except (StopIteration, PatternError, PatternTimeout):
            raise NotUnderstood(self._pattern) from None

    def _group(self) -> str:
        found = GROUP.match(self._pattern, self._at)
        looks = LOOKS.match(self._pattern, self._at)
        if found:
            self._at = found.end()
        elif looks:
            self._at = looks.end()
        elif self._peek() == "?":
            raise NotUnderstood(self._pattern)
        text = self._choice()
        if self._next() != ")":
            raise NotUnderstood(self._pattern)
        return "" if looks else text

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            raise NotUnderstood(self._pattern)
        self._at += 1
        return self._pattern[self._at - 1]
