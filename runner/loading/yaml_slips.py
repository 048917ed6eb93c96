"""What people mistype so that YAML's parser stops, mostly on a later line: what it is, and where."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from runner.source import Source

MERGE: Final = re.compile(r"<{7}(?: .*)?")
MERGED: Final = re.compile(r"={7}")
BLANK: Final = re.compile(r"[\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
STRANGE: Final = re.compile(f"(?:[ -]*|[ -]*[^\\s:#'\"]+:)({BLANK.pattern})")
"""A blank that is none to YAML, where a plain one should be: before a key, behind a dash or a colon."""
NAMED: Final[Mapping[str, str]] = {"\u00a0": "a no-break space", "\u200b": "a space without width"}
REPLACE: Final = "Write a plain space in its place; it often comes along when text is copied from a page or a chat."
DASH: Final = re.compile(r" *(?:- )*(-)[A-Za-z_$][^\s:]*:(?: |$)")
TIGHT: Final = re.compile(r" *(?:- +)*[^\s:#'\"{\[]+(:)(?!//)\S+")
WORDS: Final = re.compile(r"[ -]*([A-Za-z_$][^:#'\"{\[]*)")
VALUED: Final = re.compile(r" *(?:- +)*+([^\s:#'\"{\[][^:#]*): +[^\s|>&*#'\"{\[]")
"""A key with a value that may go on below it."""
KEY: Final = re.compile(r" *(?:- +)*+([^\s:#{\[][^:#]*):(?: |$)")
COLON: Final = 'Put a text that contains ": " in quotes; a mapping behind a key stands in braces or below it.'
NO_COLON: Final = "Write key: value, with a space after the colon; indent a text that goes on below its key."


class Slip(NamedTuple):
    """What is wrong, where it stands, and how to mend it."""

    line: int
    column: int
    message: str
    hint: str


class Place(NamedTuple):
    """Counted from 1."""

    line: int
    column: int


def find_slip(source: Source, words: str, noticed: Place | None, began: Place | None) -> Slip | None:
    """The slip behind what the parser says in ``words``: ``noticed`` there, in something that ``began`` there."""
    merge = _unfinished_merge(source)
    if merge is not None or noticed is None:
        return merge
    line, column = noticed
    above = next((number for number in range(line - 1, 0, -1) if source.line(number).strip()), 0)
    for number in (above, line, *((began.line,) if began else ())):
        found = STRANGE.match(source.line(number))
        if found is not None:
            return Slip(number, found.start(1) + 1, f"{strange_blank(found[1])} stands here", REPLACE)
    if "mapping values are not allowed" in words:
        return _second_colon(source, line, column, above)
    if "did not find expected key" in words and began is not None:
        return _uneven(source, line, column, began)
    if "did not find expected '-' indicator" in words and began is not None:
        return _no_entry(source, line, column, began.column)
    return None


def strange_blank(text: str) -> str:
    """What ``text`` has for a plain blank, where it looks like nothing or like one."""
    found = BLANK.search(text)
    return f"{NAMED.get(found[0], 'a space of another kind')} (U+{ord(found[0]):04X})" if found is not None else ""


def _unfinished_merge(source: Source) -> Slip | None:
    first = next((number for number, text in enumerate(source.lines, 1) if MERGE.fullmatch(text)), 0)
    if not first or not any(MERGED.fullmatch(text) for text in source.lines[first:]):
        return None
    message = "two versions of these lines stand here, as git leaves them where it cannot merge"
    return Slip(first, 1, message, "Keep one of them, and take the lines with <<<<<<<, ======= and >>>>>>> away.")


def _second_colon(source: Source, line: int, column: int, above: int) -> Slip | None:
    """A colon where a key has its value already: on its own line, or because the line above is not what it seems."""
    text, before = source.line(line), source.line(above)
    if ": " in text[: column - 1]:
        return Slip(line, column, "a colon is not allowed here", COLON)
    found = DASH.match(before)
    if found is not None:
        return Slip(above, found.start(1) + 1, "a space is missing behind the dash", "Write - key: value.")
    found = TIGHT.match(before)
    if found is not None and ": " not in before and not before.endswith(":"):
        return Slip(above, found.start(1) + 1, "a space is missing behind the colon", "Write key: value.")
    found = WORDS.fullmatch(before)
    if found is not None:
        return Slip(above, found.start(1) + 1, "a key without a colon", NO_COLON)
    found, starts = VALUED.match(before), len(text) - len(text.lstrip(" ")) + 1
    if found is not None and starts > found.start(1) + 1:
        hint = f"Line {above} has its value already: begin where its key begins, in column {found.start(1) + 1}."
        return Slip(line, starts, "this line is indented too far", hint)
    return None


def _uneven(source: Source, line: int, column: int, began: Place) -> Slip | None:
    """A line that begins neither where the keys above it do, nor where those of a mapping around them do."""
    text = source.line(line)
    if text[: column - 1].strip(" "):
        return None
    message = "this line does not fit into the mapping above it"
    if column == began.column:
        is_entry = text[column - 1 : column + 1] in ("-", "- ")
        return Slip(line, column, message, "Keys stand above it: take the dash away.") if is_entry else None
    found = tuple(_columns(source, line, began)) or ((began.column, began.line),)
    open_ones = " or ".join(f"{one} (line {number})" for one, number in found)
    return Slip(line, column, message, f"It begins in column {column}, keys above it in column {open_ones}.")


def _columns(source: Source, line: int, began: Place) -> Iterator[tuple[int, int]]:
    """Where a key may begin on ``line``, with the lines of the mappings above, from the innermost out."""
    last = 0
    for number in range(line - 1, began.line - 1, -1):
        found = KEY.match(source.line(number))
        at = found.start(1) + 1 if found is not None else 0
        if at >= began.column and (not last or at < last):
            last = at
            yield at, number


def _no_entry(source: Source, line: int, column: int, wanted: int) -> Slip | None:
    """A line in a list that has no dash, and does not begin where the keys of its last entry do."""
    dashes = (number for number in range(line - 1, 0, -1) if re.match(f" {{{wanted - 1}}}- +\\S", source.line(number)))
    entry = next(dashes, 0)
    if not entry or source.line(line)[: column - 1].strip(" "):
        return None
    key = len(source.line(entry)) - len(source.line(entry)[wanted:].lstrip(" ")) + 1
    hint = f"What belongs to the entry on line {entry} begins in column {key}; another entry begins with a dash"
    return Slip(line, column, "this line does not fit into the list above it", f"{hint}, in column {wanted}.")
