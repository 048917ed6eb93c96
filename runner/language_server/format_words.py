"""What may stand where in a collection, and what it means: from the JSON Schema that editors have as well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias, cast

from runner import strict_json
from runner.node import Plain
from runner.variables.filters import as_text

Schema: TypeAlias = "dict[str, Plain]"
FILE: Final = Path(__file__).parents[1] / "loading/collection.schema.json"
BODIES: Final = frozenset(("json", "text", "form", "multipart", "file", "graphql"))
MOST: Final = 200
"""Schemas that are looked at for one place."""


class Word(NamedTuple):
    """A key, or a value, of the format. ``holds`` says what kind of value a key takes, by JSON's names."""

    text: str
    meaning: str
    holds: tuple[str, ...] = ()
    is_example: bool = False


@lru_cache(maxsize=1)
def collection_schema() -> Schema:
    return cast(Schema, strict_json.loads(FILE.read_text("utf-8")))


def keys_at(path: Sequence[str | None], beside: frozenset[str]) -> list[Word]:
    """The keys that a mapping may have, without those ``beside`` and what those rule out."""
    found: dict[str, Word] = {}
    for schema in _at(path, beside):
        for name, one in _mapping(schema.get("properties")).items():
            if name not in beside and not (name in BODIES and beside & BODIES and "url" in _names(schema)):
                found.setdefault(name, Word(name, meaning_of(one), tuple(_holds(one))))
    return list(found.values())


def values_at(path: Sequence[str | None]) -> list[Word]:
    """The values that the format names for a place, and examples of others."""
    found: dict[str, Word] = {}
    for schema in _at(path, frozenset()):
        values = schema.get("enum")
        meanings = schema.get("enumDescriptions")
        told = meanings if isinstance(meanings, list) else []
        for number, value in enumerate(values if isinstance(values, list) else ()):
            meaning = str(told[number]) if number < len(told) else ""
            _add(found, value, meaning)
        if "boolean" in _types(schema) and "enum" not in schema and "string" not in _types(schema) - {"null"}:
            _add(found, value=True)
            _add(found, value=False)
    for schema in _at(path, frozenset()):
        examples = schema.get("examples")
        for value in examples if isinstance(examples, list) else ():
            _add(found, value, is_example=True)
    return list(found.values())


def meaning_at(path: Sequence[str | None]) -> str:
    """What the key at the end of a path means; empty if it is none of the format's."""
    if not path or path[-1] is None:
        return ""
    for schema in _at(path[:-1], frozenset((path[-1],))):
        one = _mapping(schema.get("properties")).get(path[-1])
        if one is not None:
            return meaning_of(one)
    return ""


def meaning_of(schema: Plain) -> str:
    """The description, that of what it refers to if it has none of its own."""
    return next((str(one["description"]) for one in _variants(schema, frozenset()) if "description" in one), "")


def _add(found: dict[str, Word], value: Plain, meaning: str = "", *, is_example: bool = False) -> None:
    if value is None or isinstance(value, dict | list):
        return
    text = as_text(value)
    found.setdefault(text, Word(text, meaning, is_example=is_example))


def _at(path: Sequence[str | None], beside: frozenset[str]) -> list[Schema]:
    """Every schema that holds for a place."""
    current: list[Plain] = [collection_schema()]
    for step in path:
        reached: list[Plain] = []
        for schema in current:
            known = frozenset() if step is None else frozenset((step,))
            for one in _variants(schema, known):
                reached += _below(one, step)
        current = reached[:MOST]
    return [one for schema in current for one in _variants(schema, beside)][:MOST]


def _below(schema: Schema, step: str | None) -> Iterator[Plain]:
    if step is None:
        yield from (schema["items"],) if isinstance(schema.get("items"), dict) else ()
        return
    properties = _mapping(schema.get("properties"))
    other = schema.get("additionalProperties")
    if step in properties:
        yield properties[step]
    elif isinstance(other, dict):
        yield other


def _variants(schema: Plain, keys: frozenset[str]) -> Iterator[Schema]:
    """A schema, with what it refers to, and all that it is made of; ``keys`` are those that a mapping has already."""
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = _resolved(reference)
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    yield schema
    for name in ("anyOf", "oneOf", "allOf"):
        members = schema.get(name)
        for one in members if isinstance(members, list) else ():
            yield from _variants(one, keys)
    condition = _mapping(schema.get("if")).get("required")
    if isinstance(condition, list):
        holds = all(name in keys for name in condition)
        if holds or not keys:
            yield from _variants(schema.get("then"), keys)
        if not holds:
            yield from _variants(schema.get("else"), keys)


def _resolved(reference: str) -> Schema:
    found: Plain = collection_schema()
    for name in reference.removeprefix("#/").split("/"):
        found = _mapping(found).get(name)
    while isinstance(found, dict) and isinstance(found.get("$ref"), str):
        found = {**_resolved(str(found["$ref"])), **{key: one for key, one in found.items() if key != "$ref"}}
    return _mapping(found)


def _holds(schema: Plain) -> Iterator[str]:
    """The kinds of values that a schema takes, each once."""
    found: dict[str, None] = {}
    for one in _variants(schema, frozenset()):
        found.update(dict.fromkeys(sorted(_types(one))))
        if isinstance(one.get("enum"), list):
            found["string"] = None
    return iter(found)


def _types(schema: Schema) -> set[str]:
    types = schema.get("type")
    return {types} if isinstance(types, str) else {str(one) for one in types} if isinstance(types, list) else set()


def _names(schema: Schema) -> set[str]:
    return set(_mapping(schema.get("properties")))


def _mapping(value: Plain) -> Schema:
    return value if isinstance(value, dict) else {}
