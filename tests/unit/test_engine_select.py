from __future__ import annotations

from itertools import chain, combinations

import pytest
from hypothesis import given, strategies as st

from runner.engine.select import parse_tags, selector
from runner.errors import UsageError
from tests.unit.loading import collection

TAGS = ("a", "b", "c")
SETS = [frozenset(one) for one in chain.from_iterable(combinations(TAGS, count) for count in range(4))]
EXPRESSIONS = st.recursive(
    st.sampled_from(TAGS),
    lambda inner: (
        st.builds("not {}".format, inner)
        | st.builds("({})".format, inner)
        | st.builds("{} and {}".format, inner, inner)
        | st.builds("{} or {}".format, inner, inner)
    ),
    max_leaves=12,
)


@given(EXPRESSIONS)
def test_an_expression_means_what_it_means_in_python(expression: str) -> None:
    rule = parse_tags(expression)
    for tags in SETS:
        assert rule(tags) is eval(expression, {}, {tag: tag in tags for tag in TAGS})  # noqa: S307  # made here


@given(st.lists(st.sampled_from(["a", "and", "or", "not", "(", ")", " ", "&"]), max_size=10).map(" ".join))
def test_what_python_does_not_take_is_refused(expression: str) -> None:
    try:
        compile(expression.replace("&", "b").strip(), "", "eval")
    except SyntaxError:
        with pytest.raises(UsageError):
            parse_tags(expression)


@pytest.mark.parametrize(
    ("expression", "tags", "selected"),
    [
        ("smoke", ["smoke", "slow"], True),
        ("Smoke", ["smoke"], False),
        ("smoke and not slow", ["smoke"], True),
        ("smoke and not slow", ["smoke", "slow"], False),
        ("not a", [], True),
        ("not not a", ["a"], True),
        ("(a)or(b)", ["b"], True),
        ("a or b and c", ["a"], True),
        ("(a or b) and c", ["a"], False),
        ("needs-key", ["needs-key"], True),
        ("android", ["android"], True),
        ("v1.2:x", ["v1.2:x"], True),
    ],
)
def test_expressions(expression: str, tags: list[str], selected: bool) -> None:
    assert parse_tags(expression)(tags) is selected


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("and", 'a tag is missing before "and"'),
        ("a and", "a tag is missing before the end"),
        ("a or or b", 'a tag is missing before "or"'),
        ("not", "a tag is missing before the end"),
        ("()", 'a tag is missing before ")"'),
        ("(a", "a bracket is not closed"),
        ("a)", '")" is one too many'),
        ("a b", '"b" is one too many'),
        ("(" * 5000 + "a" + ")" * 5000, "this is too long"),
        ("not " * 5000 + "a", "this is too long"),
    ],
    ids=range(10),
)
def test_what_is_no_expression(expression: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_tags(expression)
    assert message in caught.value.message
    assert len(caught.value.message) < 200


def selected(text: str, tags: str) -> list[str]:
    """The names that are left of a collection."""
    found = collection(
        "requests: [{name: Straße one, url: 'http://h/', tags: [a]}, {name: two, url: 'http://h/', tags: [a, b]},"
        "{name: Two more, url: 'http://h/'}]"
    )
    fits = selector(text, tags)
    return [str(one.name.value) for one in found.requests if fits(one, str(one.name.value))]


def test_by_name_in_any_case_and_by_tags() -> None:
    assert selected("", "") == ["Straße one", "two", "Two more"]
    assert selected("TWO", "") == ["two", "Two more"]
    assert selected("STRASSE", "") == ["Straße one"]
    assert selected("", " a ") == ["Straße one", "two"]
    assert selected("two", "a") == ["two"]
    assert selected("three", "") == []
    assert selected("", "not a") == ["Two more"]
