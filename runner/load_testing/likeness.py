"""Whether a worker has the collections of its master: else what it measures would count under names of other requests,
or under none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from runner import __version__
from runner.load_testing.files import LoadFile
from runner.model import Collection
from runner.report.style import printable

HERE: Final = "collection_runner_here"
"""The message of a worker that has come: what it has."""
REFUSED: Final = "collection_runner_refused"
"""The answer to one that has something else, with the reason."""


def likeness(files: Sequence[LoadFile]) -> dict[str, object]:
    """What has to be the same, as plain values: the version, and the text of each file under its name."""
    return {"version": __version__, "files": {_name(file): _digest(file.collection) for file in files}}


def unlike(mine: Mapping[str, object], told: object) -> str:
    """In which way a worker, which told this, is not like its master; empty if it is."""
    theirs = told if isinstance(told, dict) else {}
    if theirs.get("version") != mine["version"]:
        return (
            f"it is version {printable(str(theirs.get('version', '?')))} of the program, the master is {__version__}."
        )
    own, other = mine["files"], theirs.get("files")
    if not isinstance(own, dict) or not isinstance(other, dict) or list(own) != list(other):
        return f"it runs {_names(other)}, the master {_names(own)}."
    changed = next((name for name in own if own[name] != other[name]), "")
    return f"{changed}, or a file that it includes, is not the same there." if changed else ""


def _name(file: LoadFile) -> str:
    """As statistics and Locust's classes have it: of one file the folder does not matter."""
    return file.title or file.collection.source.name.replace("\\", "/").rpartition("/")[2]


def _names(files: object) -> str:
    return ", ".join(printable(str(name)) for name in files) if isinstance(files, dict) else "nothing"


def _digest(collection: Collection) -> str:
    digest = hashlib.sha256()
    for text in _texts(collection):
        digest.update("\n".join(text.splitlines()).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _texts(collection: Collection) -> Iterator[str]:
    yield collection.source.text
    for include in collection.includes:
        yield from _texts(include.collection)
