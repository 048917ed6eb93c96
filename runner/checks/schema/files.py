"""Schema files: read from inside one folder only, never from the network."""

from __future__ import annotations

from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from urllib.request import url2pathname

from runner import strict_json
from runner.folder import Folder
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.node import Plain
from runner.source import Source

MAX_SIZE: Final = 10_000_000


class SchemaFault(Exception):
    """A schema cannot be used; the message says which and why."""


def inside(path: Path, folder: Folder) -> Path:
    """``path`` with links followed, if it is where files of ``folder`` may be."""
    try:
        resolved = path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise SchemaFault(f'the schema "{path.name}" cannot be used as a path') from None
    if not resolved.is_relative_to(folder.root):
        of = "--root" if folder.chosen else "the collection"
        raise SchemaFault(f'the schema "{path.name}" is outside the folder of {of}')
    return resolved


def path_of(uri: str, folder: Folder) -> Path:
    """The file that a reference leads to."""
    parts = urlsplit(uri)
    if parts.scheme != "file":
        raise SchemaFault(f'"{uri}" is not in the collection\'s folder, and schemas are never fetched from the network')
    return inside(Path(url2pathname(parts.path)), folder)


def read_schema(path: Path, folder: Folder) -> Plain:
    """What a schema file holds, JSON or YAML; raises ``SchemaFault``."""
    try:
        data = folder.read(path, MAX_SIZE + 1)
    except OSError as error:
        raise SchemaFault(f'the schema "{path.name}" cannot be read: {(error.strerror or "").lower()}') from None
    if len(data) > MAX_SIZE:
        raise SchemaFault(f'the schema "{path.name}" is larger than {MAX_SIZE // 1_000_000} MB')
    if path.suffix.lower() == ".json":
        return _read_json(path, data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SchemaFault(f'the schema "{path.name}" is not UTF-8') from None
    problems = Problems()
    node = read_document(Source(path.name, text, path), problems)
    if node is None or problems.count:
        first = problems.of("error")[:1]
        reason = f"{first[0].message} ({first[0].location})" if first else "it is empty"
        raise SchemaFault(f'the schema "{path.name}" cannot be read: {reason}')
    return node.plain()


def _read_json(path: Path, data: bytes) -> Plain:
    parsed = strict_json.parse(data)
    if parsed.error:
        raise SchemaFault(f'the schema "{path.name}" is not JSON: {parsed.error}')
    return parsed.value
