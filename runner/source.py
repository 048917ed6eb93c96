"""Where something is written, what is wrong with it and how to mend it."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple


class Span(NamedTuple):
    """A stretch of a file: 1-based lines and columns (in characters), the end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """A file's text under the name by which the user knows it."""

    def __init__(self, name: str, text: str, path: Path | None = None) -> None:
        self.name = name
        self.text = text
        self.path = path

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends, split as YAML splits them."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    def line(self, number: int) -> str:
        """Line ``number`` (1-based), empty when there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def __repr__(self) -> str:
        return f"Source({self.name!r})"


class Location(NamedTuple):
    """A place in a file, in the form that editors and CI logs turn into a link."""

    file: str
    line: int
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"


Severity = Literal["error", "warning"]


class Diagnostic(NamedTuple):
    """One thing that is wrong with a file: what, where, and how to mend it."""

    rule: str
    message: str
    hint: str = ""
    source: Source | None = None
    span: Span | None = None
    severity: Severity = "error"
    variable: str = ""
    """The name of the variable that has no value, where that is what is wrong."""

    @property
    def location(self) -> Location | None:
        """The place to show, None where the mistake has none (a file that cannot be read)."""
        if self.source is None or self.span is None:
            return None
        return Location(self.source.name, self.span.line, self.span.column)
