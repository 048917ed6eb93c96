"""One YAML text to nodes, a place for every value: the only module that imports yaml.

It builds from the C parser's events, with limits on depth and on what aliases may expand to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, NoReturn

import yaml

from runner.loading.line_breaks import hide_breaks
from runner.loading.problems import Problems
from runner.loading.scalars import resolve_plain
from runner.loading.surrogates import MAX_STRINGS, join_halves
from runner.loading.yaml_errors import explain_yaml_error
from runner.node import ListNode, MappingNode, Node, Scalar
from runner.source import Source, Span

MAX_DEPTH = 100
MAX_EXPANSION = 2_000_000
MAX_EVENTS = 650_000
"""Values that a file holds, the beginning and the end of a list or mapping counted as one each: each takes a third of a
kilobyte."""
CParser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SCALAR, ALIAS, DOCUMENT = yaml.ScalarEvent, yaml.AliasEvent, yaml.DocumentStartEvent
MAPPING_START, LIST_START = yaml.MappingStartEvent, yaml.SequenceStartEvent
MAPPING_END, LIST_END = yaml.MappingEndEvent, yaml.SequenceEndEvent
NO_MERGES: tuple[Node, ...] = ()
FLATTEN = "Flatten it."


class Unreadable(Exception):
    """The text cannot be read further; the reason is already among the problems."""


def read_document(source: Source, problems: Problems) -> Node | None:
    """The root of ``source``'s only document, or None where it cannot be read; an empty file gives None as well."""
    text, hidden = hide_breaks(source.text)
    for _ in range(MAX_STRINGS):
        try:
            return _Composer(source, problems, text, hidden).compose()
        except Unreadable:
            return None
        except yaml.YAMLError as error:
            joined = join_halves(text, error)
            if joined is None:
                explain_yaml_error(source, error, problems)
                return None
            text = joined
    message = f"more than {MAX_STRINGS} texts hold characters that are written in two halves"
    problems.error_at("yaml", source, Span(1, 1, 1, 1), message, "Write the characters themselves instead of \\ud83d….")
    return None


