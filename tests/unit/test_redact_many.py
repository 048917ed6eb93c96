"""Many secrets: what is found with thousands of others beside is what is found alone."""

from __future__ import annotations

import random
import string

from hypothesis import example, given, settings, strategies as st

from runner.redact import MASK, Redactor
from runner.redact.anchors import Anchors
from runner.redact.pieces import PIECE, pieces

LETTERS = "abAB*. \\%&\u00e9\u0130\U0001f600"
OTHERS = "qwxyzQWXYZ"
TEXTS = st.text(alphabet=LETTERS, max_size=60)
SECRETS = st.text(alphabet=LETTERS, min_size=4, max_size=24)
CODECS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "latin-1")


def redactor(*values: str) -> Redactor:
    made = Redactor()
    made.add_all(values)
    return made


def randoms(seed: int) -> random.Random:
    """The same in every run."""
    return random.Random(seed)  # noqa: S311  # nothing is to be kept from anybody


def others(count: int = 100) -> list[str]:
    """Secrets of other letters, long and short ones; enough of them for each kind of anchor."""
    made = randoms(4711)
    return ["".join(made.choices(OTHERS, k=4 + number % 20)) for number in range(count)]


OTHERS_FIRST = others()


def with_others(*values: str) -> Redactor:
    made = Redactor()
    made.add_all(OTHERS_FIRST)
    for value in values:
        made.add(value)
    return made


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.binary(min_size=4, max_size=30), min_size=1, max_size=6),
    st.sampled_from((0, 1500)),
    st.lists(st.integers(0, 5) | st.binary(max_size=9), max_size=8),
)
def test_whose_bytes_are_there_is_told(needles: list[bytes], more: int, holding: list[int | bytes]) -> None:
    """As a search for each of them finds it."""
    anchors = Anchors()
    made = randoms(1)
    for number in range(more):
        anchors.add(1000 + number, [made.randbytes(made.randint(4, 20))])
    for number, needle in enumerate(needles):
        anchors.add(number, [needle])
    data = b"".join(needles[one % len(needles)] if isinstance(one, int) else one for one in holding)
    found = anchors.owners(data)
    assert {number for number, needle in enumerate(needles) if needle in data} <= found


def test_of_those_who_have_much_in_common_only_the_one_that_is_there_is_told() -> None:
    made = randoms(7)
    tokens = [
        b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9." + made.randbytes(20).hex().encode() + b".end-of-a-token"
        for _ in range(500)
    ]
    anchors = Anchors()
    for number, token in enumerate(tokens):
        anchors.add(number, [token])
    assert anchors.owners(b"x" + tokens[300] + b"y") <= {0, 300}


@settings(max_examples=50, deadline=None)
@given(st.lists(SECRETS, min_size=1, max_size=4), st.lists(TEXTS | st.integers(0, 3), max_size=6), st.booleans())
@example(["aaaa", "aaaaaaaa"], ["xaaaaaaaaaaaay"], False)
def test_others_beside_change_nothing(secrets: list[str], holding: list[str | int], escaped: bool) -> None:
    parts = [secrets[one % len(secrets)] if isinstance(one, int) else one for one in holding]
    text = "".join(parts)
    text = "".join(f"%{ord(one):02x}" if one in "abB" else one for one in text) if escaped else text
    alone, among = redactor(*secrets), with_others(*secrets)
    assert among.text(text) == alone.text(text)
    data = b"".join(one.encode(CODECS[at % len(CODECS)], "replace") for at, one in enumerate(parts))
    assert among.data(data) == alone.data(data)


@settings(max_examples=100, deadline=None)
@given(st.lists(SECRETS, min_size=2, max_size=6), TEXTS)
def test_it_is_the_same_whether_secrets_come_at_once_or_one_after_the_other(secrets: list[str], text: str) -> None:
    later = Redactor()
    for one in secrets:
        later.text(text)
        later.add(one)
    at_once = redactor(*secrets)
    text = f"{secrets[0]}{text}{secrets[-1]}"
    assert later.text(text) == at_once.text(text)
    assert later.forms == at_once.forms
    assert later.count == at_once.count


def test_a_long_text_with_many_secrets_is_masked_as_its_parts_are() -> None:
    made = randoms(12)
    tokens = ["k" + "".join(made.choices(string.ascii_letters, k=made.randint(8, 50))) for _ in range(400)]
    known = redactor(*tokens)
    gaps = ["-" * made.randint(1, 600) for _ in range(400)]
    text = "".join(f"{gap}{token}" for gap, token in zip(gaps, tokens, strict=True))
    assert len(text) > 4 * PIECE
    assert known.text(text) == "".join(f"{gap}{MASK}" for gap in gaps)
    assert known.data(text.encode()) == known.text(text).encode()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(alphabet="ab", min_size=1, max_size=9), min_size=1, max_size=5),
    st.lists(st.sampled_from(("a", "b", "ab", "-", "-" * 700, "aaaab" * 40)), min_size=1, max_size=50),
    st.integers(1, 60),
)
def test_no_piece_of_a_text_ends_within_a_form(forms: list[str], parts: list[str], times: int) -> None:
    text = "".join(parts) * times
    found = list(pieces(text, max(map(len, forms)), lambda part: [form for form in forms if form in part]))
    assert "".join(found) == text
    for form in forms:
        starts = [at for at in range(len(text)) if text.startswith(form, at)]
        done = 0
        for piece in found[:-1]:
            done += len(piece)
            assert not any(at < done < at + len(form) for at in starts)


def test_a_secret_that_was_there_only_once_another_was_masked_is_masked() -> None:
    """In UTF-16, the last byte of a mask and what follows it may be a secret in another order of bytes."""
    first, second = "geheim\u0436", "abcdef"
    data = first.encode("utf-16-le") + second.encode("utf-16-be")[1:]
    assert second.encode("utf-16-be") not in data
    for made in (redactor(first, second), with_others(first, second)):
        assert made.data(data) == MASK.encode("utf-16-le")[:-1] + MASK.encode("utf-16-be")


def test_a_secret_with_a_mark_in_it_that_only_a_mask_makes_is_masked() -> None:
    for made in (redactor("abcdefghijklmnopqrst", "xxx***yyy"), with_others("abcdefghijklmnopqrst", "xxx***yyy")):
        assert made.text("xxxabcdefghijklmnopqrstyyy") == MASK


def test_so_it_is_where_a_long_text_would_be_cut() -> None:
    token = "abcdefghijklmnopqrst"
    tokens = [f"{token}{number}" for number in range(20)]
    known = redactor("xxx***yyy", token, *tokens)
    first, last = "".join(f"-{one}" for one in tokens), "-" * 3 * PIECE
    gap = "-" * (PIECE - 3 - len(first))
    assert known.text(f"{first}{gap}xxx{token}yyy{last}") == f"-{MASK}" * 20 + gap + MASK + last


def test_what_is_left_of_a_secret_among_many_is_masked() -> None:
    made = with_others("keyABCDEFGHIJ")
    assert made.text("a …GHIJ") == "a ***"
    assert made.text("keyA… b") == "*** b"
    assert made.text("a …GHI") == "a …GHI"
