"""Where in a collection a cursor stands, told from the lines around it: so it is known in a file that is broken there,
and at once after a keystroke in a large one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from runner.language_server.flow import Flow, read_flow
from runner.language_server.texts import Area
from runner.language_server.written_line import Line, indent_of, is_blank, read_line, without_comment

Role = Literal["key", "value", "text"]
END_OF_WORD: Final = re.compile(r"[,}\]]|:(?=\s|$)|\s#")
INSIDE: Final = {'"': re.compile(r'(?:[^"\\]|\\.)*'), "'": re.compile(r"(?:[^']|'')*")}
FARTHEST: Final = 500
"""Lines up to which braces are followed upwards."""
BRACES: Final = ("{", "[")
QUOTES: Final = ("'", '"')
NO_WORD: Final = ("|", ">", "*")
PHASES: Final = ("setup", "requests", "teardown")


class Step(NamedTuple):
    """A key, or with None an entry of a list, and where it is written."""

    key: str | None
    line: int
    column: int


class Place(NamedTuple):
    """``steps`` lead to the mapping in which a key stands, or to the value. A ``text`` is nothing of the format: a
    comment, or a line of a longer text. ``word`` is what is written at the cursor, ``before`` what of it stands before
    the cursor; ``keys`` are the other keys of the mapping."""

    steps: tuple[Step, ...]
    role: Role
    word: str
    before: str
    area: Area
    keys: frozenset[str] = frozenset()
    is_flow: bool = False

    @property
    def path(self) -> tuple[str | None, ...]:
        return tuple(step.key for step in self.steps)

    @property
    def request_line(self) -> int | None:
        """The line on which the request begins that the place is in."""
        if len(self.steps) < 2 or self.steps[0].key not in PHASES or self.steps[1].key is not None:
            return None
        return self.steps[1].line


def place_at(lines: Sequence[str], number: int, column: int) -> Place:
    """The place of a cursor; there is one for every cursor."""
    number = min(number, len(lines) - 1)
    line = lines[number]
    column = min(column, len(line))
    nowhere = Place((), "text", "", "", Area(number, column, number, column))
    if column > len(without_comment(line)):
        return nowhere
    here = read_line(line)
    content = here.key_start if line[here.key_start :].strip() else here.dashes[0] if here.dashes else 0
    if (column < content and line.strip()) or (here.dashes and line[column - 1] == "-" and column <= here.key_start):
        return nowhere
    at = column if not line.strip() else here.key_start
    steps, opened, is_text = _above(lines, number, at, here.dashes)
    if opened is not None:
        return _inside(lines, (number, column), steps, opened) or nowhere
    if is_text:
        return nowhere._replace(steps=steps)
    if here.key is None:
        return _unkeyed(lines, (number, column), here, steps) or nowhere
    if column <= here.key_end:
        keys = _keys_beside(lines, number, here.key_start, here.key)
        quoted = line[here.key_start] in QUOTES
        start, end = here.key_start + quoted, here.key_end - quoted
        return _place(steps, "key", line, (number, start, column, end))._replace(keys=keys)
    own = (*steps, Step(here.key, number, here.key_start))
    if here.value[:1] in BRACES:
        return _in_flow(line, (number, column), own, here.start) or nowhere
    if here.value[:1] in NO_WORD or column < here.start:
        return nowhere._replace(steps=own)
    return _scalar(own, line, (number, column), here)


def _unkeyed(lines: Sequence[str], cursor: tuple[int, int], here: Line, steps: tuple[Step, ...]) -> Place | None:
    """The place on a line without a key: an empty one, a word that may become a key, an entry of a list."""
    number, column = cursor
    line = lines[number]
    if here.value[:1] in BRACES:
        return _in_flow(line, cursor, steps, here.start)
    if here.value[:1] in NO_WORD:
        return None
    start = column if not line.strip() else here.start
    end = max(here.start + len(here.value), column)
    keys = _keys_beside(lines, number, start, None)
    if line[start : start + 1] in ('"', "'"):
        start, end = start + 1, end - (end > start + 1 and line[end - 1] == line[start])
    return _place(steps, "key", line, (number, start, column, end))._replace(keys=keys)


def _scalar(steps: tuple[Step, ...], line: str, cursor: tuple[int, int], here: Line) -> Place:
    """The place in a value on the line of its key."""
    number, column = cursor
    start, end = here.start, max(here.start + len(here.value), column)
    if here.value[:1] in ('"', "'"):
        start += 1
        end -= len(here.value) > 1 and here.value[-1] == here.value[0] and end > column
    return _place(steps, "value", line, (number, start, column, end))


def _place(steps: tuple[Step, ...], role: Role, line: str, columns: tuple[int, int, int, int]) -> Place:
    number, start, column, end = columns
    end = max(start, end)
    role = "text" if column < start else role  # in front of the quote that it begins with
    column = min(max(column, start), end)
    return Place(steps, role, line[start:end], line[start:column], Area(number, start, number, end))


def _in_flow(line: str, cursor: tuple[int, int], steps: tuple[Step, ...], start: int) -> Place | None:
    """The place in braces that begin on the cursor's line."""
    flow = read_flow(line[start : cursor[1]])
    return None if flow is None else _of_flow(flow, line, cursor, steps, start + flow.start)


