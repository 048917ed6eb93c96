"""Parameters of an operation: in the path, the query, headers and cookies, written as their style says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote

from runner.importing.draft import Draft
from runner.importing.literal import cookie
from runner.importing.openapi.document import Document, is_true, pairs_at, text_at
from runner.importing.openapi.examples import examples_at
from runner.importing.openapi.made_up import MadeUp
from runner.importing.openapi.schemas import Schemas
from runner.node import Node, Plain
from runner.variables.letting_in import RULES, lets_in, variable_name
from runner.variables.secrets import is_login_cookie
from runner.variables.template import literal_text
from runner.writing.layout import Value
from runner.writing.names import unique

HOLE: Final = re.compile(r"\{([^{}/]+)\}")
PLACES: Final = ("path", "query", "header", "cookie")
KEYS: Final = {"query": "query", "header": "headers", "cookie": "cookies"}
OF_HTTP: Final = frozenset(("accept", "content-type"))
"""Headers that a description says in other ways; as parameters they mean nothing."""
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
SEPARATORS: Final = {"spaceDelimited": " ", "pipeDelimited": "|"}


class Parameter(NamedTuple):
    """One parameter with the value that it is sent with; ``told`` is whether that stands in the description."""

    name: str
    place: str
    node: Node
    value: Plain
    told: bool
    required: bool

    @property
    def style(self) -> str:
        usual = "form" if self.place in ("query", "cookie") else "simple"
        return text_at(self.node, "style") or usual

    @property
    def explode(self) -> bool:
        written = self.node.get("explode")
        return written.value is True if written is not None else self.style == "form"

    @property
    def is_sent(self) -> bool:
        """One that may be left out is sent only if somebody said what."""
        return self.required or (self.told and not is_true(self.node, "deprecated"))


class Sent(NamedTuple):
    """What parameters become: keys of the request, and a line for each that is not sent."""

    url: str
    keys: dict[str, dict[str, Value]]
    others: tuple[str, ...]


def parameters_of(document: Document, schemas: Schemas, holders: Sequence[Node]) -> list[Parameter]:
    """The parameters of a path and an operation; those of the operation go before those of the path."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in holders:
        listed = holder.get("parameters")
        for written in listed.elements if listed is not None else ():
            node = document.followed(written)
            if node is None:
                continue
            name, place = text_at(node, "name"), text_at(node, "in")
            if place not in PLACES or not name:
                document.note(node, f'a parameter is in path, query, header or cookie, this one in "{place}"')
            elif not (place == "header" and name.lower() in OF_HTTP):
                found[place, name] = _parameter(document, schemas, node)
    return list(found.values())


def _parameter(document: Document, schemas: Schemas, node: Node) -> Parameter:
    place = text_at(node, "in")
    content = next(iter(pairs_at(node, "content")), None)
    holder = node if content is None else content[1]
    written = holder.get("schema")
    schema: Plain = schemas.read(written) if written is not None else True
    schemas.tell_listed(text_at(node, "name"), schema)
    given = next((one.value for one in (*examples_at(document, node), *examples_at(document, holder))), None)
    told = given is not None or (isinstance(schema, dict) and bool({"examples", "default", "const"} & schema.keys()))
    value = (
        given if given is not None else MadeUp(schemas.for_values(), "readOnly").value(schema, text_at(node, "name"))
    )
    if content is not None and "json" in content[0]:
        value = json.dumps(value, ensure_ascii=False)
    return Parameter(text_at(node, "name"), place, node, value, told, place == "path" or is_true(node, "required"))


def sent(path: str, parameters: Iterable[Parameter], draft: Draft, place: str) -> Sent:
    """The path with placeholders, and query, headers and cookies."""
    keys: dict[str, dict[str, Value]] = {}
    others: list[str] = []
    in_path = {one.name: one for one in parameters if one.place == "path"}
    for one in parameters:
        if one.place == "path":
            continue
        if not one.is_sent:
            others.append(f"{one.name} ({_about(one)})")
        else:
            made = keys.setdefault(KEYS[one.place], {})
            if one.place == "query":
                _put_query(made, one, draft)
            elif one.place == "header":
                made[literal_text(one.name)] = _header(one, draft)
            else:
                made[literal_text(one.name)] = _cookie(one, draft)
    return Sent(_path(path, in_path, draft, place), keys, tuple(others))


