from __future__ import annotations

import json

import pytest
from hypothesis import given, settings, strategies as st

from runner.report.json_layout import lay_out

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@settings(deadline=None)
@given(value=VALUES, ascii_only=st.booleans(), indent=st.sampled_from([None, 0, 3]))
def test_any_json_is_laid_out_as_the_library_would(value: object, ascii_only: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert lay_out(text) == json.dumps(value, ensure_ascii=False, indent=2)


@pytest.mark.parametrize("number", ["1.50", "1e5", "1E+05", "-0", "-0.0", "100000000000000000000.10"])
def test_numbers_are_kept(number: str) -> None:
    assert lay_out(f'{{"n":{number},"l":[{number}]}}') == f'{{\n  "n": {number},\n  "l": [\n    {number}\n  ]\n}}'
