"""Runs held against earlier ones, and several made one."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.report.changes import change_lines, is_worse
from runner.report.compare import compared
from runner.report.merging import merged
from runner.report.record import Change, FileRecord, Problem, Record, Report, verdict
from runner.report.style import Style
from runner.results import RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage
from tests.unit.made_reports import consistent

PASS, FAIL, ERROR, SKIP = Status.PASS, Status.FAIL, Status.ERROR, Status.SKIP
DAY: Final = 86_400.0


def one(
    status: Status | None, duration: float = 0.1, cost: str = "", tokens: int | None = None, name: str = "r"
) -> Report:
    """A run of one request, or of none."""
    usages = (Usage(total_tokens=tokens, asked="m"),) if tokens is not None or cost else ()
    costs = (Decimal(cost) if cost else None,) * len(usages)
    requests: tuple[Record, ...] = ()
    if status is not None:
        result = RequestResult(name, status, Location("a.yaml", 1), duration=duration, usages=usages)
        requests = (Record(1, result, at=0.0, costs=costs),)
    return consistent(Report(DAY, RunResult({}, duration), (FileRecord("a.yaml", requests=requests),)))


def changes(old: Report, new: Report, *earlier: Report) -> list[tuple[str, float | None]]:
    return [(change.kind, change.since) for change in compared(new, old, earlier).changes]


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (PASS, PASS, []),
        (PASS, FAIL, ["newly failing"]),
        (PASS, ERROR, ["newly failing"]),
        (PASS, SKIP, ["gone"]),
        (PASS, None, ["gone"]),
        (FAIL, PASS, ["fixed"]),
        (ERROR, PASS, ["fixed"]),
        (FAIL, ERROR, ["still failing"]),
        (ERROR, FAIL, ["still failing"]),
        (FAIL, SKIP, ["still failing"]),
        (FAIL, None, ["gone"]),
        (SKIP, PASS, ["new"]),
        (SKIP, FAIL, ["newly failing"]),
        (SKIP, SKIP, []),
        (SKIP, None, ["gone"]),
        (None, PASS, ["new"]),
        (None, FAIL, ["newly failing"]),
        (None, ERROR, ["newly failing"]),
        (None, SKIP, []),
    ],
)
def test_what_became_of_a_request(before: Status | None, after: Status | None, kinds: list[str]) -> None:
    assert [kind for kind, _ in changes(one(before), one(after))] == kinds


@pytest.mark.parametrize(
    ("before", "after", "slower"),
    [
        (0.2, 0.3, True),
        (0.2, 0.299, False),
        (0.01, 0.109, False),
        (0.01, 0.111, True),
        (10, 14.9, False),
        (10, 15, True),
    ],
)
def test_slower_is_half_as_long_again_and_a_tenth_of_a_second(before: float, after: float, slower: bool) -> None:
    assert bool(changes(one(PASS, before), one(PASS, after))) is slower
    assert changes(one(PASS, after), one(PASS, before)) == []


def test_one_that_fails_is_not_called_slower() -> None:
    assert [kind for kind, _ in changes(one(FAIL, 1), one(FAIL, 9))] == ["still failing"]


@pytest.mark.parametrize(
    ("before", "after", "dearer"),
    [
        (("0.10", 10), ("0.11", 10), True),
        (("0.10", 10), ("0.109", 99), False),
        (("", 10), ("", 11), True),
        (("", 100), ("", 109), False),
        (("0.10", 10), ("", 20), True),
        (("0.10", None), ("", 20), False),
        (("0", 10), ("0", 10), False),
        (("0", 10), ("0.01", 10), True),
    ],
)
def test_dearer_is_by_cost_or_else_by_tokens(
    before: tuple[str, int | None], after: tuple[str, int | None], dearer: bool
) -> None:
    old, new = (one(PASS, cost=cost, tokens=tokens) for cost, tokens in (before, after))
    assert [kind for kind, _ in changes(old, new)] == ["dearer"] * dearer


def test_since_when_something_fails() -> None:
    """Runs that know nothing of it are passed over; one in which it passed ends the row."""
    past = [one(status)._replace(started=day * DAY) for day, status in enumerate([FAIL, PASS, FAIL, None, SKIP], 1)]
    last, now = one(ERROR)._replace(started=6 * DAY), one(FAIL)._replace(started=7 * DAY)
    assert changes(last, now, *past) == [("still failing", 3 * DAY)]
    assert changes(last, now) == [("still failing", 6 * DAY)]
    assert changes(one(PASS), now, *past) == [("newly failing", 7 * DAY)]


def test_the_same_name_is_told_apart_by_row_round_file_and_turn() -> None:
    record = one(PASS).files[0].requests[0]
    failed = record._replace(result=record.result._replace(status=FAIL))

    def run(second: Record) -> Report:
        files = tuple(
            FileRecord(
                file, row=row, round=number, requests=(record, second if (file, row, number) == SECOND else record)
            )
            for file in ("a", "b")
            for row in ("[1]", "[2]")
            for number in ("1 of 2", "2 of 2")
        )
        return consistent(Report(DAY, RunResult({}, 1), files))

    assert [change[:5] for change in compared(run(failed), run(record)).changes] == [("newly failing", *SECOND, "r")]


SECOND: Final = ("b", "[2]", "1 of 2")


def test_what_matters_most_comes_first() -> None:
    def run(*statuses: Status) -> Report:
        records = tuple(one(status, name=f"r{at}").files[0].requests[0] for at, status in enumerate(statuses))
        return consistent(Report(DAY, RunResult({}, 1), (FileRecord("a", requests=records),)))

    found = compared(run(PASS, PASS, FAIL, FAIL), run(PASS, FAIL, FAIL, PASS)).changes
    assert [(change.kind, change.name) for change in found] == [
        ("newly failing", "r3"), ("still failing", "r2"), ("fixed", "r1"),
    ]  # fmt: skip


def worse(old: Report, new: Report) -> bool:
    return is_worse(compared(new, old), old, new)


def test_a_run_that_is_not_whole_is_worse() -> None:
    good = one(PASS)
    assert not worse(good, good)
    assert not worse(one(FAIL), one(FAIL))
    assert worse(good, one(FAIL))
    results = [
        good.result._replace(not_run=1),
        good.result._replace(interrupted=ExitCode.INTERRUPTED),
        good.result._replace(budget="--max-cost"),
        good.result._replace(strict=True, warnings=1),
        RunResult({}, 0.0),
    ]
    assert [worse(good, good._replace(result=one)) for one in results] == [True] * 5
    assert worse(good, good._replace(problems=(Problem("error", "yaml", "x"),)))
    assert not worse(good, good._replace(problems=(Problem("warning", "yaml", "x"),)))


def test_changes_are_told_in_one_harmless_line_each() -> None:
    comparison = compared(one(PASS), one(PASS))
    hostile = "\x1b[2J\n::error::x\u202e##[group]"
    told = [
        Change("newly failing", hostile, hostile, "", hostile, None, None, DAY),
        *(Change("new", "a.yaml", "", "", f"r{number}") for number in range(30)),
    ]
    lines = change_lines(comparison._replace(changes=tuple(told)), one(PASS), Style())
    assert not any(character in "".join(lines) for character in "\x1b\n\u202e")
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in lines)
    assert sum(line.startswith("  new  ") for line in lines) == 21
    assert "… and 10 more" in lines[-3]
    assert lines[-1] == "1 newly failing, 30 new"
    assert lines[0] == "Compared with the run of 1970-01-02 00:00:00 UTC: 1 passed in 0.1 s"


def test_one_is_merged_to_itself() -> None:
    report = one(PASS)
    assert merged([report]) is report


def test_parts_are_added_up() -> None:
    model = ModelSum("m", 1, 1, 1, 0, 10, Decimal("0.5"), 0, 5, 1.0, 0.2, 1)
    first = one(PASS, 2.0)._replace(started=DAY + 5, command="runner run a.yaml")
    second = one(FAIL, 3.0)._replace(started=DAY, command="runner run a.yaml")
    first = first._replace(result=first.result._replace(models=(model,), warnings=1, mocked=True))
    second = second._replace(result=second.result._replace(models=(model, ModelSum("n", 1)), not_run=4, mocked=True))
    found = merged([first, second])
    assert (found.started, found.result.duration) == (DAY, 7.0)
    assert [(record.number, record.at) for _, record in found.records] == [(1, 5.0), (2, 0.0)]
    assert (found.result.count(PASS), found.result.count(FAIL)) == (1, 1)
    assert (found.result.not_run, found.result.warnings, found.result.mocked) == (4, 1, True)
    twice = ModelSum("m", 2, 2, 2, 0, 20, Decimal("1.0"), 0, 10, 2.0, 0.4, 2)
    assert found.result.models == (twice, ModelSum("n", 1))
    assert [failed.name for failed in found.result.failed] == ["r"]
    assert found.command == "runner run a.yaml"
    assert merged([first, second._replace(command="runner run b.yaml")]).command == ""


PASSED: Final = one(PASS)
SKIPPED: Final = one(SKIP)


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ([PASSED, PASSED], "passed"),
        ([PASSED, one(FAIL)], "failed"),
        ([PASSED, PASSED._replace(result=PASSED.result._replace(interrupted=ExitCode.TERMINATED))], "interrupted"),
        ([PASSED._replace(result=PASSED.result._replace(budget="--max-cost")), one(FAIL)], "stopped"),
        ([PASSED._replace(problems=(Problem("error", "yaml", "x"),)), PASSED], "invalid"),
        ([SKIPPED, PASSED._replace(result=PASSED.result._replace(strict=True))], "passed"),
        ([PASSED, SKIPPED._replace(result=SKIPPED.result._replace(strict=True))], "failed"),
    ],
)
def test_the_severest_verdict_counts(parts: list[Report], says: str) -> None:
    assert verdict(merged(parts)) == verdict(merged(parts[::-1])) == says


def test_an_interrupt_goes_before_a_wrong_file() -> None:
    interrupted = RunResult({}, 1.0, interrupted=ExitCode.INTERRUPTED)
    report = Report(0.0, interrupted, problems=(Problem("error", "yaml", "wrong"),))
    assert (report.exit_code, verdict(report)) == (ExitCode.INTERRUPTED, "interrupted")


def test_a_part_in_which_nothing_ran_is_told() -> None:
    empty = Report(DAY, RunResult({}, 0.0))
    assert [problem.rule for problem in merged([PASSED, empty]).problems] == ["nothing-run"]
    assert verdict(merged([empty, empty])) == "nothing run"
