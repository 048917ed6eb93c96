from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from time import perf_counter
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from runner.checks.schema.validators import inline_validator
from runner.folder import Folder
from runner.learning.inferred import schema_of
from runner.learning.lesson import Unlearnable
from runner.learning.widening import widened
from runner.node import Plain
from runner.schemas import BUILTIN_NAMES, builtin_schema

HERE = Folder.of(Path(__file__).parent)
INT: Final[Plain] = {"type": "integer"}
DOG: Final[Plain] = {"properties": {"kind": {"const": "dog"}, "m": INT}}
KEYS = st.sampled_from(["id", "name", "a", "7", "2024-01-01"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-2, 9, allow_nan=False) | st.text("ab1", max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=10,
)
NUMBERS = st.integers(0, 4)
SCHEMAS: st.SearchStrategy[Plain] = st.recursive(
    st.one_of(
        st.sampled_from(["string", "integer", "object", "null"]).map(lambda one: {"type": one}),
        st.fixed_dictionaries({"enum": st.lists(st.sampled_from(["a", "b", 1, None]), min_size=1, unique_by=repr)}),
        st.fixed_dictionaries({"const": st.sampled_from(["a", 1])}),
        st.fixed_dictionaries({}, optional={"minimum": NUMBERS, "exclusiveMaximum": NUMBERS, "maxLength": NUMBERS}),
        st.fixed_dictionaries({"pattern": st.sampled_from(["^a", "b$"]), "minLength": NUMBERS}),
        st.fixed_dictionaries({"multipleOf": st.sampled_from([2, 3])}),
    ),
    lambda inner: st.one_of(
        st.fixed_dictionaries(
            {"properties": st.dictionaries(KEYS, inner, max_size=3)},
            optional={
                "required": st.lists(KEYS, unique=True, min_size=1),
                "additionalProperties": st.just(False) | inner,  # a schema
                "minProperties": NUMBERS,
                "maxProperties": NUMBERS,
                "propertyNames": st.just({"maxLength": 2}),
            },
        ),
        st.fixed_dictionaries({"items": inner}, optional={"minItems": NUMBERS, "uniqueItems": st.just(True)}),
        st.fixed_dictionaries({"prefixItems": st.lists(inner, min_size=1, max_size=2), "items": st.just(False)}),
        st.fixed_dictionaries({"anyOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"oneOf": st.lists(inner, min_size=1, max_size=3)}),
        st.fixed_dictionaries({"allOf": st.lists(inner, min_size=1, max_size=2)}),
        st.fixed_dictionaries({"not": inner}),
        st.fixed_dictionaries({"if": inner, "then": inner, "else": inner}),
        st.fixed_dictionaries({"contains": inner}),
        inner.map(lambda one: {"$ref": "#/$defs/x", "$defs": {"x": one}}),
    ),
    max_leaves=6,
)


def takes(schema: Plain, document: Plain) -> bool:
    return not inline_validator(schema, HERE).problems(document)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4), st.lists(VALUES, min_size=1, max_size=3))
def test_what_is_learnt_takes_all_that_it_was_learnt_from(first: list[Plain], later: list[Plain]) -> None:
    schema = schema_of(first)
    assert all(takes(schema, one) for one in first)
    assert widened(schema, first, HERE) == (schema, ())
    made = widened(schema, later, HERE)
    assert all(takes(made.schema, one) for one in (*first, *later))
    assert bool(made.notes) == (not all(takes(schema, one) for one in later))


@settings(max_examples=200, deadline=None)
@given(SCHEMAS, st.lists(VALUES, min_size=1, max_size=3), st.lists(VALUES, max_size=12))
def test_a_schema_takes_no_less_than_before(schema: Plain, answers: list[Plain], others: list[Plain]) -> None:
    schema = _with_own_names(schema)
    before = json.dumps(schema)
    taken = [one for one in others if takes(schema, one)]
    try:
        made = widened(schema, answers, HERE)
    except Unlearnable:
        return
    assert json.dumps(schema) == before
    assert all(takes(made.schema, one) for one in answers)
    if "not" not in before and "oneOf" not in before and "if" not in before:
        assert all(takes(made.schema, one) for one in taken)


def _with_own_names(schema: Plain) -> Plain:
    """A reference starts at the root, where the schema that has it may not stand."""
    if isinstance(schema, dict) and "$ref" in schema:
        return schema
    if isinstance(schema, dict):
        return {key: _with_own_names(one) if "$ref" not in str(one) else {} for key, one in schema.items()}
    return (
        [_with_own_names(one) if "$ref" not in str(one) else {} for one in schema]
        if isinstance(schema, list)
        else schema
    )


def test_types_are_what_is_guessed_and_nothing_else() -> None:
    answers: list[Plain] = [
        {"id": 1, "price": 1, "tags": ["a"], "note": None, "state": "open", "by": {"2024-01-01": 1, "2024-01-02": 2}},
        {
            "id": 2,
            "price": 1.5,
            "tags": [],
            "note": "x",
            "state": "open",
            "by": {},
            "more": [{"a": 1}, {"a": 1, "b": 2}],
        },
    ]
    assert schema_of(answers) == {
        "type": "object",
        "required": ["id", "price", "tags", "note", "state", "by"],
        "properties": {
            "id": {"type": "integer"},
            "price": {"type": "number"},
            "tags": {"type": "array", "items": {"type": "string"}},
            "note": {"type": ["string", "null"]},
            "state": {"type": "string"},
            "by": {"type": "object", "additionalProperties": {"type": "integer"}},
            "more": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["a"],
                    "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}},
                },
            },
        },
    }


