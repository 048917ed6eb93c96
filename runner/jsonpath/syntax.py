"""What both ways of reading a path share: its names, its steps, and what is wrong with it."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

Step: TypeAlias = "str | int"

NAME: Final = re.compile(r"[^\x00-@\[-^`{-\x7f][^\x00-/:-@\[-^`{-\x7f]*")
"""RFC 9535's member-name-shorthand, said by what is not in it: ranges up to U+10FFFF take 10 ms to compile."""


class PathError(ValueError):
    """The text is no JSONPath, or what it asks for is too much; ``offset`` is where in the text (from 0)."""

    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
