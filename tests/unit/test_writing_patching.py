from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from runner.node import Plain
from runner.writing.alike import is_same
from runner.writing.layout import Value, yaml_lines
from runner.writing.patching import Unpatchable, patched, said

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
KEYS = st.sampled_from(["a", "json", "name", "b c", "200", "é", "x-y", "null"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | TEXTS | st.just("one\ntwo\n"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)
COMMENTED = """\
# about the file
name: x   # the name

requests:
  # about a
  - name: a
    url: http://x.test/   # where
    expect:
      status: 200
      schema:
        type: object  # of one
        required:
          - id
          # about name
          - name
        properties:
          id: {type: integer}   # the id
          # the name
          name:
            type: string
            # the end of name

  - {name: b, url: http://x.test/b}
  # the end
"""


def text_of(value: dict[str, Plain]) -> str:
    shown: dict[str, Value] = dict(value)
    return "\n".join(yaml_lines(shown)) + "\n"


@settings(max_examples=100, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_it_says_what_it_is_to_say(old: dict[str, Plain], new: dict[str, Plain]) -> None:
    text = text_of(old)
    assert is_same(said(patched(text, new)), new)
    windows = text.replace("\n", "\r\n")
    assert patched(windows, new).replace("\r\n", "\n") == patched(text, new)


@settings(max_examples=100, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_no_comment_is_lost(old: dict[str, Plain], new: dict[str, Plain]) -> None:
    lines = [f"{' ' * (len(line) - len(line.lstrip()))}# note {at}\n{line}" for at, line in _plain_lines(text_of(old))]
    text = "\n".join(lines) + "\n"
    if not is_same(said(text), old):
        return  # a comment inside of a text is none
    made = patched(text, new)
    assert is_same(said(made), new)
    for at, _ in _plain_lines(text_of(old)):
        assert made.count(f"# note {at}\n") == 1


@settings(max_examples=100, deadline=None)
@given(MAPPINGS, MAPPINGS)
def test_no_comment_behind_a_value_is_lost(old: dict[str, Plain], new: dict[str, Plain]) -> None:
    lines = [f"{line}  # note {at};" for at, line in _plain_lines(text_of(old))]
    text = "\n".join(lines) + "\n"
    try:
        if not is_same(said(text), old):
            return
    except Unpatchable:
        return
    try:
        made = patched(text, new)
    except Unpatchable:
        assert "|" in text
        return
    assert is_same(said(made), new)
    for at in range(len(lines)):
        assert made.count(f"# note {at};") == 1


def _plain_lines(text: str) -> list[tuple[int, str]]:
    return list(enumerate(text.rstrip("\n").split("\n")))


def test_what_stays_is_not_touched() -> None:
    new: Plain = said(COMMENTED)
    assert isinstance(new, dict)
    requests = new["requests"]
    assert isinstance(requests, list)
    first, second = requests
    assert isinstance(first, dict)
    assert isinstance(second, dict)
    first["expect"]["schema"]["required"] = ["id"]  # type: ignore[call-overload,index]
    first["expect"]["schema"]["properties"]["id"] = {"type": ["integer", "null"]}  # type: ignore[call-overload,index]
    first["examples"] = [{"name": "ok", "json": {"id": 1}}]
    second["examples"] = [{"status": 204}]
    assert patched(COMMENTED, new) == COMMENTED.replace("          - name\n", "").replace(
        "{type: integer}", '{type: [integer, "null"]}'
    ).replace(
        "            # the end of name\n",
        "            # the end of name\n    examples:\n      - {name: ok, json: {id: 1}}\n",
    ).replace(
        "  - {name: b, url: http://x.test/b}\n",
        "  - name: b\n    url: http://x.test/b\n    examples:\n      - {status: 204}\n",
    )


def test_a_comment_behind_the_end_of_braces_stays() -> None:
    assert patched("a: {b: 1,\n  c: 2}  # both\nd: 1\n", {"a": 3, "d": 1}) == "a: 3  # both\nd: 1\n"
    assert patched("a: {b: 1,\n  c: 2}  # both\nd: 1\n", {"d": 1}) == "# both\nd: 1\n"


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a: 1\r\nb: 2\nc: 3\r\n", "a: 1\r\nb: 4\r\nc: 3\r\nd: 5\r\n"),
        ("a: 1\r\nb: 2\nc: 3\n", "a: 1\r\nb: 4\nc: 3\nd: 5\n"),
        ("a: 1\rb: 2\rc: 3", "a: 1\rb: 4\rc: 3\rd: 5"),
        ("a: 1\r\nb: 2\r\nc: 3", "a: 1\r\nb: 4\r\nc: 3\r\nd: 5"),
        ("a: 1\nb: 2\n\nc: 3\n\n", "a: 1\nb: 4\n\nc: 3\nd: 5\n\n"),
    ],
)
def test_lines_that_stay_end_as_they_did(text: str, made: str) -> None:
    assert patched(text, {"a": 1, "b": 4, "c": 3, "d": 5}) == made


def test_the_same_is_the_same_text() -> None:
    assert patched(COMMENTED, said(COMMENTED)) is COMMENTED


@pytest.mark.parametrize(
    ("text", "new", "why"),
    [
        ('{"a": 1}\n', {"a": 2}, "in braces"),
        ("a: &x {b: 1}\nc: *x\n", {"a": {"b": 2}, "c": {"b": 1}}, "anchors"),
        ("a: {\n  b: 1,  # one\n  c: 2}\n", {"a": {"b": 2}}, "comments inside of braces"),
        ("a: [1\n", {"a": 1}, "cannot be read"),
        ("a: 1\n", [1], "something else"),
    ],
)
def test_what_cannot_be_done_safely_is_refused(text: str, new: Plain, why: str) -> None:
    with pytest.raises(Unpatchable, match=why):
        patched(text, new)


def test_an_alias_may_stay_where_nothing_around_it_changes() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: 1\n"
    assert patched(text, {"a": {"b": 1}, "c": {"b": 1}, "d": 2}) == "a: &x {b: 1}\nc: *x\nd: 2\n"
    assert patched(text, {"a": {"b": 1}, "c": {"b": 2}, "d": 1}) == "a: &x {b: 1}\nc: {b: 2}\nd: 1\n"
