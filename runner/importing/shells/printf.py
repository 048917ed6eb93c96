"""What ``printf`` of a shell would print."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

PART: Final = re.compile(r"\\([abefnrtv\\'\"])|\\([0-7]{1,3})|\\x([0-9A-Fa-f]{1,2})|%([%sb])|([^\\%]+|.)", re.DOTALL)
LETTERS: Final = dict(zip("abefnrtv\\'\"", b"\a\b\x1b\f\n\r\t\v\\'\"", strict=True))


def printed(template: str, arguments: Sequence[str]) -> str:
    """The text; bytes that are no UTF-8 are lone surrogates from U+DC80 on."""
    left = list(arguments)
    pieces: list[str] = []
    data = bytearray()
    for letter, octal, byte, directive, text in PART.findall(template):
        if letter:
            data.append(LETTERS[letter])
        elif octal or byte:
            data.append(int(octal or byte, 8 if octal else 16) & 255)
        else:
            pieces += [data.decode("utf-8", "surrogateescape")] if data else []
            data.clear()
            pieces.append("%" if directive == "%" else (left.pop(0) if left else "") if directive else text)
    return "".join(pieces) + data.decode("utf-8", "surrogateescape")
