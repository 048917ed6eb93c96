"""The requests and includes of a document as it is written, whether or not the collection can be run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from runner.engine.places import extent
from runner.language_server.texts import Area
from runner.loading.collection import PHASES
from runner.model import Phase, target_of
from runner.node import Node
from runner.source import Span

BODIES = frozenset(("json", "text", "form", "multipart", "file", "graphql"))


class Entry(NamedTuple):
    """A request, or with ``include`` those of another file. Its lines are counted from 0; ``captures`` are the names of
    what it keeps, its turns' too."""

    name: str
    node: Node
    label: Node
    """What it is called by in the file."""
    first: int
    last: int
    phase: Phase
    target: str = ""
    include: str = ""
    captures: tuple[Node, ...] = ()

    @property
    def turns(self) -> Sequence[Node]:
        return _turns(self.node)

    @property
    def examples(self) -> tuple[Node, ...]:
        found = [one.get("examples") for one in (self.node, *self.turns)]
        return tuple(example for one in found if one is not None for example in one.elements)

    @property
    def area(self) -> Area:
        lines = self.node.source.lines
        last = lines[self.last] if self.last < len(lines) else ""
        return Area(self.first, self.node.column - 1, self.last, len(last))


def entries_of(root: Node) -> tuple[Entry, ...]:
    """All of them, in the order in which they are sent; of what is no mapping nothing is known."""
    found: list[Entry] = []
    for phase in PHASES:
        listed = root.get(phase)
        nodes = [node for node in (listed.elements if listed is not None else ()) if node.items]
        found += [_entry(node, phase, root.get("defaults")) for node in nodes]
    return tuple(found)


def _entry(node: Node, phase: Phase, defaults: Node | None) -> Entry:
    first, last = extent(node.span, node.source)
    included = node.get("include")
    if included is not None:
        label = included if included.kind == "scalar" else node.first_key
        return Entry(str(label.value), node, label, first - 1, last - 1, phase, include=str(label.value))
    url = node.get("url") or (defaults.get("url") if defaults is not None else None)
    method = node.get("method") or (defaults.get("method") if defaults is not None else None)
    has_body = any(key.value in BODIES for key, _ in node.items) or node.get("turns") is not None
    target = target_of(method, url or node.renamed("/"), has_body=has_body)
    kept = tuple(key for one in (node, *_turns(node)) for key, _ in _items(one.get("capture")))
    name = node.get("name")
    label = name if name is not None and name.kind == "scalar" and name.value is not None else node.first_key
    return Entry(
        str(label.value) if label is name else target, node, label, first - 1, last - 1, phase, target, "", kept
    )


def around(entries: Iterable[Entry], line: int) -> Entry | None:
    """The entry that a line, counted from 0, is part of."""
    return next((one for one in entries if one.first <= line <= one.last), None)


def inner(span: Span) -> Area:
    """A place of a name: one line of it."""
    area = Area.of(span)
    return area if area.line == area.end_line else Area(area.line, area.column, area.line, area.column + 1)


def _turns(node: Node) -> Sequence[Node]:
    turns = node.get("turns")
    return turns.elements if turns is not None else ()


def _items(node: Node | None) -> Sequence[tuple[Node, Node]]:
    return node.items if node is not None else ()
