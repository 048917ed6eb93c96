"""What the process gives a command: the only reader of the environment, the terminal and the system's clock."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TextIO

from runner.clock import Clock, SystemClock
from runner.redact import Redactor
from runner.report.style import ColorChoice, Style, use_color


@dataclass(frozen=True)
class Context:
    """One process, or one test of a command."""

    environ: Mapping[str, str]
    working: Path
    stdout: TextIO
    stderr: TextIO
    clock: Clock = field(default_factory=SystemClock)
    random: Random = field(default_factory=Random)
    redactor: Redactor = field(default_factory=Redactor)

    @classmethod
    def of_process(cls) -> Context:
        """The real one."""
        return cls(dict(os.environ), Path.cwd(), sys.stdout, sys.stderr)

    def style(self, stream: TextIO, color: ColorChoice = "auto") -> Style:
        """How to write to ``stream``."""
        is_terminal = stream.isatty()
        width = self.columns() if is_terminal else None
        return Style(use_color(color, self.environ, is_terminal=is_terminal), width)

    def columns(self) -> int:
        """The terminal's width now."""
        return shutil.get_terminal_size().columns
