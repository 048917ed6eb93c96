"""One YAML text to nodes, a place for every value: the only module that imports yaml.

It builds from the C parser's events, with limits on depth and on what aliases may expand to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

import yaml

from runner.load.problems import Problems
from runner.load.scalars import resolve_plain
from runner.load.yaml_errors import explain_yaml_error
from runner.node import ListNode, MappingNode, Node, Place, Scalar
from runner.source import Source, Span

MAX_DEPTH = 100
MAX_EXPANSION = 2_000_000
CParser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SCALAR, ALIAS, DOCUMENT = yaml.ScalarEvent, yaml.AliasEvent, yaml.DocumentStartEvent
MAPPING_START, LIST_START = yaml.MappingStartEvent, yaml.SequenceStartEvent
ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


class Unreadable(Exception):
    """The text cannot be read further; the reason is already among the problems."""


def read_document(source: Source, problems: Problems) -> Node | None:
    """The root of ``source``'s only document, or None where it cannot be read; an empty file gives None as well."""
    try:
        return _Composer(source, problems).compose()
    except Unreadable:
        return None
    except yaml.YAMLError as error:
        explain_yaml_error(source, error, problems)
        return None


class _Composer:
    """Turns parser events into nodes with a stack of its own, so that depth costs no recursion.

    ``compose`` is the hot loop of loading: a collection of 10,000 requests is half a million events.
    """

    def __init__(self, source: Source, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._anchors: dict[str, Node] = {}
        self._expansion = 0

    def compose(self) -> Node | None:  # noqa: C901, PLR0912  # one loop: a call for each event costs a third more
        parser = CParser(self._source.text)
        next_event, source = parser.get_event, self._source
        values: dict[str, Scalar] = {}
        stack: list[_Open] = []
        opened = document = _Open(None, mapping=False)
        try:
            while (event := next_event()) is not None:
                kind = type(event)
                if kind is SCALAR:
                    text = event.value
                    node = Node(source, event.start_mark, event.end_mark, text, "<<" in text)
                    plain = event.implicit[0]
                    if event.tag is not None:
                        self._tag(event, node)
                    elif opened.mapping and opened.key is None:
                        if plain and text == "<<":
                            opened.merges = [*(opened.merges or ()), node]
                    elif plain:
                        node.value = values[text] if text in values else self._value(node, text, values)
                    if event.anchor is not None:
                        self._anchors[event.anchor] = node
                elif kind is MAPPING_START or kind is LIST_START:
                    if len(stack) >= MAX_DEPTH:
                        self._fail(
                            "too-deep",
                            event,
                            f"this is nested more than {MAX_DEPTH} levels deep",
                            "Flatten it.",
                        )
                    stack.append(opened)
                    opened = _Open(event, mapping=kind is MAPPING_START)
                    continue
                elif kind in ENDS:
                    node = self._close(opened, event)
                    opened = stack.pop()
                elif kind is ALIAS:
                    node = self._alias(event, stack, opened)
                else:
                    if kind is DOCUMENT and document.children:
                        self._fail("yaml", event, "a second document starts here", "Keep one document a file.")
                    continue
                if not opened.mapping:
                    opened.children.append(node)
                elif opened.key is None:
                    opened.key = node if node.kind == "scalar" else self._bad_key(node)
                else:
                    opened.pairs.append((opened.key, node))
                    opened.key = None
        finally:
            parser.dispose()
        return document.children[0] if document.children else None

    def _value(self, node: Node, text: str, values: dict[str, Scalar]) -> Scalar:
        try:
            return values.setdefault(text, resolve_plain(text))
        except ValueError as error:
            self._problems.error("number", node, str(error), "Put it in quotes to send it as text.")
            return text

    def _tag(self, event: Any, node: Node) -> None:
        if event.tag is None:
            return
        self._problems.error(
            "tag",
            node,
            f"tags are not supported: {event.tag.replace('tag:yaml.org,2002:', '!!')}",
            "Remove it; put a value in quotes to make it text.",
        )

    def _bad_key(self, node: Node) -> Node:
        self._problems.error("key", node, f"a key must be text, this is {node.type_name}", "Put it in quotes.")
        return Node(
            self._source, Place(node.line - 1, node.column - 1), Place(node.line - 1, node.column), "", templated=False
        )

    def _close(self, opened: _Open, event: Any) -> Node:
        start = opened.event
        node: Node
        if not opened.mapping:
            node = ListNode(self._source, start.start_mark, event.end_mark, opened.children)
        else:
            pairs = opened.pairs
            if len({key.value for key, _ in pairs}) != len(pairs):
                self._duplicates(pairs)
            if opened.merges:
                pairs = self._merge(pairs, opened.merges)
            node = MappingNode(self._source, start.start_mark, event.end_mark, pairs)
        if start.tag is not None:
            self._tag(start, node)
        if start.anchor is not None:
            self._anchors[start.anchor] = node
        return node

    def _alias(self, event: Any, stack: list[_Open], opened: _Open) -> Node:
        name = event.anchor
        if any(one.event is not None and one.event.anchor == name for one in (*stack, opened)):
            self._fail("alias", event, f"*{name} stands inside what it names", "A value cannot contain itself.")
        node = self._anchors.get(name)
        if node is None:
            self._fail("alias", event, f"there is no anchor &{name} above", "Quote a text that starts with *.")
        self._expansion += _size(node, {})
        if self._expansion > MAX_EXPANSION:
            self._fail("too-large", event, "the aliases here expand to millions of values", "Use fewer of them.")
        return node

    def _duplicates(self, pairs: list[tuple[Node, Node]]) -> None:
        first: dict[object, Node] = {}
        for key, _ in pairs:
            if first.setdefault(key.value, key) is not key:
                self._problems.error(
                    "duplicate-key",
                    key,
                    f'the key "{key.value}" stands twice in this mapping',
                    f"The first is on line {first[key.value].line}. Remove or rename one of them.",
                )

    def _merge(self, pairs: list[tuple[Node, Node]], merges: list[Node]) -> list[tuple[Node, Node]]:
        """The pairs with merge keys taken in: own keys win, then the first of the merged mappings."""
        own = [(key, value) for key, value in pairs if key not in merges]
        names = {key.value for key, _ in own}
        for mapping in [one for key, value in pairs if key in merges for one in self._merged(key, value)]:
            for key, value in mapping.items:
                if key.value not in names:
                    names.add(key.value)
                    own.append((key, value))
        return own

    def _merged(self, key: Node, value: Node) -> Sequence[Node]:
        mappings = value.elements if value.kind == "list" else [value]
        if all(one.kind == "mapping" for one in mappings):
            return mappings
        self._problems.error(
            "merge",
            key,
            "the merge key << takes a mapping, or a list of mappings",
            "Write <<: *anchor; a placeholder is written <<NAME>>, without a colon after <<.",
        )
        return []

    def _fail(self, rule: str, event: Any, message: str, hint: str) -> NoReturn:
        start, end = event.start_mark, event.end_mark
        span = Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        self._problems.error_at(rule, self._source, span, message, hint)
        raise Unreadable


class _Open:
    """A mapping or list that is not closed yet; ``key`` is the key that waits for its value."""

    __slots__ = ("children", "event", "key", "mapping", "merges", "pairs")

    def __init__(self, event: Any, *, mapping: bool) -> None:
        self.event = event
        self.mapping = mapping
        self.merges: list[Node] | None = None
        if mapping:
            self.key: Node | None = None
            self.pairs: list[tuple[Node, Node]] = []
        else:
            self.children: list[Node] = []


def _size(node: Node, known: dict[int, int]) -> int:
    """How many values ``node`` expands to; each distinct node is counted through once."""
    if node.kind == "scalar":
        return 1
    if id(node) not in known:
        inner = [*node.elements, *(value for _, value in node.items)]
        known[id(node)] = 1 + sum(_size(one, known) for one in inner)
    return known[id(node)]
