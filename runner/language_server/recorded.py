"""What requests were last answered with, by the newest recording beside the collection."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from runner.errors import InvalidFiles
from runner.node import Plain
from runner.recording.reading import last_responses

ENDING: Final = "*.har"
LARGEST: Final = 2_000_000
"""Bytes of a recording that is read while somebody types."""


class Recorded(NamedTuple):
    """Documents of the last answers, by the request's name. ``stamp`` tells the file and its state from others."""

    stamp: tuple[str, int, int] | None = None
    answers: Mapping[str, Plain] = {}


def recorded_beside(folder: Path, before: Recorded) -> Recorded:
    """What the newest recording in the folder holds; ``before`` where it is the same file still."""
    try:
        files = [(path, path.lstat()) for path in folder.glob(ENDING) if path.is_file() and not path.is_symlink()]
    except OSError:
        return Recorded()
    path, state = max(files, key=lambda file: file[1].st_mtime_ns, default=(None, None))
    if path is None or state is None or state.st_size > LARGEST:
        return Recorded()
    stamp = (str(path), state.st_mtime_ns, state.st_size)
    return before if before.stamp == stamp else Recorded(stamp, _answers(path))


def _answers(path: Path) -> Mapping[str, Plain]:
    try:
        found = last_responses(path, path.name)
    except InvalidFiles:
        return {}
    return {name: one.document.value for name, one in found.items() if not one.document.error}
