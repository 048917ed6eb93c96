"""Values from outside: env files and ``--var``; the only module that imports dotenv."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from runner.disk import is_file, read_up_to
from runner.folder import Folder
from runner.model import NO_ROW, Row
from runner.source import Diagnostic, Source, Span

MAX_BYTES = 1_000_000


class EnvFile(NamedTuple):
    """One env file that was read. ``warnings`` tell of lines that could not be."""

    name: str
    values: Mapping[str, str]
    warnings: tuple[Diagnostic, ...] = ()
    path: Path | None = None


class Outside(NamedTuple):
    """Everything that gives values from outside a collection, first hit first; all values are text.

    ``searched`` are the places looked at for env files, as a message names them; ``row`` is the data row, whose
    values may be of any type and come right after ``options``."""

    options: Mapping[str, str] = MappingProxyType({})
    environ: Mapping[str, str] = MappingProxyType({})
    files: tuple[EnvFile, ...] = ()
    searched: tuple[str, ...] = ()
    row: Row = NO_ROW


class EnvFileError(Exception):
    """An env file that was asked for cannot be used."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def read_env_file(path: Path, name: str) -> EnvFile:
    """The variables of one file, nothing expanded; raises ``EnvFileError`` if it cannot be read."""
    # Imported here because most runs have no env file, and it costs more than the rest of the start.
    from dotenv.parser import parse_stream  # noqa: PLC0415

    try:
        data = read_up_to(path, MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise EnvFileError(Diagnostic("env-file", f"{name} is larger than 1 MB", "Take a smaller one."))
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise EnvFileError(
            Diagnostic("env-file", f"{name} cannot be read: {error.strerror}", f"Looked for {path}.")
        ) from None
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        message = f"{name} is not UTF-8 text: line {number} cannot be read"
        raise EnvFileError(Diagnostic("env-file", message, "Save it as UTF-8.")) from None
    source = Source(name, text, path)
    values: dict[str, str] = {}
    warnings: list[Diagnostic] = []
    end = 0
    for binding in parse_stream(StringIO(text)):
        start, end = end, end + len(binding.original.string)
        if binding.key is not None and binding.value is not None and not binding.error:
            values[binding.key] = binding.value
        elif binding.error or binding.key is not None:
            warnings.append(_unreadable(source, start))
    return EnvFile(name, values, tuple(warnings), path)


def _unreadable(source: Source, start: int) -> Diagnostic:
    """The line is not shown: it may hold a secret. dotenv counts a CR and the LF behind it as two where it gives a line
    up between them, so its lines are counted here."""
    skipped = len(source.text) - len(source.text[start:].lstrip())
    before = source.text[:skipped].replace("\r\n", "\n").replace("\r", "\n")
    number = before.count("\n") + 1
    message = f"line {number} of {source.name} is left out: it is not NAME=value"
    hint = "Write NAME=value, with both quotes around a value that holds spaces or #."
    return Diagnostic("env-line", message, hint, None, Span(number, 1, number, 1), "warning")


def search_paths(name: str, working: Path, folder: Path) -> Iterable[Path]:
    """Where an env file of this name may be: the working directory, the collection's folder, its parents."""
    seen: set[Path] = set()
    for place in (working, folder, *folder.parents):
        if place not in seen:
            seen.add(place)
            yield place / name


def find_env_files(
    names: Sequence[str], working: Path, folder: Path, root: Path | None = None
) -> tuple[tuple[EnvFile, ...], tuple[str, ...]]:
    """The first file of each name, and for the names without one where they were looked for. Raises ``EnvFileError``
    for one that is a link to elsewhere: whoever wrote the collection may have put it there."""
    found: list[EnvFile] = []
    missing: list[str] = []
    for name in names:
        path = next((one for one in search_paths(name, working, folder) if is_file(one)), None)
        if path is None:
            places = ", ".join(dict.fromkeys((str(working), str(folder))))
            missing.append(f"{name} (there is none in {places} or the folders above)")
        else:
            shown = _shown(path, working)
            if not any(Folder.of(one).holds(path) for one in (path.parent, working, root or working)):
                hint = f"Name it if you want it: --env-file {shown}. Links stay in their folder, or below --root DIR."
                raise EnvFileError(Diagnostic("env-file", f"{shown} is a link that leads out of its folder", hint))
            found.append(read_env_file(path, shown))
    return tuple(found), tuple(missing)


def _shown(path: Path, working: Path) -> str:
    """A path as a person would name it from the working directory."""
    return str(path.relative_to(working)) if path.is_relative_to(working) else str(path)
