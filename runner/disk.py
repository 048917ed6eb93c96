"""Asks the file system so that an odd path is an answer, not an exception, and that reading never waits."""

from __future__ import annotations

import os
from pathlib import Path


def exists(path: Path) -> bool:
    """Whether something is at ``path``; nothing is where the system does not let us look or takes no such name."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """The same for a folder."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def is_file(path: Path) -> bool:
    """The same for a regular file."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def read_up_to(path: Path, limit: int) -> bytes:
    """The bytes of a file, cut after ``limit``; a pipe that nobody writes to is empty. Raises ``OSError``."""
    with open(path, "rb", opener=_open) as file:  # pathlib has no opener
        return file.read(limit)


def _open(name: str, flags: int) -> int:
    """Without waiting for somebody to open the other end of a pipe; reading from it then waits for who did."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(name, flags)
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor
