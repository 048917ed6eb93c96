"""Reads the ``Prefer`` header (RFC 7240) by which a caller picks an example."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

PREFERENCE = re.compile(r"""\s*([^\s=;,"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^;,]*))?\s*(?:[;,]|$)""")
ESCAPED = re.compile(r"\\(.)")


class Preference(NamedTuple):
    """The example asked for by name, by status code, or by both; None where it is not asked for."""

    example: str | None = None
    code: str | None = None

    def __bool__(self) -> bool:
        return self.example is not None or self.code is not None

    def __str__(self) -> str:
        parts = (("example", self.example), ("code", self.code))
        return ", ".join(f"{name}={value}" for name, value in parts if value is not None)


def read_preference(values: Iterable[str]) -> Preference:
    """What the ``Prefer`` headers ask for. Of a preference given twice the first counts (RFC 7240,
    section 2); ``;`` sets preferences apart as ``,`` does, since callers write both."""
    found: dict[str, str] = {}
    for name, value in PREFERENCE.findall(",".join(values)):
        found.setdefault(name.lower(), _unquoted(value.strip()))
    return Preference(found.get("example"), found.get("code"))


def _unquoted(word: str) -> str:
    if len(word) >= 2 and word.startswith('"') and word.endswith('"'):
        return ESCAPED.sub(r"\1", word[1:-1])
    return word
