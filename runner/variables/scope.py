"""Where a variable's value comes from: the layers in their order, types, secrets, and filling placeholders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import NamedTuple

from runner.errors import RenderError
from runner.model import SecretRules
from runner.node import JoinedNode, Node, Plain, scalar_type_name
from runner.source import Diagnostic
from runner.variables.environment import Outside
from runner.variables.filters import apply_filter, as_text, to_bool, to_float, to_int, to_json
from runner.variables.generators import Generators
from runner.variables.rows import row_label
from runner.variables.secrets import cookie_secrets, is_secret
from runner.variables.template import Placeholder, parts_of, span_of
from runner.variables.uses import direct_uses, reachable

MAX_TEXT = 50_000_000
MASKABLE = 4


class Found(NamedTuple):
    """A variable's value and where it came from, as a message names it."""

    value: Plain
    origin: str


class Defaults(NamedTuple):
    """What a collection says of its variables: values (may hold placeholders) and which are secret."""

    variables: Mapping[str, Node]
    secrets: SecretRules


class Variables:
    """The variables of one collection in one run. ``mark_secret`` is told every secret value that is used."""

    def __init__(
        self,
        defaults: Defaults,
        outside: Outside,
        generators: Generators,
        mark_secret: Callable[[Plain], None],
        stand_in: str | None = None,
    ) -> None:
        self._defaults = defaults
        self._outside = outside
        self._generators = generators
        self._mark_secret = mark_secret
        self._stand_in = stand_in
        self._row = outside.row
        self._direct = direct_uses(defaults.variables)
        self._uses = {name: reachable(name, self._direct) for name in self._direct}
        self._captures: dict[str, Plain] = {}
        self._declared_secrets: set[str] = set()
        self._known: dict[str, Found | None] = {}
        self._open: list[str] = []

    @property
    def label(self) -> str:
        """How reports name the row, empty without one; secrets are left out."""
        return row_label(self._row, self.is_secret)

    def capture(self, name: str, value: Plain, origin: str, *, secret: bool = False) -> None:
        """Keep what a response gave; it wins over every other source from now on."""
        self._captures[name] = value
        for dependent in [one for one, used in self._uses.items() if name in used and one not in self._captures]:
            self._known.pop(dependent, None)
        self._known[name] = Found(value, origin)
        if secret:
            self._declared_secrets.add(name)
        if self.is_secret(name):
            self._mark_secret(value)

    def uses(self, name: str) -> frozenset[str]:
        """The variables that the value of ``name`` is made from: those that its default in the file refers to."""
        return reachable(name, self._direct, self._is_given) if name in self._direct else frozenset()

    def _is_given(self, name: str) -> bool:
        """Whether a value from outside stands in for the default."""
        return next(self._given(name), None) is not None

    def _given(self, name: str) -> Iterator[Found]:
        """The values from outside and where they come from; an empty text is none for a secret."""
        for values, origin in self._layers():
            if name in values and (values[name] != "" or not self.is_secret(name)):
                yield Found(values[name], origin)

    def declare_secret(self, name: str) -> None:
        """``name`` is secret for how it is used, unless the file takes it out."""
        if name in self._defaults.secrets.excluded:
            return
        self._declared_secrets.add(name)
        known = self._known.get(name)
        if known is not None:
            self._mark_secret(known.value)

    def is_secret(self, name: str) -> bool:
        """Whether the value of ``name`` must never be shown. Once a secret, always a secret."""
        return name in self._declared_secrets or is_secret(name, self._defaults.secrets)

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
        if name not in self._known:
            found = self._search(name)
            if found is not None and self.is_secret(name):
                self._mark_secret(found.value)
            self._known[name] = found
        return self._known[name]

    def short_secrets(self) -> list[Diagnostic]:
        """A warning for each secret in use that is too short to be masked."""
        short = [name for name, found in self._known.items() if found and self.is_secret(name) and _is_short(found)]
        hint = "Use a longer one, or declare that it is none: secrets: {not: [NAME]}."
        message = "the secret {} is shorter than four characters, so it is not masked in what is shown"
        return [Diagnostic("short-secret", message.format(name), hint, severity="warning") for name in short]

    def _search(self, name: str) -> Found | None:
        default = self._defaults.variables.get(name)
        for value, origin in self._given(name):
            return Found(_typed(name, value, origin, default) if isinstance(value, str) else value, origin)
        if default is not None:
            value = self._default_value(name, default)
            if not (value == "" and self.is_secret(name)):
                return Found(value, f"variables, {default.source.name}:{default.line}")
        if self._stand_in is not None and self.is_secret(name):
            return Found(self._stand_in, "a stand-in for the mock server")
        return None

    def _layers(self) -> list[tuple[Mapping[str, Plain], str]]:
        """What is set outside of ``variables``, first hit first; all but the row's values are text."""
        row = [(self._row.values, f"the row {self.label}")] if self._row.values else []
        files = [(file.values, file.name) for file in self._outside.files]
        return [(self._outside.options, "--var"), *row, (self._outside.environ, "the environment"), *files]

    def _default_value(self, name: str, default: Node) -> Plain:
        if name in self._open:
            circle = " → ".join([*self._open[self._open.index(name) :], name])
            raise RenderError(
                _diagnostic(
                    "circle",
                    default,
                    "",
                    f"variables refer to each other in a circle: {circle}",
                    "Give one of them a value.",
                )
            )
        self._open.append(name)
        try:
            return self.render(default)
        except RecursionError:
            hint = "Use fewer steps from one to the next."
            raise RenderError(
                _diagnostic("too-deep", default, "", "too many variables lead to this one", hint)
            ) from None
        finally:
            self._open.pop()

    def render(self, node: Node) -> Plain:
        """The value of ``node`` with every placeholder filled; raises ``RenderError`` where one cannot be."""
        if not node.templated:
            return node.plain()
        if node.kind == "list":
            values = [self.render(element) for element in node.elements]
            return _joined(node, values) if isinstance(node, JoinedNode) else values
        if node.kind == "mapping":
            return self._mapping(node)
        if not isinstance(node.value, str):
            return node.value
        parts = parts_of(node)
        if len(parts) == 1 and isinstance(parts[0], Placeholder):
            return self.fill(parts[0], node)
        text = "".join(one if isinstance(one, str) else as_text(self.fill(one, node)) for one in parts)
        if len(text) > MAX_TEXT:
            raise RenderError(_diagnostic("too-large", node, "", "this grows to more than 50 MB", "Use less of it."))
        return text

    def _mapping(self, node: Node) -> Plain:
        filled = {self.render_text(key): self.render(value) for key, value in node.items}
        if len(filled) != len(node.items):
            message = "two keys here are the same once their placeholders are filled"
            raise RenderError(_diagnostic("duplicate-key", node, "", message, "Give them different values."))
        return filled

    def render_text(self, node: Node) -> str:
        """The same as text: JSON for lists and objects."""
        value = self.render(node)
        return value if isinstance(value, str) else as_text(value)

    def fill(self, placeholder: Placeholder, node: Node) -> Plain:
        """The value of one placeholder in ``node``, through its filters; raises ``RenderError``."""
        value = self._value(placeholder, node)
        secret = not placeholder.name.startswith("$") and self.is_secret(placeholder.name)
        for name in placeholder.filters:
            try:
                value = apply_filter(name, value)
            except ValueError as error:
                message = f"{placeholder.text}: the value does not go through |{name}: {error}"
                raise RenderError(
                    _diagnostic("filter", node, placeholder.text, message, self._origin_hint(placeholder.name))
                ) from None
            if secret and name != "length":
                self._mark_secret(value)
        return value

    def _value(self, placeholder: Placeholder, node: Node) -> Plain:
        if placeholder.name.startswith("$"):
            return self._generators.value(placeholder.name)
        found = self.lookup(placeholder.name)
        if found is not None:
            return found.value
        if placeholder.default is not None:
            if self.is_secret(placeholder.name):
                self._mark_secret(placeholder.default)
            return placeholder.default
        raise RenderError(self.missing(placeholder, node))

    def generate(self, name: str) -> str:
        """A new dynamic value, as text: what ``<<$randomHex>>`` and the like stand for."""
        return as_text(self._generators.value(name))

    def missing(self, placeholder: Placeholder, node: Node, captured_by: str = "") -> Diagnostic:
        """What to say of a placeholder that nothing fills, with every place that was searched."""
        name = placeholder.name
        return _diagnostic(
            "missing-variable",
            node,
            placeholder.text,
            f"{name} has no value",
            self._missing_hint(name, captured_by),
        )

    def secret_texts(self) -> dict[str, str]:
        """The secrets that were looked up, by name, as text."""
        found = {name: one for name, one in self._known.items() if one is not None and self.is_secret(name)}
        return {name: as_text(one.value) for name, one in found.items()}

    def searched(self) -> list[str]:
        """The places that are looked at for a value, as a message names them."""
        files = [file.name for file in self._outside.files]
        row = [f"the row {self.label}"] if self._row.values else []
        return ["captures of earlier requests", "--var", *row, "the environment", *files, *self._outside.searched]

    def _missing_hint(self, name: str, captured_by: str) -> str:
        empty = [origin for values, origin in self._layers() if values.get(name) == ""]
        hint = f"Searched: {', '.join(self.searched())}, variables in the file."
        if empty:
            hint += f" It is set but empty in {' and '.join(empty)}, which counts as missing for a secret."
        names = {*self._defaults.variables, *self._outside.options, *self._captures}
        names.update(*(file.values for file in self._outside.files))
        close = get_close_matches(name, sorted(names - {name}), n=1, cutoff=0.75)
        if captured_by:
            return f"{hint}\n{captured_by}"
        if close:
            return f"{hint}\nDid you mean {close[0]}?"
        if self.is_secret(name):
            return f"{hint}\nSet it in the shell (export {name}=…) or write {name}=… into a file named .env."
        return (
            f"{hint}\nPass --var {name}=…, write {name}=… into a file named .env, or give it a value under variables."
        )

    def _origin_hint(self, name: str) -> str:
        found = None if name.startswith("$") else self.lookup(name)
        return f"The value comes from {found.origin}." if found else ""


