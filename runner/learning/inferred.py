"""A JSON Schema that fits values: their types, and the keys that all of them have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runner.node import Plain

TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
"""In the order in which a schema names several."""
IDENTIFIER: Final = re.compile(
    r"[0-9]+|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-fA-F]{24,}|\d{4}-\d{2}(?:-\d{2}.*)?"
)
"""What is no name of a field but one of many: a number, a UUID, a digest, a date."""


def schema_of(values: Sequence[Plain]) -> dict[str, Plain]:
    """What all of ``values`` fit. Single values are taken for no more than their types: neither ranges nor words are
    guessed from a few of them."""
    types = types_of(values)
    schema: dict[str, Plain] = {"type": types[0] if len(types) == 1 else list[Plain](types)} if types else {}
    objects = [value for value in values if isinstance(value, dict)]
    if any(objects):
        schema.update(_members(objects))
    elements = [one for value in values if isinstance(value, list) for one in value]
    if elements:
        schema["items"] = schema_of(elements)
    return schema


def _members(objects: Sequence[dict[str, Plain]]) -> dict[str, Plain]:
    """Of objects that are keyed by something like an id each value may be any of theirs, and no key is needed."""
    keys = list(dict.fromkeys(key for one in objects for key in one))
    if all(map(IDENTIFIER.fullmatch, keys)):
        return {"additionalProperties": schema_of([value for one in objects for value in one.values()])}
    required: list[Plain] = [key for key in keys if all(key in one for one in objects)]
    properties: dict[str, Plain] = {key: schema_of([one[key] for one in objects if key in one]) for key in keys}
    return {"required": required, "properties": properties} if required else {"properties": properties}


def types_of(values: Sequence[Plain]) -> list[str]:
    """The names that JSON Schema has for the types of values."""
    found = set(map(type_of, values))
    if "number" in found:
        found.discard("integer")
    return [one for one in TYPES if one in found]


def type_of(value: Plain) -> str:
    """The same for one: ``1.0`` is a number, as whoever wrote it may write ``1.5``."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "integer" if isinstance(value, int) else "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"
