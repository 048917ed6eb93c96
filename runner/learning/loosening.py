"""What to change in a part of a JSON Schema so that it takes a value: one rule for each keyword."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from runner.checks.schema.problem import Fault
from runner.checks.show import show
from runner.learning.inferred import schema_of, type_of, types_of
from runner.node import Plain
from runner.writing.alike import is_same

Schema: TypeAlias = dict[str, Plain]
Rule: TypeAlias = Callable[[Schema, str, Sequence[Plain]], str]
LENGTHS: Final = frozenset(("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"))
STRUCTURE: Final = frozenset(("properties", "required", "items", "additionalProperties", "prefixItems", "$ref"))
MOST_NAMED: Final = 10
"""Names or values that are told of one change."""
NAMING: Final = frozenset(("const", "enum"))
WORDS: Final[Mapping[str, str]] = {
    "object": "an object",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}


def loosen(faults: Iterable[Fault]) -> list[tuple[Schema, str]]:
    """Change the parts that are at fault; each with what is different now, in words."""
    groups: dict[tuple[int, str], list[Fault]] = {}
    for fault in faults:
        groups.setdefault((id(fault.schema), fault.keyword), []).append(fault)
    told: list[tuple[Schema, str]] = []
    for same in groups.values():
        schema, keyword = same[0].schema, same[0].keyword
        if keyword not in schema:  # another rule has taken it out
            continue
        if keyword in ("anyOf", "oneOf"):
            told += _branches(same)
            continue
        rule = RULES.get(keyword, _bound if keyword in LENGTHS else _left_out)
        told.append((schema, rule(schema, keyword, [fault.value for fault in same])))
    return told


def _type(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    said = schema[keyword]
    known = [str(one) for one in said] if isinstance(said, list) else [str(said)]
    new = [one for one in types_of(values) if one not in known]
    kept = [one for one in known if one != "integer" or "number" not in new]
    schema[keyword] = [*kept, *new] if len([*kept, *new]) > 1 else new[0]
    if STRUCTURE.isdisjoint(schema):  # what it says of objects and lists is what it says of these, too
        schema.update({key: value for key, value in schema_of(values).items() if key != "type"})
    return f"may be {' or '.join(WORDS[one] for one in new)}"


def _required(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    names = schema[keyword]
    assert isinstance(names, list)  # noqa: S101  # the keyword was at fault
    objects = [value for value in values if isinstance(value, dict)]
    missing = [name for name in names if any(name not in one for one in objects)]
    left = [name for name in names if name not in missing]
    if left:
        schema[keyword] = left
    else:
        del schema[keyword]
    return f"may be without {_few(map(str, missing))}"


def _enum(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    known = schema[keyword] if keyword == "enum" else [schema.pop(keyword)]
    listed = list(known) if isinstance(known, list) else []
    said = {_text(one) for one in listed}
    new = list({_text(value): value for value in values if _text(value) not in said}.values())
    schema["enum"] = [*listed, *new]
    return f"may be one more of its values: {_few(show(one) for one in new)}"


def _text(value: Plain) -> str:
    """A value in such a way that two which say the same are the same."""
    return json.dumps(value, sort_keys=True)


def _few(names: Iterable[str]) -> str:
    """The first of them, and how many there are beside."""
    listed = list(names)
    more = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return f"{', '.join(listed[:MOST_NAMED])}{more}"


def _additional(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    """What is in no list of properties comes into it; where it was not to be there, it need not be."""
    properties = schema.setdefault("properties", {})
    assert isinstance(properties, dict)  # noqa: S101  # the keyword was at fault
    objects = [value for value in values if isinstance(value, dict)]
    keys = dict.fromkeys(key for one in objects for key in one if key not in properties)
    properties.update({key: schema_of([one[key] for one in objects if key in one]) for key in keys})
    return f"may have {_few(keys)}" if keys else _left_out(schema, keyword, values)


def _items(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    """There may be none beyond the first few."""
    first = schema.get("prefixItems" if keyword == "items" else "items")
    count = len(first) if isinstance(first, list) else 0
    schema[keyword] = schema_of([one for value in values if isinstance(value, list) for one in value[count:]])
    return f"may have more than {count} elements"


def _bound(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:
    """A limit of a number or of a length is moved as far as the values are."""
    measured = [_measure(value) for value in values]
    is_least = keyword in ("minimum", "exclusiveMinimum") or keyword.startswith("min")
    new = min(measured) if is_least else max(measured)
    before = schema.pop(keyword) if keyword.startswith("exclusive") else schema[keyword]
    name = {"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}.get(keyword, keyword)
    if name != keyword or schema.get(f"exclusive{name.capitalize()}") is True:
        schema.pop(f"exclusive{name.capitalize()}", None)
    known = schema.get(name)
    if name != keyword and isinstance(known, int | float) and (known <= new if is_least else known >= new):
        return f"has no {keyword} any more, which was {before}"
    schema[name] = new
    return f"has a {name} of {new}, it was {before}"


def _measure(value: Plain) -> int | float:
    return len(value) if isinstance(value, str | list | dict) else value if isinstance(value, int | float) else 0


def _left_out(schema: Schema, keyword: str, values: Sequence[Plain]) -> str:  # noqa: ARG001  # as the others
    del schema[keyword]
    return f"has no {keyword} any more, which the answer does not fit"


def _branches(faults: Sequence[Fault]) -> list[tuple[Schema, str]]:
    """A value that no branch takes: the one that is meant is loosened, or if that cannot be told there is one branch
    more. Where more than one takes it, it need no longer be one alone."""
    schema, keyword = faults[0].schema, faults[0].keyword
    branches = schema[keyword]
    assert isinstance(branches, list)  # noqa: S101  # the keyword was at fault
    if any(not fault.branches for fault in faults):
        others = schema.pop(keyword)
        schema.setdefault("anyOf", others)
        return [(schema, "may fit more than one of its alternatives")]
    told: list[tuple[Schema, str]] = []
    new: list[Plain] = []
    for fault in faults:
        meant = _meant(fault)
        if meant and meant[0].schema:
            told += loosen(one for one in meant if one.keyword in one.schema)
        else:
            new.append(fault.value)
    if new:
        branches.append(schema_of(new))
        told.append((schema, f"may be {' or '.join(WORDS[one] for one in types_of(new))}"))
    return told


def _meant(fault: Fault) -> Sequence[Fault]:
    """The branch that a value is meant for, by what it has against it: the only one of the same type, or of those the
    only one whose words (``kind: {const: cat}``) are those of the value. Empty where that is none or several."""
    near = [one for one in fault.branches if not _is_other_type(one, fault.value)]
    if len(near) > 1:
        near = [one for one in near if not any(inner.keyword in NAMING for inner in one)]
    return near[0] if len(near) == 1 else ()


def _is_other_type(branch: Sequence[Fault], value: Plain) -> bool:
    """Whether a branch is for values of other types altogether."""
    return any(is_same(fault.value, value) and fault.keyword == "type" for fault in branch) or type_of(value) == "null"


RULES: Final[Mapping[str, Rule]] = {
    "type": _type,
    "required": _required,
    "enum": _enum,
    "const": _enum,
    "additionalProperties": _additional,
    "items": _items,
    "additionalItems": _items,
    "minimum": _bound,
    "maximum": _bound,
    "exclusiveMinimum": _bound,
    "exclusiveMaximum": _bound,
}
"""What is not here and no length is left out where it does not hold: a pattern cannot be loosened a little."""
