"""Patterns of JSON Schema: in ECMA's dialect, as far as Python's is more lenient."""

from __future__ import annotations

import pytest

from runner.checks.schema.ecma import search_as_ecma


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("^a$", "a", True),
        ("^a$", "a\n", False),
        ("a$|b$", "b\n", False),
        ("(?m)^a$", "a\nb", True),
        ("(?i:A$)", "a", True),
        (r"^\d+$", "12", True),
        (r"^\d+$", "\u0661\u0662", False),
        (r"^\w+$", "a_1", True),
        (r"^\w+$", "\xe9", False),
        (r"^\D$", "\u0661", True),
        (r"^\W$", "\xe9", True),
        (r"^[\d.]+$", "1.2", True),
        (r"^[\d.]+$", "\u0661", False),
        (r"^[^\w]$", "\xe9", True),
        (r"^[\w-]+$", "a-b", True),
        (r"^[\d-x]+$", "1-x", True),
        (r"^[$]$", "$", True),
        (r"^[]$]+$", "]$", True),
        (r"^[^]$]+$", "]", False),
        (r"^[[:alpha:]$]+$", "a$", True),
        (r"^[\]$]+$", "]$", True),
        (r"^\$$", "$", True),
        (r"^\\$", "\\", True),
        (r"^\\d$", "\\d", True),
        (r"^\$\d$", "$5", True),
        (r"^\p{L}$", "\xe9", True),
    ],
)
def test_what_fits(pattern: str, text: str, fits: bool) -> None:  # a column of the table
    assert (search_as_ecma(pattern, text) is not None) is fits
