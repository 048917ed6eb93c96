"""What a load test is reported as: plain values, every text masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from runner.errors import ExitCode
from runner.load_testing.ledger import Slot
from runner.load_testing.measures import Measure
from runner.usage import ModelSum


class Outcome(NamedTuple):
    """One threshold at the end. ``measured`` is in milliseconds where it is a time, None where there was nothing to
    measure; then it is not met."""

    threshold: str
    measured: float | None
    shown: str
    met: bool


class Failure(NamedTuple):
    """How often a request failed in one way."""

    request: str
    why: str
    times: int


class LoadReport(NamedTuple):
    """``started`` is in seconds since the Unix epoch; ``requests`` are by their titles, in the order of the files;
    ``stopped`` says why it ended before its time, ``notes`` what else is to be known; ``clients`` is how many requests
    went over each."""

    started: float
    seconds: float
    users: int
    processes: int
    requests: Mapping[str, Measure]
    total: Measure
    slots: Sequence[Slot]
    outcomes: Sequence[Outcome]
    failures: Sequence[Failure]
    models: Sequence[ModelSum]
    clients: Mapping[str, int]
    skipped: int = 0
    cut: int = 0
    stopped: str = ""
    notes: Sequence[str] = ()
    exit_code: ExitCode = ExitCode.OK

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.total.count / self.seconds if self.seconds > 0 else 0.0


WORDS = {
    ExitCode.OK: "passed",
    ExitCode.CHECK_FAILED: "failed",
    ExitCode.NO_RESPONSE: "no answer",
    ExitCode.NOTHING_RUN: "nothing run",
    ExitCode.BUDGET: "stopped",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "interrupted",
}


def verdict(report: LoadReport) -> str:
    """The whole test in a word or two."""
    return WORDS.get(report.exit_code, "failed")
