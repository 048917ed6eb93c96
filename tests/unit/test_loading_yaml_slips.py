"""What stands around the place where YAML's parser stops: right files stay right, and nothing breaks the search."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source

LINES = st.sampled_from(
    [
        "a: 1",
        "  a: 1",
        "   b: 2",
        "- c: 3",
        "  -d: 4",
        "- ",
        "e:5",
        "  e:5",
        "f g",
        "    h: i: j",
        "'k",
        '"l": [m',
        "",
        "\u00a0n: 1",
        "o:\u200b1",
        "p: |",
        "    q",
        "# r",
        "<<<<<<< HEAD",
        "=======",
        ">>>>>>> s",
        "{{T}}/u",
        "v: {{T}}/u",
        "\t",
        "---",
        "'x:y': 1",
    ]
)


def told(text: str) -> list[tuple[int, int, str]]:
    problems = Problems()
    read_document(Source("c.yaml", text), problems)
    return [
        (one.location.line if one.location else 0, one.location.column if one.location else 0, one.message)
        for one in problems.of("error")
    ]


@given(st.lists(LINES, max_size=7))
def test_each_mistake_has_a_place_in_the_file(lines: list[str]) -> None:
    for line, column, message in told("\n".join(lines)):
        assert message
        assert 1 <= line <= max(1, len(lines))
        assert 1 <= column <= (len(lines[line - 1]) if lines else 0) + 1


@pytest.mark.parametrize(
    "text",
    [
        "a: |\n  <<<<<<< HEAD\n  =======\n",
        "a: b\u00a0c\nd:\n  - e\n",
        "a: one\n  two\n",
        "-a: 1\n",
        "a:b: 1\n",
    ],
)
def test_what_yaml_reads_is_let_be(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a:\n\u3000b: 1\n  c: 2\n", (2, 1)),
        ("a: 1\n\n   \n  b: 2\n", (4, 3)),
        ("- get it\n  url: x\n", (1, 3)),
        ("a:http\nb: 2\n", (1, 2)),
        ("-a: 1\n b: 2\n", (1, 1)),
        ("a:\n  -b:c\n   d: 2\n", (2, 5)),
    ],
)
def test_the_place_is_where_the_slip_is(text: str, place: tuple[int, int]) -> None:
    assert [found[:2] for found in told(text)] == [place], told(text)
