"""Where a cursor stands, told from lines, is where YAML says that it stands; and there is an answer for any text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from time import perf_counter
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st

from runner.language_server.flow import read_flow
from runner.language_server.place import Place, place_at
from runner.language_server.placeholders import begun_at, name_at
from runner.language_server.texts import Units, from_units, split, to_units
from runner.language_server.written_line import read_line
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Source

ROOT: Final = Path(__file__).parents[2]
FILES: Final = [*sorted((ROOT / "collections").glob("*.yaml")), *sorted((ROOT / "tests/conformance").rglob("*.yaml"))]
Way = tuple[str | None, ...]


def nodes(node: Node, way: Way, seen: set[int]) -> Iterator[tuple[Node, Way, bool]]:
    """Every key and every scalar value with what leads to it; what an alias repeats, and what is written over several
    lines, is left out."""
    if id(node) in seen:
        return
    seen.add(id(node))
    for key, value in node.items:
        if id(key) in seen:
            continue
        seen.add(id(key))
        yield key, way, True
        yield from nodes(value, (*way, str(key.value)), seen)
    for element in node.elements:
        yield from nodes(element, (*way, None), seen)
    if node.kind == "scalar" and node.span.line == node.span.end_line:
        yield node, way, False


def is_plain(node: Node, lines: list[str]) -> bool:
    """Whether what is written at a place is the value itself: no alias, no block text, nothing empty."""
    written = lines[node.line - 1][node.column - 1 : node.span.end_column - 1]
    if "\\u" in lines[node.line - 1]:  # an escape of two halves is one character less, which moves places
        return False
    return bool(written.strip("\"'")) and written[0] not in "*|>&!"


@pytest.mark.parametrize("path", FILES, ids=lambda one: str(one.relative_to(ROOT)))
def test_a_cursor_is_where_yaml_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8-sig")
    root = read_document(Source(path.name, text), Problems())
    if root is None:
        return
    lines = split(text)
    for node, way, is_key in nodes(root, (), set()):
        if not is_plain(node, lines) or any(key is not None and not key.isprintable() for key in way):
            continue
        place = place_at(lines, node.line - 1, node.column + (lines[node.line - 1][node.column - 1] in "\"'"))
        written = lines[node.line - 1][node.column - 1 : node.span.end_column - 1]
        quoted = written[0] in "\"'"
        assert (place.path, place.word) == (way, written[1:-1] if quoted else written), node
        assert place.role == ("key" if is_key else "value") or (place.role == "key" and way[-1] is None), node


def at(text: str) -> Place:
    before, _, after = text.partition("▮")
    lines = split(before)
    return place_at(split(before + after), len(lines) - 1, len(lines[-1]))


@pytest.mark.parametrize(
    ("text", "way", "role", "word"),
    [
        ("▮", (), "key", ""),
        ("requests:\n  - ▮", ("requests", None), "key", ""),
        ("requests:\n- name: a\n  ▮", ("requests", None), "key", ""),
        ("requests:\n  - name: a\n    expect:\n      ▮\n  - name: b", ("requests", None, "expect"), "key", ""),
        ("requests:\n  - expect: {json: {$.a: {▮", ("requests", None, "expect", "json", "$.a"), "key", ""),
        ("requests:\n  - expect: {\n      status: ▮", ("requests", None, "expect", "status"), "value", ""),
        ("requests:\n  - tags: [a, ▮b]", ("requests", None, "tags", None), "value", "b"),
        ("a:\n  'b c▮': 1", ("a",), "key", "b c"),
        ("a: 'it''s ▮", ("a",), "value", "it''s "),
        ('a: "x # ▮y"', ("a",), "value", "x # y"),
        ("a: x # ▮y", (), "text", ""),
        ('a: "x\\" # ▮y"', ("a",), "value", 'x\\" # y'),
        ("a: x\\ # ▮y", (), "text", ""),
        ("a: |\n  b: ▮", ("a",), "text", ""),
        ("a: >-\n  b\n\n  c: d\n  ▮", ("a",), "text", ""),
        ("a: one\n  two: ▮", ("a",), "text", ""),
        ("a: {b: c}\n▮", (), "key", ""),
        ("a: {b: c}\nd▮", (), "key", "d"),
        ("a: &x\n  ▮", ("a",), "key", ""),
        ("- - a: ▮", (None, None, "a"), "value", ""),
        ("a:\n# comment\n\n  ▮", ("a",), "key", ""),
    ],
)
def test_places(text: str, way: Way, role: str, word: str) -> None:
    place = at(text)
    assert (place.path, place.role, place.word) == (way, role, word)


def test_keys_beside() -> None:
    assert at("a: 1\nb:\n  c: 1\n▮\nd: 2\n").keys == {"a", "b", "d"}
    assert at("requests:\n  - name: x\n    url: y\n    ▮\n  - method: z\n").keys == {"name", "url"}
    assert at("requests:\n  - na▮me: x\n    url: y\n").keys == {"url"}
    assert at("a: {b: 1, c: 2, ▮").keys == {"b", "c"}


PIECES: Final = (*"ab:-#{}[],|>&*!'\"<$.?%@ \t\n\rü😀\u2028", "\r\n", "requests:\n", "  - ", ": ", "<<", ">>")
YAMLISH: Final = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)


@given(YAMLISH, st.integers(0, 12), st.integers(0, 30))
@settings(max_examples=400)
def test_there_is_a_place_for_every_cursor_in_any_text(text: str, number: int, column: int) -> None:
    lines = split(text)
    place = place_at(lines, number, column)
    assert 0 <= place.area.line < len(lines)
    line = lines[place.area.line]
    assert 0 <= place.area.column <= place.area.end_column <= len(line) or place.role == "text"
    assert place.word.startswith(place.before)
    assert line[place.area.column : place.area.end_column] == place.word or place.role == "text"
    assert read_line(line).start <= max(len(line), 1)


@pytest.mark.parametrize(
    "line",
    [
        'url: "' + "a'\\\"b: #" * 10_000,
        "url: <<A|" + " " * 50_000 + "!",
        "url: <<A" + " " * 50_000 + "!",
        "url: <<A" + "b." * 30_000,
    ],
    ids=["quotes", "filter", "spaces", "dots"],
)
def test_a_line_that_is_not_closed_takes_no_longer_than_it_is_long(line: str) -> None:
    began = perf_counter()
    place_at([line], 0, len(line))
    begun_at(line, len(line))
    name_at(line, len(line))
    assert perf_counter() - began < 1


def test_flow_that_is_closed_is_none() -> None:
    assert read_flow("{a: {b: [1, 2]}}") is None
    assert read_flow("") is None
    assert read_flow("x") is None
    assert read_flow('{"a": ["}", ') is not None


UNITS: Final[tuple[Units, ...]] = ("utf-8", "utf-16", "utf-32")


@pytest.mark.parametrize(("units", "column"), list(zip(UNITS, (9, 4, 3), strict=True)))
def test_columns_in_the_units_of_editors(units: Units, column: int) -> None:
    line = "ü😀€x"
    assert to_units(line, 3, units) == column
    assert from_units(line, column, units) == 3
    assert from_units(line, column - 1, units) == 2  # inside of a character, or before it


@given(st.text(max_size=20), st.integers(0, 25))
def test_columns_there_and_back(line: str, column: int) -> None:
    for units in UNITS:
        there = to_units(line, column, units)
        assert from_units(line, there, units) == min(column, len(line))
