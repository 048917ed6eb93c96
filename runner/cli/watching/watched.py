"""The files that a run reads, looked at again and again: which of them were saved."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.named import files_of_collection
from runner.cli.targets import chosen_root, find_targets
from runner.disk import is_file, is_folder
from runner.errors import RunnerError
from runner.loading.discover import look_through
from runner.variables.environment import search_paths

INTERVAL: Final = 0.25
"""Seconds between two looks."""
SHARE: Final = 50
"""Looking takes no more than one part in so many of the time, however many files there are."""
SETTLE: Final = 0.1
"""For how long nothing must be saved before it is read: programs save in several steps, and several files at once."""
GONE: Final = 0.6
"""For how long a file may be away while it is saved under another name and renamed."""
LONGEST: Final = 2.0
"""What is written all the time is read after so many seconds all the same."""

Stamp: TypeAlias = tuple[int, int, int, int]


class Look(NamedTuple):
    """What was seen at one time, None for what is not there. ``places`` are folders, and files in them that are no
    collections: they tell only that there may be another collection now."""

    files: Mapping[str, Stamp | None]
    places: Mapping[str, Stamp | None]


def stamp_of(path: str) -> Stamp | None:
    """What changes when a file is saved, whichever way."""
    try:
        found = os.stat(path)  # noqa: PTH116  # a thousand times a second
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode


class Watched:
    """The files of one command line. Which they are is worked out anew before each reading (``learn``)."""

    def __init__(self, inputs: Inputs, selection: Selection, context: Context) -> None:
        self._inputs = inputs
        self._context = context
        self._root = chosen_root(inputs.root, context.working)
        options = (*inputs.env_files, inputs.data, selection.ca, selection.cert, selection.key)
        self._options = [str(context.working / name) for name in options if name]
        self._targets: dict[str, tuple[str, ...]] = {}
        """For each path of the command line its collections, as they were last seen."""
        self._named: dict[str, set[str]] = {}
        """What each collection names."""
        self._read_at: dict[str, list[Stamp | None]] = {}
        """The stamps of it and of what it names when that was worked out."""
        self._places: tuple[str, ...] = ()
        self._files: tuple[str, ...] = ()
        self._seen = Look({}, {})

    @property
    def count(self) -> int:
        """How many files there are now."""
        return sum(stamp is not None for stamp in self._seen.files.values())

    def learn(self) -> None:
        """Work out what to look at. What is new is as it is now, what was known is as it was when it was last looked
        at, so that nothing is missed that is saved meanwhile."""
        self._find()
        collections = [path for paths in self._targets.values() for path in paths]
        for path in collections:
            self._read(path)
        folders = sorted({str(Path(one).parent) for one in collections})
        found = [*collections, *self._options, *self._env_files(folders)]
        found += [name for path in collections for name in sorted(self._named.get(path, ()))]
        self._remember(found)

    def also(self, paths: Iterable[str]) -> None:
        """Look at these, too, until the next ``learn``: names that are only known once placeholders are filled."""
        self._remember([*self._files, *paths])

    def _read(self, path: str) -> None:
        """What a collection names, worked out again if that or the collection was saved."""
        before = self._named.get(path, set())
        stamps = [stamp_of(one) for one in (path, *sorted(before))]
        if self._read_at.get(path) == stamps:
            return
        named = files_of_collection(path, self._root)
        if named is not None:
            self._named[path] = named
            self._read_at[path] = [stamps[0], *(stamp_of(one) for one in sorted(named))]

    def _remember(self, found: Iterable[str]) -> None:
        self._files = tuple(dict.fromkeys(map(os.path.normpath, found)))
        before = {**self._seen.places, **self._seen.files}
        files, places = (
            {one: before[one] if one in before else stamp_of(one) for one in paths}
            for paths in (self._files, self._places)
        )
        self._seen = Look(files, places)

    def saved(self, within: float | None = None) -> list[str]:
        """The names of the files that were saved since the last call, or since a file was new; waits for it, for
        ``within`` seconds at most."""
        clock = self._context.clock
        until = None if within is None else clock.monotonic() + within
        while True:
            began = clock.monotonic()
            now = self._look()
            took = clock.monotonic() - began
            if now != self._seen and (names := self._changed(self._settled(now))):
                return names
            if until is not None and clock.monotonic() >= until:
                return []
            clock.sleep(max(INTERVAL, took * SHARE) if until is None else SETTLE)

    def _look(self) -> Look:
        return Look({one: stamp_of(one) for one in self._files}, {one: stamp_of(one) for one in self._places})

    def _settled(self, now: Look) -> Look:
        """What there is once nothing changes any more."""
        clock = self._context.clock
        began = clock.monotonic()
        while clock.monotonic() - began < LONGEST:
            clock.sleep(SETTLE)
            before, now = now, self._look()
            away = any(stamp is None and self._seen.files[path] for path, stamp in now.files.items())
            if now == before and not (away and clock.monotonic() - began < GONE):
                break
        return now

    def _changed(self, now: Look) -> list[str]:
        """The names of what differs. Folders that differ may hold other collections than before."""
        changed = [path for path, stamp in now.files.items() if stamp != self._seen.files[path]]
        others = now.places != self._seen.places
        self._seen = now
        if others:
            before = {path for paths in self._targets.values() for path in paths}
            self._find()
            after = {path for paths in self._targets.values() for path in paths}
            changed += sorted((before ^ after).difference(changed))
        return [self._shown(path) for path in changed]

    def _shown(self, path: str) -> str:
        working = str(self._context.working)
        return os.path.relpath(path, working) if path.startswith(working + os.sep) else path

    def _find(self) -> None:
        """Which collections there are. Of a path that leads nowhere now, those that were there are looked at on."""
        working = self._context.working
        places: list[str] = []
        for text in self._inputs.paths:
            try:
                found = [target.path for target in find_targets([text], working, self._root) if target.path is not None]
                self._targets[text] = tuple(map(str, found))
            except RunnerError:
                self._targets.setdefault(text, (str(working / text),))
            if is_folder(working / text):
                places += _below(working / text)
        collections = {path for paths in self._targets.values() for path in paths}
        self._places = tuple(one for one in dict.fromkeys(places) if one not in collections)

    def _env_files(self, folders: Iterable[str]) -> Iterator[str]:
        """Where env files are looked for, up to the one that is found."""
        if self._inputs.env_files:
            return
        env = self._inputs.env
        for name in [f".env.{env}", ".env"] if env else [".env"]:
            for folder in folders:
                for path in search_paths(name, self._context.working, Path(folder)):
                    yield str(path)
                    if is_file(path):
                        break


def _below(folder: Path) -> Iterator[str]:
    for place, names in look_through(folder):
        yield place
        yield from (os.path.join(place, name) for name in names)  # noqa: PTH118  # paths are texts here
