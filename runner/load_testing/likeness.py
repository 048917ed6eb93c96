"""Whether a worker has what its master has: else what it measures would count under names of other requests, or under
none, or would be that of other requests, rows and files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from runner import __version__
from runner.cli.named import named_files
from runner.cli.watching.changes import SAYS_NOTHING
from runner.engine.job import Job, Planned
from runner.load_testing.files import LoadFile
from runner.model import Collection, Row
from runner.report.style import printable
from runner.variables.scope import Variables

HERE: Final = "collection_runner_here"
"""The message of a worker that has come: what it has."""
REFUSED: Final = "collection_runner_refused"
"""The answer to one that has something else, with the reason."""
OWN: Final = frozenset({"ca", "cert", "key"})
"""Files that each machine may have for itself."""
MOST_PLANNED: Final = 100
"""Data rows of which it is looked up what each of them sends: to plan one takes long. All of them are compared."""


def likeness(files: Sequence[LoadFile]) -> dict[str, object]:
    """What has to be the same, as plain values: the version, and of each file under its name the text, the requests
    that were selected, the data rows and the files that they name. Digests alone: values may be secret."""
    found: dict[str, object] = {"version": __version__}
    found["files"] = {_name(file): _digest(_texts(file.collection)) for file in files}
    found["plans"] = {_name(file): _planned(file) for file in files}
    return found


def unlike(mine: Mapping[str, object], told: object) -> str:
    """In which way a worker, which told this, is not like its master; empty if it is."""
    theirs = _mapping(told)
    if theirs.get("version") != mine["version"]:
        return (
            f"it is version {printable(str(theirs.get('version', '?')))} of the program, the master is {__version__}."
        )
    own, other = mine["files"], theirs.get("files")
    if not isinstance(own, dict) or not isinstance(other, dict) or list(own) != list(other):
        return f"it runs {_names(other)}, the master {_names(own)}."
    changed = next((name for name in own if own[name] != other[name]), "")
    if changed:
        return f"{changed}, or a file that it includes, is not the same there."
    plans = _mapping(theirs.get("plans"))
    differences = (_unlike(name, _mapping(plan), plans.get(name)) for name, plan in _mapping(mine["plans"]).items())
    return next(filter(None, differences), "")


def _unlike(name: str, mine: Mapping[str, object], told: object) -> str:
    """In which way what is planned of one file is not the same."""
    theirs = _mapping(told)
    if mine["rows"] != theirs.get("rows"):
        counts = f"{printable(str(theirs.get('row_count', '?')))} there, {mine['row_count']} here"
        return f"the data rows of {name} are not the same ({counts})."
    if mine["requests"] != theirs.get("requests"):
        counts = f"{printable(str(theirs.get('count', '?')))} there, {mine['count']} here"
        return f"other requests of {name} are selected ({counts}); give it the same -k and --tag."
    own, other = _mapping(mine["named"]), _mapping(theirs.get("named"))
    changed = next((one for one in sorted({*own, *other}) if own.get(one) != other.get(one)), "")
    return f"{printable(changed)}, which {name} names, is not the same there." if changed else ""


def _planned(file: LoadFile) -> dict[str, object]:
    """What is planned of one file."""
    names: dict[str, object] = {}
    rows: list[object] = []
    found: dict[str, str] = {}
    for job in file.jobs(MOST_PLANNED):
        for planned in job.requests:
            names[planned.name] = [planned.phase, _rows(planned.spec.rows, planned.scope.variables)]
            for path in _files_of(planned):
                found.setdefault(_place(path, job), path)
        rows = _rows(file.rows, job.scope.variables)
    return {
        "requests": _digest([json.dumps(names, default=str)]),
        "count": len(names),
        "rows": _digest([json.dumps(rows, default=str)]),
        "row_count": len(file.rows),
        "named": {place: _digest_of_file(path) for place, path in found.items()},
    }


def _rows(rows: Sequence[Row], variables: Variables) -> list[object]:
    """What they say, secrets left out: those may be each machine's own."""
    return [
        [row.number, row.place, [[name, value] for name, value in row.values.items() if not variables.is_secret(name)]]
        for row in rows
    ]


def _files_of(planned: Planned) -> Iterator[str]:
    spec, folder = planned.spec, planned.scope.collection.folder
    items = [pair for pair in spec.node.items if pair[0].value not in SAYS_NOTHING]
    for key, path in named_files(spec.node.with_items(items), folder, planned.scope.variables.render_text):
        if key not in OWN:
            yield path


def _place(path: str, job: Job) -> str:
    """The same on all machines."""
    return os.path.relpath(path, job.collection.folder.path).replace("\\", "/")


def _digest_of_file(path: str) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def _name(file: LoadFile) -> str:
    """As statistics and Locust's classes have it: of one file the folder does not matter."""
    return file.title or file.collection.source.name.replace("\\", "/").rpartition("/")[2]


def _names(files: object) -> str:
    return ", ".join(printable(str(name)) for name in files) if isinstance(files, dict) else "nothing"


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _digest(texts: Iterator[str] | Sequence[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update("\n".join(text.splitlines()).encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()


def _texts(collection: Collection) -> Iterator[str]:
    yield collection.source.text
    for include in collection.includes:
        yield from _texts(include.collection)
