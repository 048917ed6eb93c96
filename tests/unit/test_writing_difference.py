from __future__ import annotations

import time
from difflib import unified_diff

from hypothesis import given, settings, strategies as st

from runner.writing.difference import difference

LINES = st.lists(st.sampled_from("abcdefgh"), max_size=12)


@given(LINES, LINES)
def test_short_texts_are_compared_as_difflib_does(old: list[str], new: list[str]) -> None:
    assert list(difference(old, new)) == list(unified_diff(old, new, lineterm=""))[2:]


@settings(max_examples=20, deadline=None)
@given(st.integers(300, 2000), st.lists(st.tuples(st.integers(0, 2000), st.booleans()), max_size=30))
def test_patch_makes_the_new_text_of_the_old_one(count: int, edits: list[tuple[int, bool]]) -> None:
    old = [f"line {number}" if number % 3 else "same" for number in range(count)]
    new = list(old)
    for place, removes in edits:
        if removes:
            new[place : place + 2] = new[place : place + 2][::-1]
        else:
            new.insert(place, "added")
    assert applied(old, list(difference(old, new))) == new


def applied(old: list[str], lines: list[str]) -> list[str]:
    """What a patch program would make."""
    made: list[str] = []
    at = 0
    for line in lines:
        if line.startswith("@@"):
            start, _, length = line.split()[1][1:].partition(",")
            begin = int(start) - (length != "0")
            made += old[at:begin]
            at = begin
        elif line[0] == "+":
            made.append(line[1:])
        else:
            assert old[at] == line[1:]
            made += [line[1:]] if line[0] == " " else []
            at += 1
    return made + old[at:]


def test_a_large_text_takes_no_time() -> None:
    old = [line for number in range(20_000) for line in (f"- b: {number}", "  a: 1", "  c: 2")]
    new = [line for number in range(20_000) for line in (f"- b: {number}", "  c: 2", "  a: 1")]
    start = time.process_time()
    lines = list(difference(old, new))
    assert time.process_time() - start < 10
    assert applied(old, lines) == new
