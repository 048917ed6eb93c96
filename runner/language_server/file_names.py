"""Names of files that a collection may name, one folder at a time and never from outside of its root."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from runner.folder import FileProblem, Folder
from runner.loading.discover import LEFT_OUT

MOST: Final = 500
ENDINGS: Final[dict[str, tuple[str, ...]]] = {
    "include": (".yaml", ".yml"),
    "schema": (".json", ".yaml", ".yml"),
    "data": (".csv", ".json", ".jsonl"),
    "ca": (".pem", ".crt", ".cer"),
    "cert": (".pem", ".crt", ".cer"),
    "key": (".pem", ".key"),
    "file": (),
}
"""By the key that names a file."""


def names(written: str, folder: Folder, endings: Sequence[str]) -> list[str]:
    """The paths that begin with the folders of what is ``written``; those of folders end in a slash."""
    begin = written[: written.rfind("/") + 1]
    try:
        place = folder.entry(begin or ".")
        entries = sorted(os.scandir(place), key=lambda one: one.name)[:MOST]
    except (FileProblem, OSError):
        return []
    found: list[str] = []
    for entry in entries:
        if entry.name.startswith(".") or entry.name in LEFT_OUT or not folder.holds(Path(entry.path)):
            continue
        if entry.is_dir():
            found.append(f"{begin}{entry.name}/")
        elif not endings or entry.name.lower().endswith(tuple(endings)):
            found.append(begin + entry.name)
    return found
