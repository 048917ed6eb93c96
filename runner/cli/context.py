"""What the process gives a command: the only reader of the environment, the terminal and the system's clock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import BinaryIO, TextIO

from runner.cli.settled import NOTHING_SETTLED, Settled
from runner.clock import Clock, SystemClock
from runner.redact import Redactor
from runner.report.style import ColorChoice, Style, encodable, use_color


@dataclass(frozen=True)
class Context:
    """One process, or one test of a command."""

    environ: Mapping[str, str] = field(repr=False)  # it holds secrets, and tracebacks may show it
    working: Path
    stdout: TextIO
    stderr: TextIO
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=Random)
    redactor: Redactor = field(default_factory=Redactor)
    stdin: BinaryIO | None = None
    settled: Settled = NOTHING_SETTLED

    @classmethod
    def of_process(cls) -> Context:
        """The real one."""
        stdin = getattr(sys.stdin, "buffer", None)
        return cls(dict(os.environ), _working(), sys.stdout or _nowhere(), sys.stderr or _nowhere(), stdin=stdin)

    @property
    def in_github_job(self) -> bool:
        """Whether the process is part of a job of GitHub Actions."""
        return self.environ.get("GITHUB_ACTIONS") == "true"

    def tell(self, text: str) -> None:
        """Write whole lines to standard output, secrets masked, in characters that it can take."""
        self.stdout.write(encodable(self.redactor.text(text), self.stdout.encoding) + "\n")
        self.stdout.flush()

    def warn(self, text: str) -> None:
        """The same to standard error; where that cannot be written, nobody can be told, and the exit code has to do."""
        with suppress(OSError):
            self.stderr.write(encodable(self.redactor.text(text), self.stderr.encoding) + "\n")
            self.stderr.flush()

    def style(self, stream: TextIO, color: ColorChoice = "auto") -> Style:
        """How to write to ``stream``."""
        is_terminal = stream.isatty()
        width = self.columns() if is_terminal else None
        return Style(use_color(color, self.environ, is_terminal=is_terminal), width)

    def columns(self) -> int:
        """The terminal's width now."""
        return shutil.get_terminal_size().columns

    def lines(self) -> int:
        """Its height."""
        return shutil.get_terminal_size().lines


def _nowhere() -> TextIO:
    """For a stream that was closed before the program began."""
    return Path(os.devnull).open("w", encoding="utf-8")


def _working() -> Path:
    """The working directory, also if it was removed: then nothing is found in it, which is what is told."""
    try:
        return Path.cwd()
    except OSError:
        return Path(os.environ.get("PWD", os.sep))
