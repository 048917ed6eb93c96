"""``runner format`` never changes what a file means: over every YAML text of the project, and over made ones."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings, strategies as st

from runner.writing.formatting import formatted
from tests.layouts import collections, in_order, is_readable, numbered, texts_of_the_project, tree

TEXTS = texts_of_the_project()


def meaning_is_kept(text: str) -> str:
    """The formatted text, which is looked at from all sides."""
    new = formatted(text)
    before, after = tree(text), tree(new)
    if before is not None:
        assert after is not None, new
        assert in_order(before) == in_order(after), new
    assert is_readable(new), new
    assert formatted(new) == new
    assert Counter("".join(text.split())) == Counter("".join(new.split())), "something was lost or doubled"
    return new


def test_there_are_texts_to_try() -> None:
    assert len(TEXTS) > 600
    assert sum(formatted(text) != text for text in TEXTS.values()) > 150, "most of them are in order already"


@pytest.mark.parametrize("name", TEXTS)
def test_no_text_of_the_project_changes_its_meaning(name: str) -> None:
    meaning_is_kept(TEXTS[name])


def comments_stay(text: str, new: str) -> None:
    """Every comment is there once; one above a key is still above it, one behind a value behind it."""
    for mark in re.findall(r"# c\d+\.", text):
        assert new.count(mark) == text.count(mark) == 1, mark
    lines, made = text.split("\n"), new.split("\n")
    place = {mark: number for number, line in enumerate(made) for mark in re.findall(r"# c\d+\.", line)}
    for number, line in enumerate(lines):
        found = re.search(r"# c\d+\.", line)
        if found is None:
            continue
        code = line[: found.start()].strip()
        if code:
            assert _bare(made[place[found[0]]]).startswith(_bare(code)), (found[0], new)
        elif (below := _belongs_below(lines, number)) is not None:
            now = _next(made, place[found[0]])
            if below.lstrip().startswith("-"):  # it is about the request, whichever key comes first
                assert now.lstrip().startswith("-")
                assert _url(lines, number) == _url(made, place[found[0]]), (found[0], new)
            else:
                assert _bare(now) == _bare(below), (found[0], new)


def _belongs_below(lines: list[str], number: int) -> str | None:
    """The line that the comment in line ``number`` is about, if it is the one below: all comments between are no
    further in than that. None also for the first comments of a file, which are about the file."""
    if not any(_is_code(line) for line in lines[:number]):
        return None
    below = _next(lines, number)
    further = len(below) - len(below.lstrip())
    column = len(lines[number]) - len(lines[number].lstrip())
    return below if below and column <= further else None


def _next(lines: list[str], number: int) -> str:
    return next((line for line in lines[number + 1 :] if _is_code(line)), "")


def _url(lines: list[str], number: int) -> str:
    return next(line.split()[-1] for line in lines[number:] if "url: http:" in line)


def _is_code(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _bare(line: str) -> str:
    """A line without what layout is: its indentation, dashes and the blanks before its comment."""
    return re.sub(r"\s+(?=#)", " ", re.sub(r"^[\s-]+", "", line)).rstrip()


@settings(max_examples=400, deadline=None)
@given(collections())
def test_no_made_collection_changes_its_meaning(text: str) -> None:
    marked = numbered(text)
    assert is_readable(marked), marked
    comments_stay(marked, meaning_is_kept(marked))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(TEXTS.values())), st.data())
def test_comments_in_odd_places_stay(text: str, data: st.DataObject) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines)))
        indent = data.draw(st.sampled_from(["", "  ", "    ", "      ", "         "]))
        lines[at:at] = [*data.draw(st.sampled_from([[], [""], ["", "  "]])), f"{indent}# c{number}."]
    marked = "\n".join(lines)
    if is_readable(marked):
        new = meaning_is_kept(marked)
        for mark in re.findall(r"# c\d+\.", marked):
            assert new.count(mark) == marked.count(mark)