WIDER: list[tuple[dict[str, Plain], Plain, dict[str, Plain], str]] = [
    ({"type": "string"}, None, {"type": ["string", "null"]}, "$ may be null"),
    ({"type": "integer"}, 1.5, {"type": "number"}, "$ may be a number"),
    ({"type": ["integer", "null"]}, "x", {"type": ["integer", "null", "string"]}, "$ may be text"),
    (
        {"type": "null"},
        {"a": [1]},
        {
            "type": ["null", "object"],
            "required": ["a"],
            "properties": {"a": {"type": "array", "items": {"type": "integer"}}},
        },
        "$ may be an object",
    ),
    ({"required": ["a", "b", "c"]}, {"b": 1}, {"required": ["b"]}, "$ may be without a, c"),
    ({"required": ["a"]}, {}, {}, "$ may be without a"),
    ({"enum": ["a", "b"]}, "c", {"enum": ["a", "b", "c"]}, '$ may be one more of its values: "c"'),
    ({"const": "a"}, "c", {"enum": ["a", "c"]}, '$ may be one more of its values: "c"'),
    ({"minimum": 1, "maximum": 3}, 7, {"minimum": 1, "maximum": 7}, "$ has a maximum of 7, it was 3"),
    ({"exclusiveMinimum": 0}, 0, {"minimum": 0}, "$ has a minimum of 0, it was 0"),
    ({"minLength": 3}, "ab", {"minLength": 2}, "$ has a minLength of 2, it was 3"),
    ({"maxItems": 1}, [1, 2, 3], {"maxItems": 3}, "$ has a maxItems of 3, it was 1"),
    (
        {"pattern": "^a", "minLength": 1},
        "b",
        {"minLength": 1},
        "$ has no pattern any more, which the answer does not fit",
    ),
    ({"format": "date"}, "b", {}, "$ has no format any more, which the answer does not fit"),
    (
        {"properties": {"a": {}}, "additionalProperties": False},
        {"b": 1},
        {"properties": {"a": {}, "b": {"type": "integer"}}, "additionalProperties": False},
        "$ may have b",
    ),
    (
        {"prefixItems": [{}], "items": False},
        [1, "a"],
        {"prefixItems": [{}], "items": {"type": "string"}},
        "$ may have more than 1 elements",
    ),
    (
        {"anyOf": [{"type": "string"}, {"type": "object", "required": ["a"]}]},
        {"b": 1},
        {"anyOf": [{"type": "string"}, {"type": "object"}]},
        "$ may be without a",
    ),
    (
        {
            "oneOf": [{"$ref": "#/$defs/cat"}, DOG],
            "$defs": {"cat": {"properties": {"kind": {"const": "cat"}, "n": INT}}},
        },
        {"kind": "cat", "n": "many"},
        {
            "oneOf": [{"$ref": "#/$defs/cat"}, DOG],
            "$defs": {"cat": {"properties": {"kind": {"const": "cat"}, "n": {"type": ["integer", "string"]}}}},
        },
        "cat.n may be text",
    ),
    ({"anyOf": [{"type": "string"}]}, None, {"anyOf": [{"type": "string"}, {"type": "null"}]}, "$ may be null"),
    (
        {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
        3,
        {"anyOf": [{"type": "integer"}, {"minimum": 1}]},
        "$ may fit more than one of its alternatives",
    ),
    (
        {"items": {"$ref": "#/$defs/note"}, "$defs": {"note": {"description": "A note.", "required": ["id"]}}},
        [{}],
        {"items": {"$ref": "#/$defs/note"}, "$defs": {"note": {"description": "A note."}}},
        "note may be without id",
    ),
    (
        {"title": "T", "properties": {"a": {"items": {"type": "string", "description": "d", "maxLength": 9}}}},
        {"a": ["x", 1]},
        {
            "title": "T",
            "properties": {"a": {"items": {"type": ["string", "integer"], "description": "d", "maxLength": 9}}},
        },
        "$.a[*] may be a whole number",
    ),
]


@pytest.mark.parametrize(("schema", "answer", "wider", "note"), WIDER, ids=[json.dumps(one[0]) for one in WIDER])
def test_each_is_loosened_as_far_as_needed(
    schema: dict[str, Plain], answer: Plain, wider: dict[str, Plain], note: str
) -> None:
    made = widened(schema, [answer], HERE)
    assert json.dumps(made.schema) == json.dumps(wider)
    assert made.notes == (note,)


def test_very_many_new_values_are_learnt_at_once_and_told_in_short() -> None:
    words: list[Plain] = [f"w{number}" for number in range(3000)]
    began = perf_counter()
    made = widened({"items": {"enum": ["a"]}}, [words], HERE)
    assert perf_counter() - began < 3
    assert made.schema == {"items": {"enum": ["a", *words]}}
    told = ", ".join(f'"w{number}"' for number in range(10))
    assert made.notes == (f"$[*] may be one more of its values: {told} and 2990 more",)


def test_an_old_draft_keeps_its_name_and_place() -> None:
    schema: Plain = {
        "description": "d",
        "$schema": "http://json-schema.org/draft-04/schema#",
        "minimum": 3,
        "exclusiveMinimum": True,
    }
    made = widened(deepcopy(schema), [3], HERE)
    assert json.dumps(made.schema) == json.dumps(
        {"description": "d", "$schema": "http://json-schema.org/draft-04/schema#", "minimum": 3}
    )


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "other.json"}, "cannot be read"),
        ({"properties": {"a": False}}, "false"),
        ({"type": "nonsense"}, "no JSON Schema"),
        ({"$schema": "http://nowhere.test/"}, "draft"),
        (False, "false"),
    ],
)
def test_what_cannot_be_widened_says_why(schema: Plain, why: str) -> None:
    with pytest.raises(Unlearnable, match=why):
        widened(schema, [{"a": 1}], HERE)


@pytest.mark.parametrize("name", [one for one in BUILTIN_NAMES if "strict" in one][:2])
def test_a_schema_of_many_parts_is_widened_in_its_parts(name: str) -> None:
    path = builtin_schema(name)
    assert path is not None
    schema = json.loads(path.read_bytes())
    made = widened(schema, [{"id": None, "choices": [{"message": {"role": 1}}]}], HERE)
    assert takes(made.schema, {"id": None, "choices": [{"message": {"role": 1}}]})
    assert isinstance(made.schema, dict)
    assert made.schema["$schema"] == schema["$schema"]
    assert list(made.schema) == list(schema)
