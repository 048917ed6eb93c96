"""OpenAPI 3.0 and 3.1: a request an operation, in the order of the description.
The formats: spec.openapis.org/oas/v3.0.4 and v3.1.1."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runner.errors import UsageError
from runner.folder import Folder
from runner.importing.draft import Draft
from runner.importing.literal import shown_text
from runner.importing.names import Taken
from runner.importing.openapi.answers import FOLDER, Answers, Reader
from runner.importing.openapi.bodies import body_of
from runner.importing.openapi.document import Document, elements_at, is_true, pairs_at, text_at
from runner.importing.openapi.parameters import parameters_of, sent
from runner.importing.openapi.schemas import Schemas
from runner.importing.openapi.security import Access, Security
from runner.importing.openapi.servers import Servers
from runner.node import Node
from runner.source import Source
from runner.variables.letting_in import HOLE
from runner.variables.template import literal_text
from runner.writing.layout import Commented, Value

METHODS: Final = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
EXAMPLE: Final = re.compile("string|(?:my[-_ ]?|super[-_ ]?|top[-_ ]?)?secret|(?:my[-_ ]?)?password|token|example")
"""What descriptions have as the example of a secret."""
LONGEST_NAME: Final = 100
LONGEST_TEXT: Final = 600
"""Characters of a description that is kept whole; of a longer one the first paragraph is."""
BODIES: Final = frozenset(("json", "text", "form", "multipart", "file"))


class Operation(NamedTuple):
    """A method of a path; ``path_item`` is what all methods there have."""

    path: str
    method: str
    node: Node
    path_item: Node


class Rooms(NamedTuple):
    """What all operations are read with."""

    document: Document
    schemas: Schemas
    servers: Servers
    security: Security
    answers: Reader
    names: Taken


def read_openapi(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The collection of the description in ``source``; raises ``InvalidFiles``."""
    if beside:
        raise UsageError("--with is for Postman's environments", "Leave it out.")
    draft = Draft("Imported from OpenAPI")
    draft.hole = re.compile(f"{HOLE.pattern}|{EXAMPLE.pattern}", HOLE.flags)
    document = Document(source, draft)
    info = document.root.get("info")
    draft.name = shown_text(" ".join(text_at(info, "title").split())) or draft.name
    draft.description = _short(text_at(info, "description"), info, draft)
    schemas = Schemas(document)
    servers = Servers(document)
    folder = Folder.of(source.path.parent if source.path is not None else Path())
    rooms = Rooms(document, schemas, servers, Security(document, servers.base), Reader(schemas, folder), Taken())
    usual = rooms.security.of(document.root)
    draft.defaults["base_url"] = "<<BASE_URL>>"
    if usual is not None and usual.auth not in (None, "none"):
        draft.defaults["auth"] = usual.auth
    for operation in _operations(document):
        draft.requests.append(_request(operation, usual, rooms))
    draft.clean_files(FOLDER)
    if document.root.get("webhooks") is not None:
        names = ", ".join(name for name, _ in pairs_at(document.root, "webhooks"))
        draft.note(document.root.first_key.location, f"webhooks are left out, they call somebody else: {names}")
    if not draft.requests:
        draft.note(document.root.first_key.location, "there is no operation in it")
    return draft


def _operations(document: Document) -> Iterator[Operation]:
    for path, written in pairs_at(document.root, "paths"):
        if path.startswith("x-"):
            continue
        node = document.followed(written)
        for key, operation in node.items if node is not None else ():
            method = str(key.value)
            if node is not None and method in METHODS and operation.kind == "mapping":
                yield Operation(path, method.upper(), operation, node)


def _request(operation: Operation, usual: Access | None, rooms: Rooms) -> Value:
    node, draft = operation.node, rooms.document.draft
    name = _name(operation, rooms.names)
    made: dict[str, Value] = {"name": name, **_about(operation, name, draft)}
    for key in ("callbacks",):
        if node.get(key) is not None:
            draft.note(node.location, f"{key} are left out: they call somebody else")
    file_name = text_at(node, "operationId") or f"{operation.method}-{operation.path}"
    answers = rooms.answers.read(node, file_name)
    parameters = parameters_of(rooms.document, rooms.schemas, (operation.path_item, node))
    asked = sent(operation.path, parameters, draft, str(node.location))
    body = body_of(node, file_name, rooms.schemas)
    if operation.method != ("GET" if BODIES.isdisjoint(body) else "POST"):
        made["method"] = operation.method
    made["url"] = rooms.servers.of(node, operation.path_item) + asked.url
    for keys in (asked.keys, body):
        _add(made, keys)
    _authorize(made, rooms.security.of(node), usual)
    _answer(made, answers)
    comment = (*([f"may be sent, too: {', '.join(asked.others)}"] if asked.others else []), *answers.others)
    return Commented(made, tuple(" ".join(line.split()) for line in comment)) if comment else made


def _add(made: dict[str, Value], keys: Mapping[str, Value]) -> None:
    """More keys of a request; mappings of the same name are one."""
    for key, value in keys.items():
        known = made.get(key)
        made[key] = {**known, **value} if isinstance(known, Mapping) and isinstance(value, Mapping) else value


def _authorize(made: dict[str, Value], own: Access | None, usual: Access | None) -> None:
    access = own if own is not None else usual
    if access is None:
        return
    if own is not None and (own.auth or "none") != (usual.auth if usual is not None and usual.auth else "none"):
        made["auth"] = own.auth or "none"
    for key, values in access.keys.items():
        _add(made, {key: values})


def _answer(made: dict[str, Value], answers: Answers) -> None:
    if answers.accept:
        _add(made, {"headers": {"Accept": literal_text(answers.accept)}})
    if answers.redirects:
        made["redirects"] = False
    if answers.expect:
        made["expect"] = answers.expect
    if answers.examples:
        made["examples"] = answers.examples


def _name(operation: Operation, names: Taken) -> str:
    """What the description calls it: its id, its summary, or method and path."""
    wanted = text_at(operation.node, "operationId").strip() or text_at(operation.node, "summary").strip()
    wanted = " ".join(wanted.split())[:LONGEST_NAME] or f"{operation.method} {operation.path}"
    return names.take(literal_text(wanted))


def _about(operation: Operation, name: str, draft: Draft) -> dict[str, Value]:
    node = operation.node
    summary = shown_text(" ".join(text_at(node, "summary").split()))
    longer = _short(text_at(node, "description"), node, draft)
    text = summary if summary and summary != name else longer
    tags = [shown_text(str(one.value)) for one in elements_at(node, "tags") if one.value is not None]
    tags += ["deprecated"] if is_true(node, "deprecated") and "deprecated" not in tags else []
    made: dict[str, Value] = {}
    if text and text != name:
        made["description"] = text
    if tags:
        made["tags"] = list(dict.fromkeys(tags))
    return made


def _short(text: str, node: Node | None, draft: Draft) -> str:
    """A description that is read at a glance: of a long one the first paragraph."""
    plain = re.sub(r"[ \t\r]+\n", "\n", text).strip()
    if len(plain) > LONGEST_TEXT:
        plain = plain.partition("\n\n")[0]
        if node is not None:
            draft.note(node.location, "its long description is cut after the first paragraph")
        plain = plain if len(plain) <= LONGEST_TEXT else f"{plain[:LONGEST_TEXT]}…"
    return shown_text(plain)
