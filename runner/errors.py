"""What can go wrong in the program's own flow, and the exit codes, on one page.

    RunnerError
    ├── UsageError         the command line is wrong                          exit code 2
    ├── InvalidFiles       files are wrong or variables missing               exit code 3
    ├── RenderError        a value cannot be made while the run is under way  exit code 4
    └── NothingToRun       no file, no request, nothing selected              exit code 5

``Terminated`` (SIGTERM) stands beside Python's KeyboardInterrupt: exit codes 143 and 130.

A request that gets no usable response is not an exception but a ``TransportError`` value in its
``Exchange``; a check that does not hold is a ``Check`` value in the result.
"""

from __future__ import annotations

import errno
from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from runner.source import Diagnostic


class ExitCode(IntEnum):
    """What the process tells its caller. ``docs/cli.md`` has the same table."""

    OK = 0
    CHECK_FAILED = 1
    USAGE = 2
    INVALID = 3
    NO_RESPONSE = 4
    NOTHING_RUN = 5
    BUDGET = 6
    INTERNAL = 70
    INTERRUPTED = 130
    TERMINATED = 143


SEVEREST_FIRST = (
    ExitCode.INTERNAL,
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.INVALID,
    ExitCode.BUDGET,
    ExitCode.NO_RESPONSE,
    ExitCode.CHECK_FAILED,
    ExitCode.NOTHING_RUN,
)


SCARCE: Final = frozenset({errno.EAGAIN, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS})
"""What the system says that has no more threads, open files or memory for the process."""
SCARCE_HINT: Final = "Take a smaller -j, or raise the limits of the process (ulimit -a shows them)."


class RunnerError(Exception):
    """The root of what the program raises on purpose."""


class Terminated(BaseException):
    """The process was asked to end (SIGTERM)."""


class UsageError(RunnerError):
    """The command line asks for something that does not exist or does not go together."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InvalidFiles(RunnerError):
    """Everything that is wrong with the files and variables, found before anything is sent. ``text`` tells it to
    people, secrets masked, if it is known."""

    def __init__(self, diagnostics: Sequence[Diagnostic], text: str = "") -> None:
        super().__init__(diagnostics)
        self.diagnostics = tuple(diagnostics)
        self.text = text

    def __str__(self) -> str:
        return self.text or f"{len(self.diagnostics)} problems"


class RenderError(RunnerError):
    """A placeholder or value cannot be turned into what the request needs."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class NothingToRun(RunnerError):
    """No file, no request, or none that the options select."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
