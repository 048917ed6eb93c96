"""The tests of JSON parsers that are known as JSONTestSuite, as they are in ``json_parsing``, and what is decided where
RFC 8259 leaves it open. That package has its inputs as text: what is not UTF-8 stands here, in our own words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

FILE: Final = Path(__file__).with_name("json_parsing") / "parsing.json"
LOST: Final = "\ufffd"
"""What stands in the package for bytes that are not UTF-8."""

DIFFERENT: Final[Mapping[str, str]] = {
    "y_object_duplicated_key.json": 'the key "a" stands twice',
    "y_object_duplicated_key_and_value.json": 'the key "a" stands twice',
}
"""Valid by the grammar and refused on purpose: readers differ on which of the two counts (RFC 8259, 4)."""

TAKEN: Final = frozenset(
    f"i_{name}.json"
    for name in (
        # Numbers that a float can hold, or a whole number; too small ones are 0.
        "number_double_huge_neg_exp", "number_real_underflow", "number_too_big_neg_int", "number_too_big_pos_int",
        "number_very_big_negative_int",
        # Halves of characters, written as escapes: they stay what they are.
        "object_key_lone_2nd_surrogate", "string_1st_surrogate_but_2nd_missing",
        "string_1st_valid_surrogate_2nd_invalid", "string_incomplete_surrogate_and_escape_valid",
        "string_incomplete_surrogate_pair", "string_incomplete_surrogates_escape_valid",
        "string_invalid_lonely_surrogate", "string_invalid_surrogate", "string_inverted_surrogates_U+1D11E",
        "string_lone_second_surrogate",
        # A byte order mark before it.
        "structure_UTF-8_BOM_empty_object",
    )
)  # fmt: skip
REFUSED: Final[Mapping[str, str]] = {
    "i_number_huge_exp.json": "is too large",
    "i_number_neg_int_huge_exp.json": "is too large",
    "i_number_pos_double_huge_exp.json": "is too large",
    "i_number_real_neg_overflow.json": "is too large",
    "i_number_real_pos_overflow.json": "is too large",
    "i_structure_500_nested_arrays.json": "nested more than 200 levels deep",
}
"""What each parser may take or refuse: a number beyond a float would be infinity, and depth has a limit."""

NOT_UTF8: Final[Mapping[str, bytes]] = {
    "UTF-16LE with a mark": b'\xff\xfe["\xe9\0"\0]\0',
    "UTF-16BE with a mark": b'\xfe\xff\0[\0"\0\xe9\0"\0]',
    "a byte of Latin-1": b'["\xe9"]',
    "a continuation byte alone": b'["\x81"]',
    "a character cut short": b'["\xe0\xff"]',
    "a character cut short at the end": b'["\xe2\x82',
    "a half of a character": b'["\xed\xa0\x80"]',
    "two bytes for a slash": b'["\xc0\xaf"]',
    "three bytes for a slash": b'["\xe0\x80\xaf"]',
    "six bytes": b'["\xfc\x83\xbf\xbf\xbf\xbf"]',
    "beyond U+10FFFF": b'["\xf4\xbf\xbf\xbf"]',
    "in an escape": b'["\\u\xe5"]',
    "after a backslash": b'["\\\xe5"]',
    "in a number": b"[123\xe5]",
    "in an exponent": b"[1e1\xe5]",
    "as a value": b"[\xff]",
    "behind a value": b"[a\xe5]",
    "in a key": b'{"\xb9":"0",}',
    "half a mark": b"\xef\xbb{}",
    "all of it": b"\xe5",
}
"""Not UTF-8, so no JSON between systems (RFC 8259, 8.1): refused, each."""


class Case(NamedTuple):
    """``refused`` are words of the reason why ``data`` is refused: empty if it is taken, a blank for any reason."""

    name: str
    data: bytes
    refused: str


def cases() -> Iterator[Case]:
    for one in json.loads(FILE.read_text("utf-8")):
        name, text = one["name"], one["input"] * one.get("times", 1)
        if not (name.startswith("i_") and LOST in text):
            yield Case(name, text.encode("utf-8", "surrogatepass"), refused(name))
    for name, data in NOT_UTF8.items():
        yield Case(f"not UTF-8: {name}", data, "it is not UTF-8")


def refused(name: str) -> str:
    """Why a case of the package is refused."""
    if name.startswith("y_"):
        return DIFFERENT.get(name, "")
    if name.startswith("i_"):
        return "" if name in TAKEN else REFUSED[name]
    return " "
