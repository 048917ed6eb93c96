"""Colons without a space behind them: YAML takes ``{a:1}`` for the key ``a:1`` without a value, ``a:1`` for a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Diagnostic, Source, Span

IN_BRACES: Final = re.compile(r"[{,]\s*[^\s:,{}\[\]'\"]+:[^\s,{}\[\]:/][^\s,{}\[\]]*\s*[,}]")
BELOW: Final = re.compile(r":[ \t\r]*(?:#.*)?\n[ \t]+[A-Za-z_][\w-]*:[^\s:/]")
KEY: Final = re.compile(r"[^\s:'\"]+(:)[^:/].*", re.DOTALL)
WORD: Final = re.compile(r"[A-Za-z_][\w-]*(:)[^\s:/].*", re.DOTALL)
TEXTS: Final = frozenset(("name", "description", "text", "skip", "url"))
"""What is a text in any case."""


def may_have_tight_colons(source: Source) -> bool:
    """Whether the text of a file can have any at all."""
    return IN_BRACES.search(source.text) is not None or BELOW.search(source.text) is not None


def warn_of_tight_colons(request: Node, problems: Problems) -> None:
    """A warning for each key that has one and no value, and each text below its key that begins as a key does. Keys of
    ``expect`` itself are errors by then."""
    expect = request.get("expect")
    told = {id(key) for key, _ in expect.items} if expect is not None else set()
    for node, found, kind in _tight(request):
        if id(node) in told:
            continue
        column = node.column + found.start(1)
        problems.add(
            Diagnostic(
                "missing-space",
                f"without a space behind the colon this is {kind}",
                "Write key: value.",
                node.source,
                Span(node.line, column, node.line, column + 1),
                severity="warning",
            )
        )


def _tight(node: Node) -> Iterator[tuple[Node, re.Match[str], str]]:
    for element in node.elements:
        yield from _tight(element)
    for key, value in node.items:
        if value.kind != "scalar":
            yield from _tight(value)
            continue
        if value.value is None and isinstance(key.value, str) and _is_empty(value):
            found = KEY.fullmatch(key.value) if _is_plain(key, key.value) else None
            if found is not None:
                yield key, found, "a key without a value"
        elif isinstance(value.value, str) and value.line > key.line and key.value not in TEXTS:
            found = WORD.fullmatch(value.value) if _is_plain(value, value.value.partition(" ")[0]) else None
            if found is not None:
                yield value, found, "a text"


def _is_empty(value: Node) -> bool:
    span = value.span
    return (span.line, span.column) == (span.end_line, span.end_column)


def _is_plain(node: Node, text: str) -> bool:
    return node.source.line(node.line)[node.column - 1 :].startswith(text)
