"""Keywords of a JSON Schema that check nothing in the draft that it names, which nobody would notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.loading.problems import Problems
from runner.node import Node

RULE: Final = "schema-keyword"
DRAFTS: Final = ("draft-04", "draft-06", "draft-07", "2019-09", "2020-12")
NEWEST: Final = DRAFTS[-1]
SINCE: Final[Mapping[str, str]] = {
    **dict.fromkeys(("const", "contains", "propertyNames"), "draft-06"),
    **dict.fromkeys(("if", "then", "else"), "draft-07"),
    **dict.fromkeys(("dependentRequired", "dependentSchemas", "minContains", "maxContains"), "2019-09"),
    **dict.fromkeys(("unevaluatedItems", "unevaluatedProperties", "$recursiveRef"), "2019-09"),
    **dict.fromkeys(("prefixItems", "$dynamicRef"), "2020-12"),
}
"""Keywords that older drafts do not have, and the first that has them."""
LONELY_REF: Final = frozenset({"draft-04", "draft-06", "draft-07"})
"""Drafts in which nothing counts beside ``$ref``."""
CHECKING: Final = frozenset(SINCE) | {
    *("allOf", "anyOf", "oneOf", "not", "enum", "format", "pattern", "required", "items", "additionalItems"),
    *("properties", "patternProperties", "additionalProperties", "dependencies", "multipleOf", "uniqueItems"),
    *("maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties"),
    *("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum"),
}
"""What would be missed beside ``$ref``: not ``type``, which mostly says again what stands there."""


def check_draft(root: Node, schemas: Iterable[Node], problems: Problems) -> None:
    """A warning for each keyword of ``schemas``, which are ``root`` and those inside of it."""
    written = root.get("$schema")
    draft = next((one for one in DRAFTS if written is not None and one in str(written.value)), NEWEST)
    for schema in schemas:
        for key, message, hint in _idle(schema, draft):
            problems.warning(RULE, key, message, hint)


def _idle(schema: Node, draft: str) -> Iterator[tuple[Node, str, str]]:
    """Keywords of one schema that check nothing, each with why and what to do."""
    reference = schema.get("$ref")
    is_lonely = draft in LONELY_REF and reference is not None and isinstance(reference.value, str)
    for key, _ in schema.items:
        name = str(key.value)
        since = SINCE.get(name, DRAFTS[0])
        if is_lonely and name in CHECKING:
            hint = "Write allOf: [{$ref: …}, {…}], with what stands beside it in the second."
            yield key, f'"{name}" stands beside $ref and checks nothing in {draft}', hint
        elif DRAFTS.index(since) > DRAFTS.index(draft):
            yield key, f'"{name}" checks nothing in {draft}: it came with {since}', "Name a newer draft in $schema."
        elif name in ("then", "else") and schema.get("if") is None:
            yield key, f'"{name}" checks nothing without "if"', "Write if: beside it."
