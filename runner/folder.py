"""Where the files are that a collection may name: paths start in its folder and stay below a root, links followed."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from runner.disk import dead_link, is_file, is_folder, read_up_to
from runner.source import Span

LEAVES: Final = "{} leaves the collection's folder"
NEARLY: Final = 0.85
MOST_NEIGHBOURS: Final = 1000
STAYS: Final = "Paths stay below that folder: move or copy the file there, or say with --root DIR how far they may go."


class FileProblem(Exception):
    """A file that cannot be used: why, and how to mend it; where, and the file's text as far as it can be shown."""

    def __init__(self, rule: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint
        self.span = Span(1, 1, 1, 1)
        self.text = ""


class Folder(NamedTuple):
    """``path`` is where relative paths start, ``root`` what they stay below, without links; ``chosen`` tells that
    somebody said so. Else it is the folder itself. With ``makes_schemas`` a schema that is not there is about to be
    written."""

    path: Path
    root: Path
    chosen: bool = False
    makes_schemas: bool = False

    @classmethod
    def of(cls, path: Path, root: Path | None = None) -> Folder:
        """The folder at ``path``; ``root`` is the one that was chosen. Raises ``FileProblem`` if it is elsewhere."""
        real = Path(os.path.realpath(path))
        if root is None:
            return cls(path, real)
        root = Path(os.path.realpath(root))
        if not real.is_relative_to(root):
            raise FileProblem("outside", f"{path} is not below {root}")
        return cls(path, root, chosen=True)

    def beside(self, file: Path) -> Folder:
        """The folder of a file that was found: its paths start there, and a root that was chosen is its root, too."""
        beside = Folder.of(file.parent, self.root if self.chosen else None)
        return beside._replace(makes_schemas=self.makes_schemas)

    def holds(self, path: Path) -> bool:
        """Whether ``path``, links followed, is below the root, there or not."""
        try:
            return Path(os.path.realpath(path)).is_relative_to(self.root)
        except (OSError, ValueError):  # no name of a file
            return False

    def entry(self, text: str) -> Path:
        """What ``text`` names, links followed, if it is there; raises ``FileProblem``. What is outside is told to be
        there no more than to be missing."""
        if "\0" in text or not text.strip():
            raise FileProblem("path", "this is not a path", "Write the path of a file.")
        try:
            path = (self.path / text).resolve()
        except (OSError, RuntimeError, UnicodeError) as error:
            raise _unusable(text, error) from None
        if not path.is_relative_to(self.root):
            raise self._outside(text)
        try:
            if path.exists():
                return path
        except OSError as error:
            raise _unusable(text, error) from None
        raise self._missing(text)

    def file(self, text: str) -> Path:
        """The same for a regular file."""
        path = self.entry(text)
        if is_folder(path):
            raise FileProblem("path", f"{text} is a folder, a file is needed", "Add the file's name.")
        if not is_file(path):
            raise self._missing(text)
        return path

    def read(self, path: Path, limit: int) -> bytes:
        """The bytes of a file that was found, cut after ``limit``. Raises ``OSError``, also if something else was put
        in its place since that leads out of here."""
        return read_up_to(path, limit, self.root)

    def _missing(self, text: str) -> FileProblem:
        if link := dead_link(self.path / text):
            return dead_link_problem(self.path / text, text, link)
        near = self._near(text)
        looked = f"Looked for {self.path / text}."
        return FileProblem("missing-file", f"there is no file {text}", f"{near} {looked}" if near else looked)

    def _near(self, text: str) -> str:
        """A file beside the one that is missing, if its name is nearly the same."""
        from difflib import get_close_matches  # noqa: PLC0415  # where a file is missing nothing is in a hurry

        path = Path(os.path.realpath(self.path / text))
        if not text.endswith(path.name) or not path.parent.is_relative_to(self.root):
            return ""
        try:
            there = [one.name for one in islice(path.parent.iterdir(), MOST_NEIGHBOURS)]
        except OSError:
            return ""
        close = get_close_matches(path.name, there, n=1, cutoff=NEARLY)
        return f"Did you mean {text.removesuffix(path.name)}{close[0]}?" if close else ""

    def _outside(self, text: str) -> FileProblem:
        if not self.chosen:
            return FileProblem("outside", LEAVES.format(text), STAYS)
        return FileProblem("outside", f"{text} leaves the folder of --root", f"Paths stay below {self.root}.")


def dead_link_problem(path: Path, name: str, link: str) -> FileProblem:
    """``link`` is what ``dead_link`` says of ``path``."""
    try:
        target = os.readlink(path)  # noqa: PTH115  # as it is written, not as a path
    except OSError:
        target = "another place"
    return FileProblem("missing-file", f"{name} is {link}", f"It points to {target}. Make that file, or the link anew.")


def _unusable(text: str, error: OSError | RuntimeError | UnicodeError) -> FileProblem:
    return FileProblem("path", f"{text[:80]} cannot be used as a path: {error_text(error)}", "Take another name.")


def error_text(error: OSError | RuntimeError | UnicodeError) -> str:
    """What the system says, without numbers and paths."""
    if isinstance(error, UnicodeError):
        return "it holds half a character (a lone surrogate)"
    return (error.strerror or "it cannot be opened") if isinstance(error, OSError) else "its links go in a circle"
