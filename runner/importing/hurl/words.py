"""One line of Hurl's captures and asserts as words: names, texts, numbers, patterns."""

from __future__ import annotations

import json
import re
from typing import Final, NamedTuple

from runner.importing.hurl.entries import unescaped
from runner.node import Plain

TOKEN: Final = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"\\]|\\.)*")|(?P<many>```(?:[a-z]*)(?:,\s*[a-z]+)*\n?(?P<inner>.*?)```)"""
    r"""|(?P<line>`(?:[^`\\]|\\.)*`)|(?P<pattern>/(?:[^/\\\n]|\\.)*/)|(?P<fixed>(?:base64|hex|file),[^;]*;)"""
    r"""|(?P<operator>==|!=|>=|<=|>|<)|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.]))|(?P<comment>\#.*)"""
    r"""|(?P<hole>\{\{.*?\}\})|(?P<word>[A-Za-z_][\w-]*))""",
    re.DOTALL,
)


class Word(NamedTuple):
    """``kind`` is ``text``, ``value`` (a number, true, false, null), ``pattern``, ``fixed``, ``operator``, ``hole`` or
    ``word``."""

    kind: str
    value: Plain

    @property
    def name(self) -> str:
        """What stands there, of words and operators."""
        return str(self.value) if self.kind in ("word", "operator") else ""


def words_of(text: str) -> list[Word] | None:
    """The words of a line; None if something in it is none."""
    found: list[Word] = []
    at, text = 0, text.strip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            return None
        at = match.end()
        if match["comment"] is None:
            found.append(_word(match))
        while at < len(text) and text[at].isspace():
            at += 1
    return found


def _word(match: re.Match[str]) -> Word:
    kind = next(name for name, value in match.groupdict().items() if value is not None and name != "inner")
    written = match[kind]
    if kind in ("text", "line"):
        return Word("text", unescaped(written[1:-1]))
    if kind == "many":
        return Word("text", match["inner"])
    if kind == "pattern":
        return Word("pattern", written[1:-1].replace("\\/", "/"))
    if kind == "number" or written in ("true", "false", "null"):
        return Word("value", json.loads(written) if len(written) < 300 else written)
    return Word(kind, written)
