from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from urllib.parse import unquote

import pytest
from hypothesis import given, strategies as st

from runner.node import Plain
from runner.variables.filters import FILTERS, apply_filter, as_text
from tests.unit.test_strict_json import PLAIN

TABLE: list[tuple[str, Plain, Plain]] = [
    ("int", "12", 12),
    ("int", " -3 ", -3),
    ("int", "+4", 4),
    ("int", 2.0, 2),
    ("int", 5, 5),
    ("int", True, 1),
    ("float", "1.5", 1.5),
    ("float", "2", 2.0),
    ("float", ".5e1", 5.0),
    ("float", 3, 3.0),
    ("bool", "true", True),
    ("bool", " False ", False),
    ("bool", "1", True),
    ("bool", 0, False),
    ("bool", False, False),
    ("json", '{"a": [1]}', {"a": [1]}),
    ("json", "null", None),
    ("json", {"a": 1}, {"a": 1}),
    ("string", 1, "1"),
    ("string", 1.0, "1.0"),
    ("string", None, "null"),
    ("string", True, "true"),
    ("string", ["ü"], '["ü"]'),
    ("trim", " a\n", "a"),
    ("upper", "ä1", "Ä1"),
    ("lower", "ÄB", "äb"),
    ("base64", "ü", "w7w="),
    ("base64", {"a": 1}, "eyJhIjogMX0="),
    ("urlencode", "a b/ü&~", "a%20b%2F%C3%BC%26~"),
    ("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ("length", "äb", 2),
    ("length", [1, 2, 3], 3),
    ("length", {"a": 1}, 1),
    ("length", "", 0),
]


@pytest.mark.parametrize(("name", "value", "result"), TABLE, ids=range(len(TABLE)))
def test_filters(name: str, value: Plain, result: Plain) -> None:
    found = apply_filter(name, value)
    assert (type(found), found) == (type(result), result)


VALUES: dict[str, list[Plain]] = {
    "int": ["", "1.0", "x", "1_0", "٣", "0x1", 1.5, None, [], {}, "1" * 1001],
    "float": ["", "x", "1e400", "nan", "inf", "1_0", "٣", None, [], {}, 10**400],
    "bool": ["", "yes", "no", "2", 2, None, [], {}, [True]],
    "json": ["", "{", "NaN", '{"a": 1, "a": 2}', "[1] 2"],
    "length": [1, 1.5, True, None],
    **{name: ["\ud800"] for name in ("base64", "urlencode", "sha256")},
}
REFUSED = [(name, value) for name, values in VALUES.items() for value in values]


@pytest.mark.parametrize(("name", "value"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_go_through(name: str, value: Plain) -> None:
    with pytest.raises(ValueError, match=r"^it (is|has|holds)"):
        apply_filter(name, value)


def test_every_filter_is_tested() -> None:
    assert {name for name, _, _ in TABLE} == set(FILTERS)


@given(st.sampled_from(sorted(FILTERS)), PLAIN | st.text(alphabet="0123456789.eE+- truefals") | st.integers(10**300))
def test_nothing_but_value_errors(name: str, value: Plain) -> None:
    with suppress(ValueError):
        as_text(apply_filter(name, value))


@given(PLAIN)
def test_text_and_back(value: Plain) -> None:
    text = as_text(value)
    assert isinstance(text, str)
    assert value == text if isinstance(value, str) else json.loads(text) == value


@given(st.text())
def test_encodings_can_be_undone(text: str) -> None:
    data = text.encode()
    assert base64.b64decode(str(apply_filter("base64", text))) == data
    assert unquote(str(apply_filter("urlencode", text))) == text
    assert apply_filter("sha256", text) == hashlib.sha256(data).hexdigest()
