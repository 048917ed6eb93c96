"""What changes in one collection file: examples and schemas that stand in it, written in their places."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Final, TypeAlias, cast

from runner.errors import InvalidFiles
from runner.folder import Folder, error_text
from runner.learning.examples import with_example
from runner.learning.lesson import Change, Unlearnable
from runner.learning.masking import Masker
from runner.learning.schema_files import BOM, widened_schema
from runner.loading.collection import PHASES, Opened, decode_opened
from runner.loading.document import read_document
from runner.loading.files import MAX_TEXT
from runner.loading.problems import Problems
from runner.node import Node, Plain
from runner.source import Source
from runner.writing.formatting import formatted
from runner.writing.order import in_order
from runner.writing.patching import Unpatchable, patched

MOST_NAMED: Final = 10
Place: TypeAlias = tuple[str | int, ...]


class CollectionChanges:
    """Collects what is new in one file, and writes it down as one change."""

    def __init__(self, source: Source, path: Path) -> None:
        self.name = source.name
        self._source = source
        self._path = path
        self._root = read_document(source, Problems())
        self._plain = deepcopy(self._root.plain()) if self._root is not None else None
        self._requests = dict(_requests(self._root)) if self._root is not None else {}
        self._folder: Folder | None = None
        self._examples: list[str] = []
        self._notes: list[str] = []

    def add_example(self, request: Node, name: str, example: Mapping[str, Plain], folder: Folder) -> None:
        """``request`` is where it stands, ``folder`` the one of its collection. Raises ``Unlearnable``."""
        place = self._requests.get((request.line, request.column))
        if place is None:
            raise Unlearnable("it is not found in its file")
        found = cast("dict[str, Plain]", self._value(place))
        known = found.get("examples")
        made, _ = with_example(known if isinstance(known, list) else [], example)
        if made != known:
            found["examples"] = made
            self._examples.append(f'"{name}"')
        self._folder = folder

    def widen(self, node: Node, documents: Sequence[Plain], folder: Folder, masker: Masker) -> None:
        """The schema at ``node``. Raises ``Unlearnable``."""
        place = next(_places(self._root, node), None) if self._root is not None else None
        if not place:
            raise Unlearnable("it is not found in its file")
        made = widened_schema(self._value(place), documents, folder, masker)
        outer = self._value(place[:-1])
        outer[place[-1]] = made.schema  # type: ignore[index]  # the place was found in it
        self._notes += made.notes

    def change(self) -> Change | None:
        """The file as it is to be, None if it is as it is; raises ``Unlearnable``."""
        try:
            before = self._path.read_bytes()
            text = before.decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            why = error_text(error) if isinstance(error, OSError) else "it is no text any more"
            raise Unlearnable(f"it cannot be read: {why}") from None
        if text != self._source.text:
            raise Unlearnable("it was saved while the run went on: run it again")
        try:
            new = patched(text, in_order(self._plain))
        except Unpatchable as error:
            raise Unlearnable(f"{error}") from None
        if new == text:
            return None
        if formatted(text) == text:
            new = formatted(new)
        self._check(new)
        told = [_told(self._examples)] if self._examples else []
        start = BOM if before.startswith(BOM) else b""
        return Change(self._path, self._source.name, before, start + new.encode(), (*told, *self._notes))

    def _check(self, text: str) -> None:
        """What is written loads as what was there did."""
        if self._folder is None:
            return
        if len(text.encode()) > MAX_TEXT:
            raise Unlearnable("it would be larger than a collection may be")
        folder = self._folder._replace(makes_schemas=True)
        try:
            decode_opened(Source(self._source.name, text, self._path), Opened(folder, (self._path,), []))
        except InvalidFiles as error:
            raise Unlearnable(f"it would not load any more: {error.diagnostics[0].message}") from None

    def _value(self, place: Place) -> Plain:
        value = self._plain
        for one in place:
            value = value[one]  # type: ignore[index]  # the place was found in it
        return value


def _told(names: Sequence[str]) -> str:
    rest = len(names) - MOST_NAMED
    more = f" and {rest} more" if rest > 0 else ""
    return f"example{'s' * (len(names) > 1)} of {', '.join(names[:MOST_NAMED])}{more}"


def _requests(root: Node) -> Iterator[tuple[tuple[int, int], Place]]:
    """Where each request and each turn begins, and its place."""
    for phase in PHASES:
        listed = root.get(phase)
        for at, element in enumerate(listed.elements if listed is not None else ()):
            yield (element.line, element.column), (phase, at)
            turns = element.get("turns")
            for turn, said in enumerate(turns.elements if turns is not None else ()):
                yield (said.line, said.column), (phase, at, "turns", turn)


def _is_at(one: Node, other: Node) -> bool:
    return one.kind == other.kind and (one.line, one.column) == (other.line, other.column)


def _places(node: Node, wanted: Node) -> Iterator[Place]:
    """Where in a document a value stands."""
    if _is_at(node, wanted):
        yield ()
    for key, value in node.items:
        for place in _places(value, wanted):
            yield str(key.value), *place
    for at, element in enumerate(node.elements):
        for place in _places(element, wanted):
            yield at, *place


def key_of(source: Source) -> str:
    """The file that a source is of, whatever it was called."""
    return "" if source.path is None else os.path.realpath(source.path)
