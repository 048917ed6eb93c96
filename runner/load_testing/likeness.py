"""Whether a worker has what its master has: else what it measures would count under names of other requests, or under
none, or would be that of other requests, rows and files."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from runner import __version__
from runner.cli.named import named_files
from runner.cli.watching.changes import SAYS_NOTHING
from runner.engine.job import Job, Planned
from runner.load_testing.files import LoadFile
from runner.load_testing.values import Values, fingerprints, unlike_values, values_of
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


class Likeness(NamedTuple):
    """What has to be the same, each under the names of files: their text, what is planned of them (the requests that
    were selected, the data rows, the files that they name) and the values of variables."""

    files: Mapping[str, str]
    plans: Mapping[str, Mapping[str, object]]
    values: Mapping[str, Values]

    def told(self, key: str) -> dict[str, object]:
        """As plain values, to be sent. Digests alone: values may be secret. ``key`` makes those of variables others
        each time."""
        values = {name: fingerprints(one, key) for name, one in self.values.items()}
        return {
            "version": __version__,
            "files": dict(self.files),
            "plans": dict(self.plans),
            "values": values,
            "key": key,
        }


def likeness(files: Sequence[LoadFile]) -> Likeness:
    """Of these files."""
    plans = {_name(file): _planned(file) for file in files}
    return Likeness(
        {_name(file): _digest(_texts(file.collection)) for file in files},
        {name: plan for name, (plan, _) in plans.items()},
        {name: values for name, (_, values) in plans.items()},
    )


def unlike(mine: Likeness, told: object) -> str:
    """In which way a worker, which told this, is not like its master; empty if it is."""
    theirs = _mapping(told)
    if theirs.get("version") != __version__:
        return (
            f"it is version {printable(str(theirs.get('version', '?')))} of the program, the master is {__version__}."
        )
    own, other = mine.files, theirs.get("files")
    if not isinstance(other, dict) or list(own) != list(other):
        return f"it runs {_names(other)}, the master {_names(own)}."
    changed = next((name for name in own if own[name] != other[name]), "")
    if changed:
        return f"{changed}, or a file that it includes, is not the same on both."
    plans, values = _mapping(theirs.get("plans")), _mapping(theirs.get("values"))
    differences = (_unlike(name, plan, plans.get(name)) for name, plan in mine.plans.items())
    found = next(filter(None, differences), "")
    if found:
        return found
    for name, one in mine.values.items():
        found = unlike_values(one, _mapping(values.get(name)), str(theirs.get("key")))
        if found:
            return f"variables of {name} have other values on the worker: {found}. Only secrets may differ."
    return ""


def _unlike(name: str, mine: Mapping[str, object], told: object) -> str:
    """In which way what is planned of one file is not the same."""
    theirs = _mapping(told)
    if mine["rows"] != theirs.get("rows"):
        counts = _counts(theirs.get("row_count"), mine["row_count"])
        return f"the data rows of {name} are not the same ({counts})."
    if mine["requests"] != theirs.get("requests"):
        counts = _counts(theirs.get("count"), mine["count"])
        return f"other requests of {name} are selected ({counts}); give it the same -k and --tag."
    own, other = _mapping(mine["named"]), _mapping(theirs.get("named"))
    changed = next((one for one in sorted({*own, *other}) if own.get(one) != other.get(one)), "")
    return f"{printable(changed)}, which {name} names, is not the same on both." if changed else ""


def _counts(theirs: object, mine: object) -> str:
    return f"{printable(str('?' if theirs is None else theirs))} on the worker, {mine} on the master"


def _planned(file: LoadFile) -> tuple[dict[str, object], Values]:
    """What is planned of one file, and with which values."""
    names: dict[str, object] = {}
    planned_of_all: list[Planned] = []
    rows: list[object] = []
    found: dict[str, str] = {}
    for job in file.jobs(MOST_PLANNED):
        planned_of_all += job.requests
        for planned in job.requests:
            names[planned.name] = [planned.phase, _rows(planned.spec.rows, planned.scope.variables)]
            for path in _files_of(planned):
                found.setdefault(_place(path, job), path)
        rows = _rows(file.rows, job.scope.variables)
    plan: dict[str, object] = {
        "requests": _digest([json.dumps(names, default=str)]),
        "count": len(names),
        "rows": _digest([json.dumps(rows, default=str)]),
        "row_count": len(file.rows),
        "named": {place: _digest_of_file(path) for place, path in found.items()},
    }
    return plan, values_of(planned_of_all)


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
