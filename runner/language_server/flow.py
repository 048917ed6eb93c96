"""Where the end of a text stands inside of braces and brackets that are not closed yet."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

TOKEN: Final = re.compile(
    r"""(?P<open>[{\[])|(?P<close>[}\]])|(?P<comma>,)|(?P<colon>:(?=[\s"'{\[]|$))|(?P<space>\s+)"""
    r"""|(?P<quoted>"(?:[^"\\]|\\.)*(?:"|$)|'(?:[^']|'')*(?:'|$))|(?P<plain>[^\s{}\[\],:]+|:)""",
    re.DOTALL,
)
LONGEST: Final = 100_000
"""Characters that are looked through."""


class Flow(NamedTuple):
    """``steps`` are the keys (None for an entry) from the outermost bracket down to where the text ends. What is
    written there is a key or a value, and begins at ``start``; ``keys`` are those of the mapping before it."""

    steps: tuple[str | None, ...]
    is_key: bool
    start: int
    keys: tuple[str, ...]


class _Level:
    """An open bracket."""

    __slots__ = ("is_mapping", "key", "keys")

    def __init__(self, *, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.key: str | None = None
        self.keys: list[str] = []


def read_flow(text: str) -> Flow | None:
    """Where ``text``, which begins with a bracket, ends; None if all its brackets are closed."""
    if text[:1] not in ("{", "["):
        return None
    levels: list[_Level] = []
    start: int | None = None
    end = 0
    for token in TOKEN.finditer(text[:LONGEST]):
        kind = token.lastgroup
        if kind == "open":
            levels.append(_Level(is_mapping=token[0] == "{"))
            start = None
        elif kind == "close":
            levels.pop()
            start = token.start()  # what was closed is the value
            if not levels:
                return None
        elif kind == "comma":
            levels[-1].key, start = None, None
        elif kind == "colon" and levels[-1].is_mapping and levels[-1].key is None:
            key = _unquoted(text[token.start() if start is None else start : end])
            levels[-1].key, start = key, None
            levels[-1].keys.append(key)
        elif kind != "space":
            start = token.start() if start is None else start
            end = token.end()
    top = levels[-1]
    steps = tuple(level.key if level.is_mapping else None for level in levels)
    is_key = top.is_mapping and top.key is None
    return Flow(steps[:-1] if is_key else steps, is_key, len(text) if start is None else start, tuple(top.keys))


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0] else text
