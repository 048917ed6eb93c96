"""A collection as an OpenAPI description, version 3.1: what requests of one method and path know stands together.
The format: spec.openapis.org/oas/v3.1.1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, cast

from runner.exporting.exported import Exported
from runner.exporting.known import Known, requests_of
from runner.exporting.openapi.addresses import Server, address_of, same_path
from runner.exporting.openapi.operations import Asked, Operation, Parts, document_of, security_of
from runner.exporting.openapi.responses import Responses
from runner.exporting.openapi.schemas import Components
from runner.exporting.openapi.security import Requirement, Schemes
from runner.exporting.openapi.values import Values
from runner.exporting.unsaid import (
    notes_of,
    tell_of_captures,
    tell_of_collection,
    tell_of_request,
    tell_of_variables,
)
from runner.model import Collection, RequestSpec
from runner.node import Plain
from runner.writing.layout import Value, yaml_lines

VERSION: Final = "3.1.0"
METHODS: Final = frozenset("GET PUT POST DELETE OPTIONS HEAD PATCH TRACE".split())
SAID: Final = frozenset(("description", "examples", "tags"))
MOST_NAMED: Final = 3
Document = dict[str, Plain]


def to_openapi(collection: Collection) -> Exported:
    """The description, as YAML, and what it does not say."""
    known = Known(collection)
    values = Values(known)
    components = Components(values)
    parts = Parts(values, Schemes(values), Responses(values, components))
    tell_of_collection(known)
    specs = list(requests_of(known))
    operations = list(_operations(specs, values))
    usual = _usual([one.server for one in operations])
    needed = [security_of(one, parts) for one in operations]
    shared = _shared(needed)
    paths: dict[str, Document] = {}
    for operation, security in zip(operations, needed, strict=True):
        made = document_of(operation, parts)
        if security != shared:
            made["security"] = [] if security == [{}] else list(security)
        if operation.server != usual:
            made["servers"] = [operation.server.document()]
        paths.setdefault(operation.path, {})[operation.method.lower()] = made
    document: Document = {"openapi": VERSION, "info": _info(collection, known), "servers": [usual.document()]}
    if shared != [{}]:
        document["security"] = list(shared)
    document["paths"] = dict(paths)
    found: Document = {"schemas": components.known, "securitySchemes": parts.schemes.known}
    if any(found.values()):
        document["components"] = {key: value for key, value in found.items() if value}
    _tell(specs, parts, known)
    lines = yaml_lines(cast(Mapping[str, Value], document))
    text = "\n".join(lines).encode("utf-8", "replace").decode()
    return Exported(f"{text}\n", notes_of(known), len(specs))


def _info(collection: Collection, known: Known) -> Document:
    made: Document = {"title": known.hidden(collection.name, "<%s>") or collection.source.name, "version": "1.0.0"}
    if collection.description:
        made["description"] = known.hidden(collection.description, "<%s>")
    return made


def _operations(specs: Sequence[RequestSpec], values: Values) -> Iterator[Operation]:
    """The requests by method and path, in the order of the first of each; the names of holes are those of the first."""
    found: dict[tuple[str, str], list[Asked]] = {}
    paths: dict[str, str] = {}
    for spec in specs:
        method = values.text(spec.method).upper() if spec.method is not None else "POST" if spec.body else "GET"
        if method not in METHODS:
            values.known.note(spec.location, f'"{spec.name.value}" is left out: there is no method {method}')
            continue
        address = address_of(spec, values)
        path = paths.setdefault(same_path(address.path), address.path)
        found.setdefault((method, path), []).append(Asked(spec, address))
    for (method, path), asked in found.items():
        if len(asked) > 1:
            names = ", ".join(f'"{one.spec.name.value}"' for one in asked[:MOST_NAMED])
            more = f" and {len(asked) - MOST_NAMED} more" if len(asked) > MOST_NAMED else ""
            values.known.note(asked[0].spec.location, f"{names}{more} are one operation, {method} {path}")
        yield Operation(method, path, asked)


def _usual(servers: Sequence[Server]) -> Server:
    """The server that most operations have."""
    return Counter(servers).most_common(1)[0][0] if servers else Server("/")


def _shared(needed: Sequence[list[Requirement]]) -> list[Requirement]:
    """What most operations are sent with: it stands once, for the whole description."""
    counts = [sum(one == other for other in needed) for one in needed]
    return needed[counts.index(max(counts))] if needed else [{}]


def _tell(specs: Sequence[RequestSpec], parts: Parts, known: Known) -> None:
    for spec in specs:
        tell_of_request(spec, known, SAID)
    tell_of_captures(specs, known, "Where its value goes, the description has its name.")
    others = parts.responses.others
    if others:
        named = ", ".join(f'"{one.name.value}"' for one in others[:MOST_NAMED])
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        message = f"what {named}{more} expect beside statuses, schemas and headers that are there is left out"
        known.note(others[0].location, message)
    tell_of_variables(known, "A description has no variables but those of addresses and paths.")