def _inside(
    lines: Sequence[str], cursor: tuple[int, int], steps: tuple[Step, ...], opened: tuple[int, int]
) -> Place | None:
    """The place in braces that begin further up."""
    number, column = cursor
    first, start = opened
    before = [lines[first][start:], *lines[first + 1 : number], lines[number][:column]]
    flow = read_flow("\n".join(before))
    if flow is None:
        return None
    at = flow.start - sum(len(line) + 1 for line in before[:-1])
    return _of_flow(flow, lines[number], cursor, steps, min(max(at, 0), column))


def _of_flow(flow: Flow, line: str, cursor: tuple[int, int], steps: tuple[Step, ...], start: int) -> Place:
    number, column = cursor
    quote = line[start : start + 1] if line[start : start + 1] in ('"', "'") and start < column else ""
    start += len(quote)
    if quote:
        inside = INSIDE[quote].match(line, start)
        end = inside.end() if inside else column
    else:
        found = END_OF_WORD.search(line, column)
        end = found.start() if found else len(line.rstrip()) if line[column:].strip() else column
    inner = tuple(Step(key, number, start) for key in flow.steps)
    role: Role = "key" if flow.is_key else "value"
    place = _place((*steps, *inner), role, line, (number, start, column, max(end, column)))
    return place._replace(keys=frozenset(flow.keys), is_flow=True)


class _Above(NamedTuple):
    """What leads to a thing; where the outermost braces begin that it is in, if it is in some; whether it is a line of
    a longer text."""

    steps: tuple[Step, ...]
    opened: tuple[int, int] | None
    is_text: bool


def _above(lines: Sequence[str], number: int, column: int, dashes: Sequence[int]) -> _Above:
    """What stands above the thing at a column of a line, and around it."""
    steps = [Step(None, number, dash) for dash in reversed(dashes)]
    limit, is_entry = (dashes[0], True) if dashes else (column, False)
    opened: tuple[int, int] | None = None
    is_text = False
    at = number
    while at > 0 and (limit > 0 or is_entry):
        at -= 1
        line = lines[at]
        if line.startswith(" " * (limit + is_entry)) or (is_entry and line.startswith("-", limit)) or is_blank(line):
            continue
        indent, here = indent_of(line), read_line(line)
        found: list[Step] = []
        if here.key is not None and here.key_start < limit + is_entry:
            found.append(Step(here.key, at, here.key_start))
            limit, is_entry = here.key_start, False
        for dash in reversed(here.dashes):
            if dash < limit:
                found.append(Step(None, at, dash))
                limit, is_entry = dash, True
        holds = found[0].key == here.key if found else not here.dashes and here.key is None
        begins = holds and here.value[:1] in BRACES and number - at <= FARTHEST
        if begins:
            steps, opened, is_text = [], (at, here.start), False
            limit = min(limit, indent) if found else indent
        elif found and holds and here.value:
            is_text = True
        steps += found
    return _Above(tuple(reversed(steps)), opened, is_text)


def _keys_beside(lines: Sequence[str], number: int, column: int, own: str | None) -> frozenset[str]:
    """The other keys of the mapping that has a key at a column of a line."""
    keys = [key for key, _ in (*_keys(lines, number, column, -1), *_keys(lines, number, column, 1))]
    return frozenset(key for key in keys if key != own)


def _keys(lines: Sequence[str], number: int, column: int, way: Literal[-1, 1]) -> Iterator[tuple[str, int]]:
    """The keys above or below a line that stand at the same column, with their lines, as far as the mapping goes."""
    if way < 0 and read_line(lines[number]).dashes:
        return
    at = number + way
    while 0 <= at < len(lines):
        line = lines[at]
        indent = indent_of(line)
        if indent <= column and not is_blank(line):
            here = read_line(line)
            if here.key_start == column and here.key is not None and (way < 0 or not here.dashes):
                yield here.key, at
                if here.dashes:
                    return
            elif indent < column or here.dashes:
                return
        at += way


def values_below(lines: Sequence[str], step: Step) -> dict[str, str]:
    """The keys and short values of the entry that begins at ``step``."""
    here = read_line(lines[step.line])
    column = here.key_start if here.key is not None else step.column + 2
    found = {here.key: here.value} if here.key is not None else {}
    for key, at in _keys(lines, step.line, column, 1):
        found.setdefault(key, read_line(lines[at]).value)
    return found
