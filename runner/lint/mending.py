"""Writes into a text what mends findings, where that changes nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from runner.lint.finding import Edit, Finding
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.loading.scalars import FLOAT, INTEGER
from runner.node import Plain
from runner.source import Source, Span

LINE: Final = re.compile(r"\r\n|\r|\n")
FILTER: Final = re.compile(r"\|(?:int|float)>>")
DEFINITIONS: Final = "#/definitions/"


def mended(text: str, findings: Iterable[Finding]) -> tuple[str, list[Finding]]:
    """The text with what mends these findings, each whole or not at all, and those that it mends. What would change
    more than it is about, or overlaps with another, is left out."""
    starts = [0, *(match.end() for match in LINE.finditer(text))]
    taken: list[tuple[int, int, str]] = []
    done: list[Finding] = []
    for finding in findings:
        places = [_place(edit, text, starts) for edit in finding.edits]
        whole = [one for one in places if one is not None]
        if not whole or len(whole) < len(places) or any(_overlap(one, other) for one in whole for other in taken):
            continue
        if _says(_applied(text, [*taken, *whole])) == _says(text):
            taken += whole
            done.append(finding)
    return _applied(text, taken), done


def _place(edit: Edit, text: str, starts: Sequence[int]) -> tuple[int, int, str] | None:
    """Where an edit stands in the text; None if something else stands there."""
    start, end = _offset(edit.span, starts, text, end=False), _offset(edit.span, starts, text, end=True)
    there = LINE.sub("\n", text[start:end])
    return (start, end, edit.new) if there == edit.old else None


def _offset(span: Span, starts: Sequence[int], text: str, *, end: bool) -> int:
    line, column = (span.end_line, span.end_column) if end else (span.line, span.column)
    return starts[line - 1] + column - 1 if line <= len(starts) else len(text)


def _overlap(one: tuple[int, int, str], other: tuple[int, int, str]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _applied(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _says(text: str) -> object:
    """What a file says but for that which is mended: whether a number is text, and how definitions are called."""
    problems = Problems()
    root = read_document(Source("", text), problems)
    return None if root is None or problems.count else _without_spelling(root.plain())


def _without_spelling(value: Plain) -> object:
    if isinstance(value, dict):
        return {"$defs" if key == "definitions" else key: _without_spelling(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_spelling(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    text = FILTER.sub(">>", str(value)).replace(DEFINITIONS, "#/$defs/")
    return float(text) if INTEGER.fullmatch(text) or FLOAT.fullmatch(text) else text