def _joined(node: Node, values: list[Plain]) -> Plain:
    """What the lists hold, as one list."""
    for element, value in zip(node.elements, values, strict=True):
        if not isinstance(value, list):
            message = f"a list was to stand here, this is {scalar_type_name(value)}"
            hint = "A variable that is text is read as a list by the filter json: <<NAME|json>>."
            raise RenderError(_diagnostic("kind", element, "", message, hint))
    return [one for value in values if isinstance(value, list) for one in value]


def _is_short(found: Found) -> bool:
    return isinstance(found.value, str | int | float) and 0 < len(as_text(found.value).strip()) < MASKABLE


def _typed(name: str, text: str, origin: str, default: Node | None) -> Plain:
    """Text from outside, read as the type of the file's default."""
    if default is None or (default.kind == "scalar" and (default.value is None or isinstance(default.value, str))):
        return text
    try:
        if default.kind != "scalar":
            return _structure(text, default)
        if isinstance(default.value, bool):
            return to_bool(text)
        return to_int(text) if isinstance(default.value, int) else to_float(text)
    except ValueError as error:
        message = f"{name} from {origin} does not fit: {error}"
        hint = f"The default here is {default.type_name}, so the value is read as one."
        raise RenderError(_diagnostic("variable-type", default, "", message, hint)) from None


def _structure(text: str, default: Node) -> Plain:
    value = to_json(text)
    if isinstance(value, dict) != (default.kind == "mapping") or not isinstance(value, dict | list):
        raise ValueError(f"it is {scalar_type_name(value)}")
    return value


def _diagnostic(rule: str, node: Node, text: str, message: str, hint: str) -> Diagnostic:
    return Diagnostic(rule, message, hint, node.source, span_of(node, text) if text else node.span)