def _cookie(one: Parameter, draft: Draft) -> str:
    """The value of a cookie; one that is made up lets nobody in."""
    if not one.told and is_login_cookie(one.name, RULES):
        return draft.keep_secret(variable_name(one.name), "", "")
    return cookie(draft, one.name, _joined(one.value), str(one.node.location))


def _about(one: Parameter) -> str:
    schema = one.node.get("schema")
    kind = text_at(schema, "type")
    words = [one.place, kind if kind.isalpha() else "", "deprecated" if is_true(one.node, "deprecated") else ""]
    return ", ".join(word for word in words if word)


def _path(path: str, known: Mapping[str, Parameter], draft: Draft, place: str) -> str:
    """The path; each of its holes is a variable."""
    parts = HOLE.split(path)
    made = literal_text(parts[0])
    for at in range(1, len(parts), 2):
        name = parts[at]
        before = [one for one in HOLE.sub("", "".join(parts[:at:2])).split("/") if one]
        one = known.get(name)
        if one is None:
            draft.note(
                place, f"nothing says what {{{name}}} in the path is", "It is a variable now, with a made-up value."
            )
        value, mark = _styled(one) if one is not None else ("1", "")
        made += f"{mark}<<{_variable(name, value, before, draft)}>>{literal_text(parts[at + 1])}"
    return made


def _styled(one: Parameter) -> tuple[Value, str]:
    """The value of a hole in a path, and what stands before it."""
    value = one.value
    mark = {"label": ".", "matrix": f";{one.name}="}.get(one.style, "")
    if isinstance(value, list | dict):
        separator = {"label": ".", "matrix": f";{one.name}="}.get(one.style, ",") if one.explode else ","
        return quote(_joined(value, separator, pairs="=" if one.explode else separator), safe=",;=."), mark
    return (value if isinstance(value, int | float) else quote(_joined(value), safe="@:,;=+$&!*'()~")), mark


def _variable(name: str, value: Value, before: Sequence[str], draft: Draft) -> str:
    """A variable for a hole in a path; where one of this name has another value, what stands before it in the path is
    its first name."""
    wanted = draft.variable(name)
    if lets_in(wanted):
        return draft.keep_secret(wanted, "", "")[2:-2]
    value = literal_text(value) if isinstance(value, str) else value
    if draft.variables.get(wanted, value) != value and before:
        wanted = draft.variable(f"{before[-1]}_{name}")
    if draft.variables.get(wanted, value) != value:
        wanted = unique(wanted, draft.variables, "_")
    draft.variables[wanted] = value
    return wanted


def _put_query(query: dict[str, Value], one: Parameter, draft: Draft) -> None:
    value, place = one.value, str(one.node.location)
    if one.style == "deepObject" and isinstance(value, dict):
        for key, inner in value.items():
            query[literal_text(f"{one.name}[{key}]")] = _plain(inner, f"{one.name}-{key}", draft, place)
    elif isinstance(value, dict) and one.explode:
        for key, inner in value.items():
            query[literal_text(key)] = _plain(inner, key, draft, place)
    elif isinstance(value, list) and one.explode:
        query[literal_text(one.name)] = [_plain(inner, one.name, draft, place) for inner in value]
    else:
        joined = _joined(value, SEPARATORS.get(one.style, ",")) if isinstance(value, list | dict) else value
        query[literal_text(one.name)] = _plain(joined, one.name, draft, place)


def _header(one: Parameter, draft: Draft) -> Value:
    value = literal_text(_joined(one.value, pairs="=" if one.explode else ","))
    place = str(one.node.location)
    if one.name.lower() in ("authorization", "proxy-authorization"):
        return draft.keep_secret(variable_name(one.name), "", place)
    kept = draft.header_value(one.name, value, place)
    return int(kept) if NUMBER.fullmatch(kept) else kept


def _plain(value: Plain, name: str, draft: Draft, place: str) -> Value:
    """A value in a query: a number where it is sent as the same text."""
    if isinstance(value, bool | int | float):
        return value
    return draft.hidden(name, literal_text(_joined(value)), place, plain_key=True)


def _joined(value: Plain, separator: str = ",", pairs: str = ",") -> str:
    """A value as text; what it holds set apart by ``separator``, names and values of an object by ``pairs``."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return separator.join(_joined(one) for one in value)
    if isinstance(value, dict):
        return separator.join(f"{key}{pairs}{_joined(one)}" for key, one in value.items())
    return "" if value is None else json.dumps(value)
