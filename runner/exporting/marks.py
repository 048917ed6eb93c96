"""Requests with marks in place of variables: what is made of them says afterwards where each variable stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Final, NamedTuple

from runner.auth.flow import Means
from runner.auth.tokens import Tokens
from runner.clock import SystemClock
from runner.errors import RenderError
from runner.exporting.commands import ACCESS_TOKEN
from runner.exporting.known import OF_TYPES, Known
from runner.messages import Request
from runner.model import RequestSpec
from runner.node import Node, Plain, is_number
from runner.resolve import Resolver
from runner.settings import HTTP
from runner.variables.environment import Outside
from runner.variables.filters import apply_filter
from runner.variables.generators import DYNAMIC, Generators
from runner.variables.scope import Defaults, Variables
from runner.variables.template import Placeholder, parts_of, placeholders

NUMBER: Final = 7_301_900_000_000_000
"""Where marks begin that stand for what may be no text: whole numbers that JavaScript has, too."""
IN_A_REQUEST: Final = frozenset(
    ("name", "url", "base_url", "query", "headers", "cookies", "auth", "json", "text", "form", "multipart", "graphql")
)
"""Keys that go into what is sent as it is; what else there is says how."""
PLAIN_FILTERS: Final = frozenset((*OF_TYPES, "urlencode"))
"""Filters after which a variable is still seen as itself, encoded or not."""
NEVER: Final = frozenset(("expect", "capture", "examples", "description", "tags", "needs", "data", "matrix"))
SCHEME: Final = re.compile(r"\s*(?:[A-Za-z][A-Za-z0-9+.-]*://)?")
NOT_OF_NUMBERS: Final = frozenset(("float", "bool", "length"))


class Ready(NamedTuple):
    """A request to be written, without its credentials; ``values`` are the marks in it by the name of the variable."""

    request: Request
    means: Means
    values: Mapping[str, str]


class Marks:
    """Makes the requests of one collection."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._stem = "q7z"
        while self._stem in known.collection.source.text:
            self._stem += "q"
        self.values: dict[str, str] = {}
        """By name, the mark that stands for a variable; of a dynamic value the name begins with ``$``. A blank behind a
        name tells the value that stands in the file in the clear from the mark."""
        self._plain: dict[str, Plain] = {}
        self._asked = self._last_filters()
        self._elsewhere = tuple(self._found(said=False))
        self._heads = {name for spec in self._specs for name in self._first(spec)}
        self._words = {*self._heads, *(name for spec in self._specs for name in _in_hosts(spec))}
        for number, name in enumerate(dict.fromkeys((*self._found(said=True), *self._elsewhere)), 1):
            self._mark(name, number)
        self._derive()
        for value, name in known.clear.items():
            self.values[name if name not in self.values else f"{name} "] = value

    @property
    def texts(self) -> frozenset[str]:
        """The variables whose own value is text, also where a filter makes a number of it."""
        return frozenset(name for name, mark in self._plain.items() if isinstance(mark, str))

    @property
    def _specs(self) -> tuple[RequestSpec, ...]:
        return self._known.collection.own_requests

    def _found(self, *, said: bool) -> Iterator[str]:
        """The names in what requests say, or else in what they have of how they are sent."""
        for spec in self._specs:
            for key, node in spec.node.items:
                if (str(key.value) in IN_A_REQUEST) is said and key.value not in NEVER:
                    yield from (found.name for found, _ in placeholders(node))
            if spec.base_url is not None and said:
                yield from (found.name for found, _ in placeholders(spec.base_url))

    def _mark(self, name: str, number: int) -> None:
        known, value = self._known, self._known.default(name)
        if name in known.captured or name in ("$timestamp", "$randomInt"):
            self._put(name, NUMBER + number)
        elif name in self._elsewhere and value is not None:
            return  # it says how to send: its value has to do
        elif isinstance(value, str) or value is None:
            self._put(name, self._text(name, value, number))
        elif is_number(value):
            self._put(name, NUMBER + number)

    def _put(self, name: str, mark: Plain) -> None:
        self._plain[name] = mark
        self.values[name] = str(mark)

    def _text(self, name: str, value: Plain, number: int) -> Plain:
        stem = f"{self._stem}{number:04}x"
        if self._asked.get(name, set()) & {"json", "int"}:
            return str(NUMBER + number)  # a number behind the filter, text where there is none
        if name not in self._words and name not in DYNAMIC:
            return f"{stem}*"  # a character that only a URL has to encode
        if name in self._heads and isinstance(value, str) and (begin := HTTP.match(value)):
            return f"{value[: begin.end()].partition(':')[0]}://{stem}.invalid"
        return f"https://{stem}.invalid" if value is None and name in self._heads else stem

    def _first(self, spec: RequestSpec) -> Iterator[str]:
        """The variable that an address begins with; one that goes behind another address is none by itself."""
        for node in filter(None, (spec.base_url, spec.url)):
            part = parts_of(node)[0] if node.value else ""
            if isinstance(part, Placeholder):
                value = self._known.default(part.name)
                if node is spec.base_url or spec.base_url is None or (isinstance(value, str) and HTTP.match(value)):
                    yield part.name

    def _last_filters(self) -> dict[str, set[str]]:
        """By name, what its placeholders end with."""
        found: dict[str, set[str]] = {}
        for spec in self._specs:
            for one in (used for node in spec.nodes(response=False) for used, _ in placeholders(node)):
                if one.filters:
                    found.setdefault(one.name, set()).add(one.filters[-1])
        return found

    def _derive(self) -> None:
        """What filters make of marks: variables of their own; of what they cannot be about the value has to do."""
        for spec in self._specs:
            for node in spec.nodes(response=False):
                for found, scalar in placeholders(node):
                    self._filter(found, scalar)

    def _filter(self, found: Placeholder, node: Node) -> None:
        mark = self._plain.get(found.name)
        is_said = PLAIN_FILTERS.issuperset(found.filters)
        name = found.name if is_said else self._known.name_of(found, node)
        self._known.note_default(found, node)
        if mark is None or not found.filters:
            return
        try:
            made: Plain = mark
            for one in found.filters:
                made = apply_filter(one, made)
        except ValueError:
            made = None
        if name != found.name and isinstance(made, str):
            self.values[name] = made
        elif NOT_OF_NUMBERS.intersection(found.filters) and self._known.default(found.name) is not None:
            self._plain.pop(found.name)
            self.values.pop(found.name)

    def ready(self, spec: RequestSpec) -> Ready | None:
        """The request with marks; with values where it cannot be made of marks; None, told, where of neither."""
        try:
            return self._made(spec, self._plain)
        except RenderError:
            asked = {name: mark for name, mark in self._plain.items() if self._known.default(name) is None}
        try:
            return self._made(spec, asked)
        except RenderError as error:
            message = f'"{spec.name.value}" is left out: {error.diagnostic.message}'
            self._known.note(spec.location, message, error.diagnostic.hint)
            return None

    def _made(self, spec: RequestSpec, marks: Mapping[str, Plain]) -> Ready:
        collection = self._known.collection
        generators = _Marking(self._plain)
        variables = Variables(Defaults(collection.variables, collection.secrets), Outside(), generators, _nothing)
        for name, mark in marks.items():
            if not name.startswith("$"):
                variables.capture(name, mark, "")
        means = Means(variables, SystemClock(), Tokens(ACCESS_TOKEN), _nothing)
        request = Resolver(collection.folder, variables).request(spec)
        return Ready(request, means, self.values)


class _Marking(Generators):
    """Gives marks for what is made up anew each time."""

    def __init__(self, marks: Mapping[str, Plain]) -> None:
        super().__init__(SystemClock(), Random())  # noqa: S311  # nothing is taken from it
        self._marks = marks

    def value(self, name: str) -> Plain:
        assert name in DYNAMIC  # noqa: S101  # the file was checked
        return self._marks[name]


def _in_hosts(spec: RequestSpec) -> Iterator[str]:
    """The variables in scheme, host and port of an address, and those that have to be a word of AWS."""
    for node in filter(None, (spec.base_url, spec.url)):
        for number, part in enumerate(parts_of(node)):
            if isinstance(part, Placeholder):
                yield part.name
            elif "/" in (SCHEME.sub("", part, count=1) if number == 0 else part):
                break
    fields = spec.auth.fields if spec.auth is not None else {}
    for field in ("region", "service"):
        if field in fields:
            yield from (found.name for found, _ in placeholders(fields[field]))


def _nothing(value: Plain) -> None:
    """Marks are no secrets."""
