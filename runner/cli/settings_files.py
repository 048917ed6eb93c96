"""Finds and reads ``runner.toml`` and ``[tool.runner]`` of ``pyproject.toml``; the only module that imports tomllib."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from runner.disk import exists, is_file, read_up_to
from runner.errors import InvalidFiles
from runner.source import Diagnostic, Source, Span

OWN = "runner.toml"
SHARED = "pyproject.toml"
PREFIX = "RUNNER_"
TABLE = ("tool", "runner")
MAX_BYTES = 1_000_000
MENTIONED = rb"""tool\s*["']?\s*\.\s*["']?runner|^\s*\[?\s*["']?tool["']?\s*[\]=]"""
"""What a file with ``[tool.runner]`` holds, in whatever way it is written; most others need not be parsed."""
PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
STATEMENT = r"""\s*(?:\[|["']?[\w.-]+["']?\s*=\s)"""
"""How a line begins that can be searched for secrets by their names; another may be the inside of one."""
HINT = 'Text stands in quotes: timeout = "10s"; numbers, true and false do not: jobs = 8, strict = true.'

MANY_PARTS = re.compile(r"""(?<![\w-])[\w-]++(?:[ \t"']*+\.[ \t"']*+[\w-]++){30}""")
"""A key of many parts, of which each takes memory for all before it."""
DIGITS = "integer string conversion"
"""What Python says of a number that is too long."""


class SettingsFile(NamedTuple):
    """A file with settings: its text, the options in it, and the table in which they stand."""

    source: Source
    folder: Path
    values: Mapping[str, object]
    table: tuple[str, ...] = ()

    def span(self, *keys: str) -> Span:
        """Where a key is written. TOML's parser does not tell: it is the first line that looks like the key and
        from which on the file has it."""
        path = (*self.table, *keys)
        looks = re.compile(rf"""(?:^|[\s.{{,\["'])({re.escape(path[-1])})["']?\s*[=.\]]""")
        lines = self.source.lines
        found = [(number, match) for number, line in enumerate(lines) for match in looks.finditer(line)]
        for number, match in found:
            if _has(lines[:number], path) is False and self._appears(number, path):
                return _span(number, match)
        return _span(*found[0]) if found else Span(1, 1, 1, 1)

    def _appears(self, number: int, path: Sequence[str]) -> bool:
        """Whether the statement that begins on this line, however many it has, gives the file the key."""
        ends = range(number + 1, len(self.source.lines) + 1)
        return next((has for end in ends if (has := _has(self.source.lines[:end], path)) is not None), False)


def may_be_set(working: Path, environ: Mapping[str, str]) -> bool:
    """A quick look whether there is anything that could set an option."""
    return any(name.startswith(PREFIX) for name in environ) or any(_candidates(working))


def _candidates(working: Path) -> Iterator[tuple[Path, str]]:
    """Folders and names of files in which settings may be, those of the nearest folder first."""
    for folder in (working, *working.parents):
        yield from ((folder, name) for name in (OWN, SHARED) if is_file(folder / name))
        if exists(folder / ".git"):
            break


def settings_files(working: Path) -> tuple[SettingsFile, ...]:
    """The files of the nearest folder that has one, first hit first: looked for from ``working`` upwards, no further
    than the folder of the repository (with ``.git``). Raises ``InvalidFiles``."""
    found: list[SettingsFile] = []
    for folder, name in _candidates(working):
        if found and found[0].folder != folder:
            break
        data = _read(folder / name, working)
        if name == OWN or re.search(MENTIONED, data, re.MULTILINE):
            found += _with_settings(_source(folder / name, working, data), folder, () if name == OWN else TABLE)
    return tuple(found)


def _with_settings(source: Source, folder: Path, table: tuple[str, ...]) -> Iterator[SettingsFile]:
    """The file, if it has the table in which settings stand."""
    values = _inside(_parse(source), table)
    file = SettingsFile(source, folder, cast("Mapping[str, object]", values), table)
    if isinstance(values, dict):
        yield file
    elif values is not None:
        hint = "Write [tool.runner], and the options below it."
        raise InvalidFiles([Diagnostic("settings", "tool.runner is no table", hint, source, file.span())])


def _read(path: Path, working: Path) -> bytes:
    name = shown(path, working)
    try:
        data = read_up_to(path, MAX_BYTES + 1)
    except OSError as error:
        message = f"{name} cannot be read: {error.strerror}"
        raise InvalidFiles([Diagnostic("settings", message, "Look at its permissions.")]) from None
    if len(data) > MAX_BYTES:
        raise InvalidFiles([Diagnostic("settings", f"{name} is larger than 1 MB", "Take a smaller one.")])
    return data


def _source(path: Path, working: Path, data: bytes) -> Source:
    name = shown(path, working)
    try:
        return Source(name, data.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        number = data[: error.start].count(b"\n") + 1
        message = f"{name} is not UTF-8 text: line {number} cannot be read"
        raise InvalidFiles([Diagnostic("settings", message, "Save it as UTF-8.")]) from None


def shown(path: Path, working: Path) -> str:
    """A path as a person would name it from the working directory."""
    try:
        return os.path.relpath(path, working)
    except ValueError:  # on another drive
        return str(path)


def _parse(source: Source) -> dict[str, object]:
    try:
        return _loads(source.text)
    except RecursionError:
        message, line, column = "it is nested too deeply", 1, 1
    except ValueError as error:
        message, line, column = _place(str(error), source)
    end = len(source.line(line)) + 1
    column = min(column, end)
    wrong = f"this is not TOML: {message[:1].lower()}{message[1:]}"
    span = Span(line, column, line, max(column + 1, end))
    shows = source if re.match(STATEMENT, source.line(line)) else unseen(source)
    raise InvalidFiles([Diagnostic("settings", wrong, HINT, shows, span)])


def unseen(source: Source) -> Source:
    """The file for a message that names a place in it and must not show what stands there."""
    return Source(source.name, "", source.path)


def _place(text: str, source: Source) -> tuple[str, int, int]:
    """The message of the parser, and the line and column that it holds."""
    match = PLACE.fullmatch(text)
    if match is None:
        return ("a number has too many digits" if DIGITS in text else text), 1, 1
    if match[2] is None:
        last = max((number for number, line in enumerate(source.lines, 1) if line.strip()), default=1)
        return f"{match[1]} (at the end)", last, len(source.line(last)) + 1
    return match[1], int(match[2]), int(match[3])


def _loads(text: str) -> dict[str, object]:
    # Imported here because most folders have no such file.
    import tomllib  # noqa: PLC0415

    if MANY_PARTS.search(text):
        raise RecursionError
    return tomllib.loads(text)


def _has(lines: Sequence[str], path: Sequence[str]) -> bool | None:
    """Whether these first lines of a file have a key; None if they end inside something."""
    try:
        return _inside(_loads("\n".join(lines)), path) is not None
    except ValueError:
        return None


def _inside(values: object, path: Sequence[str]) -> object | None:
    for key in path:
        if not isinstance(values, dict):
            return None
        values = cast("dict[str, object]", values).get(key)
    return values


def _span(number: int, match: re.Match[str]) -> Span:
    return Span(number + 1, match.start(1) + 1, number + 1, match.end(1) + 1)
