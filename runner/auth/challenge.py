"""Reads ``WWW-Authenticate``: the challenges of RFC 9110, 11.6.1, several to a line or a line each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

PART = re.compile(
    r"(?P<name>[!#$%&'*+.^_`|~0-9A-Za-z-]+)"
    r'(?:[ \t]*=[ \t]*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"?|(?P<plain>[^\s,"]*)))?'
)
ESCAPED = re.compile(r"\\(.)")


class Challenge(NamedTuple):
    """One scheme, its name in lower case as those of its parameters are."""

    scheme: str
    parameters: Mapping[str, str]


def read_challenges(lines: Iterable[str]) -> list[Challenge]:
    """The challenges in the order of the server, which is that of its preference; all else is passed over."""
    found: list[tuple[str, dict[str, str]]] = []
    for line in lines:
        for part in PART.finditer(line):
            name, quoted, plain = part["name"].lower(), part["quoted"], part["plain"]
            if quoted is None and plain is None:
                found.append((name, {}))
            elif found:
                value = plain if quoted is None else ESCAPED.sub(r"\1", quoted)
                found[-1][1].setdefault(name, value)
    return [Challenge(scheme, parameters) for scheme, parameters in found]
