"""Makes one report of several: of the parts of a run, or of runs one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import count
from typing import Final

from runner.errors import SEVEREST_FIRST, ExitCode
from runner.report.record import FileRecord, Problem, Report
from runner.results import RunResult, Status
from runner.usage import ModelSum

EMPTY: Final = "one of the runs that are merged here ran no request"
LOOK: Final = "Look at the files and options that it was started with."


def merged(reports: Sequence[Report]) -> Report:
    """All of them, in this order: everything of each stays, also what ran in several of them. A run that failed makes
    the whole fail; what is strict in one of them is so for its own requests only."""
    if len(reports) == 1:
        return reports[0]
    started = min(one.started for one in reports)
    ended = max(one.started + one.result.duration for one in reports)
    numbers = count(1)
    files = tuple(_moved(file, one.started - started, numbers) for one in reports for file in one.files)
    problems = tuple(dict.fromkeys(problem for one in reports for problem in (*one.problems, *_emptiness(one))))
    commands = {one.command for one in reports}
    result = _result([one.result for one in reports])._replace(duration=ended - started)
    return Report(started, result, files, problems, commands.pop() if len(commands) == 1 else "")


def _moved(file: FileRecord, later: float, numbers: Iterable[int]) -> FileRecord:
    """The file, its requests numbered anew and told by the beginning of the first run."""
    records = zip(file.requests, numbers, strict=False)
    return file._replace(
        requests=tuple(
            one._replace(number=number, at=None if one.at is None else one.at + later) for one, number in records
        )
    )


def _emptiness(report: Report) -> list[Problem]:
    """That nothing was run is no failure of the whole, but somebody should know."""
    nothing = report.exit_code is ExitCode.NOTHING_RUN
    return [Problem("warning", "nothing-run", EMPTY, LOOK)] if nothing else []


def _result(results: Sequence[RunResult]) -> RunResult:
    counts: Counter[Status] = Counter()
    for one in results:
        counts.update(one.counts)
    codes = {one.interrupted for one in results if one.interrupted is not None}
    stopped = next((one for one in results if one.budget), None)
    return RunResult(
        dict(counts),
        0.0,
        any(map(_fails_as_strict, results)) or all(one.strict for one in results),
        next((code for code in SEVEREST_FIRST if code in codes), None),
        sum(one.not_run for one in results),
        sum(one.files_skipped for one in results),
        tuple(failed for one in results for failed in one.failed),
        _models(results),
        stopped.budget if stopped else "",
        stopped.unsent if stopped else "",
        mocked=all(one.mocked for one in results),
        warnings=sum(one.warnings for one in results),
        replayed=_replayed(results),
        left_over=sum(one.left_over for one in results),
    )


def _fails_as_strict(result: RunResult) -> bool:
    """Whether skips, warnings or what is left over are what it fails for."""
    counted = result.files_skipped or result.warnings or result.left_over
    return result.strict and bool(result.count(Status.SKIP) or counted)


def _replayed(results: Sequence[RunResult]) -> str:
    """The recordings, if nothing else answered."""
    names = dict.fromkeys(one.replayed for one in results)
    return "" if "" in names else ", ".join(names)


def _models(results: Sequence[RunResult]) -> tuple[ModelSum, ...]:
    found: dict[str, ModelSum] = {}
    for one in (model for result in results for model in result.models):
        before = found.get(one.model)
        found[one.model] = one if before is None else _sum(before, one)
    return tuple(found.values())


def _sum(one: ModelSum, other: ModelSum) -> ModelSum:
    costs = [cost for cost in (one.cost, other.cost) if cost is not None]
    return ModelSum(
        one.model,
        requests=one.requests + other.requests,
        passed=one.passed + other.passed,
        answers=one.answers + other.answers,
        untold=one.untold + other.untold,
        tokens=one.tokens + other.tokens,
        cost=sum(costs, Decimal(0)) if costs else None,
        unpriced=one.unpriced + other.unpriced,
        completion_tokens=one.completion_tokens + other.completion_tokens,
        seconds=one.seconds + other.seconds,
        waited=one.waited + other.waited,
        waits=one.waits + other.waits,
    )
