"""The documents that an editor has open, and what is known of each: read anew in the background after a pause."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from runner.cli.arguments import Inputs
from runner.cli.context import Context
from runner.language_server.analysis import Analysis, Asked, analyse
from runner.language_server.texts import split
from runner.loading.collection import TOP_KEYS
from runner.loading.discover import IN_BRACES, REQUESTS_KEY
from runner.source import Source

PAUSE: Final = 0.25
"""Seconds without a keystroke after which a document is read anew."""


PATIENCE: Final = 2.0
"""Seconds that a completion waits for a document that was just opened."""
QUIET: Final = 3.0
"""Seconds after a document was read in which nothing else was, until memory is looked through for what nobody uses."""


class Document:
    """One open document. ``known`` may be of an earlier version."""

    __slots__ = (
        "_lines",
        "is_collection",
        "known",
        "outcomes",
        "path",
        "read",
        "task",
        "text",
        "timer",
        "uri",
        "version",
    )

    def __init__(self, uri: str, path: Path | None) -> None:
        self.uri = uri
        self.path = path
        self.text = ""
        self.version = 0
        self.is_collection = False
        self.known: Analysis | None = None
        self.read = -1
        """How many changes there were before what is known."""
        self.task: asyncio.Task[None] | None = None
        self.timer: asyncio.TimerHandle | None = None
        self.outcomes: dict[str, str] = {}
        """By the names of requests how their last run ended."""
        self._lines: list[str] | None = None

    def change(self, text: str) -> None:
        self.text = text.removeprefix("\ufeff")
        self.version += 1
        self._lines = None
        self.is_collection = self.is_collection or is_collection(text)

    @property
    def lines(self) -> list[str]:
        if self._lines is None:
            self._lines = split(self.text)
        return self._lines

    @property
    def may_become_one(self) -> bool:
        """Whether it is a collection, or as yet nothing but comments and what stands in one above its requests."""
        return self.is_collection or all(map(_may_be_of_one, self.lines[:1000]))


def _may_be_of_one(line: str) -> bool:
    """Whether a line begins no key at the top but those of a collection, which may be half written."""
    if not line.strip() or line[0] in " #" or line.startswith("---"):
        return True
    word, colon, _ = line.partition(":")
    return word.strip() in TOP_KEYS or (not colon and any(key.startswith(word) for key in TOP_KEYS))


def is_collection(text: str) -> bool:
    """Whether it has requests at its top, as what folders are searched for has."""
    return REQUESTS_KEY.search(text) is not None or IN_BRACES.match(text) is not None


class Desk:
    """Keeps documents. ``tell`` is called when something new is known of one, ``fail`` when reading one raised."""

    def __init__(self, inputs: Inputs, context: Context, tell: Callable[[Document], None]) -> None:
        self.inputs = inputs
        self.context = context
        self.pause = PAUSE
        self.folders: list[Path] = []
        self.fail: Callable[[Exception], None] = lambda _: None
        self._tell = tell
        self._documents: dict[str, Document] = {}
        self._tidying: asyncio.TimerHandle | None = None

    def open(self, uri: str, path: Path | None, text: str) -> None:
        """Begin with a document, or take its whole text anew."""
        document = self._documents.setdefault(uri, Document(uri, path))
        document.change(text)
        self._read_later(document, 0)

    def change(self, uri: str, text: str) -> None:
        document = self._documents.get(uri)
        if document is not None:
            document.change(text)
            self._read_later(document, self.pause)

    def close(self, uri: str) -> None:
        document = self._documents.pop(uri, None)
        if document is not None and document.timer is not None:
            document.timer.cancel()

    def get(self, uri: str) -> Document | None:
        return self._documents.get(uri)

    def read_all(self, pause: float = 0) -> None:
        """A file was saved, on which any document may depend."""
        for document in self._documents.values():
            document.version += 1
            self._read_later(document, pause)

    async def first(self, document: Document) -> Analysis | None:
        """What is known, of whatever version; where nothing is known yet it waits, but not for long."""
        if document.known is None and document.is_collection:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._begun(document), PATIENCE)
        return document.known

    async def current(self, document: Document) -> Analysis | None:
        """What is known of the text as it is now."""
        while document.is_collection and document.read < document.version:
            await self._begun(document)
        return document.known

    async def ready(self, uri: str) -> tuple[Document, Analysis] | None:
        """An open document and what is known of its text as it is now; None for what is no collection."""
        document = self._documents.get(uri)
        known = await self.current(document) if document is not None else None
        return None if document is None or known is None else (document, known)

    def working(self, path: Path | None) -> Path:
        """The folder that commands for a document work in: that of the workspace in which it is."""
        around = [one for one in self.folders if path is not None and path.is_relative_to(one)]
        return max(
            around, key=lambda one: len(one.parts), default=self.folders[0] if self.folders else self.context.working
        )

    def asked(self, document: Document) -> Asked:
        """What is asked about a document."""
        path = document.path
        working = self.working(path)
        if path is None:
            name, folder = "untitled", working
        else:
            name = str(path.relative_to(working)) if path.is_relative_to(working) else str(path)
            folder = path.parent
        context = replace(self.context, working=working, stdout=self.context.stderr, stdin=None)
        return Asked(Source(name, document.text, path), folder, self.inputs, context)

    def _tidy_later(self) -> None:
        if self._tidying is not None:
            self._tidying.cancel()
        self._tidying = asyncio.get_running_loop().call_later(QUIET, gc.collect)

    def _read_later(self, document: Document, pause: float) -> None:
        if document.timer is not None:
            document.timer.cancel()
        if document.is_collection:
            document.timer = asyncio.get_running_loop().call_later(pause, self._begin, document)

    def _begin(self, document: Document) -> None:
        if document.task is None or document.task.done():
            document.task = asyncio.get_running_loop().create_task(self._read(document))

    async def _begun(self, document: Document) -> None:
        if document.timer is not None:
            document.timer.cancel()
        self._begin(document)
        if document.task is not None:
            await asyncio.shield(document.task)

    async def _read(self, document: Document) -> None:
        """Read until nothing was typed meanwhile."""
        version = -1
        while version < document.version and self._documents.get(document.uri) is document:
            version = document.version
            try:
                document.known = await asyncio.to_thread(analyse, self.asked(document), document.known)
            except Exception as error:  # noqa: BLE001  # our own fault must not end the editor's help
                self.fail(error)
            document.read = version
        self._tidy_later()
        if self._documents.get(document.uri) is document:
            self._tell(document)
