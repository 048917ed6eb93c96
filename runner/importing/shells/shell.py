"""Command lines taken apart without running them: words with their places, whatever shell they were written for."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from runner.errors import InvalidFiles
from runner.source import Diagnostic, Location, Source, Span

FIRST: Final = 0xD800
MOST: Final = 0x400
"""A reference stands in a word as a character that no decoded text holds: half of a pair (U+D800 to U+DBFF)."""
TOKEN: Final = re.compile(r"[^\s'\"]+")
SHOWN: Final = re.compile(
    r"curl(?:\.exe)?|--[A-Za-z][\w.-]*|[-\u2013\u2014][^\s'\"]{1,5}|[$\\^`|;&#<>]+\w{0,8}|[A-Za-z][\w-]*:"
    r"|(?:https?|ftp)://[\w.-]+(?::\d+)?(?:/[\w.-]{0,20})*|(?:GET|POST|PUT|PATCH|DELETE|HEAD|Invoke-\w+|wget)"
)
"""What is no value of an option: shown as it stands, while all else is masked."""
COMMAND_NAME: Final = re.compile(r"(?:[\w./-]*/)?[a-z][a-z0-9_.-]{0,11}")
DASHES: Final = ("-", "\u2013", "\u2014")
"""What an option begins with, also where a page has made something finer of it."""


NOT_CURL: Final = ("this is PowerShell's own command, not curl", "Copy it as cURL, or write it for curl.exe.")


class Reference(NamedTuple):
    """Something that the shell fills in: the name of the variable, and how its value is written there: as it is, or
    as ``json`` or ``percent`` escape it. ``default`` stands for one that is not set."""

    name: str
    form: str = ""
    default: str | None = None


class Word(NamedTuple):
    """One argument, and from where to where it stands in the text."""

    text: str
    start: int
    end: int


class Command(NamedTuple):
    """A command: its words, what it reads from standard input, the comment above it, variables set before it."""

    words: tuple[Word, ...]
    comment: tuple[str, ...] = ()
    input: Word | None = None


class Assignment(NamedTuple):
    """``NAME=value``, alone or behind ``export``."""

    name: str
    value: Word


class Script:
    """What was read: commands and assignments in order, what references stand for, and things to be told."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.text = source.text
        self.parts: list[Command | Assignment] = []
        self.references: list[Reference] = []
        self.printed: dict[str, str] = {}
        """By the command in ``$(…)``, the variable for what it prints."""
        self.notes: list[tuple[int, str, str]] = []

    def refer(self, reference: Reference, at: int) -> str:
        """The character that stands for ``reference``."""
        if reference not in self.references:
            if len(self.references) == MOST:
                raise self.wrong(at, at + 1, "there are too many variables in it", "Import it in parts.")
            self.references.append(reference)
        return chr(FIRST + self.references.index(reference))

    def referred(self, character: str) -> Reference | None:
        """What a character stands for, None if for itself."""
        index = ord(character) - FIRST
        return self.references[index] if 0 <= index < len(self.references) else None

    def note(self, at: int, message: str, hint: str = "") -> None:
        """Tell of something at this place."""
        if (at, message, hint) not in self.notes:
            self.notes.append((at, message, hint))

    def location(self, at: int) -> Location:
        """The place in the source."""
        return Location(self.source.name, *self._at(at))

    def wrong(self, start: int, end: int, message: str, hint: str = "") -> InvalidFiles:
        """The text at this place cannot be taken over."""
        line, column = self._at(start)
        end_line, end_column = self._at(max(end, start + 1))
        if end_line != line:
            end_line, end_column = line, len(self.source.line(line)) + 1
        span = Span(line, column, end_line, max(end_column, column + 1))
        shown = Source(self.source.name, "\n".join(map(_without_values, self.source.lines)), self.source.path)
        return InvalidFiles((Diagnostic("curl", message, hint, shown, span),))

    def _at(self, at: int) -> tuple[int, int]:
        before = self.text[:at].replace("\r\n", "\n").replace("\r", "\n")
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


def shown_name(word: str) -> str:
    """The name of a command; a long or odd one may be the rest of a line that was broken, and a secret."""
    return word if COMMAND_NAME.fullmatch(word) else "…"


def _without_values(line: str) -> str:
    """A line of a command as it may be shown: any value in it can be a secret, options and addresses are none."""
    return TOKEN.sub(lambda match: match[0] if SHOWN.fullmatch(match[0]) else "*" * len(match[0]), line)
