"""What an exporter knows of a collection's variables, and what it has to tell."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from random import Random
from typing import Final

from runner.clock import SystemClock
from runner.errors import RenderError
from runner.exporting.clear import clear_secrets
from runner.exporting.exported import Note
from runner.model import Collection, RequestSpec
from runner.node import Node, Plain
from runner.source import Location
from runner.variables.credentials import declare_credentials
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from runner.variables.template import Placeholder, parts_of, placeholders
from runner.variables.uses import used_names

TYPED: Final = frozenset(("json", "int", "float", "bool", "length"))
"""Filters after which a value is not, or need not be, text."""
OF_TYPES: Final = frozenset(("json", "int", "float", "bool", "string"))
"""Filters that leave a value as it stands in other text."""
NOT_IN_A_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")


class Known:
    """A collection's variables as the file alone has them: nothing from outside is looked at, and no value of a secret
    is given. ``notes`` are all that a person has to be told, each once."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection
        self.notes: list[Note] = []
        defaults = Defaults(collection.variables, collection.secrets)
        generators = Generators(SystemClock(), Random())  # noqa: S311  # nothing that it makes is used
        self._variables = Variables(defaults, Outside(), generators, _nothing)
        declare_credentials(collection, self._variables)
        self.captured: dict[str, str] = {}
        """By the name of a capture, the name of the request that it is from."""
        for spec in collection.own_requests:
            for capture in spec.captures:
                self.captured.setdefault(capture.name, str(spec.name.value))
                if capture.secret:
                    self._variables.declare_secret(capture.name)
        self.values = frozenset(_values_alone(collection).intersection(self.captured))
        """Captures that stand for nothing but whole values in JSON."""
        self.spot: dict[str, str] = {}
        """Defaults that stand on the spot, by name."""
        self.derived: dict[str, str] = {}
        """Names that stand for a variable behind its filters, and their values as far as the file knows them."""
        self.left: dict[str, list[RequestSpec]] = {}
        """By key, the requests that it is left out of."""
        self._seen: set[int] = set()
        self._clear, notes = clear_secrets(collection)
        self.notes += notes

    def note(self, place: Location | str, message: str, hint: str = "") -> None:
        """Tell that something is not said, or not as it is."""
        note = Note(str(place), message, hint)
        if note not in self.notes:
            self.notes.append(note)

    def is_new(self, node: Node) -> bool:
        """Whether this is asked for the first time: what ``defaults`` say is the same node in every request."""
        new = id(node) not in self._seen
        self._seen.add(id(node))
        return new

    def is_secret(self, name: str) -> bool:
        return self._variables.is_secret(name) or name in self._clear.values()

    @property
    def clear(self) -> Mapping[str, str]:
        """Values that stand in the clear and let somebody in, with the name of the variable in their place."""
        return self._clear

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that somebody has to give."""
        named = {*used_names(self.collection), *self._clear.values()} - {*self.captured}
        return tuple(sorted(name for name in named if self.is_secret(name)))

    @property
    def outside(self) -> tuple[str, ...]:
        """All names that need a value from outside of the file."""
        return (*self.secrets, *self.open, *(name for name, value in self.derived.items() if not value))

    @property
    def inside(self) -> dict[str, str]:
        """Values that stand in the file, but not among its variables."""
        return {**self.spot, **{name: value for name, value in self.derived.items() if value}}

    @property
    def open(self) -> tuple[str, ...]:
        """Names that nothing in the file gives a value, secrets aside."""
        given = {*self.collection.variables, *self.captured, *self.spot}
        named = used_names(self.collection) - given
        return tuple(sorted(name for name in named if not name.startswith("$") and not self.is_secret(name)))

    def plain(self) -> Iterator[tuple[str, Node]]:
        """The variables of the file that are no secrets."""
        return ((name, node) for name, node in self.collection.variables.items() if not self.is_secret(name))

    def referred(self, names: Container[str]) -> list[tuple[str, Node]]:
        """Those of ``names`` that are no secrets, and those that their values are made from, these first."""
        found: dict[str, Node] = {}
        seen: set[str] = set()

        def add(name: str, node: Node) -> None:
            seen.add(name)
            for one, _ in placeholders(node):
                inner = self.collection.variables.get(one.name)
                if inner is not None and one.name not in seen and not self.is_secret(one.name):
                    add(one.name, inner)
            found[name] = node

        for name, node in self.plain():
            if name in names and name not in seen:
                add(name, node)
        return list(found.items())

    def default(self, name: str) -> Plain:
        """The value that the file gives a variable that is no secret; None without one."""
        node = self.collection.variables.get(name)
        if node is None or self.is_secret(name) or self._rests_on_secrets(node):
            return None
        try:
            return self._variables.render(node)
        except RenderError:
            return None

    def rendered(self, node: Node) -> Plain:
        """What ``node`` is with the values of the file, None where they do not do."""
        if self._rests_on_secrets(node):
            return None
        try:
            return self._variables.render(node)
        except RenderError:
            return None

    def _rests_on_secrets(self, node: Node) -> bool:
        used = {found.name for found, _ in placeholders(node)}
        names = used.union(*map(self._variables.uses, used))
        return any(name in self.captured or self.is_secret(name) for name in names)

    def is_typed(self, placeholder: Placeholder) -> bool:
        """Whether what stands for this alone is a number, a list and so on, as far as the file says."""
        if placeholder.filters:
            return placeholder.filters[-1] in TYPED
        if placeholder.name in ("$timestamp", "$randomInt"):
            return True
        return not isinstance(self.default(placeholder.name), str | None)

    def name_of(self, placeholder: Placeholder, node: Node) -> str:
        """The variable that stands for a placeholder in another tool: what its filters make is one of its own."""
        self.note_default(placeholder, node)
        name, filters = placeholder.name, tuple(one for one in placeholder.filters if one not in OF_TYPES)
        if not filters:
            return name
        new = NOT_IN_A_NAME.sub("_", "_".join((name.removeprefix("$"), *filters)))
        if new not in self.derived:
            value = None if name.startswith("$") else self.rendered(node.renamed(placeholder.text, templated=True))
            self.derived[new] = value if isinstance(value, str) else ""
            said = f"{placeholder.text} is the variable {new} there, since filters cannot be written"
            self.note(node.location, said, "" if self.derived[new] else "Give it its value by hand.")
        return new

    def note_default(self, placeholder: Placeholder, node: Node) -> None:
        """Keep a default that stands on the spot: it becomes that of the variable."""
        name = placeholder.name
        default = placeholder.default
        is_spot = default is not None and not self.is_secret(name) and name not in self.collection.variables
        if default is not None and is_spot and self.spot.setdefault(name, default) != default:
            self.note(node.location, f"another default of {name} is left out: {placeholder.text}")

    def hidden(self, text: str, reference: str = "{{%s}}") -> str:
        """``text`` without secrets that stand in it in the clear."""
        for value in sorted(self._clear, key=len, reverse=True):
            if value in text:
                text = text.replace(value, reference % self._clear[value])
        return text


def requests_of(known: Known) -> Iterator[RequestSpec]:
    """The requests that can be exported: those of the file itself, of a conversation its first turn."""
    conversations: set[str] = set()
    for item in known.collection.items:
        if not isinstance(item, RequestSpec):
            message = f"the requests of {item.collection.source.name} are left out"
            known.note(item.node.location, message, "Export that file by itself.")
            continue
        if item.conversation is None:
            yield item
            continue
        name = str(item.conversation.value)
        if name in conversations:
            known.note(item.location, f'"{item.name.value}" is left out: it holds the answer to the turn before it')
            continue
        conversations.add(name)
        yield item._replace(captures=tuple(one for one in item.captures if one.kind != "history"))


def _values_alone(collection: Collection) -> set[str]:
    """Names that stand, without a filter, as whole values in JSON bodies of the file, and nowhere else."""
    values: list[str] = []
    used: list[str] = [found.name for node in collection.variables.values() for found, _ in placeholders(node)]
    for spec in collection.own_requests:
        used += [
            found.name for one in (False, True) for node in spec.nodes(response=one) for found, _ in placeholders(node)
        ]
        body = spec.body.node if spec.body is not None else None
        if body is not None and spec.body is not None and spec.body.kind in ("json", "graphql"):
            values += _alone(body if spec.body.kind == "json" else body.get("variables"))
    counts = Counter(used)
    alone = {name for name, number in Counter(values).items() if number == counts[name]}
    return alone - {*collection.variables}


def _alone(node: Node | None) -> Iterator[str]:
    """The names that are all of a value in it."""
    if node is None or not node.templated:
        return
    for inner in (*node.elements, *(value for _, value in node.items)):
        yield from _alone(inner)
    part, *more = parts_of(node) if node.kind == "scalar" else ("",)
    if not more and isinstance(part, Placeholder) and not part.filters and part.default is None:
        yield part.name


def _nothing(value: Plain) -> None:
    """Nothing is shown here that would have to be masked."""
