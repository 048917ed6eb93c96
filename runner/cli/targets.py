"""What the paths on a command line mean: whole files, lines of them, or standard input."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from runner.cli.context import Context
from runner.disk import exists, is_folder
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.folder import FileProblem, error_text
from runner.loading.collection import decode_collection, load_collection
from runner.loading.discover import discover
from runner.loading.files import MAX_TEXT, decode_source, too_large
from runner.model import Collection
from runner.source import Diagnostic, Source

STDIN: Final = "-"
STDIN_NAME: Final = "<stdin>"
PLACE: Final = re.compile(r"(.+):([0-9]{1,9})", re.DOTALL)
PIPE_HINT: Final = "Pipe a file into it: cat collection.yaml | runner run -"


class Target(NamedTuple):
    """A collection to read: its name for the user, its file (None for standard input), and the lines that select
    requests (none: all of it)."""

    name: str
    path: Path | None
    lines: frozenset[int] = frozenset()


def chosen_root(text: str, working: Path) -> Path | None:
    """The folder of ``--root``, None without; raises ``UsageError``."""
    if not text:
        return None
    path = working / text
    if not is_folder(path):
        raise UsageError(f"--root: there is no folder {text}", f"Looked for {path}.")
    return path.resolve()


def find_targets(texts: Iterable[str], working: Path, root: Path | None = None) -> list[Target]:
    """Each collection once, with the lines that all of its paths name; raises ``NothingToRun``. Links that are found
    in a folder stay in it, or below ``root``."""
    found: dict[str, Target] = {}
    for text in texts:
        name, lines = _split(text, working)
        if not text:
            raise UsageError("a path is empty", "Is the variable in it set? This folder is written as a dot.")
        if name in (STDIN, STDIN_NAME):
            if STDIN in found:
                raise UsageError("- is given twice, but standard input can be read only once", "Leave one out.")
            found[STDIN] = Target(STDIN_NAME, None, lines)
            continue
        if lines and is_folder(working / name):
            raise NothingToRun(f"{name} is a folder, which has no lines", "Name a file in it: FILE:LINE.")
        for path, shown in discover([name], working, root):
            key = os.path.realpath(path)
            before = found.setdefault(key, Target(shown, path, lines))
            found[key] = before._replace(lines=before.lines | lines if before.lines and lines else frozenset())
    return list(found.values())


def _split(text: str, working: Path) -> tuple[str, frozenset[int]]:
    """``FILE:LINE`` and ``FILE:LINE:COLUMN`` as the file and its line, if there is no file of that whole name."""
    for name, line in _readings(text):
        if name in (STDIN, STDIN_NAME) or exists(working / name):
            return name, frozenset() if line is None else frozenset({line})
    name, line = list(_readings(text))[-1]  # so that a message names the file that is missing
    return name, frozenset() if line is None else frozenset({line})


def _readings(text: str) -> Iterator[tuple[str, int | None]]:
    """What ``text`` may mean, first of all the name that it is."""
    yield text, None
    match = PLACE.fullmatch(text)
    if match:
        yield match[1], int(match[2])
        longer = PLACE.fullmatch(match[1])
        if longer:
            yield longer[1], int(longer[2])


def read_target(
    target: Target, context: Context, root: Path | None = None, *, makes_schemas: bool = False
) -> Collection:
    """The collection, the files of which are below ``root``; raises ``InvalidFiles``, or ``UsageError`` where standard
    input has none to give or the collection is elsewhere."""
    try:
        return _read(target, context, root, makes_schemas=makes_schemas)
    except FileProblem:
        text = f"--root: {target.name} is not below {root}"
        raise UsageError(text, "Name a folder that all of the collections lie in.") from None


def _read(target: Target, context: Context, root: Path | None, *, makes_schemas: bool) -> Collection:
    if target.path is not None:
        return load_collection(target.path, target.name, root, makes_schemas=makes_schemas)
    return decode_collection(standard_source(context), context.working, root)


def standard_source(context: Context) -> Source:
    """What standard input has; raises as ``read_target`` does."""
    data = _standard_input(context)
    try:
        if len(data) > MAX_TEXT:
            raise too_large(STDIN_NAME, MAX_TEXT)
        source = decode_source(data, STDIN_NAME)
    except FileProblem as error:
        place = Source(STDIN_NAME, error.text)
        raise InvalidFiles([Diagnostic(error.rule, error.message, error.hint, place, error.span)]) from None
    if not source.text.strip():
        hint = "Look at the command before the pipe: it is to print a collection."
        raise InvalidFiles([Diagnostic("empty", "nothing came from standard input", hint)])
    return source


def _standard_input(context: Context) -> bytes:
    stream = context.stdin
    if stream is None:
        raise UsageError("- reads the collection from standard input, which is closed", PIPE_HINT)
    if stream.isatty():
        raise UsageError("- reads the collection from standard input, which is the terminal", PIPE_HINT)
    try:
        return stream.read(MAX_TEXT + 1) or b""
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error_text(error)}", PIPE_HINT) from None
