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
"""Drafts whose words Postman's validator reads as they are; it knows the last of them by name, and takes that where
there is none."""
FORMATS: Final = frozenset(
    "date time date-time uri uri-reference uri-template url email hostname ipv4 ipv6 regex uuid json-pointer "
    "relative-json-pointer".split()
)
"""Those that Postman knows: of any other it makes a mistake. We look at none that is not among them."""
NO_SCHEMAS: Final = frozenset(("const", "enum", "default", "examples", "example"))


def schema_of(node: Node, known: Known) -> Plain:
    """The schema; None for one that cannot be written in one piece, or that Postman would read differently."""
    if node.templated:
        return None
    schema = node.plain() if node.kind == "mapping" else _read(str(node.value), known)
    if not isinstance(schema, dict) or any(not one.startswith("#") for one in _references(schema)):
        return None
    dialect = schema.get("$schema")
    draft = next((one for one in KNOWN_DRAFTS if isinstance(dialect, str) and one in dialect), "")
    if draft == "draft-04" and _has_old_words(schema):
        return None
    if draft != "draft-07":
        schema = {key: value for key, value in schema.items() if key != "$schema"}
    return (
        None
        if not draft and (_has_new_words(schema) or _has_tuples(schema))
        else _as_read_there(schema, beside=not draft)
    )


def _as_read_there(value: Plain, *, beside: bool) -> Plain:
    """A schema without formats that are not known there; what stands ``beside`` a ``$ref`` counts there only apart."""
    if isinstance(value, list):
        return [_as_read_there(one, beside=beside) for one in value]
    if not isinstance(value, dict):
        return value
    made = {
        key: one if key in NO_SCHEMAS else _as_read_there(one, beside=beside)
        for key, one in value.items()
        if key != "format" or not isinstance(one, str) or one in FORMATS
    }
    whole = made.get("allOf", [])
    if beside and isinstance(made.get("$ref"), str) and not ANNOTATIONS.issuperset(made) and isinstance(whole, list):
        made["allOf"] = [*whole, {"$ref": made.pop("$ref")}]
    return made


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


ANNOTATIONS: Final = frozenset("$ref $schema title description default examples $defs definitions".split())
"""What may stand beside a ``$ref`` and checks nothing."""


def _has_old_words(schema: Plain) -> bool:
    """Whether it has limits as draft 4 wrote them."""
    limits = ("exclusiveMinimum", "exclusiveMaximum")
    return any(isinstance(one.get(limit), bool) for one in _mappings(schema) for limit in limits)


def _has_new_words(schema: Plain) -> bool:
    return any(NEW_WORDS.intersection(one) - {"$defs"} for one in _mappings(schema))


def _has_tuples(schema: Plain) -> bool:
    """Whether it lists schemas of elements in a way that the newest draft does not know."""
    return any(isinstance(one.get("items"), list) for one in _mappings(schema))


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
