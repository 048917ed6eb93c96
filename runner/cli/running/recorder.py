"""Listens to a run and remembers what failed in it, for ``--last-failed``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from runner.cli.running.memory import Failure, Files, Memory
from runner.engine.events import Event, FileStarted, RequestFinished, RunFinished, RunStarted
from runner.model import Collection
from runner.results import RequestResult, Status


class Recorder:
    """A listener that hears events as they are and masks what it keeps. ``whole`` says that every request of the files
    is to run: then what was known of them before is forgotten.

    What was skipped because another request failed counts as failed: nobody knows yet whether it would pass. What was
    skipped for a reason of its own does not. What passed with a warning counts as failed if the run is ``strict``.
    """

    def __init__(
        self,
        memory: Memory,
        collections: Iterable[Collection],
        mask: Callable[[str], str],
        *,
        whole: bool,
        strict: bool = False,
    ) -> None:
        self.remembered = False
        self.failed_files: list[str] = []
        self._memory = memory
        self._mask = mask
        self._whole = whole
        self._strict = strict
        self._before = {key: frozenset(failures) for key, failures in memory.known().items()}
        self._keys = {one.source.name: key_of(one, mask) for one in collections}
        self._failed: dict[str, dict[Failure, None]] = {}
        self._mended: dict[str, set[Failure]] = {}
        self._left = 0
        self._file = FileStarted("", "")

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._left = event.requests
            case FileStarted():
                self._file = event
            case RequestFinished():
                self._left -= 1
                self._hear(event.result)
            case RunFinished():
                self.remembered = self._memory.change(self._changed) and all(map(self._keys.get, self.failed_files))
            case _:
                pass

    def _hear(self, result: RequestResult) -> None:
        file, key = self._file.file, self._keys.get(self._file.file, "")
        failed = self._failed.setdefault(key, {})
        doubtful = self._strict and result.warnings
        if result.held_up or doubtful or result.status in (Status.FAIL, Status.ERROR):
            failed[self._failure(result)] = None
            if file not in self.failed_files:
                self.failed_files.append(file)
        elif self._before.get(key) and (failure := self._failure(result)) in self._before[key]:
            self._mended.setdefault(key, set()).add(failure)

    def _failure(self, result: RequestResult) -> Failure:
        return Failure(self._mask(result.name), self._mask(self._file.row))

    def _changed(self, files: Files) -> Files:
        """What is known after the run: of requests that it did not run, what was known before."""
        known = dict(files)
        for key, failed in self._failed.items():
            forgotten = self._mended.get(key, set())
            before = () if self._whole and not self._left else files.get(key, ())
            known[key] = tuple(dict.fromkeys((*(one for one in before if one not in forgotten), *failed)))
        known.pop("", None)
        return known


def key_of(collection: Collection, mask: Callable[[str], str]) -> str:
    """The name under which a collection is remembered; empty for standard input, which cannot be run again."""
    path = collection.source.path
    return "" if path is None else mask(os.path.realpath(path))
