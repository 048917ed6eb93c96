"""Where the keys and entries of one YAML text stand, for what moves its lines: from the scanner's tokens, since a node
knows no dashes, no anchors and not how a text is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple

import yaml

from runner.loading.document import CParser
from runner.loading.line_breaks import hide_breaks
from runner.loading.surrogates import PAIR

BLOCKS: Final = (yaml.BlockMappingStartToken, yaml.BlockSequenceStartToken)
FLOW_START: Final = (yaml.FlowMappingStartToken, yaml.FlowSequenceStartToken)
FLOW_END: Final = (yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
SCALAR, KEY, VALUE = yaml.ScalarToken, yaml.KeyToken, yaml.ValueToken
SEPARATORS: Final = (KEY, yaml.FlowEntryToken)
PROPERTIES: Final = (yaml.AnchorToken, yaml.TagToken)
LITERAL: Final = ("|", ">")
ODD: Final = re.compile(r"\t|^(?:---|\.\.\.|%)|[|>][-0-9]*[+0-9]", re.MULTILINE)
"""What few files have, and what is easily moved wrongly."""


class Named(NamedTuple):
    """An anchor or, with ``uses``, an alias."""

    name: str
    uses: bool
    number: int


class Item:
    """A key of a mapping or an entry of a list, with all that stands below it. Lines and columns are from 0."""

    __slots__ = ("above", "block", "child", "column", "end", "first_name", "is_joined", "key", "last_name", "line")

    def __init__(self, block: Block, line: int, column: int, first_name: int) -> None:
        self.block = block
        self.line = line
        self.column = column
        self.end = line
        """The last line of what stands here itself, not in ``child``."""
        self.key: str | None = None
        self.child: Block | None = None
        self.above: list[int] = []
        """Lines of comments above it, and empty ones."""
        self.first_name = self.last_name = first_name
        self.is_joined = False
        """Whether what it holds begins on its own line, behind the dash."""


class Block:
    """A mapping or list whose items stand on lines of their own."""

    __slots__ = ("below", "column", "has_name", "items", "kind", "parent", "without_end")

    def __init__(self, kind: Literal["mapping", "list"], column: int, parent: Item | None) -> None:
        self.kind = kind
        self.column = column
        self.parent = parent
        self.items: list[Item] = []
        self.below: list[int] = []
        """Lines of comments at its end."""
        self.has_name = False
        self.without_end = False
        """Whether it is a list whose dashes stand below their key: the scanner does not tell where it ends."""


class Outline(NamedTuple):
    """The keys and entries of a text. ``before`` are the lines down to the document's start mark, ``after`` those from
    its end mark."""

    root: Block
    lines: list[str]
    before: int
    after: int
    ends: dict[int, int]
    """Where the last token of a line ends."""
    fixed: set[int]
    """Lines that end inside of a text, or are of a block text."""
    inner: set[int]
    """Lines that end inside of braces or brackets."""
    names: list[Named]
    is_odd: bool
    """Whether it has what is easily moved wrongly."""


class Unfit(Exception):
    """The text is not laid out in a way that this module knows."""


def read_outline(text: str) -> Outline | None:
    """The outline of a text that could be read by ``read_document``; None where nothing in it can be moved: all of it
    stands in braces, or it has keys that begin with a question mark. Its lines end in line feeds."""
    if "\ufeff" in text:  # the scanner takes one at the beginning of a line for nothing at all
        return None
    hidden, _ = hide_breaks(text)
    hidden = PAIR.sub(r"\\U00010000xx", hidden)  # as long as it was
    reader = _Reader(text)
    try:
        return reader.read(hidden)
    except (Unfit, yaml.YAMLError):
        return None


class _Reader:
    """Follows the scanner's tokens with a stack of open blocks."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.root: Block | None = None
        self.top: Block | None = None
        self.order: list[Item] = []
        self.names: list[Named] = []
        self.ends: dict[int, int] = {}
        self.fixed: set[int] = set()
        self.inner: set[int] = set()
        self.is_odd = ODD.search(text) is not None or "\n" not in text[-1:]
        self.before, self.after = 0, len(self.lines)

    def read(self, text: str) -> Outline:  # noqa: C901, PLR0912, PLR0915  # one loop: a call a token costs much more
        depth = opened = 0
        awaits_key = named = False
        ends = self.ends
        for token in self._tokens(text):
            kind = type(token)
            if kind is SCALAR:
                start, end = token.start_mark, token.end_mark
                last = end.line
                if last != start.line:
                    last = self._scalar(token, start.line, last)
                if depth:
                    continue
                if awaits_key:
                    self._top().items[-1].key = token.value
                    awaits_key = False
                ends[last] = end.column
                self._covers(last)
                named = False
                continue
            if kind is VALUE:
                if not depth:
                    end = token.end_mark
                    ends[end.line] = end.column
                    named = False
                continue
            if depth and kind in SEPARATORS:
                continue
            start, end = token.start_mark, token.end_mark
            if kind is KEY:
                if end.index != start.index:
                    raise Unfit
                self._close_list()
                self._item(start.line, start.column)
                awaits_key = True
            elif kind is yaml.BlockEntryToken:
                if self.top is not None and self.top.kind == "mapping":
                    self._open("list", start.column, named=named)
                    self._top().without_end = True
                self._item(start.line, start.column)
                ends[end.line] = end.column
            elif kind in BLOCKS:
                self._open("mapping" if kind is BLOCKS[0] else "list", start.column, named=named)
            elif kind is yaml.BlockEndToken:
                self._close_list()
                self._close()
            elif kind in (yaml.StreamStartToken, yaml.StreamEndToken):
                continue
            elif kind in (yaml.DirectiveToken, yaml.DocumentStartToken):
                self.before = end.line + 1
            elif kind is yaml.DocumentEndToken:
                self.after = start.line
            else:
                if kind in FLOW_START:
                    opened = opened if depth else start.line
                    depth += 1
                elif kind in FLOW_END:
                    depth -= 1
                    if not depth and opened != end.line:
                        self.inner.update(range(opened, end.line))
                        self.is_odd = True
                elif kind is yaml.AnchorToken or kind is yaml.AliasToken:
                    self.names.append(Named(token.value, kind is yaml.AliasToken, len(self.names)))
                    self.is_odd = True
                    awaits_key = awaits_key and kind is yaml.AnchorToken
                ends[end.line] = end.column
                self._covers(end.line)
            named = kind in PROPERTIES and (kind is yaml.AnchorToken or named)
        if self.root is None:
            raise Unfit
        self._place_comments(self.root)
        return Outline(
            self.root,
            self.lines,
            self.before,
            self.after,
            self.ends,
            self.fixed,
            self.inner,
            self.names,
            self.is_odd,
        )

    @staticmethod
    def _tokens(text: str) -> Iterator[Any]:
        parser: Any = CParser(text)
        try:
            yield from iter(parser.get_token, None)
        finally:
            parser.dispose()

    def _scalar(self, token: Any, first: int, end: int) -> int:
        """The last line of a text on several lines."""
        if token.style not in LITERAL:
            self.fixed.update(range(first, end))
            self.is_odd = True
            return end
        last = end if token.end_mark.column else end - 1
        if "+" not in self.lines[first][token.start_mark.column :].split("#")[0]:
            content = next((line for line in self.lines[first + 1 : last + 1] if line.strip(" ")), "")
            indent = len(content) - len(content.lstrip(" "))
            while last > first and not self.lines[last].strip(" ") and len(self.lines[last]) <= indent:
                last -= 1
        self.fixed.update(range(first + 1, last + 1))
        self.inner.add(first)
        return last

    def _top(self) -> Block:
        if self.top is None:
            raise Unfit
        return self.top

    def _covers(self, line: int) -> None:
        """What the scanner found is of the item that was begun last."""
        if self.top is not None:
            item = self.top.items[-1]
            item.end = line if line > item.end else item.end  # noqa: FURB136  # a call for each value takes time

    def _open(self, kind: Literal["mapping", "list"], column: int, *, named: bool) -> None:
        parent = self.top.items[-1] if self.top is not None else None
        block = Block(kind, column, parent)
        block.has_name = named or (parent is not None and parent.block.has_name)
        if parent is not None:
            parent.child = block
        elif self.root is not None:
            raise Unfit
        else:
            self.root = block
        self.top = block

    def _item(self, line: int, column: int) -> None:
        block = self._top()
        if block.items:
            block.items[-1].last_name = len(self.names)
        elif block.parent is not None and block.parent.line == line:
            block.parent.is_joined = True
        item = Item(block, line, column, len(self.names))
        block.items.append(item)
        self.order.append(item)

    def _close_list(self) -> None:
        """A list without an end of its own ends where its mapping goes on or ends."""
        if self._top().without_end:
            self._close()

    def _close(self) -> None:
        block = self._top()
        block.items[-1].last_name = len(self.names)
        self.top = block.parent.block if block.parent is not None else None

    def _place_comments(self, root: Block) -> None:
        """Give the lines between items to the item below them; or, where they stand further in than that one, to
        the end of the block that is as far in as they are."""
        end = self.before
        previous: Item | None = None
        for item in self.order:
            if item.line > end:
                closing = _closing(previous, item.block)
                rest = self._below(closing, list(range(end, item.line)), item.column)
                item.above = rest
            end = max(end, item.end + 1)
            previous = item
        rest = self._below(_closing(previous, None), list(range(end, self.after)), -1)
        root.below += [one for one in rest if self.lines[one].strip()]

    def _below(self, closing: list[Block], lines: list[int], column: int) -> list[int]:
        """What is left for the item at ``column`` below ``lines``; empty lines go with the comment below them."""
        taken, waiting = 0, 0
        for line in lines:
            text = self.lines[line].lstrip()
            waiting += 1
            if not text.strip():
                continue
            at = len(self.lines[line]) - len(text)
            if not closing or at <= column:
                break
            while len(closing) > 1 and closing[0].column > at:
                del closing[0]
            closing[0].below += lines[taken : taken + waiting]
            taken, waiting = taken + waiting, 0
        return lines[taken:]


def _closing(previous: Item | None, until: Block | None) -> list[Block]:
    """The blocks that end between two items, the innermost first."""
    found: list[Block] = []
    block = previous.block if previous is not None and (until is None or previous.child is not until) else None
    while block is not None and block is not until:
        found.append(block)
        block = block.parent.block if block.parent is not None else None
    return found
