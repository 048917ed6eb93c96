"""Characters that are written in another way: undoes it, and masks in a text what was found in it without them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from runner.redact.marks import MASK

Span: TypeAlias = "tuple[int, int]"
ESCAPE: Final = (
    r"""(?i)\\{1,8}(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(["'/]))|\\(\\)|%([0-9a-f]{2})"""
    r"""|&(?:#x([0-9a-f]{2,5})|#([0-9]{2,6})|([a-z]{2,4}));"""
)
"""One character written in another way; at most 8 backslashes, for JSON inside JSON inside JSON."""
HALF_ESCAPE: Final = r"(?:\\+(?:u[0-9a-fA-F]{0,3}|x[0-9a-fA-F]?)?|%[0-9a-fA-F]?|&(?:#x?[0-9a-fA-F]{0,5}|[a-z]{0,4}))\Z"
LONGEST_ESCAPE: Final = 14
"""An escape of which only the beginning is there, and the most characters that one takes."""
NESTED: Final = re.compile(
    r"(?i)%(?:2[56]|5c)|&(?:amp|#x0{0,3}(?:2[56]|5c)|#0{0,4}(?:3[78]|92));|\\(?:u00|x)(?:2[56]|5c)|\\\\"
)
"""What is the beginning of an escape once it is undone, as in an address within an address (``%252B``)."""
ENTITIES: Final = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
ENTITY_UNKNOWN: Final = "\ufffd"


def may_escape(text: str) -> bool:
    """Whether there may be an escape in it at all."""
    return "\\" in text or "%" in text or "&" in text


def unescape(text: str) -> str:
    """``text`` with its escapes undone."""
    return re.sub(ESCAPE, _character, text)


def whole_until(text: str, end: int) -> int:
    """Where an escape begins that ``end`` cuts in two; else ``end``."""
    match = re.compile(HALF_ESCAPE).search(text, max(0, end - LONGEST_ESCAPE), end)
    start = match.start() if match else end
    if text[start : start + 1] == "\\":
        while start and text[start - 1] == "\\":
            start -= 1
    return start


def unescaped(text: str) -> tuple[str, Sequence[int]]:
    """The same, and where in ``text`` each character of that stands, and its end."""
    starts: list[int] = []
    done = 0
    for match in re.finditer(ESCAPE, text):
        starts.extend(range(done, match.start() + 1))
        done = match.end()
    starts.extend(range(done, len(text) + 1))
    return unescape(text), starts


def mask_unescaped(text: str, spans: Sequence[Span]) -> str:
    """``text`` with one mask for each of ``spans``, which are places in what ``unescape`` makes of it; they are sorted
    and may overlap."""
    return masked(text, before(text, spans))


def masked(text: str, spans: Iterable[Span]) -> str:
    """The same for places in the text itself."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join((*pieces, text[done:])) if pieces else text


def before(text: str, spans: Sequence[Span]) -> list[Span]:
    """Where in ``text`` stands what ``spans`` are of the unescaped text: of a large one only these places are kept."""
    wanted = sorted({place for span in spans for place in span}, reverse=True)
    starts: dict[int, int] = {}
    done = shift = 0
    for match in re.finditer(ESCAPE, text):
        while wanted and wanted[-1] + shift <= match.start():
            place = wanted.pop()
            starts[place] = place + shift
        if not wanted:
            break
        shift += len(match.group()) - 1
        done = match.end()
    starts.update((place, max(place + shift, done)) for place in wanted)
    return [(starts[start], starts[end]) for start, end in spans]


def _character(match: re.Match[str]) -> str:
    unit, byte, mark, backslash, percent, hexadecimal, decimal, name = match.groups()
    if mark or backslash:
        return str(mark or backslash)
    if percent:
        return bytes.fromhex(percent).decode("ascii", "surrogateescape")
    if name:
        return ENTITIES.get(name, ENTITY_UNKNOWN)
    return chr(int(decimal) if decimal else int(unit or byte or hexadecimal, 16))
