"""Finds the collection files that a path on the command line means."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NoReturn

from runner.disk import dead_link, exists, is_folder
from runner.errors import InvalidFiles, NothingToRun
from runner.folder import FileProblem, Folder, dead_link_problem, error_text
from runner.loading.files import read_text_file
from runner.source import Diagnostic

ENDINGS = (".yaml", ".yml")
REQUESTS_KEY = re.compile(r"""^["']?requests["']?\s*:""", re.MULTILINE)
IN_BRACES = re.compile(r"""\A(?:\s|#.*+|---)*+\{(?!\{)(?=[\s\S]*?(?<=["'{,\s])requests["']?\s*:)""")
"""A collection all of which stands in braces, as JSON does."""
LEFT_OUT = frozenset({"node_modules", "__pycache__", "venv"})


def discover(paths: Iterable[str], working: Path, root: Path | None = None) -> list[tuple[Path, str]]:
    """Each collection once, with the name by which the user knows it; raises ``NothingToRun``, and ``InvalidFiles`` for
    a link in a folder that leads out of it, of the working directory and of ``root``: nobody asked for that file."""
    found: dict[str, tuple[Path, str]] = {}
    for text in paths:
        path = working / text
        if is_folder(path):
            files = list(_collections(path, (path, working, root or working)))
            if not files:
                hint = "A collection is a file that ends in .yaml or .yml and has requests: at its top."
                raise NothingToRun(f"there is no collection in {text}", hint)
            for file in files:
                found.setdefault(os.path.realpath(file), (file, str(Path(text) / file.relative_to(path))))
        elif exists(path):
            found.setdefault(os.path.realpath(path), (path, text))
        elif link := dead_link(path):
            problem = dead_link_problem(path, text, link)
            raise NothingToRun(problem.message, problem.hint)
        else:
            raise NothingToRun(f"there is no file {text}", f"Looked for {path}.")
    return list(found.values())


def _collections(folder: Path, reach: Iterable[Path]) -> Iterator[Path]:
    """The files below ``folder`` with a ``requests`` key at the top, readable or not, in the order of their paths."""
    for place, names in look_through(folder, _unreadable):
        for name in names:
            path = Path(place, name)
            if path.is_symlink() and not any(Folder.of(one).holds(path) for one in reach):
                raise _link_out(path.relative_to(folder))
            if _is_collection(path):
                yield path


def look_through(
    folder: Path, unreadable: Callable[[OSError], object] | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Each folder in which collections are looked for, with the names of the files in it that may be some."""
    for place, folders, files in os.walk(folder, onerror=unreadable):
        folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in LEFT_OUT)
        yield place, sorted(name for name in files if name.endswith(ENDINGS) and not name.startswith("."))


def _unreadable(error: OSError) -> NoReturn:
    """A folder that is passed over would be tests that are not run."""
    message = f"the folder {error.filename} cannot be read: {error_text(error)}"
    raise InvalidFiles([Diagnostic("unreadable", message, "Look at its permissions.")])


def _link_out(name: Path) -> InvalidFiles:
    message = f"{name} is a link that leads out of the folder"
    hint = "Name the file itself, or say with --root DIR how far links may lead."
    return InvalidFiles([Diagnostic("outside", message, hint)])


def _is_collection(path: Path) -> bool:
    try:
        text = read_text_file(path, path.name)
        return (REQUESTS_KEY.search(text) or IN_BRACES.match(text)) is not None
    except FileProblem:
        return True
