"""Whether what should be a JSON Schema is one: each keyword's value looked at, without jsonschema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from runner.loading.problems import Problems, suggestion
from runner.loading.schema_drafts import DRAFTS, check_draft
from runner.node import Node, is_number
from runner.patterns import PatternError, check_pattern

RULE: Final = "schema"
TYPES: Final = ("string", "number", "integer", "boolean", "null", "array", "object")

NUMBER_HINT: Final = "Write a number without quotes."
PATTERN_HINT: Final = "A character with a meaning of its own is written with a backslash before it."
ANCHOR_HINT: Final = "Refer to a definition as #/$defs/name."

Check = Callable[[str, Node, Problems], None]


def check_schema_shape(node: Node, problems: Problems) -> None:
    """Tell everything that makes ``node`` no JSON Schema of drafts 4 to 2020-12, each at its own place.

    Keywords that no draft has are let pass, as the standard says; a misspelt one gives a warning, and so does one that
    checks nothing where it stands.
    """
    _schema("", node, problems)
    check_draft(node, schemas_inside(node), problems)
    _check_references(node, problems)


def _schema(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind == "scalar" and isinstance(node.value, bool):
        return
    if node.kind != "mapping":
        said = f'"{keyword}" holds a schema' if keyword else "a schema is a mapping"
        problems.error(RULE, node, f"{said}, and this is {node.type_name}", "Write {type: …}, or true for anything.")
        return
    for key, value in node.items:
        name = str(key.value)
        if name in KEYWORDS:
            KEYWORDS[name](name, value, problems)
        else:
            _unknown(key, name, problems)


def _unknown(key: Node, name: str, problems: Problems) -> None:
    hint = suggestion(name, KEYWORDS)
    if hint.startswith("Did") and not name.startswith(("x-", "$")):
        problems.warning("schema-keyword", key, f'"{name}" is no keyword of JSON Schema and checks nothing', hint)


def _schemas(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "list" or not node.elements:
        problems.error(RULE, node, f'"{keyword}" takes a list of schemas, not {_what(node)}', "Write [{…}, {…}].")
        return
    for element in node.elements:
        _schema(keyword, element, problems)


def _schema_or_schemas(keyword: str, node: Node, problems: Problems) -> None:
    (_schemas if node.kind == "list" else _schema)(keyword, node, problems)


def _named_schemas(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "mapping":
        problems.error(
            RULE, node, f'"{keyword}" takes a mapping of names to schemas, not {_what(node)}',
            f"Write {keyword}: {{name: {{type: string}}}}.",
        )  # fmt: skip
        return
    for _, value in node.items:
        _schema(keyword, value, problems)


def _pattern_schemas(keyword: str, node: Node, problems: Problems) -> None:
    _named_schemas(keyword, node, problems)
    for key, _ in node.items:
        _pattern(keyword, key, problems)


def _dependencies(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "mapping":
        problems.error(RULE, node, f'"{keyword}" takes a mapping, not {_what(node)}', "Write {name: [other]}.")
        return
    for _, value in node.items:
        (_texts if value.kind == "list" else _schema)(keyword, value, problems)


def _named_texts(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "mapping":
        problems.error(
            RULE, node, f'"{keyword}" takes a mapping of names to lists, not {_what(node)}', "Write {name: [other]}."
        )
        return
    for _, value in node.items:
        _texts(keyword, value, problems)


def _texts(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "list":
        hint = f"Write {keyword}: [{node.value}]." if isinstance(node.value, str) else f"Write {keyword}: [name]."
        problems.error(RULE, node, f'"{keyword}" takes a list of names, not {_what(node)}', hint)
        return
    for element in node.elements:
        _text(keyword, element, problems)


def _required(keyword: str, node: Node, problems: Problems) -> None:
    _texts(keyword, node, problems)
    seen: set[object] = set()
    for element in node.elements:
        if element.kind == "scalar" and element.value in seen:
            problems.error(RULE, element, f'"{element.value}" is listed twice', "Remove one.")
        seen.add(element.value)


def _text(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "scalar" or not isinstance(node.value, str):
        problems.error(RULE, node, f'"{keyword}" takes text, not {_what(node)}', "Put it in quotes.")


def _pattern(keyword: str, node: Node, problems: Problems) -> None:
    _text(keyword, node, problems)
    if node.kind != "scalar" or not isinstance(node.value, str):
        return
    try:
        check_pattern(node.value)
    except PatternError as error:
        place = f" at character {error.offset + 1}" if error.offset is not None else ""
        problems.error(RULE, node, f"this is no regular expression: {error.message}{place}", PATTERN_HINT)


def _number(keyword: str, node: Node, problems: Problems) -> None:
    if not _is_number(node):
        problems.error(RULE, node, f'"{keyword}" takes a number, not {_what(node)}', NUMBER_HINT)


def _positive(keyword: str, node: Node, problems: Problems) -> None:
    if not _is_number(node) or not isinstance(node.value, int | float) or node.value <= 0:
        problems.error(RULE, node, f'"{keyword}" takes a number greater than 0', NUMBER_HINT)


def _number_or_boolean(keyword: str, node: Node, problems: Problems) -> None:
    if not _is_number(node) and not isinstance(node.value, bool):
        problems.error(RULE, node, f'"{keyword}" takes a number, not {_what(node)}', NUMBER_HINT)


def _count(keyword: str, node: Node, problems: Problems) -> None:
    whole = _is_number(node) and isinstance(node.value, int | float) and node.value == int(node.value) >= 0
    if not whole:
        shown = node.value if _is_number(node) else _what(node)
        problems.error(RULE, node, f'"{keyword}" takes a whole number from 0 on, not {shown}', NUMBER_HINT)


def _is_number(node: Node) -> bool:
    """Whether a schema can count with it: infinity and not-a-number are none."""
    value = node.value
    return node.kind == "scalar" and is_number(value) and value - value == 0


def _boolean(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "scalar" or not isinstance(node.value, bool):
        problems.error(RULE, node, f'"{keyword}" takes true or false, not {_what(node)}', "Write true or false.")


def _boolean_or_names(keyword: str, node: Node, problems: Problems) -> None:
    """Draft 3's ``required: true`` on a property is a common slip."""
    if node.kind == "scalar" and isinstance(node.value, bool):
        problems.error(
            RULE, node, f'"{keyword}" takes a list of names, not true or false',
            "Write it beside properties: required: [name].",
        )  # fmt: skip
        return
    _required(keyword, node, problems)


