"""The real program in a process of its own, and everything that can be seen of it from outside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Timer
from typing import Final, NamedTuple

from runner.report.kinds import KINDS

OBSERVED: Final = Path(__file__).with_name("observed.py")
ROOT: Final = Path(__file__).parents[2]
PATIENCE: Final = 60.0
"""Seconds after which a process that does not end is killed: then it has broken its promise."""


class Observed(NamedTuple):
    """``code`` is negative for a process that a signal ended. ``seconds`` are from its first connection, or its
    beginning if there was none, to the end of the process; ``megabytes`` the most memory that it had, None if it was
    killed. ``reports`` are by kind; ``files`` all others in its folder that were not there before, by their path in it.
    ``deeds`` are connections, processes and others of the kinds that ``observed`` writes down: kind and what.
    ``events`` is how many moments there were at which something could have been done to it (``observed.Moment``)."""

    code: int
    out: bytes
    err: bytes
    seconds: float
    megabytes: float | None
    reports: Mapping[str, bytes]
    files: Mapping[str, bytes]
    deeds: Sequence[tuple[str, str]]
    events: int = 0

    @property
    def said(self) -> str:
        """What a person or a log sees."""
        return self.out.decode("utf-8", "replace") + self.err.decode("utf-8", "replace")

    @property
    def texts(self) -> Mapping[str, bytes]:
        """Everything that the program wrote, by where."""
        return {"standard output": self.out, "standard error": self.err, **self.reports, **self.files}


class Started(NamedTuple):
    """A program under way: the process, the folder that it works in and the one for what is written down of it."""

    process: subprocess.Popen[bytes]
    folder: Path
    notes: Path
    before: frozenset[Path]
    at: float


class How(NamedTuple):
    """How Python is started: ``through`` is a command that runs what follows it, ``flags`` are Python's own; ``reads``
    are further folders in which the program may read."""

    through: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()


PLAINLY: Final = How()
NOTES: Final = frozenset({"began", "peak", "events", "moment"})
"""What is noted of a process and is no deed of it."""


def every_report(folder: Path = Path("reports")) -> list[str]:
    """Options that write a report of every kind."""
    return [f"--report={kind}={folder / kind}" for kind in KINDS]


def start(
    folder: Path,
    arguments: Sequence[str],
    environ: Mapping[str, str] | None = None,
    how: How = PLAINLY,
    **popen: object,
) -> Started:
    """Start ``runner`` with ``arguments`` in ``folder``, whose environment is ``environ`` and little else. What it
    writes and does is noted beside the folder; it may read there and where an argument or a variable names an
    absolute path. ``popen`` are further arguments of ``subprocess.Popen``."""
    notes = folder.parent / f"{folder.name}-notes-{time.monotonic_ns()}"
    notes.mkdir()
    (folder / "reports").mkdir(exist_ok=True)
    before = frozenset(folder.rglob("*"))
    system = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "PYTHONFAULTHANDLER": "1"}
    near = os.pathsep.join(map(str, (folder, *how.reads, *_named(arguments, environ or {}))))
    program = [*how.through, sys.executable, *how.flags, str(OBSERVED)]
    command = [*program, str(notes / "deeds"), near, *arguments]
    with (notes / "out").open("wb") as out, (notes / "err").open("wb") as err:
        given = {
            "stdin": subprocess.DEVNULL,
            "stdout": out,
            "stderr": err,
            "env": {**system, **(environ or {})},
            "cwd": folder,
            **popen,
        }
        process = subprocess.Popen(command, **given)  # type: ignore[call-overload]
    return Started(process, folder, notes, before, time.monotonic())


def _named(arguments: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """Absolute paths that the person who starts the program names: it may read and write there."""
    texts = [part for text in (*arguments, *environ.values()) for part in (text, text.partition("=")[2])]
    return [text for text in texts if text.startswith("/") and os.pathsep not in text]


def finish(started: Started) -> Observed:
    """Wait for its end and look at what there is."""
    process, folder, notes, before, at = started
    killer = Timer(PATIENCE, process.send_signal, [signal.SIGKILL])
    killer.start()
    code = process.wait()
    ended = time.monotonic()
    killer.cancel()
    deeds = _deeds(notes / "deeds")
    began = next((float(what) for kind, what in reversed(deeds) if kind == "began"), at)
    peak = next((int(what) / 1024 for kind, what in deeds if kind == "peak"), None)
    out, err = ((notes / name).read_bytes() for name in ("out", "err"))
    new = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
           and not path.is_symlink() and path not in before}  # fmt: skip
    reports = {path.name: data for path, data in new.items() if path.parent == Path("reports") and path.name in KINDS}
    files = {str(path): data for path, data in new.items() if path.parent != Path("reports") or path.name not in KINDS}
    others = [(kind, what) for kind, what in deeds if kind not in NOTES]
    events = sum(int(what) for kind, what in deeds if kind == "events")
    return Observed(code, out, err, ended - began, peak, reports, files, others, events)


def observe(
    folder: Path, arguments: Sequence[str], environ: Mapping[str, str] | None = None, how: How = PLAINLY
) -> Observed:
    """Both."""
    return finish(start(folder, arguments, environ, how))


def _deeds(path: Path) -> list[tuple[str, str]]:
    if not path.exists():  # it ended before Python began
        return []
    return [(kind, what) for kind, what in map(json.loads, path.read_text("utf-8").splitlines())]
