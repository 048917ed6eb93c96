"""What is to be written, and what keeps it from being."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import NamedTuple

from runner.disk import WholeFile, exists
from runner.folder import error_text


class Unlearnable(Exception):
    """Nothing can be learnt from this; the message says why."""


class Change(NamedTuple):
    """A file as it is to be: ``name`` as the user knows it, ``notes`` what is different in it. ``before`` is what it
    had when that was found out, None for a file that is not there."""

    path: Path
    name: str
    before: bytes | None
    data: bytes
    notes: tuple[str, ...] = ()


def write(change: Change) -> None:
    """Put a file into its place, whole or not at all; raises ``Unlearnable`` if that cannot be, or if somebody has
    saved it in the meantime."""
    try:
        if change.before is None:
            if exists(change.path):
                raise Unlearnable("it was written by something else in the meantime: run it again")
            change.path.parent.mkdir(parents=True, exist_ok=True)
            _write(change.path, change.data, 0o666)
            return
        mode = stat.S_IMODE(change.path.stat().st_mode)
        if not mode & 0o222:
            raise Unlearnable("it is read-only")
        if change.path.read_bytes() != change.before:
            raise Unlearnable("it was saved in the meantime: run it again")
        _write(change.path, change.data, mode)
    except OSError as error:
        raise Unlearnable(f"it cannot be written: {error_text(error)}") from None


def _write(path: Path, data: bytes, mode: int) -> None:
    file = WholeFile(path, mode)
    try:
        file.write(data)
        file.commit()
    finally:
        file.discard()