def _values(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind != "list" or not node.elements:
        problems.error(RULE, node, f'"{keyword}" takes a list of values, not {_what(node)}', "Write [a, b, c].")


def _type(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind == "list" and node.elements:
        for element in node.elements:
            _type_name(keyword, element, problems)
        return
    _type_name(keyword, node, problems)


def _type_name(keyword: str, node: Node, problems: Problems) -> None:
    if node.kind == "scalar" and node.value in TYPES:
        return
    if node.kind == "scalar" and node.value is None:
        problems.error(RULE, node, "the type null is written in quotes here", 'Write "null".')
    elif node.kind == "scalar" and isinstance(node.value, str):
        problems.error(RULE, node, f'there is no type "{node.value}"', suggestion(node.value, TYPES, "Types"))
    else:
        problems.error(
            RULE, node, f'"{keyword}" takes the name of a type, not {_what(node)}', f"Types: {', '.join(TYPES)}."
        )


def _draft(keyword: str, node: Node, problems: Problems) -> None:
    _text(keyword, node, problems)
    if isinstance(node.value, str) and not any(draft in node.value for draft in DRAFTS):
        problems.error(RULE, node, f'"{node.value}" is no known draft', f"Known drafts: {', '.join(DRAFTS)}.")


def _anything(_keyword: str, _node: Node, _problems: Problems) -> None:
    pass


def _what(node: Node) -> str:
    return "an empty list" if node.kind == "list" and not node.elements else node.type_name


KEYWORDS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("$id", "id", "$anchor", "$dynamicAnchor", "$comment", "title", "description", "format"), _text),
    **dict.fromkeys(("$ref", "$dynamicRef", "$recursiveRef", "contentEncoding", "contentMediaType"), _text),
    **dict.fromkeys(("not", "if", "then", "else", "contains", "propertyNames", "additionalItems"), _schema),
    **dict.fromkeys(("additionalProperties", "unevaluatedItems", "unevaluatedProperties", "contentSchema"), _schema),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), _schemas),
    **dict.fromkeys(("properties", "$defs", "definitions", "dependentSchemas"), _named_schemas),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems"), _count),
    **dict.fromkeys(("maxProperties", "minProperties", "maxContains", "minContains"), _count),
    **dict.fromkeys(("maximum", "minimum"), _number),
    **dict.fromkeys(("exclusiveMaximum", "exclusiveMinimum"), _number_or_boolean),
    **dict.fromkeys(("uniqueItems", "readOnly", "writeOnly", "deprecated", "$recursiveAnchor"), _boolean),
    **dict.fromkeys(("const", "default", "examples", "example", "$vocabulary"), _anything),
    "$schema": _draft,
    "items": _schema_or_schemas,
    "patternProperties": _pattern_schemas,
    "dependencies": _dependencies,
    "dependentRequired": _named_texts,
    "required": _boolean_or_names,
    "pattern": _pattern,
    "multipleOf": _positive,
    "enum": _values,
    "type": _type,
}
"""Every keyword of drafts 4 to 2020-12 to the check of its value."""


