"""JSONPath and matchers, made by their grammars, on any document."""

from __future__ import annotations

import json
from typing import Final

import pytest
from hypothesis import given, strategies as st
from jsonpath_rfc9535 import JSONPathEnvironment

from runner import model
from runner.checks.matchers import OPERATORS, Mismatch, evaluate
from runner.checks.show import Unit
from runner.checks.values import compare, contains, equal
from runner.model import Matcher
from runner.node import Node, Place, Plain
from runner.source import Source
from runner.strict_json import dumps
from tests.fuzz.bounded import bounded
from tests.fuzz.jsonpath import judged, matched, selected
from tests.unit.matching import context, match

NAMES: Final = st.sampled_from(
    ["a", "b", "a b", "", "'", '"', "\\", "\u00e9", "\uc774\ub984", "\U0001f600", "\n", "\ud800"]
)
NUMBERS: Final = st.integers(-(10**18), 10**18) | st.sampled_from([0, 1, 1.0, -0.0, 0.1, 1e300, 10**400])
LEAVES: Final = st.none() | st.booleans() | NUMBERS | NAMES
DOCUMENTS: st.SearchStrategy[Plain] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=15
)


def quoted(name: str) -> str:
    return "'" + json.dumps(name)[1:-1].replace('\\"', '"').replace("'", "\\'") + "'"


INDEXES: Final = st.integers(-4, 4)
SLICES: Final = st.tuples(st.none() | INDEXES, st.none() | INDEXES, st.none() | INDEXES).map(
    lambda ends: ":".join("" if one is None else str(one) for one in ends)
)
LITERALS: Final = st.sampled_from(["1", "-0.5", "1e2", "'a'", "''", "true", "false", "null"])
QUERIES: Final = st.sampled_from(["@", "@.a", "@[0]", "$", "$.b", "@['a b']", "@[-1].a"])
TERMS: Final = st.one_of(
    QUERIES,
    LITERALS,
    QUERIES.map("length({})".format),
    QUERIES.map("count({})".format),
    QUERIES.map("value({}[*])".format),
)
TESTS: Final = st.one_of(
    QUERIES,
    QUERIES.map("!{}".format),
    st.tuples(TERMS, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), TERMS).map(" ".join),
    QUERIES.map("match({}, 'a.*')".format),
    QUERIES.map("search({}, '[b')".format),
    QUERIES.map("search({0}, {0})".format),
)
FILTERS: Final = st.recursive(
    TESTS,
    lambda inner: st.tuples(inner, st.sampled_from([" && ", " || "]), inner).map("".join) | inner.map("!({})".format),
    max_leaves=4,
).map("?{}".format)
SELECTORS: Final = st.one_of(NAMES.map(quoted), INDEXES.map(str), st.just("*"), SLICES, FILTERS)
SEGMENTS: Final = st.one_of(
    st.sampled_from([".a", ".b", ".*", "..a", "..*", ".\u00e9", ".\uc774\ub984"]),
    st.lists(SELECTORS, min_size=1, max_size=2).map(lambda some: f"[{', '.join(some)}]"),
    SELECTORS.map("..[{}]".format),
)
PATHS: Final = st.lists(SEGMENTS, max_size=4).map("".join).map("${}".format)


@bounded
@given(PATHS, DOCUMENTS)
def test_paths_by_the_grammar(path: str, document: Plain) -> None:
    """What the library takes by itself selects the same here."""
    found = selected(path, document)
    if "\uc774" not in path and "\ud83d" not in path and found is not None:
        theirs = JSONPathEnvironment().compile(path).find(document)
        assert list(map(repr, found)) == [repr(node.value) for node in theirs]


@bounded
@given(
    st.text("$.[]'\"*?@()!=<>&|,:-0123ab \\\u00e9\n", max_size=25).map("${}".format) | st.text(max_size=30), DOCUMENTS
)
def test_any_text_is_a_path_or_is_explained(text: str, document: Plain) -> None:
    selected(text, document)


def matcher_of(operator: str, operand: Plain, *, ignore_case: bool = False) -> Matcher:
    """An operator with an operand that a placeholder may have been filled with: of any kind."""
    source = Source("c.yaml", "")
    node = Node(source, Place(), Place(), None, templated=False).with_value(operand)
    inner = Matcher(node, (model.Test("equals", node),)) if operator in WITH_MATCHER else None
    if operator == "json":
        path = Node(source, Place(), Place(), "$.a", templated=False)
        return Matcher(node, (model.Test(operator, node, ((path, Matcher(node, (model.Test("equals", node),))),)),))
    return Matcher(node, (model.Test(operator, node, inner),), ignore_case)


UNITS: Final[tuple[Unit, ...]] = ("duration", "size")
WITH_MATCHER: Final = frozenset({"not", "length", "each", "any"})
AMOUNTS: Final = NUMBERS | st.sampled_from(["20s", "a", True, None])
OPERANDS: Final = (
    DOCUMENTS
    | st.lists(AMOUNTS, max_size=2)
    | st.fixed_dictionaries({"value": AMOUNTS, "within": AMOUNTS})
    | st.sampled_from(
        [
            "a",
            "(",
            "(a+)+$",
            "[a-z]*",
            "uuid",
            "json",
            "string",
            "array",
            "asc",
            "desc",
            "2xx",
            "20s",
            "5 MB",
            "nowhere.json",
        ]
    )
)


