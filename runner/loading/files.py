"""The text of files: collections, and what they name."""

from __future__ import annotations

import os
from pathlib import Path

from runner.disk import dead_link, read_up_to
from runner.folder import FileProblem, Folder, dead_link_problem, error_text
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Source, Span
from runner.units import format_size

MAX_TEXT = 50_000_000
MAX_LINES = 1_000_000
MAX_SHOWN = 1_000_000
"""Bytes of a file of which a line is shown that is no text: each may become four characters."""
RESAVE = "Save it as UTF-8 in the editor (Save with encoding), or: iconv -f {} -t UTF-8 FILE > NEW."
LOOKED_AT = 4000
LEAST_PAIRS = 4
MARKS = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


def read_bytes_file(path: Path, name: str, limit: int, folder: Folder | None = None) -> bytes:
    """A file's bytes, at most ``limit``; raises ``FileProblem``. ``folder`` is the one in which it was found."""
    try:
        if path.stat().st_size > limit:
            raise too_large(name, limit)
        data = read_up_to(path, limit + 1) if folder is None else folder.read(path, limit + 1)
    except OSError as error:
        if link := dead_link(path):
            raise dead_link_problem(path, name, link) from None
        raise FileProblem(
            "unreadable", f"{name} cannot be read: {error_text(error)}", "Look at its permissions."
        ) from None
    if len(data) > limit:
        raise too_large(name, limit)
    return data


def too_large(name: str, limit: int) -> FileProblem:
    return FileProblem("too-large", f"{name} is larger than {format_size(limit)}", "Take a smaller one.")


def read_text_file(path: Path, name: str, folder: Folder | None = None) -> str:
    """A file's text; raises ``FileProblem``."""
    return _decoded(read_bytes_file(path, name, MAX_TEXT, folder), name)


def _decoded(data: bytes, name: str) -> str:
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        raise FileProblem("too-large", f"{name} has more than {MAX_LINES:,} lines", "Divide it into several files.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _undecodable(error, name) from None
    if other := _without_mark(data):
        raise FileProblem("encoding", f"{name} is not UTF-8 text: it looks like {other}", RESAVE.format(other))
    return text


def _without_mark(data: bytes) -> str:
    """UTF-16 without a mark at its start, as far as it is Latin letters: every second byte is zero."""
    start = data[:LOOKED_AT]
    odd, even = start[1::2].count(0), start[::2].count(0)
    half = len(start) // 2
    if half < LEAST_PAIRS or max(odd, even) * 2 < half or min(odd, even) * 10 > max(odd, even):
        return ""
    return "UTF-16LE" if odd > even else "UTF-16BE"


def decode_source(data: bytes, name: str) -> Source:
    """What is in no file as a ``Source``; raises ``FileProblem``."""
    return Source(name, _decoded(data, name))


def _undecodable(error: UnicodeDecodeError, name: str) -> FileProblem:
    """Where the first byte stands that is no UTF-8. The bytes are shown as escapes."""
    data = error.object
    shown = data[: error.start].decode("utf-8", "replace")
    line, column = shown.count("\n") + 1, len(shown) - (shown.rfind("\n") + 1) + 1
    other = next((name for mark, name in MARKS if data.startswith(mark)), "")
    guess = "" if other else _without_mark(data)
    if guess:
        return FileProblem("encoding", f"{name} is not UTF-8 text: it looks like {guess}", RESAVE.format(guess))
    what = f"it is {other}" if other else f"the byte at line {line}, column {column} cannot be read"
    problem = FileProblem("encoding", f"{name} is not UTF-8 text: {what}", "Save it as UTF-8.")
    if not other and len(data) <= MAX_SHOWN:
        problem.text = data.decode("utf-8", "backslashreplace")
        problem.span = Span(line, column, line, column + 4)
    return problem


def read_source(path: Path, name: str, folder: Folder | None = None) -> Source:
    """The same as a ``Source``."""
    return Source(name, read_text_file(path, name, folder), path)


def shown(path: Path, collection: Source) -> str:
    """A file's name as it would be typed where the collection's was."""
    if collection.path is None:
        return str(path)
    folder = collection.path.parent.resolve()
    prefix = collection.name[: len(collection.name) - len(collection.path.name)]
    if path.is_relative_to(folder):
        return prefix + str(path.relative_to(folder))
    if path.anchor != folder.anchor:
        return str(path)
    name = prefix + os.path.relpath(path, folder)
    return os.path.normpath(name) if folder == collection.path.parent else name  # with links .. leads elsewhere


def check_file(node: Node, folder: Folder, problems: Problems) -> Path | None:
    """The file that a node without placeholders names; a problem at the node if there is none."""
    if node.templated:
        return None
    if node.kind != "scalar" or not isinstance(node.value, str):
        problems.error("kind", node, f"a path is text, this is {node.type_name}", "Write the path of a file.")
        return None
    try:
        return folder.file(node.value)
    except FileProblem as error:
        problems.error(error.rule, node, error.message, error.hint)
        return None
