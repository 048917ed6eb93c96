"""What a node says once its placeholders are filled: the values of variables in their place, through their filters."""

from __future__ import annotations

from typing import Protocol

from runner.errors import RenderError
from runner.node import JoinedNode, Node, Plain, scalar_type_name
from runner.source import Diagnostic
from runner.variables.captures import Found
from runner.variables.filters import apply_filter, as_text
from runner.variables.growth import bounded_text
from runner.variables.template import Placeholder, diagnostic_at, parts_of


class Values(Protocol):
    """The variables of a scope, as far as placeholders need them."""

    def lookup(self, name: str) -> Found | None: ...

    def made_up(self, name: str) -> Plain: ...

    def is_secret(self, name: str) -> bool: ...

    def hide(self, value: Plain) -> None: ...

    def missing(self, placeholder: Placeholder, node: Node) -> Diagnostic: ...


def filled(node: Node, values: Values) -> Plain:
    """The value of ``node``; raises ``RenderError`` where a placeholder cannot be filled. What is alone in its scalar
    keeps its type, beside text it becomes text."""
    if not node.templated:
        return node.plain()
    if node.kind == "list":
        elements = [filled(element, values) for element in node.elements]
        return _joined(node, elements) if isinstance(node, JoinedNode) else elements
    if node.kind == "mapping":
        return _mapping(node, values)
    if not isinstance(node.value, str):
        return node.value
    parts = parts_of(node)
    if len(parts) == 1 and isinstance(parts[0], Placeholder):
        return fill(parts[0], node, values)
    return bounded_text((one if isinstance(one, str) else as_text(fill(one, node, values)) for one in parts), node)


def _mapping(node: Node, values: Values) -> Plain:
    pairs = {as_text(filled(key, values)): filled(value, values) for key, value in node.items}
    if len(pairs) != len(node.items):
        message = "two keys here are the same once their placeholders are filled"
        raise RenderError(node.diagnostic("duplicate-key", message, "Give them different values."))
    return pairs


def _joined(node: Node, lists: list[Plain]) -> Plain:
    """What the lists hold, as one list."""
    for element, value in zip(node.elements, lists, strict=True):
        if not isinstance(value, list):
            message = f"a list was to stand here, this is {scalar_type_name(value)}"
            hint = "A variable that is text is read as a list by the filter json: <<NAME|json>>."
            raise RenderError(element.diagnostic("kind", message, hint))
    return [one for value in lists if isinstance(value, list) for one in value]


def fill(placeholder: Placeholder, node: Node, values: Values) -> Plain:
    """The value of one placeholder in ``node``, through its filters; raises ``RenderError``."""
    value = _value(placeholder, node, values)
    secret = not placeholder.name.startswith("$") and values.is_secret(placeholder.name)
    for name in placeholder.filters:
        try:
            value = apply_filter(name, value)
        except ValueError as error:
            message = f"{placeholder.text}: the value does not go through |{name}: {error}"
            hint = _origin_hint(placeholder.name, values)
            raise RenderError(diagnostic_at("filter", node, placeholder.text, message, hint)) from None
        if isinstance(value, str):
            bounded_text([value], node, placeholder.text)
        if secret and name != "length":
            values.hide(value)
    return value


def _value(placeholder: Placeholder, node: Node, values: Values) -> Plain:
    if placeholder.name.startswith("$"):
        return values.made_up(placeholder.name)
    found = values.lookup(placeholder.name)
    if found is not None:
        return found.value
    if placeholder.default is not None:
        if values.is_secret(placeholder.name):
            values.hide(placeholder.default)
        return placeholder.default
    raise RenderError(values.missing(placeholder, node))


def _origin_hint(name: str, values: Values) -> str:
    found = None if name.startswith("$") else values.lookup(name)
    return f"The value comes from {found.origin}." if found else ""
