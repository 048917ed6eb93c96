from __future__ import annotations

import json

from hypothesis import given, settings, strategies as st

from runner import strict_json
from runner.node import Plain
from runner.writing.alike import is_same
from runner.writing.json_patching import json_text, patched_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=15,
)
INDENTS = st.sampled_from([None, 1, 2, 4, "\t"])
BY_HAND = """\
{
  "type": "object",
  "required": ["id", "name"],

  "properties": {
    "id": {"type": "integer"},
    "name": {
        "type": "string"
    }
  }
}
"""


@settings(max_examples=150, deadline=None)
@given(VALUES, VALUES, INDENTS, st.booleans())
def test_it_says_what_it_is_to_say(old: Plain, new: Plain, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(old, indent=indent, ensure_ascii=ascii_only) + "\n"
    made = patched_json(text, old, new)
    assert is_same(strict_json.loads(made), new)
    assert patched_json(text, old, old) == text
    assert is_same(strict_json.loads(json_text(new)), new)


@given(VALUES)
def test_what_a_program_wrote_grows_as_the_program_would_write_it(value: Plain) -> None:
    old: Plain = {"a": [1, 2], "b": {"c": value, "d": {"e": 1}}}
    new: Plain = {"a": [1, 2], "b": {"c": value, "d": {"e": 1, "f": [value, 3], "g": {"h": {}}}}}
    assert patched_json(json.dumps(old, indent=2), old, new) == json.dumps(new, indent=2, ensure_ascii=False) or (
        json.dumps(value) != json.dumps(value, ensure_ascii=False)
    )


def test_only_what_changes_changes() -> None:
    old = strict_json.loads(BY_HAND)
    new = strict_json.loads(BY_HAND)
    assert isinstance(new, dict)
    new["required"] = ["id"]
    new["properties"]["name"]["type"] = ["string", "null"]  # type: ignore[call-overload,index]
    new["properties"]["tags"] = {"type": "array"}  # type: ignore[call-overload,index]
    assert patched_json(BY_HAND, old, new) == BY_HAND.replace(', "name"]', "]").replace(
        '"string"\n    }\n', '["string", "null"]\n    },\n    "tags": {"type": "array"}\n'
    )


def test_the_ends_of_lines_stay() -> None:
    text = BY_HAND.replace("\n", "\r\n")
    new = strict_json.loads(BY_HAND)
    assert isinstance(new, dict)
    new["title"] = {"a": {"b": {"c": 1}}}
    made = patched_json(text, strict_json.loads(BY_HAND), new)
    assert made.count("\n") == made.count("\r\n")


def test_one_line_stays_one_line() -> None:
    assert patched_json('{"a":1}', {"a": 1}, {"a": 1, "b": {"c": [1]}}) == '{"a":1, "b":{"c": [1]}}'
