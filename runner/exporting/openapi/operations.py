"""Requests of one method and path as one operation: parameters, bodies and answers of all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote

from runner.exporting.openapi.addresses import Address, Server, names_in
from runner.exporting.openapi.bodies import content_of, type_of
from runner.exporting.openapi.responses import Responses
from runner.exporting.openapi.security import Requirement, Schemes
from runner.exporting.openapi.values import Values
from runner.model import RequestSpec
from runner.node import Node, Plain
from runner.variables.filters import as_text

IDENTIFIER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
NAMELESS: Final = re.compile(r"[A-Z]+ /.*")
"""The name of a request that has none of its own."""
OF_CONTENT: Final = frozenset(("accept", "content-type"))
LONGEST_SUMMARY: Final = 120
DEPRECATED: Final = "deprecated"
Document = dict[str, Plain]


class Asked(NamedTuple):
    """A request, and where it goes."""

    spec: RequestSpec
    address: Address


class Operation(NamedTuple):
    """A method and path, and the requests that are sent there."""

    method: str
    path: str
    asked: Sequence[Asked]

    @property
    def server(self) -> Server:
        return self.asked[0].address.server


class Parts(NamedTuple):
    """What operations are made with."""

    values: Values
    schemes: Schemes
    responses: Responses


def security_of(operation: Operation, parts: Parts) -> list[Requirement]:
    """What its requests are sent with, each way once."""
    found: list[Requirement] = []
    for one in operation.asked:
        requirement = parts.schemes.of(one.spec)
        if requirement not in found:
            found.append(requirement)
    return found


def document_of(operation: Operation, parts: Parts) -> Document:
    """What stands below the method, without servers and security."""
    first = operation.asked[0].spec
    made = _about(first, parts.values)
    parameters = [*_path_parameters(operation, parts.values), *_other_parameters(operation, parts)]
    if parameters:
        made["parameters"] = parameters
    body = _body(operation, parts.values)
    if body:
        made["requestBody"] = {"content": body}
    responses: Document = {}
    for one in operation.asked:
        parts.responses.add(responses, one.spec)
    made["responses"] = responses
    return made


def _about(spec: RequestSpec, values: Values) -> Document:
    name = values.text(spec.name)
    description = values.known.hidden(spec.description, "<%s>")
    made: Document = {}
    if IDENTIFIER.fullmatch(name):
        made["operationId"] = name
    elif not NAMELESS.fullmatch(name):
        made["summary"] = name
    if description:
        is_short = "\n" not in description and len(description) <= LONGEST_SUMMARY
        made["summary" if is_short and "summary" not in made else "description"] = description
    tags = [one for one in spec.tags if one != DEPRECATED]
    made |= {"tags": list(tags)} if tags else {}
    return {**made, "deprecated": True} if DEPRECATED in spec.tags else made


def _path_parameters(operation: Operation, values: Values) -> list[Plain]:
    found: list[Plain] = []
    first = operation.asked[0]
    for name, (_, placeholder) in zip(names_in(operation.path), first.address.holes, strict=False):
        value = values.known.rendered(first.spec.url.renamed(placeholder.text, templated=True))
        value = unquote(value) if isinstance(value, str) else value
        schema: Document = {"type": "string" if value is None else type_of(value)}
        made: Document = {"name": name, "in": "path", "required": True, "schema": schema}
        found.append(made if value is None else {**made, "example": value})
    return found


def _other_parameters(operation: Operation, parts: Parts) -> list[Plain]:
    """Those in the query, headers and cookies, of whatever request has them first."""
    found: dict[tuple[str, str], Plain] = {}
    for one in operation.asked:
        for name, value in one.address.query:
            found.setdefault(("query", name.lower()), _parameter(name, "query", value))
        for place, name, node in _written(one.spec, parts):
            value_known = parts.values.is_known(node)
            made = _parameter(name, place, parts.values.value(node) if value_known else None)
            found.setdefault((place, name.lower() if place == "header" else name), made)
    return list(found.values())


def _written(spec: RequestSpec, parts: Parts) -> list[tuple[str, str, Node]]:
    cookies = tuple(spec.cookies.items) if spec.cookies is not None else ()
    return [
        (place, name, node)
        for place, pairs in (("query", spec.query), ("header", spec.headers), ("cookie", cookies))
        for name, node in parts.values.pairs(pairs)
        if not (place == "header" and name.lower() in OF_CONTENT) and not parts.schemes.is_one(name, node, place)
    ]


def _parameter(name: str, place: str, value: Plain) -> Plain:
    """One parameter; a list is several values of it."""
    schema: Document = {"type": "string" if value is None else type_of(value)}
    if isinstance(value, list):
        schema = {"type": "array", "items": {"type": type_of(value[0])} if value else {}}
    elif isinstance(value, dict):
        value, schema = as_text(value), {"type": "string"}
    made: Document = {"name": name, "in": place, "schema": schema}
    return made if value is None else {**made, "example": value}


def _body(operation: Operation, values: Values) -> Document:
    """The content that is sent, by type; of several requests each has an example."""
    found: dict[str, Document] = {}
    for one in operation.asked:
        if one.spec.body is None:
            continue
        kind, content = content_of(one.spec, one.spec.body, values)
        known = found.setdefault(kind, content)
        if known is content or "example" not in content:
            continue
        first = known.pop("example", None)
        if "examples" not in known:
            known["examples"] = {} if first is None else {values.text(operation.asked[0].spec.name): {"value": first}}
        examples = known["examples"]
        assert isinstance(examples, dict)  # noqa: S101  # as made above
        examples[values.text(one.spec.name)] = {"value": content["example"]}
    return dict(found)
