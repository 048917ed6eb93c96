"""Values that a collection has in the clear and that let somebody in: none of them is exported."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from runner.exporting.exported import Note
from runner.model import Collection, RequestSpec, SecretRules
from runner.node import Node
from runner.variables.credentials import CREDENTIALS
from runner.variables.letting_in import variable_name
from runner.variables.secrets import USER_INFO, is_login_cookie, is_secret
from runner.variables.stand_ins import REFUSED, is_stand_in
from runner.variables.uses import used_names
from runner.writing.names import unique

SHORTEST: Final = 4
"""Characters from which a value can be looked for in other text."""
OF_HEADERS: Final = ("authorization", "proxy-authorization")
NO_NAMES: Final = ("key", "auth")
"""Keys of a body that are seldom what they sound like."""
COOKIE: Final = re.compile(r"([^=;\s]+)=([^;]*)")


def clear_secrets(collection: Collection) -> tuple[Mapping[str, str], tuple[Note, ...]]:
    """The name of a variable for each value, and what is to be told of that."""
    taken = used_names(collection)
    names: dict[str, str] = {}
    notes: list[Note] = []
    for name, node in collection.variables.items():
        if is_secret(name, collection.secrets) and _is_clear(node):
            names.setdefault(str(node.value), name)
    for name, node, refused in _found(collection):
        for value in _values(name, node):
            if value in names or (refused and is_stand_in(value)):
                continue
            new = unique(_variable(name), taken, "_")
            taken.add(new)
            names[value] = new
            hint = f"Write <<{new}>> there, and its value into .env."
            notes.append(
                Note(str(node.location), f"a secret stands here in the clear: it is the variable {new} there", hint)
            )
    return names, tuple(notes)


def _found(collection: Collection) -> Iterator[tuple[str, Node, bool]]:
    """Each text that may hold one, with the name that it stands under, empty for an address, which may hold one; and
    whether it may be wrong on purpose."""
    for spec in collection.own_requests:
        refused = _shall_be_refused(spec)
        yield from ((name, node, refused) for name, node in _of_request(spec, collection.secrets))
    yield from (("", node, False) for node in collection.variables.values() if _is_clear(node))


def _shall_be_refused(spec: RequestSpec) -> bool:
    """Whether nobody is let in with what it sends."""
    statuses = [one.node for one in spec.expect if one.kind == "status"]
    return any(str(value.value) in REFUSED for node in statuses for value in (node.elements or (node,)))


def _of_request(spec: RequestSpec, rules: SecretRules) -> Iterator[tuple[str, Node]]:
    for key, value in (*spec.headers, *spec.query):
        name = str(key.value)
        if name.lower() in (*OF_HEADERS, "cookie") or (is_secret(name, rules) and not key.templated):
            yield from ((name, one) for one in (value, *value.elements) if _is_clear(one))
    for key, value in spec.cookies.items if spec.cookies is not None else ():
        if is_login_cookie(str(key.value), rules) and _is_clear(value):
            yield str(key.value), value
    for field, value in spec.auth.fields.items() if spec.auth is not None else ():
        if field in CREDENTIALS and _is_clear(value):
            yield "API_KEY" if field in ("token", "value") else field, value
    for one in filter(None, (spec.url, spec.base_url, spec.proxy)):
        if isinstance(one.value, str):
            yield "", one
    if spec.body is not None:
        yield from _of_body(spec.body.node, rules)


def _of_body(node: Node, rules: SecretRules) -> Iterator[tuple[str, Node]]:
    for element in node.elements:
        yield from _of_body(element, rules)
    for key, value in node.items:
        name = str(key.value)
        if _is_clear(value) and not key.templated and is_secret(name, rules) and name.lower() not in NO_NAMES:
            yield name, value
        yield from _of_body(value, rules)


def _is_clear(node: Node) -> bool:
    return isinstance(node.value, str) and not node.templated and len(node.value) >= SHORTEST


def _values(name: str, node: Node) -> Iterator[str]:
    """What of a text is the secret."""
    text = str(node.value)
    if not name:
        yield from USER_INFO.findall(text)
    elif name.lower() in OF_HEADERS:
        yield text.partition(" ")[2] or text
    elif name.lower() == "cookie":
        found = COOKIE.findall(text)
        yield from (
            value for cookie, value in found if is_login_cookie(cookie, SecretRules()) and len(value) >= SHORTEST
        )
    else:
        yield text


def _variable(name: str) -> str:
    """``X-Api-Key`` as the name of a variable: ``X_API_KEY``."""
    if name.lower() in OF_HEADERS:
        return "API_KEY"
    if not name:
        return "PASSWORD"
    return variable_name(name, "SECRET")
