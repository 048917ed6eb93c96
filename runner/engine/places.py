"""Which requests stand on which lines of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from runner.errors import NothingToRun
from runner.model import Collection, Include, RequestSpec
from runner.node import Node
from runner.source import Source, Span


class Block(NamedTuple):
    """A request, or an include with all of its requests, and the first and the last of its lines."""

    first: int
    last: int
    item: RequestSpec | Include

    def __str__(self) -> str:
        lines = f"line {self.first}" if self.first == self.last else f"lines {self.first}-{self.last}"
        if isinstance(self.item, RequestSpec):
            return f'"{self.item.name.value}" ({lines})'
        return f"the include of {self.item.collection.source.name} ({lines})"

    @property
    def specs(self) -> tuple[RequestSpec, ...]:
        return (self.item,) if isinstance(self.item, RequestSpec) else self.item.requests


def standing_on(collection: Collection, lines: Iterable[int]) -> Callable[[RequestSpec, str], bool]:
    """Whether a request stands on one of these lines; all do if there are none. Raises ``NothingToRun`` for a line
    without a request."""
    wanted = sorted(lines)
    if not wanted:
        return lambda _spec, _name: True
    blocks = [
        Block(*extent(item.node.span, collection.source), item)
        for item in collection.items
        if item.node.source is collection.source
    ]
    found: set[int] = set()
    for line in wanted:
        here = [block for block in blocks if block.first <= line <= block.last]
        here = here or [block for block in blocks if _is_around(block.item, line)]
        here = here or [block for block in blocks if _holds(block.item.node, line)]
        if not here:
            raise _nothing(collection.source, line, blocks)
        found.update(id(spec.node) for block in here for spec in block.specs)
    return lambda spec, _name: id(spec.node) in found


def _is_around(item: RequestSpec | Include, line: int) -> bool:
    """Whether an item is a turn of a request on this line, beside its turns."""
    request = item.written if isinstance(item, RequestSpec) else None
    if request is None:
        return False
    first, last = extent(request.span, request.source)
    return first <= line <= last


def extent(span: Span, source: Source) -> tuple[int, int]:
    """The lines of a request. YAML ends a mapping where the next thing begins: what is blank before that, and comments
    that stand further left, are not part of it."""
    first, last = span.line, span.end_line
    if source.line(first - 1).strip() == "-":
        first -= 1
    if not source.line(last)[: span.end_column - 1].strip():
        last -= 1
    while last > span.line and _is_between(source.line(last), span.column):
        last -= 1
    return first, max(first, last)


def _is_between(line: str, column: int) -> bool:
    text = line.lstrip()
    return not text or (text.startswith("#") and len(line) - len(text) < column - 1)


def _holds(node: Node, line: int) -> bool:
    """Whether something of a request is written on a line elsewhere: in ``defaults``, or where an alias points."""
    return any(scalar.line == line for scalar in node.scalars())


def _nothing(source: Source, line: int, blocks: Sequence[Block]) -> NothingToRun:
    count = len(source.lines) - (source.lines[-1] == "")
    where = f"{source.name}:{line}"
    if line > count:
        message = f"{where} is beyond the end of the file, which has {count} line{'' if count == 1 else 's'}"
    else:
        message = f"{where} is not in a request"
    ordered = sorted(blocks, key=lambda block: block.first)
    before = [block for block in ordered if block.last < line][-1:]
    after = [block for block in ordered if block.first > line][:1]
    near = [str(block) for block in (*before, *after)]
    return NothingToRun(message, f"The nearest {'is' if len(near) == 1 else 'are'} {' and '.join(near)}.")
