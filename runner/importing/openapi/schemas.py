"""Schemas of a description as JSON Schema 2020-12: each that is referred to has a file of its own, so that it stands
once and may lead back to itself."""

from __future__ import annotations

import json
import re
from collections import ChainMap
from collections.abc import Container, Iterator, Mapping
from typing import Final

from runner.importing.openapi.discriminators import Tags, tagged
from runner.importing.openapi.document import Document, Target
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.loading.schema_shape import check_schema_shape
from runner.node import Node, Plain
from runner.patterns import PatternError, check_pattern
from runner.source import Source
from runner.variables.letting_in import lets_in

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
ONE: Final = frozenset(
    "items additionalProperties not if then else contains propertyNames unevaluatedItems unevaluatedProperties".split()
)
SEVERAL: Final = frozenset(("allOf", "anyOf", "oneOf", "prefixItems"))
NAMED: Final = frozenset(("properties", "patternProperties", "$defs", "definitions", "dependentSchemas"))
DROPPED: Final = frozenset(
    "discriminator xml externalDocs nullable example $id $schema $anchor $dynamicAnchor $vocabulary".split()
)
"""What checks nothing, or is said in another way."""
LIMITS: Final = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}
LEFT_OUT: Final = "$comment"
UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
RESERVED: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


class Schemas:
    """The schemas of ``document``; ``known`` are those with a name, in which ``$ref`` is the file of another."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.known: dict[str, Plain] = {}
        self._names: dict[tuple[str, str], str] = {}
        self._references: dict[str, tuple[str, ...]] = {}
        """Those in each of ``known``."""
        self._taken: set[str] = set()
        self._tags = Tags()
        self._told: dict[str, Plain] | None = None
        """Those of ``known`` that have a tag, with its value; None where it has to be made anew."""
        self._waiting: list[tuple[str, Target]] = []

    def read(self, node: Node) -> Plain:
        """The schema at ``node``, and all that it refers to."""
        made = self._converted(node)
        while self._waiting:
            name, target = self._waiting.pop()
            self._tags.read_named((target.file, target.pointer), target.node)
            found = self._converted(target.node)
            fault = self.fault(found)
            if fault:
                self.document.note(target.node, f"the schema {name} is left out: {fault}", "Anything fits it now.")
                found = {LEFT_OUT: "left out: it is no schema"}
            self.known[name] = found
        self._told = None
        return made

    def for_values(self) -> Mapping[str, Plain]:
        """``known`` as values are made of them: with what tells them apart."""
        if self._told is None:
            tags = ((name, self._tags.of(place)) for place, name in self._names.items() if name in self.known)
            self._told = {name: tagged(self.known[name], tag) for name, tag in tags if tag is not None}
        return ChainMap(self._told, self.known) if self._told else self.known

    @staticmethod
    def fault(schema: Plain) -> str:
        """What makes it no schema that can be used; empty if nothing does."""
        problems = Problems()
        node = read_document(Source("schema", json.dumps(schema)), problems)
        if node is not None and not problems.count:
            check_schema_shape(node, problems)
        return problems.of("error")[0].message if problems.count else ""

    def free_name(self, wanted: str) -> str:
        """A name of a file that no schema has, which is taken now; upper and lower case are one to some systems."""
        name = UNSAFE.sub("-", wanted).strip(".-") or "schema"
        name = f"_{name}" if RESERVED.fullmatch(name) else name
        found, number = name, 2
        while found.lower() in self._taken:
            found, number = f"{name}-{number}", number + 1
        self._taken.add(found.lower())
        return found

    def reached(self, schema: Plain, known: Container[str] = ()) -> Iterator[str]:
        """The names of all that ``schema`` leads to, but for what is ``known`` and what that leads to."""
        found: set[str] = set()
        waiting = [tuple(references(schema))]
        while waiting:
            for name in waiting.pop():
                if name not in found and name not in known:
                    found.add(name)
                    waiting.append(self._led_to(name))
                    yield name

    def _led_to(self, name: str) -> tuple[str, ...]:
        if name not in self._references and name in self.known:
            self._references[name] = tuple(references(self.known[name]))
        return self._references.get(name, ())

    def received(self, address: str) -> tuple[Plain, str]:
        """What the address of a file leads to, as an answer is held against it."""
        name = address.rpartition("/")[2].removesuffix(".json")
        return of_answer(self.known[name]), name

    def _name(self, target: Target) -> str:
        key = (target.file, target.pointer)
        if key not in self._names:
            last = target.pointer.rpartition("/")[2] or re.split(r"[/\\]", target.file)[-1].partition(".")[0]
            name = self.free_name(last)
            self._names[key] = name
            self._waiting.append((name, target))
        return self._names[key]

    def _converted(self, node: Node) -> Plain:
        if node.kind == "scalar" and isinstance(node.value, bool):
            return node.value
        if node.kind != "mapping":
            self.document.note(node, f"this should be a schema, and is {node.type_name}; anything fits it now")
            return {}
        reference = node.get("$ref")
        if reference is None:
            return self._keywords(node)
        target = self.document.target(reference)
        made: dict[str, Plain] = (
            {LEFT_OUT: "left out: a reference"} if target is None else {"$ref": f"{self._name(target)}.json"}
        )
        beside = self._keywords(node) if self.document.minor else {}  # 3.0 lets nothing stand beside a reference
        return {**made, **{key: value for key, value in beside.items() if key != "$ref"}}

    def _keywords(self, node: Node) -> dict[str, Plain]:
        made: dict[str, Plain] = {}
        self._tags.read(node)
        for key, value in node.items:
            name = str(key.value)
            if name == "$dynamicRef":
                self.document.note(value, "$dynamicRef is left out: anything fits here now")
            elif name in ONE and value.kind != "list":
                made[name] = self._converted(value)
            elif name in SEVERAL and value.kind == "list":
                made[name] = [self._converted(one) for one in value.elements]
            elif name in NAMED and value.kind == "mapping":
                made[name] = self._named(name, value)
            elif name == "pattern":
                self._pattern(made, value)
            elif name not in DROPPED and not name.startswith("x-") and name != "$ref":
                made[name] = value.plain()
        example = node.get("example")
        if example is not None and "examples" not in made:
            made["examples"] = [example.plain()]
        elif not isinstance(made.get("examples", []), list):
            del made["examples"]
        return made if self.document.minor else _of_version_0(node, made)

    def _named(self, keyword: str, node: Node) -> dict[str, Plain]:
        found = {str(key.value): self._converted(value) for key, value in node.items}
        if keyword == "properties":
            for name, schema in found.items():
                if isinstance(schema, dict) and lets_in(name, plain_key=False):
                    self.tell_listed(name, schema)
                    schema.pop("examples", None)
                    schema.pop("default", None)
        return found

    def tell_listed(self, name: str, schema: Plain) -> None:
        """What a property or a parameter may be is no secret."""
        listed = schema.get("enum") if isinstance(schema, dict) else None
        values = listed if isinstance(listed, list) else []
        self.document.draft.listed.update((name, one) for one in values if isinstance(one, str))

    def _pattern(self, made: dict[str, Plain], node: Node) -> None:
        text = node.value if isinstance(node.value, str) else ""
        try:
            check_pattern(text)
        except PatternError as error:
            self.document.note(node, f"this regular expression is left out: {error.message}", "Any text fits it now.")
            return
        made["pattern"] = text


def _of_version_0(node: Node, made: dict[str, Plain]) -> dict[str, Plain]:
    """What OpenAPI 3.0 says in its own way."""
    for exclusive, limit in LIMITS.items():
        if made.get(exclusive) is True and limit in made:
            made[exclusive] = made.pop(limit)
        elif isinstance(made.get(exclusive), bool):
            del made[exclusive]
    nullable = node.get("nullable")
    if nullable is None or nullable.value is not True:
        return made
    enum = made.get("enum")
    if isinstance(enum, list) and None not in enum:
        made["enum"] = [*enum, None]
    if isinstance(made.get("type"), str):
        return {**made, "type": [made["type"], "null"]}
    if {"allOf", "anyOf", "oneOf"} & made.keys():
        about: dict[str, Plain] = {key: made.pop(key) for key in ("title", "description") if key in made}
        return {**about, "anyOf": [made, {"type": "null"}]}
    return made


def references(schema: Plain) -> Iterator[str]:
    """The names that ``$ref`` leads to anywhere in a converted schema."""
    waiting = [schema]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            reference = one.get("$ref")
            if isinstance(reference, str) and reference.endswith(".json"):
                yield reference.removesuffix(".json")
            waiting += [value for key, value in one.items() if key not in ("enum", "const", "examples", "default")]
        elif isinstance(one, list):
            waiting += one


def with_references(schema: Plain, before: str, after: str) -> Plain:
    """A converted schema with ``before`` and ``after`` around each name that it refers to."""
    if isinstance(schema, list):
        return [with_references(one, before, after) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Plain] = {}
    for key, value in schema.items():
        if key == "$ref" and isinstance(value, str) and value.endswith(".json"):
            made[key] = f"{before}{value.removesuffix('.json')}{after}"
        elif key in ("enum", "const", "examples", "default"):
            made[key] = value
        else:
            made[key] = with_references(value, before, after)
    return made


def of_answer(schema: Plain) -> Plain:
    """The same for what is received: what is only ever sent need not be there."""
    if isinstance(schema, list):
        return [of_answer(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        key: value if key in ("enum", "const", "examples", "default") else of_answer(value)
        for key, value in schema.items()
    }
    required, properties = made.get("required"), made.get("properties")
    if isinstance(required, list) and isinstance(properties, Mapping):
        sent = {name for name, one in properties.items() if isinstance(one, dict) and one.get("writeOnly") is True}
        left = [name for name in required if not (isinstance(name, str) and name in sent)]
        if left != required:
            made = {key: value for key, value in made.items() if key != "required"} | (
                {"required": left} if left else {}
            )
    return made
