"""What pytest shows of a request: our own words, no traceback."""

from __future__ import annotations

from textwrap import dedent
from typing import NamedTuple, Protocol

from runner.report.cells import clip
from runner.report.failure import failure_lines
from runner.report.style import Style, printable
from runner.results import RequestResult
from runner.units import format_duration

LONGEST = 200


class RunnerWarning(UserWarning):
    """What is doubtful of a file or of an answer."""


class RequestFailed(Exception):  # not ours to raise elsewhere: pytest is told in this way
    """A request did not pass; ``short`` says in a line why."""

    def __init__(self, text: str, short: str) -> None:
        super().__init__(text)
        self.text = text
        self.short = short


class Crash(NamedTuple):
    """What pytest puts behind the name of a test in its list of failures."""

    message: str


class Writer(Protocol):
    """What writes lines to the terminal."""

    def line(self, s: str, /) -> None: ...


class Failure:
    """A failure as pytest's reports want it."""

    def __init__(self, failed: RequestFailed) -> None:
        self.text = failed.text
        self.reprcrash = Crash(failed.short)

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Writer) -> None:
        """Write it."""
        for line in self.text.split("\n"):
            writer.line(line)


def failed(result: RequestResult, before: str = "") -> RequestFailed:
    """What is to be said of a request that failed; ``before`` says which one it was, where that is not plain."""
    head = [before, f"{result.method} {result.target}".strip()]
    head += [str(result.http_status)] if result.http_status is not None else []
    head += [format_duration(result.duration)] if result.duration else []
    lines = dedent("\n".join(failure_lines(result, Style(), excerpt=True)))
    first = "  ".join(printable(part) for part in head if part)
    return RequestFailed("\n".join(filter(None, (first, lines))), " ".join(filter(None, (before, _short(result)))))


def _short(result: RequestResult) -> str:
    for check in result.failed_checks:
        said = [check.subject]
        said += [f"expected {check.expected}"] if check.expected else []
        said += [f"got {check.got}"] if check.got else []
        return clip(printable(" ".join(" ".join(said).split())), LONGEST)
    message = result.error.message if result.error is not None else result.reason
    return clip(printable(" ".join(message.split())), LONGEST)
