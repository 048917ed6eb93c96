"""Asks the file system so that an odd path is an answer, not an exception; reading never waits, and what is written is
there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Final

PIECE: Final = 1024 * 1024
"""Bytes that are read at once."""
BUFFER: Final = 64 * 1024
"""Bytes that are written at once to a file that nobody reads yet."""
SWAPPED: Final = "something else was put in its place while it was read"


def exists(path: Path) -> bool:
    """Whether something is at ``path``; nothing is where the system does not let us look or takes no such name."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def dead_link(path: Path) -> str:
    """What ``path`` is instead of a file if it is a link to nothing; else empty."""
    try:
        os.readlink(path)  # noqa: PTH115  # only whether it is one
    except (OSError, ValueError):
        return ""
    try:
        path.stat()
    except FileNotFoundError:
        return "a link that leads nowhere"
    except OSError as error:
        return "a link that leads in a circle" if error.errno == errno.ELOOP else ""
    return ""


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


def read_up_to(path: Path, limit: int, below: Path | None = None) -> bytes:
    """The bytes of a file, cut after ``limit``; a pipe that nobody writes to is empty. Raises ``OSError``, also if what
    was opened is no regular file ``below`` a folder: it may have been swapped since ``path`` was resolved."""
    data = BytesIO()
    with open(path, "rb", opener=_open) as file:  # pathlib has no opener
        if below is not None and not _is_file_below(file.fileno(), path, below):
            raise OSError(errno.EXDEV, SWAPPED)
        while limit and (piece := file.read(min(limit, PIECE))):  # to ask for all at once takes memory for the limit
            data.write(piece)
            limit -= len(piece)
    return data.getvalue()


def _is_file_below(descriptor: int, path: Path, folder: Path) -> bool:
    """Of what is open already, so that nobody can change it any more: the system says where it is, or where it does
    not, ``path`` has no links and still leads to it."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return False
    try:
        real = Path(os.readlink(f"/proc/self/fd/{descriptor}"))  # noqa: PTH115  # no link that leads anywhere
    except OSError:
        return Path(os.path.realpath(path)) == path and os.path.samestat(status, os.lstat(path))
    return real.is_relative_to(folder) or any(_is_same(one, folder) for one in real.parents)


def _is_same(one: Path, other: Path) -> bool:
    """Whether two names, such as of different case, are of one folder."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def _open(name: str, flags: int) -> int:
    """Without waiting for somebody to open the other end of a pipe; reading from it then waits for who did."""
    if not hasattr(os, "O_NONBLOCK"):
        return os.open(name, flags)
    descriptor = os.open(name, flags | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    return descriptor


class WholeFile:
    """A file that is there with all that was written to it, or not at all: it is written under another name in the
    same folder, which ``commit`` changes and ``discard`` removes. What is there and no regular file (a pipe, a
    terminal, ``/dev/null``) is written as it comes. A file that is there keeps its permissions as far as ``mode`` has
    them. Raises ``OSError``, or ``ValueError`` for what is no name of a file.

    The file under another name is locked as long as somebody writes to it. So what a process leaves that is killed
    can be told from what another one is writing, and is removed by the next that writes there."""

    def __init__(self, path: Path, mode: int = 0o666) -> None:
        there = _status(path)
        if there is not None and stat.S_ISDIR(there.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        replace = there is None or stat.S_ISREG(there.st_mode)
        self._mode = mode
        self._path = Path(os.path.realpath(path)) if replace else path  # of a shell's pipe the real path is no path
        prefix = f".{self._path.name[:20]}."
        if replace:
            _remove_left_over(self._path.parent, prefix)
        name = f"{prefix}{os.getpid()}-{os.urandom(4).hex()}"
        self._beside = self._path.with_name(name) if replace else None
        flags = os.O_WRONLY | getattr(os, "O_BINARY", 0)
        descriptor = os.open(self._path, flags) if self._beside is None else _create(self._beside, flags, mode)
        self._file = os.fdopen(descriptor, "wb", BUFFER if replace else 0)
        if there is not None and self._beside is not None:
            with suppress(OSError):  # a file system without permissions
                self._beside.chmod(stat.S_IMODE(there.st_mode) & mode)

    def write(self, data: bytes) -> None:
        """Add to it."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) or 0 :]

    def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        """Change every line that was written; what was not kept back until now stays as it is."""
        if self._beside is None:
            return
        self._file.flush()
        anew = WholeFile(self._path, self._mode)
        try:
            with self._beside.open("rb") as lines:
                for line in lines:
                    anew.write(change(line))
        except BaseException:
            anew.discard()
            raise
        self.discard()
        self._file, self._beside = anew._file, anew._beside

    def commit(self, *, sync: bool = True) -> None:
        """Put it in its place, with ``sync`` once the disk has it: some systems find out only then that they have no
        room, and after a loss of power a file might be empty."""
        self._file.flush()
        if sync and self._beside is not None:
            os.fsync(self._file.fileno())
        if os.name == "nt":  # which moves no open file; there are no locks either
            self._file.close()
        if self._beside is not None:
            self._beside.replace(self._path)  # while it is locked: to the next run it would be a left-over
            self._beside = None
        self._file.close()

    def discard(self) -> None:
        """Leave no trace of it; does nothing after ``commit``."""
        with suppress(OSError, ValueError):
            self._file.close()
        if self._beside is not None:
            with suppress(OSError):
                self._beside.unlink()


def _create(path: Path, flags: int, mode: int) -> int:
    """Create a file and lock it. One that was removed before it had its lock is created again."""
    while True:
        descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, mode)
        if not _lock(descriptor, wait=True) or os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)


def _lock(descriptor: int, *, wait: bool = False) -> bool:
    """Whether the file is ours now: nobody else who writes to it holds it. False where there are no such locks."""
    try:
        import fcntl  # noqa: PLC0415  # not on every system

        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except (ImportError, OSError):
        return False
    return True


def _remove_left_over(folder: Path, prefix: str) -> None:
    """What was written here by processes that were killed."""
    ours = re.compile(re.escape(prefix) + "[0-9]+-[0-9a-f]{8}")
    with suppress(OSError), os.scandir(folder) as entries:
        for path in [folder / entry.name for entry in entries if ours.fullmatch(entry.name)]:
            with suppress(OSError):
                descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
                try:
                    if _lock(descriptor):
                        path.unlink()
                finally:
                    os.close(descriptor)


def _status(path: Path) -> os.stat_result | None:
    """What is there; None for nothing. Raises ``OSError`` where nothing can be, such as below a file."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """The file has ``data`` now, or is as it was; raises ``OSError``. For what can be made again: not waited for until
    the disk has it."""
    file = WholeFile(path, mode)
    try:
        file.write(data)
        file.commit(sync=False)
    finally:
        file.discard()
