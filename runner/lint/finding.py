"""What a rule looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Final, NamedTuple

from runner.loading.collection import PHASES
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.model import Collection
from runner.node import Node
from runner.source import Diagnostic, Source, Span
from runner.variables.template import Placeholder, TemplateError, parse_template

NOWHERE: Final = Span(1, 1, 1, 1)


class Edit(NamedTuple):
    """Text in place of what stands at ``span``, which must be ``old``."""

    span: Span
    old: str
    new: str


class Finding(NamedTuple):
    """One thing that is likely not meant. ``edits`` mend it where that is safe; ``hide`` must not be shown."""

    diagnostic: Diagnostic
    edits: tuple[Edit, ...] = ()
    hide: tuple[str, ...] = ()


class Subject:
    """One collection, as rules look at it. ``others`` are read with it: they may include it or name its files.
    ``top`` is the folder above which nobody looks for files that include it."""

    def __init__(self, collection: Collection, others: Sequence[Collection] = (), top: Path | None = None) -> None:
        self.collection = collection
        self.others = others
        self.top = top

    @property
    def source(self) -> Source:
        return self.collection.source

    @cached_property
    def root(self) -> Node:
        """The file as it is written, nothing merged."""
        root = read_document(self.source, Problems())
        assert root is not None  # noqa: S101  # it was read before
        return root

    @cached_property
    def requests(self) -> tuple[Node, ...]:
        """Every request and include as it is written, of all lists."""
        lists = (self.root.get(phase) for phase in PHASES)
        return tuple(one for found in lists if found is not None for one in found.elements if one.kind == "mapping")

    @cached_property
    def parts(self) -> tuple[Node, ...]:
        """The same and ``defaults``: what has the keys of a request."""
        defaults = self.root.get("defaults")
        return self.requests if defaults is None else (defaults, *self.requests)

    @cached_property
    def used(self) -> frozenset[str]:
        """Every variable that the file names in a placeholder, or the defaults that it takes from another."""
        defaults = self.root.get("defaults")
        takes = defaults is not None and defaults.get("include") is not None
        nodes = [self.root, *(spec.node for spec in self.collection.own_requests if takes)]
        return frozenset(one.name for node in nodes for scalar in node.scalars() for one in placeholders_in(scalar))

    @cached_property
    def given(self) -> frozenset[str]:
        """Names that captures and rows give a value of any type."""
        own = self.collection.own_requests
        rows = (*self.collection.rows, *(row for spec in own for row in spec.rows))
        captures = (one.name for spec in self.collection.requests for one in spec.captures)
        return frozenset(captures).union(*(row.values for row in rows))


def found(rule: str, node: Node, message: str, hint: str, edits: Sequence[Edit] = ()) -> Finding:
    """A finding at ``node``."""
    return Finding(node.diagnostic(rule, message, hint, "warning"), tuple(edits))


def placeholders_in(scalar: Node) -> tuple[Placeholder, ...]:
    """The placeholders of one scalar; none where it has a ``<<`` that is something else."""
    if not scalar.templated or not isinstance(scalar.value, str):
        return ()
    try:
        return tuple(one for one in parse_template(scalar.value) if isinstance(one, Placeholder))
    except TemplateError:
        return ()


def alone(scalar: Node) -> Placeholder | None:
    """The placeholder that a scalar is nothing but."""
    inside = placeholders_in(scalar)
    return inside[0] if len(inside) == 1 and inside[0].text == scalar.value else None


def written(node: Node) -> str:
    """A scalar as it stands in the file, its quotes with it; empty where it takes several lines."""
    span = node.span
    return node.source.line(span.line)[span.column - 1 : span.end_column - 1] if span.line == span.end_line else ""


def last_line(node: Node) -> int:
    """The last line of a node, from 1: YAML ends a mapping where the next thing begins."""
    span = node.span
    is_before = span.end_line > span.line and not node.source.line(span.end_line)[: span.end_column - 1].strip()
    return span.end_line - is_before


def is_quoted(node: Node) -> bool:
    return written(node)[:1] in ("'", '"')
