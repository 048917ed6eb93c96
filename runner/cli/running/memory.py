"""What failed in the last runs of a working directory: one small file in the user's cache folder, written whole or
not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from runner.cli.context import Context
from runner.disk import exists, is_file, is_folder, read_up_to, write_whole
from runner.errors import NothingToRun
from runner.folder import error_text

FORMAT: Final = 1
LARGEST: Final = 50_000_000
BROKEN_HINT: Final = "A run without --last-failed writes it anew."
Kind = Literal["live", "mock"]


class Failure(NamedTuple):
    """A request that failed, and the data row that it ran with; secrets are masked."""

    name: str
    row: str = ""


Files: TypeAlias = Mapping[str, tuple[Failure, ...]]
"""By the real path of each collection that was run; nothing failed in those without a failure."""


class Memory(NamedTuple):
    """The file for one working directory. Runs against the mock server are kept apart from the others."""

    path: Path
    folder: str
    kind: Kind

    def recall(self) -> Files:
        """What is known; raises ``NothingToRun`` if the file cannot be read."""
        try:
            return self._read().get(self.kind, {})
        except OSError as error:
            message = f"--last-failed: {self.path} cannot be read: {error_text(error)}"
            raise NothingToRun(message, "Look at its permissions.") from None
        except ValueError:
            raise NothingToRun(f"--last-failed: {self.path} is damaged", BROKEN_HINT) from None

    def known(self) -> Files:
        """The same, nothing where it cannot be read."""
        with suppress(NothingToRun):
            return self.recall()
        return {}

    def change(self, changed: Callable[[Files], Files]) -> bool:
        """Write what ``changed`` makes of what is known; False if that cannot be."""
        everything: Mapping[str, Files] = {}
        with suppress(OSError, ValueError):
            everything = self._read()
        after = {**everything, self.kind: changed(everything.get(self.kind, {}))}
        if after == everything:
            return True
        text = json.dumps({"format": FORMAT, "folder": self.folder, **after}, separators=(",", ":"))
        return len(text) <= LARGEST and written(self.path, text.encode("ascii"))

    def _read(self) -> dict[str, Files]:
        """By kind of run; raises ``OSError``, and ``ValueError`` if it is not what was written here."""
        try:
            data = read_up_to(self.path, LARGEST)
        except (FileNotFoundError, NotADirectoryError):
            return {}
        try:
            whole = json.loads(data)
            if whole["format"] != FORMAT or whole["folder"] != self.folder:
                raise ValueError
            return {kind: _files(whole[kind]) for kind in ("live", "mock") if kind in whole}
        except (AttributeError, KeyError, TypeError, RecursionError):
            raise ValueError from None


def memory_of(context: Context, *, mock: bool) -> Memory | None:
    """The memory of the working directory; None where there is no cache folder to keep it in."""
    cache = cache_folder(context.environ)
    if cache is None:
        return None
    folder = str(context.working)
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:24]
    return Memory(cache / "runner" / f"{name}.json", folder, "mock" if mock else "live")


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """As the XDG Base Directory Specification says: a relative path is passed over. A home that is not there is none,
    and is not made."""
    given = Path(environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():
        return given
    home = Path(environ.get("HOME") or environ.get("USERPROFILE") or "")
    return home / ".cache" if home.is_absolute() and is_folder(home) else None


def _files(value: Mapping[str, list[list[str]]]) -> Files:
    """What JSON has as it was; raises what a value of another shape leads to."""
    found = {path: tuple(Failure(*one) for one in failures) for path, failures in value.items()}
    if not all(isinstance(text, str) for failures in found.values() for one in failures for text in one):
        raise ValueError
    return found


def written(path: Path, data: bytes) -> bool:
    """Whether the file, which is for its owner alone, has ``data`` now."""
    try:
        if exists(path) and not is_file(path):  # to open a pipe would wait for its reader
            return False
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, data, 0o600)
    except (OSError, ValueError):
        return False
    return True
