"""Where the keys and entries of one YAML text stand, for what moves its lines: from the scanner's tokens, since a node
knows no dashes, no anchors and not how a text is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, Literal, NamedTuple

import yaml

from runner.loading.document import CParser
from runner.loading.line_breaks import hide_breaks
from runner.loading.surrogates import PAIR

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
        self.depth = self.opened = 0
        """How many braces and brackets are open, and the line where the outermost is."""
        self.awaits_key = False
        """Whether a key was announced, and not its text yet."""
        self.is_named = False
        """Whether an anchor stands before what comes next."""

    def read(self, text: str) -> Outline:
        """The outline, by the tokens of ``text``, which has its words where the lines have theirs; raises ``Unfit`` or
        ``yaml.YAMLError``."""
        takers: dict[type, Callable[[Any], None]] = {
            yaml.ScalarToken: self._take_scalar,
            yaml.KeyToken: self._take_key,
            yaml.ValueToken: self._take_colon,
            yaml.BlockEntryToken: self._take_dash,
            yaml.BlockMappingStartToken: self._take_mapping,
            yaml.BlockSequenceStartToken: self._take_list,
            yaml.BlockEndToken: self._take_end,
            yaml.FlowMappingStartToken: self._take_opening,
            yaml.FlowSequenceStartToken: self._take_opening,
            yaml.FlowMappingEndToken: self._take_closing,
            yaml.FlowSequenceEndToken: self._take_closing,
            yaml.AnchorToken: self._take_anchor,
            yaml.AliasToken: self._take_alias,
            yaml.TagToken: self._took,
            yaml.DirectiveToken: self._take_start,
            yaml.DocumentStartToken: self._take_start,
            yaml.DocumentEndToken: self._take_stop,
        }
        for token in self._tokens(text):
            take = takers.get(type(token))
            if take is not None:
                take(token)
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

    def _take_scalar(self, token: Any) -> None:
        end = token.end_mark
        last = end.line
        if last != token.start_mark.line:
            last = self._last_line(token, token.start_mark.line, last)
        if self.depth:
            return
        if self.awaits_key:
            self._top().items[-1].key = token.value
            self.awaits_key = False
        self.ends[last] = end.column
        self._covers(last)
        self.is_named = False

    def _take_key(self, token: Any) -> None:
        if self.depth:
            return
        start = token.start_mark
        if token.end_mark.index != start.index:
            raise Unfit
        self._close_list()
        self._item(start.line, start.column)
        self.awaits_key = True
        self.is_named = False

    def _take_colon(self, token: Any) -> None:
        if not self.depth:
            self.ends[token.end_mark.line] = token.end_mark.column
            self.is_named = False

    def _take_dash(self, token: Any) -> None:
        start, end = token.start_mark, token.end_mark
        if self.top is not None and self.top.kind == "mapping":
            self._open("list", start.column)
            self._top().without_end = True
        self._item(start.line, start.column)
        self.ends[end.line] = end.column
        self.is_named = False

    def _take_mapping(self, token: Any) -> None:
        self._open("mapping", token.start_mark.column)

    def _take_list(self, token: Any) -> None:
        self._open("list", token.start_mark.column)

    def _take_end(self, _token: Any) -> None:
        self._close_list()
        self._close()
        self.is_named = False

    def _take_opening(self, token: Any) -> None:
        if not self.depth:
            self.opened = token.start_mark.line
        self.depth += 1
        self._took(token)
        self.is_named = False

    def _take_closing(self, token: Any) -> None:
        self.depth -= 1
        last = token.end_mark.line
        if not self.depth and self.opened != last:
            self.inner.update(range(self.opened, last))
            self.is_odd = True
        self._took(token)
        self.is_named = False

    def _take_anchor(self, token: Any) -> None:
        self.names.append(Named(token.value, uses=False, number=len(self.names)))
        self.is_odd = True
        self._took(token)
        self.is_named = True

    def _take_alias(self, token: Any) -> None:
        self.names.append(Named(token.value, uses=True, number=len(self.names)))
        self.is_odd = True
        self.awaits_key = False
        self._took(token)
        self.is_named = False

    def _take_start(self, token: Any) -> None:
        self.before = token.end_mark.line + 1
        self.is_named = False

    def _take_stop(self, token: Any) -> None:
        self.after = token.start_mark.line
        self.is_named = False

    def _took(self, token: Any) -> None:
        """The item that was begun last goes on to the end of this."""
        end = token.end_mark
        self.ends[end.line] = end.column
        self._covers(end.line)

    def _last_line(self, token: Any, first: int, end: int) -> int:
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

    def _open(self, kind: Literal["mapping", "list"], column: int) -> None:
        parent = self.top.items[-1] if self.top is not None else None
        block = Block(kind, column, parent)
        block.has_name = self.is_named or (parent is not None and parent.block.has_name)
        if parent is not None:
            parent.child = block
        elif self.root is not None:
            raise Unfit
        else:
            self.root = block
        self.top = block
        self.is_named = False

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
