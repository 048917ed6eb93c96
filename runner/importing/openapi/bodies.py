"""The body that an operation is sent with: JSON, a form, fields and files, text, bytes."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runner import strict_json
from runner.importing.draft import Draft
from runner.importing.json_source import text_of, too_deep
from runner.importing.literal import kept_apart, literal
from runner.importing.openapi.document import pairs_at, text_at
from runner.importing.openapi.examples import examples_at
from runner.importing.openapi.made_up import MadeUp
from runner.importing.openapi.schemas import Schemas
from runner.node import Node, Plain
from runner.variables.letting_in import lets_in
from runner.variables.template import literal_text
from runner.writing.layout import Value

FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"
USUAL: Final = {"json": "application/json", "form": FORM, "text": "text/plain", "multipart": MULTIPART}
NO_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
ANY: Final = ("*/*", "application/*")
FILE: Final = b"Made up: put the file that is to be sent in its place.\n"


class Media(NamedTuple):
    """A content type, and what the description says of it."""

    kind: str
    node: Node

    @property
    def plain_kind(self) -> str:
        return self.kind.partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Also where any type may come, but what is described is no text."""
        schema = self.node.get("schema")
        if self.plain_kind in ANY and schema is not None:
            return text_at(schema, "type") != "string"
        return self.plain_kind == "application/json" or self.plain_kind.endswith("+json")


def media_of(node: Node | None) -> list[Media]:
    """The content of a body or an answer, JSON first."""
    found = [Media(kind, one) for kind, one in pairs_at(node, "content")]
    return sorted(found, key=lambda one: (not one.is_json, one.plain_kind not in (FORM, MULTIPART)))


def body_of(operation: Node, name: str, schemas: Schemas) -> dict[str, Value]:
    """The key of the body, with a header where its content type would be another."""
    document, draft = schemas.document, schemas.document.draft
    body = document.followed(operation.get("requestBody"))
    media = media_of(body)
    if not media:
        return {}
    first = media[0]
    made = _written(first, name, schemas)
    kind = next(iter(made), "")
    if len(media) > 1:
        draft.note(first.node.location, f"it is sent as {first.kind}; {_others(media[1:])} would do as well")
    if kind and first.plain_kind != USUAL.get(kind) and "*" not in first.kind:
        made["headers"] = {"Content-Type": literal_text(first.kind)}
    return made


def _others(media: Sequence[Media]) -> str:
    return ", ".join(one.kind for one in media)


def _written(media: Media, name: str, schemas: Schemas) -> dict[str, Value]:
    document, draft = schemas.document, schemas.document.draft
    node = media.node.get("schema")
    schema: Plain = schemas.read(node) if node is not None else True
    given = next(examples_at(document, media.node), None)
    place = str((given.node if given is not None else media.node).location)
    if media.plain_kind == MULTIPART:
        return {"multipart": _fields(schema, None if given is None else given.value, media, schemas)}
    is_text = media.plain_kind.startswith("text/") or media.plain_kind.endswith(("xml", "yaml", "+json-seq"))
    if not media.is_json and media.plain_kind != FORM and not is_text and "*" not in media.kind:
        return {"file": file_for(name, media.plain_kind, media.node, draft)}
    value = given.value if given is not None else MadeUp(schemas.for_values(), "readOnly").value(schema)
    if media.plain_kind == FORM and isinstance(value, dict):
        return {"form": {literal_text(key): _field(key, one, draft, place) for key, one in value.items()}}
    if media.is_json or (not isinstance(value, str) and not is_text):
        if isinstance(value, str) and given is not None:  # JSON that was written as text
            parsed = strict_json.parse(value)
            value = value if parsed.error else parsed.value
        if too_deep(value):
            draft.note(place, "its body is nested too deeply; it is left out")
            return {}
        return {"json": literal(draft, value, place)}
    return {"text": literal_text(text_of(value))}


def _field(name: str, value: Plain, draft: Draft, place: str) -> Value:
    """A field of a form: lists are sent once for each, objects as JSON."""
    if isinstance(value, list):
        return [_field(name, one, draft, place) for one in value]
    if isinstance(value, dict):
        return literal_text(text_of(value))
    if isinstance(value, str) and value and lets_in(name, plain_key=False):
        return kept_apart(draft, name, value, place)
    return literal(draft, value, place)


def _fields(schema: Plain, given: Plain, media: Media, schemas: Schemas) -> dict[str, Value]:
    """Fields and files: what is described as bytes is a file."""
    draft, place = schemas.document.draft, str(media.node.location)
    maker = MadeUp(schemas.for_values(), "readOnly")
    value = given if isinstance(given, dict) else maker.value(schema)
    value = value if isinstance(value, dict) else {}
    properties = maker.properties(schema)
    required = maker.required(schema)
    made: dict[str, Value] = {}
    for name in dict.fromkeys([*properties, *value]):
        inner = properties.get(name)
        key = literal_text(name)
        several = isinstance(inner, dict) and _is_file(inner.get("items"))
        if (_is_file(inner) or several) and (name in value or not required):
            made[key] = {"file": file_for(name, _encoded(media.node, name), media.node, draft)}
        elif name in value:
            made[key] = _field(name, value[name], draft, place)
    return made


def _is_file(schema: Plain) -> bool:
    if not isinstance(schema, dict):
        return False
    kind = schema.get("contentMediaType")
    return schema.get("format") == "binary" or (isinstance(kind, str) and "contentEncoding" not in schema)


def _encoded(node: Node, name: str) -> str:
    """The content type that the description gives a field."""
    encoding = dict(pairs_at(node, "encoding")).get(name)
    kind = encoding.get("contentType") if encoding is not None else None
    return str(kind.value).partition(",")[0].strip() if kind is not None else ""


def file_for(name: str, kind: str, node: Node, draft: Draft) -> str:
    """A small file that is sent until somebody puts another in its place."""
    ending = mimetypes.guess_extension(kind) or ".bin" if kind and "*" not in kind else ".bin"
    stem = NO_NAME.sub("-", name).strip("-") or "file"
    file = draft.add_file(f"{stem}{ending}", FILE)
    draft.note(node.location, f"it sends the file {file}, which is made up", "Put the real one in its place.")
    return file
