"""How often a request was sent, in a few words and attempt by attempt."""

from __future__ import annotations

from collections.abc import Iterator

from runner.report.failure import INDENT
from runner.report.style import Style, printable
from runner.results import Attempt, RequestResult, Status
from runner.units import format_duration


def attempts_label(result: RequestResult) -> str:
    """``3 attempts``, or ``4 of 5 passed``; empty where it was sent once."""
    if result.tries:
        return f"{result.tries.count(Status.PASS)} of {len(result.tries)} passed"
    return f"{len(result.attempts)} attempts" if result.attempts else ""


def attempt_lines(result: RequestResult, style: Style) -> Iterator[str]:
    """A line for each."""
    for number, attempt in enumerate(result.attempts, 1):
        outcome = f"{_outcome(attempt):10}  {format_duration(attempt.duration):>6}"
        yield f"{INDENT}{style.paint('dim', f'attempt {number}')}  {outcome}  {printable(attempt.note)}".rstrip()


def _outcome(attempt: Attempt) -> str:
    return str(attempt.http_status) if attempt.http_status is not None else str(attempt.error)
