"""The schemas that a collection names, as one document each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.exporting.known import Known
from runner.folder import FileProblem, Folder
from runner.loading.document import read_document
from runner.loading.files import read_source
from runner.loading.problems import Problems
from runner.node import Node, Plain
from runner.schemas import builtin_schema

KNOWN_DRAFTS: Final = ("draft-04", "draft-06", "draft-07")
"""What Postman's validator knows; without ``$schema`` it takes the last of them."""


def schema_of(node: Node, known: Known) -> Plain:
    """The schema; None for one that cannot be written in one piece, or that Postman would read differently."""
    if node.templated:
        return None
    schema = node.plain() if node.kind == "mapping" else _read(str(node.value), known)
    if not isinstance(schema, dict) or any(not one.startswith("#") for one in _references(schema)):
        return None
    dialect = schema.get("$schema")
    if isinstance(dialect, str) and not any(draft in dialect for draft in KNOWN_DRAFTS):
        schema = {key: value for key, value in schema.items() if key != "$schema"}
        return None if _has_new_words(schema) else schema
    return None if dialect is None and _has_new_words(schema) else schema


def _read(name: str, known: Known) -> Plain:
    builtin = builtin_schema(name)
    folder = known.collection.folder if builtin is None else Folder.of(builtin.parent)
    try:
        source = read_source(builtin or folder.file(name), name, folder)
    except FileProblem:
        return None
    root = read_document(source, Problems())
    return None if root is None else root.plain()


NEW_WORDS: Final = frozenset(
    (
        "$defs",
        "$anchor",
        "$dynamicRef",
        "$dynamicAnchor",
        "$recursiveRef",
        "dependentRequired",
        "dependentSchemas",
        "minContains",
        "maxContains",
        "prefixItems",
        "unevaluatedItems",
        "unevaluatedProperties",
    )
)
"""Words that drafts after the seventh brought: the validator there does not look at them."""


def _has_new_words(schema: Plain) -> bool:
    return any(NEW_WORDS.intersection(one) - {"$defs"} for one in _mappings(schema))


def _references(schema: Plain) -> Iterator[str]:
    for one in _mappings(schema):
        reference = one.get("$ref")
        if isinstance(reference, str):
            yield reference


def _mappings(value: Plain) -> Iterator[dict[str, Plain]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _mappings(one)
    elif isinstance(value, list):
        for one in value:
            yield from _mappings(one)
