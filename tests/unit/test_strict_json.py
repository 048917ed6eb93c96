from __future__ import annotations

import json

import pytest
from hypothesis import given, strategies as st

from runner.node import Plain
from runner.strict_json import MAX_DEPTH, NotJson, dumps, loads, parse

PLAIN: st.SearchStrategy[Plain] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)

WRONG = {
    "": "it is empty",
    "  \n": "it is empty",
    "NaN": "NaN is not a JSON value",
    "[-Infinity]": "-Infinity is not a JSON value",
    "1e400": "the number 1e400 is too large",
    "-1e400": "the number -1e400 is too large",
    '{"a": 1, "b": 2, "a": 3}': 'the key "a" stands twice in one object',
    '[{"x": {"a": 1, "a": 1}}]': 'the key "a" stands twice in one object',
    "{": "line 1, column 2",
    '{"a": 1,\n oops}': "line 2, column 2",
    "[1] 2": "line 1, column 5",
    "1" * 1001: "a number of 1001 digits is too large",
    "[" * 201 + "]" * 201: "it is nested more than 200 levels deep",
    "[" * 100_000: "it is nested too deeply",
    '"a\nb"': "line 1, column 3",
    "'a'": "line 1, column 1",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=range(len(WRONG)))
def test_what_is_no_json_says_why(text: str, message: str) -> None:
    with pytest.raises(NotJson) as caught:
        loads(text)
    assert message in str(caught.value)
    assert parse(text.encode()).error == str(caught.value)


def test_bytes_are_utf8() -> None:
    assert loads(b'\xef\xbb\xbf"\xc3\xbc"') == "ü"
    assert parse(b'"\xff"').error == "it is not UTF-8: byte 1 is 0xff"
    assert parse('{"a": 1}'.encode("utf-16")).error.startswith("it is not UTF-8")


@pytest.mark.parametrize("text", ["[" * MAX_DEPTH + "]" * MAX_DEPTH, "1" * 1000, "-0", "1E5", '"[[[[{{{{"', "0.1e-5"])
def test_what_is_json(text: str) -> None:
    assert loads(text) == json.loads(text)


def test_brackets_in_text_are_no_depth() -> None:
    assert loads(json.dumps("[" * 1000)) == "[" * 1000


@given(PLAIN)
def test_it_reads_what_it_writes(value: Plain) -> None:
    assert loads(dumps(value)) == value


@given(st.text(alphabet='{}[]",:0123456789.eE+-\\u untrfalse\n', max_size=30) | st.binary(max_size=30))
def test_it_takes_no_more_than_python_and_raises_nothing_else(text: str | bytes) -> None:
    parsed = parse(text)
    if not parsed.error:
        assert json.loads(text) == parsed.value


def test_not_a_number_cannot_be_written() -> None:
    with pytest.raises(NotJson):
        dumps(float("inf"))


def test_what_is_nested_too_deeply_cannot_be_written() -> None:
    value: Plain = []
    for _ in range(10_000):
        value = [value]
    with pytest.raises(NotJson, match="nested too deeply"):
        dumps(value)


def test_characters_are_written_as_they_are() -> None:
    assert dumps({"ü": ["😀", 1.0, None, True]}) == '{"ü": ["😀", 1.0, null, true]}'


@pytest.mark.parametrize("body", ["[[], [], []]", '[{"a": 1}, {"b": 2}]', "[" + "1," * 20 + "1]", '["a", "b", "c"]'])
def test_values_that_take_more_memory_than_they_may_are_refused(body: str) -> None:
    assert parse(body).error == ""
    assert parse(body, 150).error.startswith("it has more values than")


def test_what_stands_in_texts_takes_no_memory_of_its_own() -> None:
    assert parse(json.dumps(["[{,:" * 1000]), 500).error == ""
    assert parse(json.dumps(['\\"[{,:\\' * 1000]), 500).error == ""
