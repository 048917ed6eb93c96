from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from runner.loading.document import MAX_DEPTH, read_document
from runner.loading.problems import Problems
from runner.node import Node, Plain
from runner.source import Diagnostic, Source, Span
from runner.strict_json import dumps
from tests.unit.loading import read
from tests.unit.test_strict_json import PLAIN


def problems(text: str) -> tuple[Diagnostic, ...]:
    found = Problems()
    read_document(Source("c.yaml", text), found)
    return found.of("error")


def nodes(node: Node) -> Iterator[Node]:
    yield node
    for element in node.elements:
        yield from nodes(element)
    for key, value in node.items:
        yield key
        yield from nodes(value)


def marked(text: str, node: Node) -> str:
    """What stands in ``text`` where ``node`` says that it does."""
    lines = text.splitlines(keepends=True)
    span = node.span
    chosen = lines[span.line - 1 : span.end_line]
    if len(chosen) == span.end_line - span.line + 1:
        chosen[-1] = chosen[-1][: span.end_column - 1]
    chosen[0] = chosen[0][span.column - 1 :] if chosen else ""
    return "".join(chosen)


PLACES = """\
# comment
name: plain text here
quoted: "two words"   # behind it
single: 'it''s'
flow: {a: [1, 2], "b c": null}
many: [one,
  {x: 1,
   y: two}, three]
literal: |
  first
  second
folded: >-
  one
  two
after: x
über: [ß, "😀", end]
"""


def test_every_node_knows_its_place() -> None:
    root = read(PLACES)
    found = {str(key.value): marked(PLACES, value) for key, value in root.items}
    assert found["name"] == "plain text here"
    assert found["quoted"] == '"two words"'
    assert found["single"] == "'it''s'"
    assert found["flow"] == '{a: [1, 2], "b c": null}'
    assert found["many"] == "[one,\n  {x: 1,\n   y: two}, three]"
    assert found["literal"] == "|\n  first\n  second\n"
    assert found["folded"] == ">-\n  one\n  two\n"
    assert found["after"] == "x"
    assert [marked(PLACES, key) for key, _ in root.items] == [str(key.value) for key, _ in root.items]
    many, last = root.items[4][1], root.items[-1][1]
    assert [marked(PLACES, one) for one in nodes(many)][2:] == ["{x: 1,\n   y: two}", "x", "1", "y", "two", "three"]
    assert [marked(PLACES, one) for one in last.elements] == ["ß", '"😀"', "end"]


@given(PLAIN)
def test_json_is_read_as_it_is(value: Plain) -> None:
    """Every JSON text is a YAML text with the same value."""
    text = dumps(value)
    if any(character in text for character in "\x7f\ufeff") or any("\x80" <= one < "\xa0" for one in text):
        return  # YAML takes these only as escapes
    if "\ufffe" in text or "\uffff" in text:
        return
    found = Problems()
    node = read_document(Source("c.yaml", text), found)
    assert not found.of("error"), found.of("error")
    assert node is not None
    assert node.plain() == value
    assert type(node.plain()) is type(value)


@given(st.text(alphabet="ab: -[]{},#&*!|>'\"%@`\n\t<0\\\u2028?", max_size=40))
def test_whatever_is_written_is_read_or_explained(text: str) -> None:
    found = Problems()
    node = read_document(Source("c.yaml", text), found)
    if node is not None:
        for one in nodes(node):
            assert one.span[:2] <= one.span[2:]
    for problem in found.of("error"):
        assert problem.message
        assert problem.span is not None


ANCHORS = {
    "an alias has the value of its anchor": ("{a: &x [1], b: *x}", {"a": [1], "b": [1]}),
    "the last anchor of a name counts": ("[&x 1, *x, &x 2, *x]", [1, 1, 2, 2]),
    "an alias of a scalar keeps its type": ("[&x 5, &y ~, *x, *y]", [5, None, 5, None]),
    "an alias can be a key": ("{a: &x key, *x : 1}", {"a": "key", "key": 1}),
    "an anchor can stand at a key": ("{&k name: 1, other: *k}", {"name": 1, "other": "name"}),
    "own keys win over merged ones": ("[&x {a: 1, b: 2}, {<<: *x, a: 3}]", [{"a": 1, "b": 2}, {"a": 3, "b": 2}]),
    "wherever they stand": ("[&x {a: 1, b: 2}, {a: 3, <<: *x}]", [{"a": 1, "b": 2}, {"a": 3, "b": 2}]),
    "of several merged ones the first wins": (
        "[&x {a: 1}, &y {a: 2, b: 2}, {<<: [*x, *y]}]",
        [{"a": 1}, {"a": 2, "b": 2}, {"a": 1, "b": 2}],
    ),
    "a mapping can be merged on the spot": ("{<<: {a: 1}, b: 2}", {"b": 2, "a": 1}),
    "merged ones are merged on": (
        "[&x {a: 1}, &y {<<: *x, b: 2}, {<<: *y}]",
        [{"a": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 2}],
    ),
    "a quoted << is a key": ('{"<<": {a: 1}}', {"<<": {"a": 1}}),
    "a placeholder is no merge key": ("{<<A>>: 1, b: <<B>>}", {"<<A>>": 1, "b": "<<B>>"}),
    "an empty list merges nothing": ("{<<: [], a: 1}", {"a": 1}),
}


