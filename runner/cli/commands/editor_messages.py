"""What editors say of a value that the schema does not allow, in words.

By themselves they would show a regular expression, or that something "matches a schema that is not allowed". What is
written here allows the same as what it takes the place of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from runner.node import Plain

Schema: TypeAlias = "dict[str, Plain]"

PLACEHOLDER: Final = "<<"
DURATION: Final = "A duration: a number with ms, s, m, h or d, such as 500ms."
LIMIT: Final = "A duration that is not zero: a number with ms, s, m, h or d, such as 30s."
MESSAGES: Final = {
    r"\S": "This is empty.",
    (
        r"^(?!\s*(?:[Ff][Aa][Ll][Ss][Ee]|[Nn][Oo]|[Oo][Ff][Ff]|0|[Nn][Uu][Ll][Ll]|[Nn][Oo][Nn][Ee]|\[\]|\{\})\s*$)"
        r"[\s\S]*\S"
    ): "A reason, such as: not paid for yet. Any text skips the request, so what says no is an error.",
    r"^[A-Za-z_][A-Za-z0-9_.-]*$": "A variable's name: letters, digits and _ . -, no digit first.",
    r"^\$|<<": "A JSONPath starts with $, such as $.data[0].id.",
    r"\.([cC][sS][vV]|[jJ][sS][oO][nN][lL]?)$": "A data file's name ends in .csv, .json or .jsonl.",
    r"^\s*[0-9]{1,15}(\.[0-9]{1,9})?\s*(ms|s|m|h|d)?\s*$|<<": DURATION,
    r"^\s*[0-9]{1,15}(\.[0-9]{1,9})?\s*(ms|s|m|h|d)?\s*$": DURATION,
    r"^\s*(?=[0-9.]*[1-9])[0-9]{1,15}(\.[0-9]{1,9})?\s*(ms|s|m|h|d)?\s*$": LIMIT,
    r"^\s*(?=[0-9.]*[1-9])[0-9]{1,15}(\.[0-9]{1,9})?\s*(ms|s|m|h|d)?\s*$|<<": LIMIT,
    r"^\s*[0-9]{1,15}(\.[0-9]{1,9})?\s*(B|kB|KB|MB|GB|KiB|MiB|GiB)?\s*$|<<": (
        "A size: a number with B, kB, MB, GB, KiB, MiB or GiB, such as 10kB."
    ),
    r"^\s*([0-9]{1,2}(\.[0-9]{1,9})?|100)\s*%\s*$": "A part of all, from 0% to 100%, such as 1%.",
    r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;[ -~]*)?$|<<": "A media type, such as image/png.",
    r'^[^\u0000-\u0020\u007f=;,"]+$|<<': "A cookie's name: no blanks, and none of = ; , and quotes.",
    r"^[^\u0000-\u001f\u007f;]*$": "A cookie's value is one line and holds no semicolon.",
    r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$|<<": "A header's name: letters, digits and -, no blanks.",
    r"^[^\r\n\u0000]*$": "A header's value is one line.",
    r"^(?=[0-9]{1,3}$)0*([1-9][0-9]?|100)$|<<": "A whole number from 1 to 100.",
    r"^[1-5]([0-9]{2}|[xX]{2})$|<<": "A status from 100 to 599, or a class such as 2xx.",
    r"^[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*$|<<": "An HTTP method, such as GET: one word.",
    r"^(none|[hH][tT][tT][pP][sS]?://[^/?#\s]+/?)$|<<": "A proxy, such as http://127.0.0.1:8080, or none.",
    r"^(?!role$)": "The role is told by the key above.",
    r"^<<((?!>>)[\s\S])*>>$": "A variable, such as <<STAGE>>.",
    r"^\s*(?!0+\s*/)[0-9]{1,3}\s*/\s*(?!0+\s*$)[0-9]{1,3}\s*$|<<": "How many of how many tries must pass, such as 4/5.",
}
"""By regular expressions of the schema. That of a placeholder and that of filters are told from what is beside them."""
UNWANTED: Final = {
    PLACEHOLDER: "No placeholder can stand here.",
}
"""By regular expressions that a text must not match."""
KINDS: Final = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
FILTER: Final = r"^\s*(int|float|"


def in_words(schema: Schema) -> Schema:
    """One schema, without those in it, with messages for what it does not allow."""
    made = dict(schema)
    pattern = made.get("pattern")
    if isinstance(pattern, str):
        made["patternErrorMessage"] = _message(pattern, made.get("type"))
    unwanted = made.get("not")
    told = _allowed(unwanted) if isinstance(unwanted, dict) else None
    if told is not None:
        del made["not"]
        others = made.get("allOf", [])
        assert isinstance(others, list)  # noqa: S101  # it ships with the package
        made["allOf"] = [*others, told]
    return made


def _message(pattern: str, types: Plain) -> str:
    if pattern.startswith(FILTER):
        return f"Filters, joined by |: {', '.join(pattern[5:].partition(')')[0].split('|'))}."
    if pattern != PLACEHOLDER:
        return MESSAGES[pattern]
    kinds = [KINDS[str(one)] for one in types if one in KINDS] if isinstance(types, list) else []
    return f"Here stands {' or '.join((*kinds, 'a placeholder'))}, such as <<NAME>>."


def _allowed(unwanted: Schema) -> Schema | None:
    """What says the same as ``not`` does of such a schema, if editors have better words for it."""
    pattern = unwanted.get("pattern")
    if isinstance(pattern, str):
        return {"pattern": rf"^(?![\s\S]*(?:{pattern}))", "patternErrorMessage": UNWANTED[pattern]}
    if unwanted.get("const") is True:
        return {"if": {"type": "boolean"}, "then": {"const": False}}
    together = _required(unwanted)
    if len(together) == 2:
        first, second = together
        message = f"{first} and {second} do not go together."
        return {"if": {"required": [first]}, "then": {"properties": {second: False}, "errorMessage": message}}
    alone = [name for one in _alternatives(unwanted) for name in _required(one)]
    return {"properties": dict.fromkeys(alone, False)} if alone else None


def _alternatives(unwanted: Schema) -> Iterator[Schema]:
    """The schemas of which each forbids one key."""
    listed = unwanted.get("anyOf", [unwanted])
    assert isinstance(listed, list)  # noqa: S101  # as above
    yield from (one for one in listed if isinstance(one, dict) and len(_required(one)) == 1)


def _required(schema: Schema) -> Sequence[str]:
    names = schema.get("required") if schema.keys() == {"required"} else None
    return [str(one) for one in names] if isinstance(names, list) else []
