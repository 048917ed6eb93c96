"""Finds the collection files that a path on the command line means."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from runner.errors import NothingToRun
from runner.load.files import FileProblem, read_text_file

ENDINGS = (".yaml", ".yml")
REQUESTS_KEY = re.compile(r"""^(?:["']?requests["']?\s*:|\s*\{)""", re.MULTILINE)
LEFT_OUT = frozenset({"node_modules", "__pycache__", "venv"})


def discover(paths: Iterable[str], working: Path) -> list[tuple[Path, str]]:
    """Each collection once, with the name by which the user knows it; raises ``NothingToRun``."""
    found: dict[Path, str] = {}
    for text in paths:
        path = working / text
        if path.is_dir():
            files = list(_collections(path))
            if not files:
                hint = "A collection is a file that ends in .yaml or .yml and has requests: at its top."
                raise NothingToRun(f"there is no collection in {text}", hint)
            for file in files:
                found.setdefault(file, str(Path(text) / file.relative_to(path)))
        elif path.exists():
            found.setdefault(path, text)
        else:
            raise NothingToRun(f"there is no file {text}", f"Looked for {path}.")
    return list(found.items())


def _collections(folder: Path) -> Iterator[Path]:
    """The files below ``folder`` with a ``requests`` key at the top, readable or not, in the order of their paths."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in LEFT_OUT)
        for name in sorted(files):
            path = Path(place, name)
            if name.endswith(ENDINGS) and not name.startswith(".") and _is_collection(path):
                yield path


def _is_collection(path: Path) -> bool:
    try:
        return REQUESTS_KEY.search(read_text_file(path, path.name)) is not None
    except FileProblem:
        return True
