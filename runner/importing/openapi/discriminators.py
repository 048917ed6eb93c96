"""What a discriminator says: by which value of which property one schema is told from the others."""

from __future__ import annotations

import re
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote

from runner.importing.openapi.document import elements_at, pairs_at, text_at
from runner.node import Node, Plain

NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
Place: TypeAlias = tuple[str, str]
"""The file of a schema, and the pointer to it."""


class Tag(NamedTuple):
    """A property, and the value that it has in one schema."""

    name: str
    value: str


class Tags:
    """The tags of the schemas that have been read, as far as they stand in one file with the discriminator."""

    def __init__(self) -> None:
        self._mapped: dict[Place, Tag] = {}
        self._listed: dict[Place, Tag] = {}
        self._of_children: dict[Place, str] = {}
        """The properties of the schemas that others are made of."""
        self._parents: dict[Place, list[Place]] = {}

    def read(self, node: Node) -> None:
        """What ``node``, a schema, says of those that it chooses from."""
        discriminator = node.get("discriminator")
        name = text_at(discriminator, "propertyName")
        if not name:
            return
        for value, written in pairs_at(discriminator, "mapping"):
            place = _place(written)
            if place is not None:
                self._mapped.setdefault(place, Tag(name, value))
        for place in (*_referred(node, "oneOf"), *_referred(node, "anyOf")):
            self._listed.setdefault(place, Tag(name, _last(place)))

    def read_named(self, place: Place, node: Node) -> None:
        """What a schema that others refer to says of itself."""
        self._parents[place] = _referred(node, "allOf")
        discriminator = node.get("discriminator")
        name = text_at(discriminator, "propertyName")
        if name:
            self._of_children[place] = name
            values = [value for value, _ in pairs_at(discriminator, "mapping")]
            if values and not elements_at(node, "oneOf") and not elements_at(node, "anyOf"):
                self._listed.setdefault(place, Tag(name, values[0]))

    def of(self, place: Place) -> Tag | None:
        """The tag of the schema there; of several values the one that a mapping gives, else its name."""
        found = self._mapped.get(place) or self._listed.get(place)
        names = (self._of_children.get(one) for one in self._parents.get(place, ()))
        inherited = next((name for name in names if name), None)
        return found or (None if inherited is None else Tag(inherited, _last(place)))


def tagged(schema: Plain, tag: Tag) -> Plain:
    """``schema`` with the value of the tag, where it does not say by itself what that is."""
    if not isinstance(schema, dict):
        return schema
    parts = schema.get("allOf")
    listed = parts if isinstance(parts, list) else []
    for one in (schema, *listed):
        own = one.get("properties") if isinstance(one, dict) else None
        said = own.get(tag.name) if isinstance(own, dict) else None
        if isinstance(said, dict) and ("const" in said or "enum" in said):
            return schema
    value: dict[str, Plain] = {tag.name: {"const": tag.value}}
    if listed:
        return {**schema, "allOf": [*listed, {"properties": value}]}
    properties = schema.get("properties")
    return {**schema, "properties": {**(properties if isinstance(properties, dict) else {}), **value}}


def _referred(node: Node, key: str) -> list[Place]:
    places = (_place(reference) for one in elements_at(node, key) if (reference := one.get("$ref")) is not None)
    return [place for place in places if place is not None]


def _place(reference: Node) -> Place | None:
    """Where a reference leads in its own file; a name alone is that of a component."""
    text = reference.value if isinstance(reference.value, str) else ""
    if NAME.fullmatch(text):
        return reference.source.name, f"/components/schemas/{text}"
    return (reference.source.name, unquote(text[1:]).rstrip("/")) if text.startswith("#/") else None


def _last(place: Place) -> str:
    return place[1].rpartition("/")[2]
