"""What the answers of a run teach: one change for each file, in the order in which requests stand."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from runner import strict_json
from runner.folder import FileProblem, Folder
from runner.learning.examples import example_of, headers_looked_at
from runner.learning.in_collection import CollectionChanges, key_of
from runner.learning.lesson import Change, Unlearnable
from runner.learning.masking import Masker
from runner.learning.schema_files import updated_file
from runner.loading.files import shown
from runner.loading.schemas import ENDINGS
from runner.messages import Response
from runner.model import Collection, RequestSpec
from runner.node import Node, Plain
from runner.redact import Redactor
from runner.source import Source


class Taught(NamedTuple):
    """A response that is good to learn from. ``schemas`` are those that the request names, each as it is written and
    with its placeholders filled."""

    spec: RequestSpec
    name: str
    collection: Collection
    response: Response
    schemas: Sequence[tuple[Node, Plain]] = ()


class Refused(NamedTuple):
    """What is not written, and why. ``fails`` says that an answer was not held against its schema for it."""

    what: str
    why: str
    fails: bool


class _Schema(NamedTuple):
    """A schema with the answers for it: in a file at ``path``, or at ``node``."""

    name: str
    node: Node
    path: Path | None
    folder: Folder
    documents: dict[str, Plain]


class _Shown(NamedTuple):
    """What a request answered first, and how many answers were others."""

    taught: Taught
    bodies: set[bytes]


class Lessons:
    """Collects responses; what comes of them is worked out when all are there, and every secret is known."""

    def __init__(self, redactor: Redactor, *, examples: bool) -> None:
        self._masker = Masker(redactor)
        self._takes_examples = examples
        self._schemas: dict[object, _Schema] = {}
        self._examples: dict[object, _Shown] = {}
        self._files: dict[str, CollectionChanges] = {}
        self.refused: list[Refused] = []
        self.notes: list[str] = []

    def take(self, taught: Taught) -> None:
        """Learn from a response; called in the order of the file."""
        for node, filled in taught.schemas:
            self._take_schema(taught, node, filled)
        if self._takes_examples:
            node = taught.spec.node
            key = (key_of(node.source), node.line, node.column)
            self._examples.setdefault(key, _Shown(taught, set())).bodies.add(taught.response.body)

    def refuse(self, what: str, why: str, *, fails: bool) -> None:
        """Tell that something is not learnt."""
        refused = Refused(what, why, fails)
        if refused not in self.refused:
            self.refused.append(refused)

    def _take_schema(self, taught: Taught, node: Node, filled: Plain) -> None:
        document = taught.response.document
        if document.error:
            self.refuse(f'the schema of "{taught.name}"', f"the answer is not JSON: {document.error}", fails=True)
            return
        folder = taught.collection.folder
        try:
            path = _file(str(filled), folder) if node.kind == "scalar" else None
        except FileProblem as error:
            self.refuse(f'the schema of "{taught.name}"', error.message, fails=True)
            return
        source = taught.collection.source
        name = shown(path, source) if path is not None else f"{node.source.name}:{node.line}"
        key = os.path.realpath(path) if path is not None else (key_of(node.source), node.line, node.column)
        found = self._schemas.setdefault(key, _Schema(name, node, path, folder, {}))
        found.documents[strict_json.dumps(document.value)] = document.value

    def changes(self) -> list[Change]:
        """What is to be written: schema files first, as collections name them."""
        made = list(self._schema_files())
        written_here = [one for one in self._schemas.values() if one.path is None]
        for one in written_here:
            with self._trying(f"the schema at {one.name}", fails=True):
                file = self._file(one.node.source)
                file.widen(one.node, list(one.documents.values()), one.folder, self._masker)
        for shown_first in self._examples.values():
            with self._trying(f'the answer of "{shown_first.taught.name}"'):
                self._example(shown_first)
        for file in self._files.values():
            with self._trying(file.name, fails=bool(written_here)):
                change = file.change()
                made += [change] if change is not None else []
        if self._masker.count and made:
            self.notes.append(f"Masked in examples: {self._masker.count} secret value{'s' * (self._masker.count > 1)}.")
        return made

    def _schema_files(self) -> Iterator[Change]:
        for one in self._schemas.values():
            if one.path is None:
                continue
            change: Change | None = None
            with self._trying(one.name, fails=True):
                change = updated_file(one.path, list(one.documents.values()), one.folder, self._masker)
            if change is not None:
                count = len(one.documents)
                notes = change.notes or (f"made of {count} answer{'s' * (count > 1)}",)
                yield change._replace(name=one.name, notes=notes)

    def _example(self, found: _Shown) -> None:
        taught = found.taught
        wanted = {*headers_looked_at(taught.spec), *_written_headers(taught.spec)}
        example = example_of(taught.response, wanted, self._masker)
        file = self._file(taught.spec.node.source)
        file.add_example(taught.spec.node, str(taught.spec.name.value), example, taught.collection.folder)
        if len(found.bodies) > 1:
            self.notes.append(f'"{taught.name}" had {len(found.bodies)} different answers: its example is the first.')

    def _file(self, source: Source) -> CollectionChanges:
        if source.path is None:
            raise Unlearnable("it came from standard input")
        key = key_of(source)
        if key not in self._files:
            self._files[key] = CollectionChanges(source, Path(key))
        return self._files[key]

    @contextmanager
    def _trying(self, what: str, *, fails: bool = False) -> Iterator[None]:
        try:
            yield
        except Unlearnable as error:
            self.refuse(what, str(error), fails=fails)


def _written_headers(spec: RequestSpec) -> set[str]:
    """The headers that its examples have: somebody found them worth writing."""
    return {str(name.value).lower() for one in spec.examples for name, _ in one.headers}


def _file(text: str, folder: Folder) -> Path:
    """The file that a request names, there or not; raises ``FileProblem``."""
    path = folder.path / text
    if "\0" in text or path.suffix.lower() not in ENDINGS:
        raise FileProblem("path", f'"{text[:80]}" is no name of a schema file: it ends in {" or ".join(ENDINGS)}')
    if not folder.holds(path):
        raise FileProblem("outside", f"{text} leaves the folder in which files may be")
    return Path(os.path.realpath(path))
