"""Where a variable's value comes from: the layers in their order, types, and which are secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from runner.errors import RenderError
from runner.model import NO_ROW, Row, SecretRules
from runner.node import Node, Plain
from runner.source import Diagnostic
from runner.variables.captures import Captures, Found
from runner.variables.environment import Outside
from runner.variables.filling import fill, filled
from runner.variables.filters import as_text
from runner.variables.generators import Generators
from runner.variables.growth import Growth
from runner.variables.layers import Given, Layers
from runner.variables.missing import missing_hint
from runner.variables.rows import row_label
from runner.variables.secrets import cookie_secrets, is_secret
from runner.variables.template import Placeholder, diagnostic_at, is_made_up, placeholders
from runner.variables.typed import typed
from runner.variables.uses import direct_uses, reachable

MASKABLE = 4


class Defaults(NamedTuple):
    """What a collection says of its variables: values (may hold placeholders) and which are secret."""

    variables: Mapping[str, Node]
    secrets: SecretRules


class Narrower(NamedTuple):
    """What a scope inside another one adds: the defaults of an included file, the values of its ``with`` (which are
    filled outside of it), a row of its own."""

    defaults: Defaults = Defaults(MappingProxyType({}), SecretRules())
    given: Mapping[str, Node] = MappingProxyType({})
    row: Row = NO_ROW


class Remembered(NamedTuple):
    """What a scope knows at one moment: of responses, and of values that were looked up."""

    captured: Mapping[str, Found]
    known: Mapping[str, Found | None]


class Variables:
    """The variables of one collection in one run, or of a part of it that has some of its own (``inside``).
    ``mark_secret`` is told every secret value that is used."""

    def __init__(
        self,
        defaults: Defaults,
        outside: Outside,
        generators: Generators,
        mark_secret: Callable[[Plain], None],
        stand_in: str | None = None,
    ) -> None:
        self._defaults = defaults
        self._row = outside.row
        self._generators = generators
        self._mark_secret = mark_secret
        self._stand_in = stand_in
        self._captures = Captures()
        self._outer: Variables | None = None
        origin = f"the row {self.label}"
        self._layers = Layers(outside, {name: Given(value, origin) for name, value in outside.row.values.items()})
        self._own: frozenset[str] = frozenset()
        """Names that have a value of their own in here; what depends on none of them is the outer scope's."""
        self._direct = direct_uses(defaults.variables)
        self._reach: dict[str, frozenset[str]] = {}
        self._known: dict[str, Found | None] = {}
        self._heard = 0
        """How many captures are taken account of in what is known."""
        self._open: list[str] = []
        self._growth = Growth()

    def inside(self, narrower: Narrower) -> Variables:
        """The variables of a part of the run: of an included file, or of a request with rows of its own.

        Its ``with`` and its row go before all but captures and ``--var``; the defaults of the outer file go before
        those of the included one. A value that depends on nothing of that is the same in both scopes."""
        mine, other = self._defaults, narrower.defaults
        listed = mine.secrets.listed | other.secrets.listed
        secrets = SecretRules(listed, (mine.secrets.excluded | other.secrets.excluded) - listed)
        defaults = Defaults({**other.variables, **mine.variables}, secrets)
        outside = self._layers.outside._replace(row=narrower.row)
        found = Variables(defaults, outside, self._generators, self._mark_secret, self._stand_in)
        given = {
            name: Given(None, f"with, {node.source.name}:{node.line}", node, self.render, self.used_in)
            for name, node in narrower.given.items()
        }
        found._layers = Layers(outside, {**self._layers.local, **given, **found._layers.local})
        found._own = frozenset({*(other.variables.keys() - mine.variables.keys()), *given, *narrower.row.values})
        found._captures, found._heard = self._captures, self._captures.count
        found._outer = self
        return found

    @property
    def label(self) -> str:
        """How reports name the row, empty without one; secrets are left out."""
        return row_label(self._row, self.is_secret)

    def capture(self, name: str, value: Plain, origin: str, *, secret: bool = False) -> None:
        """Keep what a response gave; it wins over every other source from now on, in all scopes."""
        if secret or self.is_secret(name):
            self._captures.declared.add(name)
            self._mark_secret(value)
        self._captures.keep(name, Found(value, origin))

    def remembered(self) -> Remembered:
        """What is known by now."""
        with self._captures.lock:
            self._hear()
            return Remembered(dict(self._captures.values), dict(self._known))

    def before_all(self) -> Remembered:
        """What may be known before anything is sent: no value that is made up when it is asked for."""
        found = self.remembered()
        known = {name: one for name, one in found.known.items() if not self.may_be_made_up(name)}
        return Remembered({}, known)

    def may_be_made_up(self, name: str) -> bool:
        """Whether a dynamic value stands in anything that the file says of ``name``."""
        names = {name, *self._reachable(name)}
        given = [self._layers.local[one].node for one in names & self._layers.local.keys()]
        return any(node and is_made_up(node) for node in (*given, *map(self._defaults.variables.get, names)))

    def go_back(self, before: Remembered) -> None:
        """Know no more than ``before``: what responses gave since then is forgotten in all scopes, and values that were
        made up since then in this one."""
        with self._captures.lock:
            self._captures.go_back(before.captured)
            self._heard = self._captures.count
            self._known = dict(before.known)
            self._growth = Growth()

    @property
    def outer(self) -> Variables | None:
        """Those of the scope around this one."""
        return self._outer

    def uses(self, *names: str) -> frozenset[str]:
        """The variables that the values of ``names`` are made from: those that their defaults in the file refer to, or
        what ``with`` says of them."""
        found: set[str] = set()
        seen: set[str] = set()
        layers = self._layers
        waiting = [name for name in names if name in self._direct or name in layers.local]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            given = layers.local.get(one)
            if given is not None and given.node is not None:
                found |= frozenset() if one in layers.outside.options else given.uses
                continue
            new = self._direct.get(one, frozenset())
            if new and next(self._given(one), None) is None:  # a value from outside stands in for the default
                found |= new
                waiting.extend(new - seen)
        return frozenset(found)

    def used_in(self, node: Node) -> frozenset[str]:
        """The variables that ``node`` is made from, directly or through others."""
        written = direct_uses({"": node}).get("", frozenset())
        return written | self.uses(*written)

    def is_dynamic(self, name: str) -> bool:
        """Whether a dynamic value stands in what the file says of ``name``, with nothing from outside in its place."""
        own = [one for one in (name, *self.uses(name)) if one in self._defaults.variables]
        nodes = [self._defaults.variables[one] for one in own if next(self._given(one), None) is None]
        return any(found.name.startswith("$") for node in nodes for found, _ in placeholders(node))

    def _given(self, name: str) -> Iterator[Found]:
        """The values from outside and where they come from; an empty text is none for a secret."""
        return (one for one in self._layers.values(name) if one.value != "" or not self.is_secret(name))

    def empty_in(self, name: str) -> list[str]:
        """Where a name is set to nothing, which counts as missing for a secret."""
        own = [one for key, one in self._defaults.variables.items() if key == name and one.value == ""]
        return [*self._layers.empty_in(name), *(f"variables, {one.source.name}:{one.line}" for one in own)]

    def _reachable(self, name: str) -> frozenset[str]:
        """Every name that the value of ``name`` may depend on, whatever is given in place of a default."""
        found = self._reach.get(name)
        if found is None:
            found = reachable(name, self._direct)
            for one in {name, *found} & self._layers.local.keys():
                found |= self._layers.local[one].uses
            self._reach[name] = found
        return found

    def declare_secret(self, name: str) -> None:
        """``name`` is secret for how it is used, unless the file takes it out."""
        if name in self._defaults.secrets.excluded:
            return
        self._captures.declared.add(name)
        known = self._captures.values.get(name) or self._known.get(name)
        if known is not None:
            self._mark_secret(known.value)

    def is_secret(self, name: str) -> bool:
        """Whether the value of ``name`` must never be shown. Once a secret, always a secret."""
        return name in self._captures.declared or is_secret(name, self._defaults.secrets)

    def hide(self, value: Plain) -> None:
        """Mask a value from now on that is no variable's."""
        self._mark_secret(value)

    def hide_cookie(self, name: str, value: str, *, hidden: bool = False) -> None:
        """Mask the value of a cookie if it looks like one that lets somebody in."""
        for one in cookie_secrets(name, value, self._defaults.secrets, hidden=hidden):
            self._mark_secret(one)

    def lookup(self, name: str) -> Found | None:
        """The first hit in the order of the layers, as the type that the file's default has; None without one.

        Raises ``RenderError`` if a text does not fit that type, or if defaults refer to each other in a circle."""
        captured = self._captures.values.get(name)
        if captured is not None:
            return captured
        if self._heard == self._captures.count:
            known = self._known.get(name)  # at once: another thread may be about to forget it
            if known is not None:
                return known
        with self._captures.lock:
            self._hear()
            if name not in self._known:
                found = self._search(name)
                if found is not None and self.is_secret(name):
                    self._mark_secret(found.value)
                self._known[name] = found
            return self._known[name]

    def _hear(self) -> None:
        """Forget what was made from variables that were captured since."""
        if self._heard == self._captures.count:
            return
        captured = self._captures.since(self._heard)
        self._heard = self._captures.count
        for name in list(self._known) if captured else ():
            if not self._reachable(name).isdisjoint(captured):
                del self._known[name]

    def short_secrets(self) -> list[Diagnostic]:
        """A warning for each secret in use that is too short to be masked."""
        short = [name for name, found in self._known.items() if found and self.is_secret(name) and _is_short(found)]
        hint = "Use a longer one, or declare that it is none: secrets: {not: [NAME]}."
        message = "the secret {} is shorter than four characters, so it is not masked in what is shown"
        return [Diagnostic("short-secret", message.format(name), hint, severity="warning") for name in short]

    @property
    def is_for_mock(self) -> bool:
        """Whether secrets need not be right: the mock server looks at none."""
        return self._stand_in is not None

    def _search(self, name: str) -> Found | None:
        if self._outer is not None and name not in self._own and self._own.isdisjoint(self._reachable(name)):
            return self._outer.lookup(name)
        default = self._defaults.variables.get(name)
        for value, origin in self._given(name):
            return Found(typed(name, value, origin, default) if isinstance(value, str) else value, origin)
        if default is not None:
            value = self._default_value(name, default)
            if not (value == "" and self.is_secret(name)):
                return Found(value, f"variables, {default.source.name}:{default.line}")
        if self._stand_in is not None and self.is_secret(name):
            return Found(self._stand_in, "a stand-in for the mock server")
        return None

    def _default_value(self, name: str, default: Node) -> Plain:
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            message = f"variables refer to each other in a circle: {circle}"
            raise RenderError(default.diagnostic("circle", message, "Give one of them a value."))
        self._open.append(name)
        try:
            return self.render(default)
        except RecursionError:
            hint = "Use fewer steps from one to the next."
            raise RenderError(default.diagnostic("too-deep", "too many variables lead to this one", hint)) from None
        finally:
            self._open.pop()

    def render(self, node: Node) -> Plain:
        """The value of ``node`` with every placeholder filled; raises ``RenderError`` where one cannot be."""
        if not node.templated:
            return node.plain()
        value = filled(node, self)
        return value if node.kind == "scalar" else self._growth.bounded(value, node, keep=bool(self._open))

    def render_text(self, node: Node) -> str:
        """The same as text: JSON for lists and objects."""
        return as_text(self.render(node))

    def fill(self, placeholder: Placeholder, node: Node) -> Plain:
        """The value of one placeholder in ``node``, through its filters; raises ``RenderError``."""
        return fill(placeholder, node, self)

    def made_up(self, name: str) -> Plain:
        """A new dynamic value: what ``<<$randomHex>>`` and the like stand for."""
        return self._generators.value(name)

    def generate(self, name: str) -> str:
        """The same as text."""
        return as_text(self.made_up(name))

    def missing(self, placeholder: Placeholder, node: Node, captured_by: str = "") -> Diagnostic:
        """What to say of a placeholder that nothing fills, with every place that was searched."""
        name = placeholder.name
        names = {*self._defaults.variables, *self._captures.values, *self._layers.names()} - {name}
        hint = missing_hint(name, self._layers, captured_by, names, secret=self.is_secret(name))
        problem = diagnostic_at("missing-variable", node, placeholder.text, f"{name} has no value", hint)
        return problem._replace(variable=name)

    def secret_texts(self) -> dict[str, str]:
        """The secrets that were looked up, by name, as text."""
        outer = self._outer.secret_texts() if self._outer is not None else {}
        known = {**self._known, **self._captures.values}
        found = {name: one for name, one in known.items() if one is not None and self.is_secret(name)}
        return {**outer, **{name: as_text(one.value) for name, one in found.items()}}


def _is_short(found: Found) -> bool:
    return isinstance(found.value, str | int | float) and 0 < len(as_text(found.value).strip()) < MASKABLE
