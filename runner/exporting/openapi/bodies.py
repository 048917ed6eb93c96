"""Bodies of requests as content: examples, and what fields and files are."""

from __future__ import annotations

from typing import Final

from runner.content import guessed_type
from runner.exporting.openapi.values import Values
from runner.model import Body, RequestSpec
from runner.node import Node, Plain

JSON: Final = "application/json"
KINDS: Final = {
    "json": JSON,
    "graphql": JSON,
    "form": "application/x-www-form-urlencoded",
    "multipart": "multipart/form-data",
    "text": "text/plain",
}
UNKNOWN: Final = "application/octet-stream"
GRAPHQL: Final = {"operation_name": "operationName"}
BYTES: Final[dict[str, Plain]] = {"type": "string", "format": "binary"}
TYPES: Final = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (list, "array"),
    (dict, "object"),
)


def content_of(spec: RequestSpec, body: Body, values: Values) -> tuple[str, dict[str, Plain]]:
    """The content type of a body, and what stands below it."""
    written = next(
        (values.text(node) for name, node in values.pairs(spec.headers) if name.lower() == "content-type"), ""
    )
    if body.kind == "file":
        return written or guessed_type(values.text(body.node)), {"schema": BYTES}
    kind = written or KINDS[body.kind]
    if body.kind == "multipart":
        return KINDS["multipart"], _multipart(body.node, values)
    if body.kind == "form":
        example = {name: values.value(node) for name, node in values.pairs(tuple(body.node.items))}
        return kind, {"schema": object_of(example), "example": example}
    if body.kind == "graphql":
        asked = {GRAPHQL.get(str(key.value), str(key.value)): values.value(node) for key, node in body.node.items}
        return kind, {"example": asked}
    return kind, {"example": values.text(body.node) if body.kind == "text" else values.value(body.node)}


def object_of(example: dict[str, Plain]) -> dict[str, Plain]:
    """A schema of the fields of a form."""
    properties: dict[str, Plain] = {name: {"type": type_of(value)} for name, value in example.items()}
    for name, value in example.items():
        if isinstance(value, list):
            items: dict[str, Plain] = {"type": type_of(value[0])} if value else {}
            properties[name] = {"type": "array", "items": items}
    return {"type": "object", "properties": properties}


def type_of(value: Plain) -> str:
    """What JSON Schema calls the type of a value."""
    return next((name for kind, name in TYPES if isinstance(value, kind)), "string")


def _multipart(node: Node, values: Values) -> dict[str, Plain]:
    properties: dict[str, Plain] = {}
    example: dict[str, Plain] = {}
    encoding: dict[str, Plain] = {}
    for name, written in values.pairs(tuple(node.items)):
        several = written.kind == "list"
        first = written.elements[0] if several and written.elements else written
        if _is_file(first):
            properties[name] = {"type": "array", "items": BYTES} if several else BYTES
            kind = _kind(first, values)
            if kind != UNKNOWN:
                encoding[name] = {"contentType": kind}
        else:
            example[name] = values.value(written)
            properties |= _properties({name: example[name]})
    made: dict[str, Plain] = {"schema": {"type": "object", "properties": properties}}
    made |= {"encoding": encoding} if encoding else {}
    return {**made, "example": example} if example else made


def _properties(example: dict[str, Plain]) -> dict[str, Plain]:
    found = object_of(example)["properties"]
    return found if isinstance(found, dict) else {}


def _kind(file: Node, values: Values) -> str:
    """The content type of a file: what is written, else by the ending of its name."""
    written, path = file.get("type"), file.get("file")
    if written is not None:
        return values.text(written)
    return guessed_type(values.text(path)) if path is not None else UNKNOWN


def _is_file(node: Node) -> bool:
    return node.kind == "mapping" and node.get("file") is not None
