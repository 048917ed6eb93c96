"""Files to collections: whatever a file holds, it is a collection, or what is wrong has a place in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from runner.errors import InvalidFiles
from runner.folder import FileProblem
from runner.loading.collection import decode_collection
from runner.loading.files import decode_source
from runner.model import Collection
from runner.source import Diagnostic, Source

ROOT = Path(__file__).parents[2]
NOWHERE = Path("/nowhere")
NAME = "c.yaml"


def seeds() -> Iterator[bytes]:
    """Collections of every kind, right and wrong."""
    for folder in ("collections", "tests/conformance", "tests/invalid"):
        for path in sorted((ROOT / folder).rglob("*.yaml")):
            if path.stat().st_size < 4000:
                yield path.read_bytes()


def fuzz(data: bytes) -> None:
    try:
        source = decode_source(data, NAME)
    except FileProblem as problem:
        assert problem.message
        assert problem.hint
        lines = problem.text.split("\n")
        assert 1 <= problem.span.line <= len(lines)
        return
    loaded(source.text)


def loaded(text: str) -> Collection | None:
    """The collection of ``text``; None where it says what is wrong."""
    source = Source(NAME, text)
    try:
        return decode_collection(source, NOWHERE)
    except InvalidFiles as error:
        assert any(one.severity == "error" for one in error.diagnostics)
        for one in error.diagnostics:
            assert one.rule
            assert one.message
            assert not misplaced(one, text), one
        return None


def misplaced(one: Diagnostic, text: str) -> str:
    """Why the place of a diagnostic cannot be pointed at; empty if it can."""
    if one.span is None or one.source is None:
        return "it has no place"
    if one.source.text != text:
        return ""  # of another file, which is not shown
    lines = one.source.lines
    line, column, end_line, end_column = one.span
    if not 1 <= line <= len(lines):
        return f"there are {len(lines)} lines"
    if (end_line, end_column) < (line, column):
        return "it ends before it begins"
    if not 1 <= column <= len(lines[line - 1]) + 2:
        return f"the line has {len(lines[line - 1])} characters"
    return ""
