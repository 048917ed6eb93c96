from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import example, given, strategies as st

from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from runner.writing.layout import Value, yaml_lines

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.text("<>:# -?|'\"\\[]{},&*!%@`~\n\tab1.e=", max_size=12),
    st.sampled_from(["<<A>>", "<<", "no", "012", "1e5", "2024-10-04", "a\nb", "a\n", "\n", " a", "a ", "---", "..."]),
)
KEYS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(["json", "$.a[0]", "<<A>>"])
)
NUMBERED = st.text("0123456789_.:-+eETZ xbo=", min_size=1, max_size=11) | st.sampled_from(["On", "NO", "yes", "off"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=15
)


@given(st.dictionaries(KEYS, VALUES, max_size=6))
@example({"a": "x" * 200, "b": ["y" * 90, ["z" * 90]], "json": {"a": [[], {}, [[1]]]}})
def test_what_is_written_is_read_as_the_same(value: dict[str, Value]) -> None:
    text = "\n".join(yaml_lines(value)) + "\n"
    source = Source("c.yaml", text if value else "{}")
    problems = Problems()
    node = read_document(source, problems)
    assert node is not None, (text, problems.of("error"))
    assert node.plain() == value, text


@given(st.dictionaries(KEYS, VALUES, max_size=6) | st.dictionaries(NUMBERED, NUMBERED, max_size=6))
@example({"... 0": "... 0"})
@example({"x": 1e16, "y": -2e-7, "12:30": ["yes", "=", "0777", "1_000", "2024-01-31", "190:20:30.15"]})
def test_readers_of_yaml_1_1_read_the_same(value: dict[str, Value]) -> None:
    text = "\n".join(yaml_lines(value)) + "\n"
    assert json.dumps(yaml.safe_load(text if value else "{}"), default=str) == json.dumps(value), text


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("off", '"off"'),
        ("0600", '"0600"'),
        ("1:30:00", '"1:30:00"'),
        ("2024-06-20", '"2024-06-20"'),
        ("2024-06-20T09:00:00Z", '"2024-06-20T09:00:00Z"'),
        ("=", '"="'),
        (1e16, "1.0e+16"),
        (1.5e-7, "1.5e-07"),
        ("offer", "offer"),
        ("1.2.3", "1.2.3"),
        ("10:a", "10:a"),
        ("2024-06-20-draft", "2024-06-20-draft"),
        ("127.0.0.1:80", "127.0.0.1:80"),
    ],
)
def test_quotes_stand_where_somebody_needs_them(value: Value, written: str) -> None:
    assert list(yaml_lines({"y": value})) == [f"y: {written}"]