class _Composer:
    """Turns parser events into nodes with a stack of its own, so that depth costs no recursion.

    ``compose`` is the hot loop of loading: a collection of 10,000 requests is half a million events.
    """

    def __init__(self, source: Source, problems: Problems, text: str, hidden: Mapping[int, str]) -> None:
        self._source = source
        self._text = text
        self._hidden = hidden
        self._problems = problems
        self._anchors: dict[str, Node] = {}
        self._expansion = 0
        self._measured: dict[int, tuple[int, int, Node]] = {}
        """By the id of a node, which is kept so that no other takes that id."""

    def compose(self) -> Node | None:  # noqa: C901, PLR0912, PLR0915  # one loop: a call an event costs a third more
        parser = CParser(self._text)
        next_event, source, hidden = parser.get_event, self._source, self._hidden
        values: dict[str, Scalar] = {}
        stack: list[tuple[Any, ...]] = []
        start: Any = None
        mapping, key = False, None
        inner: list[Any] = []
        merges = NO_MERGES
        try:
            for event in islice(iter(next_event, None), MAX_EVENTS):
                kind = type(event)
                if kind is SCALAR:
                    text = event.value.translate(hidden) if hidden else event.value
                    node = Node(source, event.start_mark, event.end_mark, text, "<<" in text)
                    if event.tag is not None:
                        self._tag(event, node)
                    elif mapping and key is None:
                        if text == "<<" and event.implicit[0]:
                            merges = (*merges, node)
                    elif event.implicit[0]:
                        node.value = values[text] if text in values else self._value(node, text, values)
                    if event.anchor is not None:
                        self._anchors[event.anchor] = node
                elif kind is MAPPING_START or kind is LIST_START:
                    if len(stack) >= MAX_DEPTH:
                        self._fail("too-deep", event, f"this is nested more than {MAX_DEPTH} levels deep", FLATTEN)
                    stack.append((start, mapping, key, inner, merges))
                    start, mapping, key, inner, merges = event, kind is MAPPING_START, None, [], NO_MERGES
                    continue
                elif kind is MAPPING_END or kind is LIST_END:
                    node = self._closed(start, event, inner, merges)
                    start, mapping, key, inner, merges = stack.pop()
                elif kind is ALIAS:
                    node = self._alias(event, [start, *(one[0] for one in stack)])
                    if mapping and key is None and not isinstance(node.value, str):
                        node = self._bad_key(node)
                else:
                    if kind is DOCUMENT and inner:
                        self._fail("yaml", event, "a second document starts here", "Keep one document a file.")
                    continue
                if not mapping:
                    inner.append(node)
                elif key is None:
                    key = node if node.kind == "scalar" else self._bad_key(node)
                else:
                    inner.append((key, node))
                    key = None
            if (event := next_event()) is not None:
                message = f"this file holds more than {MAX_EVENTS:,} values up to here"
                self._fail("too-large", event, message, "Divide it into several files.")
        finally:
            parser.dispose()
        root: Node | None = inner[0] if inner else None
        return root

    def _value(self, node: Node, text: str, values: dict[str, Scalar]) -> Scalar:
        try:
            return values.setdefault(text, resolve_plain(text))
        except ValueError as error:
            self._problems.error("number", node, str(error), "Put it in quotes to send it as text.")
            return text

    def _tag(self, event: Any, node: Node) -> None:
        self._problems.error(
            "tag",
            node,
            f"tags are not supported: {event.tag.replace('tag:yaml.org,2002:', '!!')}",
            "Remove it; put a value in quotes to make it text.",
        )

    def _bad_key(self, node: Node) -> Node:
        hint = "Put it in quotes; a placeholder is written <<NAME>>, not {{NAME}}."
        self._problems.error("key", node, f"a key must be text, this is {node.type_name}", hint)
        return node.renamed("")

    def _closed(self, start: Any, end: Any, inner: list[Any], merges: Sequence[Node]) -> Node:
        """The list or mapping between two events; of a mapping ``inner`` are the pairs, ``merges`` its keys ``<<``."""
        node: Node
        kind = type(start)
        if kind is LIST_START:
            node = ListNode(self._source, start.start_mark, end.end_mark, inner)
        else:
            if len(inner) > 1 and len({key.value for key, _ in inner}) != len(inner):
                self._duplicates(inner)
            pairs = self._merge(inner, merges) if merges else inner
            node = MappingNode(self._source, start.start_mark, end.end_mark, pairs)
        if start.tag is not None:
            self._tag(start, node)
        if start.anchor is not None:
            self._anchors[start.anchor] = node
        return node

    def _alias(self, event: Any, opened: list[Any]) -> Node:
        name = event.anchor
        if any(one is not None and one.anchor == name for one in opened):
            self._fail("alias", event, f"*{name} stands inside what it names", "A value cannot contain itself.")
        node = self._anchors.get(name)
        if node is None:
            self._fail("alias", event, f"there is no anchor &{name} above", "Quote a text that starts with *.")
        size, height = self._measure(node)
        self._expansion += size
        if len(opened) + height > MAX_DEPTH:
            self._fail("too-deep", event, f"*{name} leads more than {MAX_DEPTH} levels deep", FLATTEN)
        if self._expansion > MAX_EXPANSION:
            self._fail("too-large", event, "the aliases here expand to millions of values", "Use fewer of them.")
        return node

    def _measure(self, node: Node) -> tuple[int, int]:
        """How many values ``node`` expands to, and how deep. What an alias names inside was measured before, so
        this goes no deeper than the text does."""
        if node.kind == "scalar":
            return 1, 0
        known = self._measured.get(id(node))
        if known is None:
            inner = [self._measure(one) for one in (*node.elements, *(value for _, value in node.items))]
            size, height = 1 + sum(size for size, _ in inner), 1 + max((height for _, height in inner), default=0)
            known = self._measured[id(node)] = (size, height, node)
        return known[:2]

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

    def _merge(self, pairs: list[tuple[Node, Node]], merges: Sequence[Node]) -> list[tuple[Node, Node]]:
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
        mappings = value.as_list
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
