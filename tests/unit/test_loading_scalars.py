from __future__ import annotations

import math
import re
from typing import Final

import pytest
from hypothesis import given, strategies as st

from runner.loading.scalars import resolve_plain
from runner.node import Scalar
from tests.unit.loading import read

CORE: Final = {
    "null": re.compile(r"null|Null|NULL|~|"),
    "true": re.compile(r"true|True|TRUE"),
    "false": re.compile(r"false|False|FALSE"),
    "int": re.compile(r"[-+]?[0-9]+"),
    "octal": re.compile(r"0o[0-7]+"),
    "hexadecimal": re.compile(r"0x[0-9a-fA-F]+"),
    "float": re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"),
    "infinity": re.compile(r"[-+]?(\.inf|\.Inf|\.INF)"),
    "not a number": re.compile(r"\.nan|\.NaN|\.NAN"),
}
"""The table of YAML 1.2.2, section 10.3.2, word by word."""
LEADING_ZERO: Final = re.compile(r"[-+]?0[0-9]")
"""The one thing that is read in another way than the table says: ``012`` stays text."""


def reference(text: str) -> Scalar:
    """What the table makes of a plain scalar."""
    kind = next((kind for kind, pattern in CORE.items() if pattern.fullmatch(text)), "text")
    if kind == "null":
        return None
    if kind in ("true", "false"):
        return kind == "true"
    if kind in ("octal", "hexadecimal"):
        return int(text, 0)
    if kind in ("infinity", "not a number"):
        raise ValueError(kind)
    if kind == "text" or LEADING_ZERO.match(text):
        return text
    return int(text) if kind == "int" else float(text)


TABLE: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{text: text for text in "no No NO yes on off y n tRUE nULL none None".split()},
    **{text: text for text in "22:30 1:30:00 2024-10-04 2026-02-30 1_000 012 -012 00 0x 0o8 0b1 1,5 1.2.3".split()},
    **{text: text for text in "+ - . .. -. +.e1 e5 1e 1e+ 0xg -0x1F + .inff inf nan .iNF = <".split()},
    "0": 0,
    "-0": 0,
    "+12": 12,
    "0o17": 15,
    "0x1F": 31,
    "9007199254740993": 9007199254740993,
    "1.": 1.0,
    ".5": 0.5,
    "-.5": -0.5,
    "0.5": 0.5,
    "1e3": 1000.0,
    "1.5E-3": 0.0015,
    "6e0": 6.0,
    "012.5": "012.5",
}


@pytest.mark.parametrize(("text", "value"), TABLE.items())
def test_a_plain_scalar(text: str, value: Scalar) -> None:
    found = resolve_plain(text)
    assert (type(found), found) == (type(value), value)
    assert reference(text) == value


@given(st.text(alphabet="0123456789+-.eExoabnulINF_:~", max_size=8) | st.text(max_size=6))
def test_the_core_schema_holds(text: str) -> None:
    try:
        wanted = reference(text)
    except ValueError:
        with pytest.raises(ValueError, match="JSON has no word for it"):
            resolve_plain(text)
        return
    if isinstance(wanted, float) and math.isinf(wanted):
        with pytest.raises(ValueError, match="is too large"):
            resolve_plain(text)
        return
    found = resolve_plain(text)
    assert (type(found), found) == (type(wanted), wanted)


@pytest.mark.parametrize("text", ["1" * 1001, "-" + "1" * 1000, "0x" + "f" * 1000, "0o" + "7" * 1000])
def test_numbers_have_an_end(text: str) -> None:
    with pytest.raises(ValueError, match=r"a number of 100\d digits is too large"):
        resolve_plain(text)
    assert isinstance(resolve_plain(text[:1000]), int)


def test_what_is_quoted_or_a_block_is_text() -> None:
    root = read("""{a: "1", b: 'true', c: "~"}""")
    assert root.plain() == {"a": "1", "b": "true", "c": "~"}
    assert read("a: |-\n  12\nb: >-\n  null\n").plain() == {"a": "12", "b": "null"}


def test_keys_are_always_text() -> None:
    assert read("{1: a, true: b, null: c, 1.5: d, ~: e}").plain() == {
        "1": "a",
        "true": "b",
        "null": "c",
        "1.5": "d",
        "~": "e",
    }
