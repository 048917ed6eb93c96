"""Reports to render: one with each kind of result, any text in the place of each text from outside."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final

from runner import registry
from runner.errors import ExitCode
from runner.messages import TransportError
from runner.report.kinds import KINDS
from runner.report.record import (
    Body,
    Change,
    Comparison,
    FileRecord,
    Glance,
    Problem,
    Received,
    Record,
    Report,
    Sent,
)
from runner.results import Advice, Attempt, Check, RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage

STARTED: Final = 1_728_017_290.25
FILE: Final = "collections/chat.yaml"
HOSTILE: Final = (
    "<script>alert(1)</script><img src=x onerror=y> & ]]> \x00\x07\x1b[31m \x7f\x85 \u202e\u2066 \ufffe\uffff"
    "\ud800 \ufeff\n::error file=a,line=1::gone\r\n##[error]gone\n##vso[task.complete]\n[[ATTACHMENT|/etc/passwd]]\n"
    "| a | b |\n| --- | --- |\n```\n````\n~~~\n@octocat #1 GH-1 https://evil.example www.evil.example a@evil.example\n"
    "[link](https://evil.example) ![image](https://evil.example) <https://evil.example> **bold** `code` &lt;b&gt;\n"
    "# heading\n- item\n> quote\n  ---\n  ...\nok 1\nnot ok 1 # TODO\n1..0\nBail out!\n"
    "# SKIP \\# SKIP \\\\# todo\n%0A%25 \\|"
)


def report_of(text: str = "plain", file: str = FILE) -> Report:
    """A run with every kind of result, file and problem."""
    place = Location(file, 41, 7)
    sent = Sent("POST", f"https://api.example.com/{text}", (("x-text", text),), Body(text, "text/plain", 9), text)
    received = Received(
        200, text, f"https://api.example.com/{text}", (("x-text", text),), Body(text, "text/plain", 9), 9, (text,)
    )
    usage = Usage(12, 10, 22, model=text, asked=text)
    checks = (Check("status", True), Check(text, False, place, text, text, text), Check("size", False, None, "1", "2"))
    results = (
        RequestResult(f"failed {text}", Status.FAIL, place, "POST", text, 200, 0.5, checks, None, Advice(text, text),
                      warnings=(text,), tags=(text,), usages=(usage,), model=text,
                      attempts=(Attempt(None, "timeout", 1.0, text), Attempt(200, None, 0.5, text))),
        RequestResult(f"broken {text}", Status.ERROR, place, "GET", text, error=TransportError("dns", text, text)),
        RequestResult(f"skipped {text}", Status.SKIP, place, reason=text),
        RequestResult(f"passed {text}", Status.PASS, Location(file, 50), "GET", text, 200, 0.25, (checks[0],)),
    )  # fmt: skip
    kept = [Record(number, one, sent, received, 0.1) for number, one in enumerate(results, 1)]
    kept[0] = kept[0]._replace(costs=(Decimal("0.01"),))
    kept[2] = kept[2]._replace(sent=None, received=None, at=None)
    models = (ModelSum(text, 1, 0, 1, tokens=22, cost=Decimal("0.01")), ModelSum("other", 1, 1, 1, unpriced=1))
    counts = {Status.PASS: 1, Status.FAIL: 1, Status.ERROR: 1, Status.SKIP: 1}
    result = RunResult(counts, 2.5, models=models, warnings=1, budget="--max-cost", unsent=text)
    files = (
        FileRecord(file, text, text, "(1 of 2)", requests=tuple(kept)),
        FileRecord(f"b{file}", text, skipped=text or "why"),
    )
    problems = (Problem("warning", "rule", text, text, place), Problem("warning", "rule", text, text))
    glances = (Glance(Status.PASS, 0.1, 3, Decimal("0.1")), Glance(Status.FAIL, 0.2))
    changes = (Change("newly failing", file, text, text, text, *glances, STARTED), Change("gone", file, "", "", text))
    comparison = Comparison(STARTED - 3600, 2.0, counts, 3, Decimal("0.1"), changes)
    return Report(STARTED, result, files, problems, text, comparison)


def wrong_report(text: str = "plain", file: str = FILE) -> Report:
    """A run of which nothing was sent, since files are wrong."""
    place = Location(file, 3, 5)
    problems = (Problem("error", "kind", text, text, place), Problem("error", "data", text), *report_of(text).problems)
    return Report(STARTED, RunResult({}, 0.0), (), problems)


def of_statuses(*statuses: Status, **changes: object) -> Report:
    """A run with these verdicts; ``changes`` are those of its result."""
    results = [RequestResult(f"r{at}", one, Location(FILE, at), "GET", "/") for at, one in enumerate(statuses, 1)]
    records = tuple(Record(number, one) for number, one in enumerate(results, 1))
    counts = {status: statuses.count(status) for status in Status}
    result = RunResult(counts, 1.0)._replace(**changes)  # type: ignore[arg-type]  # any of its fields
    return Report(STARTED, result, (FileRecord(FILE, requests=records),) if records else ())


def rendered(kind: str, report: Report) -> str:
    """The whole text of a report."""
    render: Callable[[Report], Iterable[str]] = registry.load(KINDS[kind].render)  # type: ignore[assignment]
    return "".join(render(report))


INTERRUPTED: Final = of_statuses(Status.PASS, interrupted=ExitCode.INTERRUPTED, not_run=2)
STOPPED: Final = of_statuses(Status.PASS, budget="--max-cost", unsent="next")
STRICT: Final = of_statuses(Status.PASS, Status.SKIP, strict=True)
NOTHING: Final = of_statuses()
UNWELL: Final = (INTERRUPTED, STOPPED, STRICT, NOTHING)
"""Runs that no request failed in and that are no success all the same."""