@pytest.mark.parametrize(("text", "value"), ANCHORS.values(), ids=ANCHORS)
def test_anchors_and_merge_keys(text: str, value: Plain) -> None:
    assert read(text).plain() == value


def test_a_merged_placeholder_is_seen() -> None:
    assert read("[&x {a: <<A>>}, {<<: *x}]").elements[1].templated
    assert not read("[&x {a: <<A>>}, {<<: *x, a: 1}]").elements[1].templated


WRONG = {
    "a: 1\na: 2": ("duplicate-key", Span(2, 1, 2, 2)),
    "{a: 1, 'a': 2}": ("duplicate-key", Span(1, 8, 1, 11)),
    "{<<: {a: 1}, <<: {b: 1}}": ("duplicate-key", Span(1, 14, 1, 16)),
    "a: !!str 1": ("tag", Span(1, 4, 1, 11)),
    "a: ! 1": ("tag", Span(1, 4, 1, 7)),
    "a: !!python/object:os.system []": ("tag", Span(1, 4, 1, 32)),
    "{[a]: 1}": ("key", Span(1, 2, 1, 5)),
    "{{a: 1}: 1}": ("key", Span(1, 2, 1, 8)),
    "[&x 5, {*x : 1}]": ("key", Span(1, 2, 1, 6)),
    "[&x [5], {*x : 1}]": ("key", Span(1, 2, 1, 8)),
    "{<<: 1}": ("merge", Span(1, 2, 1, 4)),
    "{<<: [{a: 1}, 2]}": ("merge", Span(1, 2, 1, 4)),
    "a: *b": ("alias", Span(1, 4, 1, 6)),
    "a: &a [*a]": ("alias", Span(1, 8, 1, 10)),
    "a: &a {b: {c: *a}}": ("alias", Span(1, 15, 1, 17)),
    "a: 1\n---\nb: 1": ("yaml", Span(2, 1, 2, 4)),
    "a: 1e999": ("number", Span(1, 4, 1, 9)),
    "a: .nan": ("number", Span(1, 4, 1, 8)),
    "[" * 101 + "]" * 101: ("too-deep", Span(1, 101, 1, 102)),
}


@pytest.mark.parametrize(("text", "wanted"), WRONG.items(), ids=range(len(WRONG)))
def test_what_is_refused_has_a_place(text: str, wanted: tuple[str, Span]) -> None:
    first = problems(text)[0]
    assert (first.rule, first.span) == wanted


def test_all_mistakes_are_told() -> None:
    assert [one.rule for one in problems("{a: 1, a: !x 2, [b]: .inf, <<: 3}")] == [
        "duplicate-key",
        "tag",
        "key",
        "number",
        "merge",
    ]


def test_depth_has_an_end() -> None:
    assert read("[" * MAX_DEPTH + "]" * MAX_DEPTH).kind == "list"


def test_anchors_do_not_lead_deeper_than_what_is_written_out() -> None:
    lines = ["a0: &a0 [x]", *(f"a{number}: &a{number} [*a{number - 1}]" for number in range(1, 5000))]
    [problem] = problems("\n".join(lines))
    assert problem.rule == "too-deep"
    assert not problems("\n".join(lines[: MAX_DEPTH - 5]))


@pytest.mark.parametrize("text", ["[*a{0}, *a{0}]", "{{x: *a{0}, y: *a{0}}}", "[{{<<: *b, x: *a{0}, y: *a{0}}}]"])
def test_aliases_do_not_explode(text: str) -> None:
    lines = ["b: &b {z: 1}", "a0: &a0 [x]", *(f"a{one + 1}: &a{one + 1} {text.format(one)}" for one in range(40))]
    assert [one.rule for one in problems("\n".join(lines))] == ["too-large"]


def test_what_other_standards_call_line_breaks_is_text() -> None:
    """YAML 1.2 and editors count lines without them, and JSON holds them in strings."""
    text = '# a\u2028b\n{"a": "x \u2028 y", b: p\u2029q,\n c\x85d: [1,\n  !x e]}'
    [problem] = problems(text)
    assert problem.span == Span(4, 3, 4, 7)
    assert read(text.replace("!x ", "")).plain() == {"a": "x \u2028 y", "b": "p\u2029q", "c\x85d": [1, "e"]}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment", "---\n"])
def test_an_empty_text_has_no_root(text: str) -> None:
    found = Problems()
    node = read_document(Source("c.yaml", text), found)
    assert node is None or node.value is None
    assert not found.of("error")


def test_halves_have_a_limit() -> None:
    text = r'"\ud83d\ude00", '
    [problem] = problems(f"[{text * 1001}]")
    assert "written in two halves" in problem.message


def test_halves_in_json_are_joined_at_once() -> None:
    """A program that writes ASCII alone does so in every text."""
    text = ", ".join([r'"\ud83d\ude00 \\ud83d\\ude00"'] * 2000)
    assert read(f'{{"a": [{text}]}}').plain() == {"a": [r"😀 \ud83d\ude00"] * 2000}


def test_a_tag_of_a_mapping_or_a_list() -> None:
    assert [one.rule for one in problems("{a: !!map {b: 1}, c: !x [1]}")] == ["tag", "tag"]


def test_halves_of_a_character_are_joined() -> None:
    assert read(r'{"a": "x\ud83d\ude00y\uD83D\uDE00", "b": "\ud83d\ude00"}').plain() == {"a": "x😀y😀", "b": "😀"}
    assert problems(r'"\ud83d"')
    assert problems(r'"\ud83dx\ude00"')
