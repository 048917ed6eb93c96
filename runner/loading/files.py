"""The files beside a collection: found by relative paths that stay inside its folder."""

from __future__ import annotations

from pathlib import Path

from runner.disk import read_up_to
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Source, Span
from runner.units import format_size

MAX_TEXT = 50_000_000
MAX_LINES = 1_000_000
MAX_SHOWN = 1_000_000
"""Bytes of a file of which a line is shown that is no text: each may become four characters."""
MARKS = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class FileProblem(Exception):
    """A file that cannot be used: why, and how to mend it; where, and the file's text as far as it can be shown."""

    def __init__(self, rule: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint
        self.span = Span(1, 1, 1, 1)
        self.text = ""


def inside(folder: Path, text: str) -> Path:
    """The file ``text`` names, relative to ``folder``; raises ``FileProblem`` if it is outside or no file."""
    if "\0" in text or not text.strip():
        raise FileProblem("path", "this is not a path", "Write the path of a file.")
    try:
        root = folder.resolve()
        path = (root / text).resolve()
        if not path.is_relative_to(root):
            hint = "Paths are relative to the collection and stay below its folder: move or copy the file there."
            raise FileProblem("outside", f"{text} leaves the collection's folder", hint)
        if path.is_dir():
            raise FileProblem("path", f"{text} is a folder, a file is needed", "Add the file's name.")
        if not path.is_file():
            raise FileProblem("missing-file", f"there is no file {text}", f"Looked for {folder / text}.")
    except (OSError, RuntimeError, UnicodeError) as error:
        raise FileProblem(
            "path", f"{text[:80]} cannot be used as a path: {error_text(error)}", "Take another name."
        ) from None
    return path


def read_bytes_file(path: Path, name: str, limit: int) -> bytes:
    """A file's bytes, at most ``limit``; raises ``FileProblem``."""
    try:
        if path.stat().st_size > limit:
            raise too_large(name, limit)
        data = read_up_to(path, limit + 1)
    except OSError as error:
        raise FileProblem(
            "unreadable", f"{name} cannot be read: {error_text(error)}", "Look at its permissions."
        ) from None
    if len(data) > limit:
        raise too_large(name, limit)
    return data


def too_large(name: str, limit: int) -> FileProblem:
    return FileProblem("too-large", f"{name} is larger than {format_size(limit)}", "Take a smaller one.")


def read_text_file(path: Path, name: str) -> str:
    """A file's text; raises ``FileProblem``."""
    return _decoded(read_bytes_file(path, name, MAX_TEXT), name)


def _decoded(data: bytes, name: str) -> str:
    if max(data.count(b"\n"), data.count(b"\r")) > MAX_LINES:
        raise FileProblem("too-large", f"{name} has more than {MAX_LINES:,} lines", "Divide it into several files.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _undecodable(error, name) from None


def decode_source(data: bytes, name: str) -> Source:
    """What is in no file as a ``Source``; raises ``FileProblem``."""
    return Source(name, _decoded(data, name))


def _undecodable(error: UnicodeDecodeError, name: str) -> FileProblem:
    """Where the first byte stands that is no UTF-8. The bytes are shown as escapes."""
    data = error.object
    shown = data[: error.start].decode("utf-8", "replace")
    line, column = shown.count("\n") + 1, len(shown) - (shown.rfind("\n") + 1) + 1
    other = next((name for mark, name in MARKS if data.startswith(mark)), "")
    what = f"it is {other}" if other else f"the byte at line {line}, column {column} cannot be read"
    problem = FileProblem("encoding", f"{name} is not UTF-8 text: {what}", "Save it as UTF-8.")
    if not other and len(data) <= MAX_SHOWN:
        problem.text = data.decode("utf-8", "backslashreplace")
        problem.span = Span(line, column, line, column + 4)
    return problem


def read_source(path: Path, name: str) -> Source:
    """The same as a ``Source``."""
    return Source(name, read_text_file(path, name), path)


def shown(path: Path, collection: Source) -> str:
    """A file's name as it would be typed where the collection's was."""
    if collection.path is None:
        return str(path)
    folder = collection.path.parent.resolve()
    prefix = collection.name[: len(collection.name) - len(collection.path.name)]
    return prefix + str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def check_file(node: Node, folder: Path, problems: Problems) -> Path | None:
    """The file that a node without placeholders names; a problem at the node if there is none."""
    if node.templated:
        return None
    if node.kind != "scalar" or not isinstance(node.value, str):
        problems.error("kind", node, f"a path is text, this is {node.type_name}", "Write the path of a file.")
        return None
    try:
        return inside(folder, node.value)
    except FileProblem as error:
        problems.error(error.rule, node, error.message, error.hint)
        return None


def error_text(error: OSError | RuntimeError | UnicodeError) -> str:
    """What the system says, without numbers and paths."""
    if isinstance(error, UnicodeError):
        return "it holds half a character (a lone surrogate)"
    return (error.strerror or "it cannot be opened") if isinstance(error, OSError) else "its links go in a circle"
