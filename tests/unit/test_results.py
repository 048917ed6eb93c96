from __future__ import annotations

from itertools import combinations

import pytest

from runner.engine.tally import Tally
from runner.errors import SEVEREST_FIRST, ExitCode
from runner.results import Check, Failed, RequestResult, RunResult, Status
from runner.source import Location

PLACE = Location("c.yaml", 1)
SIGNS: dict[ExitCode, Status] = {ExitCode.NO_RESPONSE: Status.ERROR, ExitCode.CHECK_FAILED: Status.FAIL}


def run(*statuses: Status, skipped: str = "", strict: bool = False, interrupted: ExitCode | None = None) -> RunResult:
    tally = Tally(len(statuses))
    for number, status in enumerate(statuses):
        tally.add("c.yaml", RequestResult(f"r{number}", status, PLACE))
    tally.files_skipped = int(bool(skipped))
    return tally.result(1.0, strict=strict, interrupted=interrupted)


@pytest.mark.parametrize(
    ("result", "code"),
    [
        (run(Status.PASS), 0),
        (run(Status.SKIP), 0),
        (run(Status.PASS, Status.SKIP), 0),
        (run(skipped="why"), 0),
        (run(Status.FAIL, Status.PASS), 1),
        (run(Status.ERROR), 4),
        (run(Status.FAIL, Status.ERROR, Status.SKIP), 4),
        (run(Status.PASS, Status.SKIP, strict=True), 1),
        (run(skipped="why", strict=True), 1),
        (run(Status.PASS, strict=True), 0),
        (run(Status.PASS, strict=True)._replace(warnings=1), 1),
        (run(Status.PASS)._replace(warnings=1), 0),
        (run(), 5),
        (RunResult({}, 0.0), 5),
        (run(interrupted=ExitCode.INTERRUPTED), 130),
        (run(Status.ERROR, interrupted=ExitCode.TERMINATED), 143),
        (run(Status.PASS, interrupted=ExitCode.INTERRUPTED), 130),
    ],
    ids=range(17),
)
def test_the_exit_code(result: RunResult, code: int) -> None:
    assert result.exit_code == code
    assert result.passed is (code == 0)


def test_the_severest_comes_first() -> None:
    assert [int(code) for code in SEVEREST_FIRST] == [70, 130, 143, 3, 6, 4, 1, 5]


@pytest.mark.parametrize("pair", list(combinations(SIGNS, 2)))
def test_of_two_the_severer_counts(pair: tuple[ExitCode, ExitCode]) -> None:
    result = run(*(SIGNS[code] for code in pair))
    assert result.exit_code is min(pair, key=SEVEREST_FIRST.index)


def test_one_that_failed_among_good_ones() -> None:
    result = run(Status.PASS, Status.FAIL, Status.PASS)
    assert result.exit_code is ExitCode.CHECK_FAILED
    assert (result.count(Status.PASS), result.count(Status.SKIP)) == (2, 0)
    assert result.failed == (Failed("c.yaml", "r1"),)


def test_checks_that_failed() -> None:
    checks = (Check("a", passed=True), Check("b", passed=False))
    assert RequestResult("r", Status.FAIL, PLACE, checks=checks).failed_checks == checks[1:]
