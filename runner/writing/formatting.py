"""A collection file as text in its usual layout: lines are moved and indented, what stands in them stays as it was
written."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Sequence
from typing import Final

from runner.loading.document import read_document
from runner.loading.outline import Block, Item, Outline, read_outline
from runner.loading.problems import Problems
from runner.source import Source
from runner.writing.order import in_order, order_keys, requests

ALWAYS_READ_AGAIN: Final = 200_000
"""Characters up to which every file is read again, not only one that has what is easily moved wrongly."""
STEP: Final = 2


def formatted(text: str) -> str:
    """``text``, which is a collection that loads, in the layout that all of them have; it says the same. If it has
    carriage returns at the end of every line, it keeps them."""
    ends = text.count("\r\n")
    keeps = ends > 0 and ends == text.count("\n") == text.count("\r")
    new = _formatted(text.replace("\r\n", "\n").replace("\r", "\n"))
    return new.replace("\n", "\r\n") if keeps else new


def _formatted(text: str) -> str:
    """Where to move keys would change what the file says, they stay; where to indent lines would, those stay."""
    for moves in (True, False):
        outline = read_outline(text)
        if outline is None:
            break
        head = _take_head(outline)
        if moves:
            order_keys(outline)
        new = _Layout(outline).text(head)
        if new == text or (not outline.is_odd and len(text) > ALWAYS_READ_AGAIN) or _says(new) == _says(text):
            return new
    ended = text.rstrip("\n") + "\n"
    return ended if _says(ended) == _says(text) else text


def _says(text: str) -> bytes | None:
    """What a file says, the same for whatever order it has the keys in that have an order; None if it is no YAML."""
    problems = Problems()
    root = read_document(Source("", text), problems)
    return None if root is None or problems.count else marshal.dumps(in_order(root.plain()), 2)


def _take_head(outline: Outline) -> list[str]:
    """The comments at the beginning down to an empty line: they are about the file, not about its first key."""
    first = outline.root.items[0]
    above = [outline.lines[line].strip() for line in first.above]
    end = next((at for at, line in enumerate(above) if line), len(above))
    while end < len(above) and above[end]:
        end += 1
    while end < len(above) and not above[end]:
        end += 1
    first.above = first.above[end:]
    return above[:end]


class _Layout:
    """The lines of one outline anew."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._lines = outline.lines
        self._requests = {id(block) for block in requests(outline.root)}

    def text(self, head: Iterable[str]) -> str:
        outline = self._outline
        before = [line.rstrip() for line in self._lines[: outline.before]]
        after = [line.rstrip() for line in self._lines[outline.after :]]
        above, own = self._block(outline.root, 0)
        lines = _spaced([*before, *head, *above])
        lines = [*lines[next(at for at, line in enumerate([*lines, "-"]) if line) :], *own]
        after = _spaced(after)
        while after and not after[-1]:
            after.pop()
        return "\n".join([*lines, *after]) + "\n"

    def _block(self, block: Block, indent: int) -> tuple[list[str], list[str]]:
        """What stands above the first item, and the lines from there on."""
        is_requests = id(block) in self._requests
        begin: list[str] = []
        lines: list[str] = []
        was_short = True
        for item in block.items:
            above, own = self._item(item, indent)
            if item is block.items[0]:
                begin, lines, was_short = above, own, len(own) == 1
                continue
            if is_requests and not (was_short and len(own) == 1):
                above = ["", *above]
            was_short = len(own) == 1
            lines += _spaced(above)
            lines += own
        return _spaced(begin), lines + _spaced(self._comments(block.below, indent))

    def _item(self, item: Item, indent: int) -> tuple[list[str], list[str]]:
        """What stands above an item, and its own lines."""
        above = self._comments(item.above, indent)
        margin = " " * indent
        if item.is_joined and item.child is not None:
            inner, own = self._block(item.child, indent + STEP)
            # a comment on the first key of an entry can only stand above the dash
            above += [margin + line.strip() for line in inner if line]
            return above, [f"{margin}- {own[0].lstrip(' ')}", *own[1:]]
        first = self._line(item.line)[item.column :]
        if item.block.kind == "list":
            rest = first[1:].lstrip()
            first = f"-  {rest}" if rest.startswith("#") else f"- {rest}" if rest else "-"
        own = [margin + first]
        if item.end > item.line:
            shift = indent - item.column
            own += [_shifted(self._line(line), shift) for line in range(item.line + 1, item.end + 1)]
        if item.child is not None:
            inner, lines = self._block(item.child, indent + STEP)
            own += inner
            own += lines
        return above, own

    def _comments(self, lines: Sequence[int], indent: int) -> list[str]:
        if not lines:
            return []
        texts = [self._lines[line].strip() for line in lines]
        return [" " * indent + text if text else "" for text in texts]

    def _line(self, number: int) -> str:
        """A line without blanks at its end, and with two at least before its comment."""
        outline = self._outline
        line = self._lines[number]
        if number in outline.fixed:
            return line
        end = outline.ends.get(number)
        if end is None or number in outline.inner:
            return line.rstrip()
        rest = line[end:]
        if not rest:
            return line
        text = rest.strip()
        if text.startswith("#") and not rest.startswith("  "):
            return f"{line[:end]}  {text}"
        return line.rstrip()


def _shifted(line: str, shift: int) -> str:
    """A line further in or out, as far as it has blanks."""
    if shift >= 0:
        return " " * shift + line if line else line
    return line[min(-shift, len(line) - len(line.lstrip(" "))) :]


def _spaced(lines: Sequence[str]) -> list[str]:
    """One empty line for several."""
    if not lines:
        return []
    return [line for at, line in enumerate(lines) if line or not at or lines[at - 1]]
