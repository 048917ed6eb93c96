from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, strategies as st

from runner.source import Span
from runner.variables.filters import FILTERS
from runner.variables.generators import DYNAMIC
from runner.variables.template import Placeholder, TemplateError, parse_template, placeholders, span_of
from tests.unit.loading import read

TABLE: dict[str, tuple[str | Placeholder, ...]] = {
    "": (),
    "plain": ("plain",),
    "a < b > c >> d": ("a < b > c >> d",),
    "<<A>>": (Placeholder("A", "<<A>>"),),
    "<< A >>": (Placeholder("A", "<< A >>"),),
    "<<A.b-c_1>>": (Placeholder("A.b-c_1", "<<A.b-c_1>>"),),
    "x<<A>><<B>>y": ("x", Placeholder("A", "<<A>>"), Placeholder("B", "<<B>>"), "y"),
    "<<A>>>": (Placeholder("A", "<<A>>"), ">"),
    "<<A:->>": (Placeholder("A", "<<A:->>", ""),),
    "<<A:-b c>>": (Placeholder("A", "<<A:-b c>>", "b c"),),
    "<<A:-b:-c>>": (Placeholder("A", "<<A:-b:-c>>", "b:-c"),),
    "<<A|int>>": (Placeholder("A", "<<A|int>>", None, ("int",)),),
    "<<A | trim | upper>>": (Placeholder("A", "<<A | trim | upper>>", None, ("trim", "upper")),),
    "<<A:-1|int>>": (Placeholder("A", "<<A:-1|int>>", "1", ("int",)),),
    "<<$guid>>": (Placeholder("$guid", "<<$guid>>"),),
    r"\<<A>>": ("<<A>>",),
    r"a\<<b<<C>>": ("a<<b", Placeholder("C", "<<C>>")),
    r"\<<\<<": ("<<<<",),
    "\\": ("\\",),
    "<": ("<",),
}


@pytest.mark.parametrize(("text", "parts"), TABLE.items())
def test_parts(text: str, parts: tuple[str | Placeholder, ...]) -> None:
    assert parse_template(text) == parts


WRONG = {
    "<<A": "is opened and never closed",
    "x << y": "is opened and never closed",
    "<<>>": "is not a placeholder",
    "<< >>": "is not a placeholder",
    "<<1A>>": "is not a placeholder",
    "<<A B>>": "is not a placeholder",
    "<<.A>>": "is not a placeholder",
    "<<Ä>>": "is not a placeholder",
    "<<A:b>>": "is not a placeholder",
    "<<<A>>": "is not a placeholder",
    "<<A\n>>": "",
    "<<$uuid>>": "there is no dynamic value $uuid",
    "<<$>>": "there is no dynamic value $",
    "<<A|>>": 'there is no filter ""',
    "<<A|uper>>": 'there is no filter "uper"',
    "<<A|INT>>": 'there is no filter "INT"',
    "<<{{A}}>>": "is not a placeholder",
}


@pytest.mark.parametrize(("text", "message"), [pair for pair in WRONG.items() if pair[1]])
def test_what_is_no_placeholder(text: str, message: str) -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template(text)
    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.text in text


def test_a_filter_is_suggested() -> None:
    with pytest.raises(TemplateError) as caught:
        parse_template("<<A|uper>>")
    assert caught.value.hint == "Did you mean upper?"


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,8}", fullmatch=True) | st.sampled_from(DYNAMIC)
TEXTS = st.text(alphabet="ab <>\\|:-$ü\n", max_size=12)
DEFAULTS = st.none() | st.text(alphabet="ab :-$<ü", max_size=6).map(str.rstrip)
PARTS = TEXTS | st.builds(
    lambda name, default, filters: (name, default, tuple(filters)),
    NAMES,
    DEFAULTS,
    st.lists(st.sampled_from(sorted(FILTERS)), max_size=3),
)


def written(part: str | tuple[str, str | None, tuple[str, ...]]) -> str:
    """A part as it is written: what looks like an opening is escaped."""
    if isinstance(part, str):
        return part.replace("<<", r"\<<")
    name, default, filters = part
    return f"<<{name}{'' if default is None else ':-' + default}{''.join(f'|{one}' for one in filters)}>>"


@given(st.lists(PARTS, max_size=5))
def test_what_is_written_is_read(parts: list[str | tuple[str, str | None, tuple[str, ...]]]) -> None:
    text = "".join(map(written, parts))
    ambiguous = any(isinstance(one, str) and one.endswith(("<", "\\")) for one in parts)
    if ambiguous or "<<<" in text.replace(r"\<<<", ""):
        return
    found = [one if isinstance(one, str) else (one.name, one.default, one.filters) for one in parse_template(text)]
    wanted: list[str | tuple[str, str | None, tuple[str, ...]]] = []
    for part in parts:
        if isinstance(part, str) and wanted and isinstance(wanted[-1], str):
            wanted[-1] += part
        elif part:
            wanted.append(part)
    assert found == wanted


@given(st.text(alphabet="<>A|:-$\\ i", max_size=20))
def test_every_text_is_a_template_or_is_explained(text: str) -> None:
    with suppress(TemplateError):
        parts = parse_template(text)
        assert "".join(one if isinstance(one, str) else one.text for one in parts) == text.replace(r"\<<", "<<")


def test_placeholders_of_keys_and_values() -> None:
    node = read('{<<A>>: [1, "x<<B|int>>"], c: {d: <<$guid>>}}')
    assert [(one.name, scalar.value) for one, scalar in placeholders(node)] == [
        ("A", "<<A>>"),
        ("B", "x<<B|int>>"),
        ("$guid", "<<$guid>>"),
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a: <<B>>", Span(1, 4, 1, 9)),
        ("a: x<<A>> <<B>>", Span(1, 11, 1, 16)),
        ('a: "<<A>><<B>>"', Span(1, 10, 1, 15)),
        ("a: |\n  one\n  two <<B>>\n", Span(3, 7, 3, 12)),
        ("a: >-\n  one\n  <<B>>", Span(3, 3, 3, 8)),
        ("<<B>>: 1\na: x <<B>>", Span(2, 6, 2, 11)),
        (r'a: "\u003c<B>>"', Span(1, 4, 1, 16)),
    ],
)
def test_a_placeholder_is_shown_where_it_stands(text: str, span: Span) -> None:
    node = read(text).items[-1][1]
    assert span_of(node, "<<B>>") == span
