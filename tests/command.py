"""The whole program in this process: its real command line, with time, chance and environment as a test gives them."""

from __future__ import annotations

import gc
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Event
from typing import BinaryIO, Final

import pytest

from runner.cli import app
from runner.cli.context import Context
from runner.clock import Clock, SystemClock

MOMENT: Final = 1_728_017_290.25


class StillClock:
    """Time that only passes by waiting, so that nothing printed depends on the machine."""

    def __init__(self) -> None:
        self.waited = 0.0

    def now(self) -> float:
        return MOMENT + self.waited

    def monotonic(self) -> float:
        return self.waited

    def sleep(self, seconds: float, stop: Event | None = None) -> None:  # noqa: ARG002  # as in Clock
        self.waited += seconds


class RunningClock(SystemClock):
    """The machine's clock on a fixed day: for limits of time, which must run out."""

    def now(self) -> float:
        return MOMENT


@dataclass(frozen=True)
class Ended:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """All of it, as it is kept in a file."""
        errors = f"--- standard error\n{self.err}" if self.err else ""
        return f"{self.out}{errors}--- exit code {self.code}\n"


@dataclass(frozen=True)
class Program:
    """Runs ``runner`` with arguments, in a folder, with an environment of its own."""

    patch: pytest.MonkeyPatch
    working: Path
    environ: Mapping[str, str] = field(default_factory=dict)
    clock: Clock = field(default_factory=StillClock)
    stdin: BinaryIO | None = None
    seed: int = 4

    def run(self, *arguments: str) -> Ended:
        out, err = io.StringIO(), io.StringIO()
        context = Context(self.environ, self.working, out, err, self.clock, Random(self.seed), stdin=self.stdin)  # noqa: S311
        self.patch.setattr(Context, "of_process", lambda: context)
        self.patch.chdir(self.working)
        try:
            with pytest.raises(SystemExit) as ended:
                app.main(list(arguments))
        finally:
            gc.unfreeze()
        return Ended(int(ended.value.code or 0), out.getvalue(), err.getvalue())
