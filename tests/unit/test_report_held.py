"""A secret that comes in two pieces is masked as one that comes in one."""

from __future__ import annotations

import itertools
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given, strategies as st

from runner.redact import Redactor
from runner.report.held import Held

SECRET = 'sk-proj/Ab+9"x=é'
OTHER = "x=élan-1234"
TEXTS = (
    SECRET,
    json.dumps(SECRET),
    quote(SECRET, ""),
    quote(SECRET).lower(),
    SECRET.replace("+", "&#43;"),
    '\\u0073k-proj/Ab+9\\"x=é',
    SECRET[:6] + "…",
    SECRET[:6] + "****" + SECRET[-5:],
    "..." + SECRET[-6:],
    SECRET + OTHER[3:],
    OTHER,
    "Hello ", "sk-", "sk", "*", "..", "%", "\\", "&", "é", " ",
)  # fmt: skip


def redactor(*values: str) -> Redactor:
    made = Redactor()
    for value in values or (SECRET, OTHER, "abcd", "abcdefgh"):
        made.add(value)
    return made


def shown(pieces: list[str]) -> str:
    held = Held(redactor())
    return "".join(held.feed(piece) for piece in pieces) + held.finish()


@given(st.lists(st.sampled_from([*TEXTS, "abcd", "efgh"]), max_size=6), st.data())
def test_pieces_are_masked_as_the_whole_is(texts: list[str], data: st.DataObject) -> None:
    whole = "".join(texts)
    places = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=12)))
    bounds = [0, *places, len(whole)]
    out = shown([whole[first:last] for first, last in itertools.pairwise(bounds)])
    for part in (SECRET, SECRET[:9], SECRET[-9:], OTHER):
        assert part not in out
    masked = redactor().text(whole)
    again = redactor().text(out)  # the end of a secret behind a mask is only seen to be one beside it
    assert one_mask(masked) in (one_mask(out), one_mask(again)) or leaks_no_more(out, masked)


def one_mask(text: str) -> str:
    """Masks beside each other as one."""
    return re.sub(r"\*+", "***", text)


def leaks_no_more(out: str, whole: str) -> bool:
    """Where two masks meet, one may stand for both, or the other way round."""
    return out.replace("*", "") in whole.replace("*", "") or len(out.replace("*", "")) <= len(whole.replace("*", ""))


@pytest.mark.parametrize("secret", [SECRET, json.dumps(SECRET)[1:-1], quote(SECRET, "")])
def test_one_character_at_a_time(secret: str) -> None:
    assert shown(list(f"key {secret} end")) == "key *** end"


def test_what_cannot_be_a_secret_does_not_wait() -> None:
    held = Held(redactor())
    assert held.feed("Hello ") == "Hello "
    assert held.feed("s") == ""
    assert held.feed("o") == "so"
    assert held.feed("k-s") == "k-"
    assert held.feed('k-proj/Ab+9"x=é!') == "***!"


def test_a_longer_secret_may_begin_like_a_shorter_one() -> None:
    assert shown(["abcd", "efgh", " abcd", "e"]) == "*** ***e"


def test_a_secret_may_be_told_meanwhile() -> None:
    made = Redactor()
    held = Held(made)
    assert held.feed("captured") == "captured"
    made.add("captured-1")
    assert held.feed(" capt") == " "
    assert held.feed("ured-1") + held.finish() == "***"


@pytest.mark.parametrize("text", ["\u2026", "s\u2026", "**\u2026", "x\\", "*x", "\\\\", "***"])
def test_a_server_that_sends_nothing_but_marks_is_heard_to_the_end(text: str) -> None:
    assert shown([text * 20_000]) == text * 20_000
    assert shown([text] * 1500) == text * 1500


def test_many_halves_of_an_escape_that_is_none_take_no_time() -> None:
    for text in ("\\" * 100_000 + "x", "*" * 100_000 + "x"):
        assert shown([text]) == text


def test_the_end_of_one_secret_that_is_the_beginning_of_another_waits_whole() -> None:
    made = redactor("first-wxyz-abc", "-abcdefgh")
    for text in ("x \u2026wxyz-abc\u2026", "x \u2026wxyz-abc\u2026 z", "x \u2026wxyz-abc\u2026efgh"):
        held = Held(made)
        out = "".join([*map(held.feed, text), held.finish()])
        assert out == made.text(text)
