"""``--last-failed``: narrows a run to what is remembered as failed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from runner.cli.context import Context
from runner.cli.running.memory import Failure, memory_of
from runner.cli.targets import Target
from runner.errors import NothingToRun, UsageError
from runner.model import Collection, RequestSpec
from runner.redact import MASK
from runner.source import Diagnostic

MOST_NAMED = 3
NO_FOLDER_HINT = "Set XDG_CACHE_HOME, or HOME, to a folder that can be written to."


class Recall:
    """What failed before, and how much of it is found again."""

    def __init__(self, context: Context, *, mock: bool) -> None:
        memory = memory_of(context, mock=mock)
        if memory is None:
            raise NothingToRun("--last-failed: there is no cache folder in which runs are remembered", NO_FOLDER_HINT)
        self._files = memory.recall()
        self._with = " with --mock" if mock else ""
        self._found: dict[str, set[Failure]] = {}
        self._left_out: list[str] = []

    def narrow(self, targets: list[Target]) -> list[Target]:
        """The files with a failure; raises ``NothingToRun`` if there is none."""
        if any(target.path is None for target in targets):
            raise UsageError("--last-failed and - do not go together", "Standard input is not remembered: name a file.")
        failed = [target for target in targets if self._files.get(self._key(target.path))]
        unknown = [target.name for target in targets if not self._key(target.path)]
        if failed:
            self._left_out = unknown
            return failed
        unfailed = [target.name for target in targets if target.name not in unknown]
        parts = [f"nothing failed in the last run of {_listed(unfailed)}{self._with}"] if unfailed else []
        parts += [f"no run of {_listed(unknown)}{self._with} is remembered"] if unknown else []
        raise NothingToRun(f"--last-failed: {'; '.join(parts)}", "Run without --last-failed." if unknown else "")

    def selected(self, collection: Collection, row: str) -> Callable[[RequestSpec, str], bool]:
        """Whether a request failed with this data row."""
        key = self._key(collection.source.path)
        failures = self._files.get(key, ())
        exact = frozenset(failures)
        masked = [one for one in failures if MASK in one.name or MASK in one.row]

        def failed(_spec: RequestSpec, name: str) -> bool:
            hits = [one for one in (Failure(name, row),) if one in exact]
            hits += [one for one in masked if _fits(one.name, name) and _fits(one.row, row)]
            self._found.setdefault(key, set()).update(hits)
            return bool(hits)

        return failed

    def warnings(self, collections: Sequence[Collection]) -> list[Diagnostic]:
        """What failed and cannot be run again now."""
        found = []
        if self._left_out:
            message = f"no run of {_listed(self._left_out)}{self._with} is remembered, so nothing of it is run now"
            found.append(Diagnostic("last-failed", message, "Run without --last-failed.", severity="warning"))
        for collection in collections:
            lost = self._lost(collection)
            if lost:
                names = _listed([f'"{one.name}" {one.row}'.rstrip() for one in lost])
                message = f"{names} failed in the last run and cannot be found in {collection.source.name} now"
                hint = "Run the whole file, which forgets it."
                found.append(Diagnostic("last-failed", message, hint, severity="warning"))
        return found

    def _lost(self, collection: Collection) -> list[Failure]:
        """Failures that no request was found for, if the file was looked through: one that is skipped is not."""
        key = self._key(collection.source.path)
        return [one for one in self._files.get(key, ()) if key in self._found and one not in self._found[key]]

    def _key(self, path: Path | None) -> str:
        """The name under which a file is remembered, empty if it is not."""
        real = "" if path is None else os.path.realpath(path)
        return real if real in self._files else next((one for one in self._files if _fits(one, real)), "")


def _fits(masked: str, text: str) -> bool:
    """Whether ``text`` may be what was masked: by then more may have been known to be secret than now."""
    return masked == text or (
        MASK in masked and re.fullmatch(".*".join(map(re.escape, masked.split(MASK))), text, re.DOTALL) is not None
    )


def _listed(names: Iterable[str]) -> str:
    shown = list(names)
    more = len(shown) - MOST_NAMED
    return ", ".join(shown) if more <= 0 else f"{', '.join(shown[:MOST_NAMED])} and {more} more"