def _check_references(root: Node, problems: Problems) -> None:
    """Every ``$ref`` inside this document leads somewhere, and none leads to the network."""
    if _nested_id(root):
        return  # references are relative to those ids: found when the schema is used
    for node in schemas_inside(root):
        reference = node.get("$ref")
        if reference is not None and isinstance(reference.value, str):
            _check_reference(reference, reference.value, root, problems)


def _nested_id(root: Node) -> bool:
    return any(node is not root and node.get("$id") is not None for node in schemas_inside(root))


def schemas_inside(root: Node) -> list[Node]:
    """Every mapping that is a schema, found by the keywords that hold schemas."""
    found: list[Node] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.kind != "mapping":
            continue
        found.append(node)
        for key, value in node.items:
            check = KEYWORDS.get(str(key.value))
            if check in {_named_schemas, _pattern_schemas, _dependencies}:
                waiting.extend(schema for _, schema in value.items)
            elif check in {_schema, _schemas, _schema_or_schemas}:
                waiting.extend([value, *value.elements])
    return found


def _check_reference(node: Node, reference: str, root: Node, problems: Problems) -> None:
    if "://" in reference or reference.startswith("//"):
        problems.error(
            RULE, node, "a schema is never fetched from the network",
            "Keep a copy beside this file and refer to it by its relative path.",
        )  # fmt: skip
    elif reference.startswith("#/") and not _leads_somewhere(reference, root):
        names = [str(key.value) for holder in ("$defs", "definitions") for key, _ in _items(root.get(holder))]
        last = reference.rpartition("/")[2]
        hint = suggestion(last, names, "Defined here") if names else "Define it below $defs."
        problems.error(RULE, node, f'there is no "{reference}" in this schema', hint)
    elif reference.startswith("#") and len(reference) > 1 and not reference.startswith("#/"):
        anchors = [one.get(name) for one in schemas_inside(root) for name in ("$anchor", "$dynamicAnchor", "id", "$id")]
        if not any(anchor is not None and str(anchor.value).lstrip("#") == reference[1:] for anchor in anchors):
            problems.error(RULE, node, f'there is no anchor "{reference[1:]}" in this schema', ANCHOR_HINT)


def _items(node: Node | None) -> list[tuple[Node, Node]]:
    return list(node.items) if node is not None else []


def _leads_somewhere(reference: str, root: Node) -> bool:
    """RFC 6901, after percent-decoding."""
    from urllib.parse import unquote  # noqa: PLC0415  # few schemas have a pointer

    node: Node | None = root
    for part in unquote(reference[2:]).split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if node is None:
            return False
        if node.kind == "list":
            inside = name.isdecimal() and int(name) < len(node.elements)
            node = node.elements[int(name)] if inside else None
        else:
            node = node.get(name)
    return node is not None