@bounded
@given(st.sampled_from(sorted(OPERATORS)), OPERANDS, DOCUMENTS, st.booleans())
def test_any_operator_with_any_operand_on_any_value(
    operator: str, operand: Plain, value: Plain, ignore_case: bool
) -> None:
    matcher = matcher_of(operator, operand, ignore_case=ignore_case)
    judged(matcher, value)


ODD_VALUES: Final[tuple[Plain, ...]] = (
    None, True, False, 0, -0.0, 1.5, 10**400, -(10**400), 1e300, 5e-324, "", "a", "\ud800", "1", "\0", "a" * 300, [],
    [1, "a"],
    [[], {}], [10**400, 1.5], [None], {}, {"a": {}}, {"": 1}, {"value": 10**400, "within": 1}, {"value": 1.5,
    "within": 10**400},
    {"value": "9" * 400, "within": "1s"}, ["9" * 400, "1s"], "9" * 400, "9" * 400 + "GB", ["string", None], "uuid",
    "(", "2xx",
    {"type": "object"}, {"$ref": "#"}, {"$ref": "http://h/"}, "$.a", "[1]", '"\\ud800"',
)  # fmt: skip


@pytest.mark.parametrize("operator", sorted(OPERATORS))
def test_every_operator_with_what_is_odd(operator: str) -> None:
    one = context()
    for operand in ODD_VALUES:
        matcher = matcher_of(operator, operand)
        contrary = Matcher(matcher.node, (model.Test("not", matcher.node, matcher),))
        for value in ODD_VALUES:
            said = [mismatch for each in (matcher, contrary) if (mismatch := evaluate(each, value, one)) is not None]
            assert said
            assert all(mismatch.expected and mismatch.got for mismatch in said)
        for unit in UNITS:
            for measured in (0, 0.5, 20, 10**9):
                evaluate(matcher, measured, one.measuring(unit))


def sense(operator: str, operand: Plain, value: Plain) -> bool:  # a table
    """Whether the question makes sense for a value."""
    match operator:
        case "lt" | "lte" | "gt" | "gte":
            return compare(value, operand) is not None
        case "contains":
            return contains(value, operand) is not None
        case "starts_with" | "ends_with":
            return isinstance(value, str) and isinstance(operand, str)
        case "length":
            return isinstance(value, str | list | dict)
        case "each" | "any":
            return isinstance(value, list)
        case "unique":
            return isinstance(value, list) and isinstance(operand, bool)
        case "empty":
            return isinstance(value, str | list | dict) and isinstance(operand, bool)
        case "json":
            return isinstance(value, str)
        case _:
            raise AssertionError(operator)


@bounded
@given(
    st.sampled_from(
        [
            "lt",
            "lte",
            "gt",
            "gte",
            "contains",
            "starts_with",
            "ends_with",
            "length",
            "each",
            "any",
            "unique",
            "empty",
            "json",
        ]
    ),
    DOCUMENTS,
    DOCUMENTS,
)
def test_what_makes_no_sense_holds_neither_way(operator: str, operand: Plain, value: Plain) -> None:
    if not sense(operator, operand, value):
        matcher = matcher_of(operator, operand)
        assert evaluate(matcher, value, context()) is not None
        assert (
            evaluate(Matcher(matcher.node, (model.Test("not", matcher.node, matcher),)), value, context()) is not None
        )


@bounded
@given(DOCUMENTS, DOCUMENTS)
def test_equality_is_that_of_json(one: Plain, other: Plain) -> None:
    assert equal(one, one)
    assert equal(one, other) == equal(other, one)
    assert equal(one, other) == (canonical(one) == canonical(other))
    mismatch = evaluate(matcher_of("equals", one), other, context())
    assert (mismatch is None) == equal(one, other)
    assert isinstance(mismatch, Mismatch | None)


def canonical(value: Plain) -> str:
    """The same text for values that JSON does not tell apart: 1 is 1.0, and true is neither."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key!r}:{canonical(one)}" for key, one in sorted(value.items())) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)


@bounded
@given(
    st.dictionaries(st.sampled_from([*sorted(OPERATORS), "ignore_case", "x"]), DOCUMENTS, min_size=1, max_size=3),
    DOCUMENTS,
)
def test_any_mapping_is_a_matcher_or_is_explained(written: dict[str, Plain], value: Plain) -> None:
    matched(dumps(written), value)


ALIKE: Final[tuple[Plain, ...]] = (True, 1, "1", None, [], {}, "", 0, False)


@pytest.mark.parametrize("value", ALIKE, ids=repr)
def test_look_alikes_are_told_apart(value: Plain) -> None:
    for other in ALIKE:
        same = type(value) is type(other) and value == other
        assert (match(f"{{equals: {dumps(value)}}}", other) is None) == same
