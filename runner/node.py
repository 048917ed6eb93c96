"""A YAML value that knows where it is written: what the loader reads and what a request is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal, NamedTuple, Protocol, TypeAlias, TypeGuard

from runner.source import Diagnostic, Location, Severity, Source, Span

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Scalar: TypeAlias = "bool | int | float | str | None"
Kind = Literal["scalar", "mapping", "list"]


class Mark(Protocol):
    """A 0-based place, as YAML's parser gives it."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class Place(NamedTuple):
    """A mark for a node that no parser made."""

    line: int = 0
    column: int = 0


class Node:
    """A scalar, mapping or list with its place in ``source``.

    ``value`` is the scalar; ``items`` are the pairs of a mapping (keys are scalar nodes); ``elements``
    are the elements of a list. ``templated`` says whether a ``<<`` stands anywhere inside: what has none
    is the same in every run. A node is never changed once it is read; an aliased node is shared.
    """

    __slots__ = ("_end", "_start", "source", "templated", "value")

    kind: ClassVar[Kind] = "scalar"
    items: Sequence[tuple[Node, Node]]
    elements: Sequence[Node]

    def __init__(self, source: Source, start: Mark, end: Mark, value: Scalar, templated: bool) -> None:  # noqa: FBT001
        self.source = source
        self._start = start
        self._end = end
        self.value = value
        self.templated = templated

    @property
    def line(self) -> int:
        """The line it starts on, from 1."""
        return self._start.line + 1

    @property
    def column(self) -> int:
        """The column it starts at, from 1."""
        return self._start.column + 1

    @property
    def span(self) -> Span:
        return Span(self.line, self.column, self._end.line + 1, self._end.column + 1)

    @property
    def location(self) -> Location:
        """The line it starts on, as failures and reports name it."""
        return Location(self.source.name, self.line)

    @property
    def type_name(self) -> str:
        """What a person calls this value in a message: ``text``, ``a number``, ``a list``."""
        if self.kind == "mapping":
            return "a mapping"
        if self.kind == "list":
            return "a list"
        return scalar_type_name(self.value)

    @property
    def as_list(self) -> Sequence[Node]:
        """The elements of a list, anything else alone: for what a file writes once or as a list."""
        return (self,)

    @property
    def first_key(self) -> Node:
        """The first key of a mapping, where a message about the whole of it points; else the node itself."""
        return self.items[0][0] if self.items else self

    def renamed(self, value: str, *, templated: bool = False) -> Node:
        """A scalar with this value at the same place; unless it is ``templated``, placeholders are not looked at."""
        return Node(self.source, self._start, self._start, value, templated=templated)

    def with_items(self, items: Sequence[tuple[Node, Node]]) -> Node:
        """A mapping of these pairs at the same place."""
        return MappingNode(self.source, self._start, self._end, items)

    def with_elements(self, elements: Sequence[Node]) -> Node:
        """A list of these elements at the same place."""
        return ListNode(self.source, self._start, self._end, elements)

    def joined(self, lists: Sequence[Node]) -> Node:
        """One list of all that these lists hold, at the same place."""
        return JoinedNode(self.source, self._start, self._end, lists)

    def slot(self, name: str) -> Node:
        """What stands at this place for a value of the program's own."""
        return SlotNode(self.source, self._start, self._end, name, templated=True)

    def with_value(self, value: Plain) -> Node:
        """What stands for ``value`` at the same place, its placeholders not looked at."""
        if isinstance(value, dict):
            return self.with_items([(self.with_value(key), self.with_value(one)) for key, one in value.items()])
        if isinstance(value, list):
            return self.with_elements([self.with_value(one) for one in value])
        return Node(self.source, self._start, self._end, value, templated=False)

    def get(self, key: str) -> Node | None:
        """The value under ``key`` of a mapping, None if there is none."""
        for name, value in self.items:
            if name.value == key:
                return value
        return None

    def plain(self) -> Plain:
        """The value as plain data, placeholders left as they are written. It is shared: do not change it."""
        return self.value

    def inside(self) -> Iterator[Node]:
        """Itself and every node inside, keys included, in the order of the file; once where aliases repeat it."""
        seen: set[int] = set()
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if id(node) in seen:
                continue
            seen.add(id(node))
            yield node
            waiting += reversed(node.elements)
            for key, value in reversed(node.items):
                waiting += (value, key)

    def scalars(self) -> Iterator[Node]:
        """Every scalar inside, keys included, in the order of the file; once where aliases repeat it."""
        return (node for node in self.inside() if node.kind == "scalar")

    def templated_scalars(self) -> Iterator[Node]:
        """Every scalar inside that holds a ``<<``, keys included, in the order of the file."""
        if not self.templated:
            return
        if self.kind == "scalar":
            yield self
        for element in self.elements:
            if element.templated:
                yield from element.templated_scalars()
        for key, value in self.items:
            if key.templated:
                yield key
            if value.templated:
                yield from value.templated_scalars()

    def diagnostic(self, rule: str, message: str, hint: str, severity: Severity = "error") -> Diagnostic:
        """What is wrong with it, at its place."""
        return Diagnostic(rule, message, hint, self.source, self.span, severity)

    def __repr__(self) -> str:
        return f"Node({self.kind} at {self.source.name}:{self.line}:{self.column})"


class MappingNode(Node):
    """A mapping: pairs of key and value in the order of the file, no key twice."""

    __slots__ = ("_plain", "items")

    kind: ClassVar[Kind] = "mapping"

    def __init__(self, source: Source, start: Mark, end: Mark, items: Sequence[tuple[Node, Node]]) -> None:
        self.source = source
        self._start = start
        self._end = end
        self.value = None
        self.templated = False
        for key, value in items:
            if value.templated or key.templated:
                self.templated = True
                break
        self.items = items
        self._plain: dict[str, Plain] | None = None

    def plain(self) -> Plain:
        if self._plain is None:
            self._plain = {str(key.value): value.plain() for key, value in self.items}
        return self._plain


class ListNode(Node):
    """A list of values."""

    __slots__ = ("_plain", "elements")

    kind: ClassVar[Kind] = "list"

    def __init__(self, source: Source, start: Mark, end: Mark, elements: Sequence[Node]) -> None:
        self.source = source
        self._start = start
        self._end = end
        self.value = None
        self.templated = False
        for element in elements:
            if element.templated:
                self.templated = True
                break
        self.elements = elements
        self._plain: list[Plain] | None = None

    @property
    def as_list(self) -> Sequence[Node]:
        return self.elements

    def plain(self) -> Plain:
        if self._plain is None:
            self._plain = [element.plain() for element in self.elements]
        return self._plain


class JoinedNode(ListNode):
    """Lists one after the other as one list. No file has it: it is what a request is made from where some of its lists
    are known only when it is sent."""

    __slots__ = ()

    def plain(self) -> Plain:
        parts = [element.plain() for element in self.elements]
        return [one for part in parts if isinstance(part, list) for one in part]


class SlotNode(Node):
    """Stands for a value that the program keeps under ``value``, a name that no placeholder can have. What a file says
    is never read as one."""

    __slots__ = ()


Node.items = ()
Node.elements = ()


def is_number(value: object) -> TypeGuard[int | float]:
    """Whether a plain value is a number: true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def scalar_type_name(value: object) -> str:
    """What a person calls the type of a plain value."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a mapping"
