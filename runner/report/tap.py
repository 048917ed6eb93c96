"""Reports as TAP, version 14 (https://testanything.org/tap-version-14-specification.html)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from runner.node import Plain
from runner.report.cells import clip
from runner.report.failure import headline, one_line
from runner.report.record import FileRecord, Problem, Record, Report
from runner.report.record_text import PLAIN, failure_text, record_name, whole_run
from runner.report.spending import counted
from runner.report.style import printable
from runner.report.summary import summary_parts
from runner.results import Status
from runner.source import Location

DIRECTIVE: Final = re.compile(r"#(?=\s*(?:skip|todo))", re.IGNORECASE)
"""What older readers take for a directive, escaped or not: a failure would not count."""
SAID_MOST: Final = 2_000
"""Characters of what was expected, or came, in one check."""


class Point(NamedTuple):
    """A test point. ``skipped`` is why it was, ``details`` are lines of YAML; ``heading`` stands before it."""

    ok: bool
    description: str
    skipped: str = ""
    details: tuple[str, ...] = ()
    heading: str = ""


def render_tap(report: Report) -> Iterator[str]:
    """Version, plan, a point for each request; also for each wrong file, and for what is wrong with the run."""
    points = [*_points(report)]
    yield f"TAP version 14\n1..{len(points)}\n"
    for number, point in enumerate(points, 1):
        if point.heading:
            yield f"# {one_line(point.heading)}\n"
        start = f"{'ok' if point.ok else 'not ok'} {number} - {_escaped(point.description)}"
        yield f"{start} # SKIP {_escaped(point.skipped)}\n" if point.skipped else f"{start}\n"
        if point.details:
            yield "  ---\n" + "".join(f"  {line}\n" for line in point.details) + "  ...\n"
    if any(report.result.counts.values()):
        yield f"# {printable(' · '.join(summary_parts(report.result, PLAIN)))}\n"
    if report.result.interrupted:
        yield f"Bail out! interrupted{_not_sent(report.result.not_run)}\n"


def _not_sent(count: int) -> str:
    return f", {count} not sent" if count > 0 else ""


def _points(report: Report) -> Iterator[Point]:
    for file in report.files:
        if file.skipped:
            yield Point(ok=True, description=file.title, skipped=one_line(file.skipped) or "skipped")
        for number, record in enumerate(file.requests):
            yield _point(file, record)._replace(heading="" if number else _heading(file))
    for problem in report.problems:
        if problem.severity == "error":
            yield _wrong(problem)
    for note in whole_run(report):
        yield Point(ok=False, description=note, details=(_line("message", note), _line("severity", "fail")))


def _heading(file: FileRecord) -> str:
    name = f" · {file.name}" if file.name else ""
    return f"{file.title}{name}, {counted(len(file.requests), 'request')}"


def _point(file: FileRecord, record: Record) -> Point:
    result = record.result
    name = f"{file.file}: {record_name(file, record)}"
    if result.status is Status.SKIP:
        return Point(ok=True, description=name, skipped=headline(result) or "skipped")
    if result.status is Status.PASS:
        warnings: list[Plain] = [one_line(warning) for warning in result.warnings]
        return Point(ok=True, description=name, details=(_line("warnings", warnings),) if warnings else ())
    return Point(ok=False, description=name, details=tuple(_details(record)))


def _details(record: Record) -> Iterator[str]:
    result = record.result
    yield _line("message", headline(result))
    yield _line("severity", "fail" if result.status is Status.FAIL else "error")
    yield _line("at", _place(result.location))
    if result.method:
        yield _line("request", f"{result.method} {record.sent.url if record.sent is not None else result.target}")
    if result.http_status is not None:
        yield _line("status", result.http_status)
    yield _line("duration_ms", round(result.duration * 1000, 3))
    if result.failed_checks:
        yield "checks:"
        for check in result.failed_checks:
            said = {"subject": check.subject, "expected": check.expected, "got": check.got, "note": check.note}
            told: dict[str, Plain] = {name: clip(text, SAID_MOST) for name, text in said.items() if text}
            yield f"  - {_json({**told, 'at': _place(check.location or result.location)})}"
    yield "console:"
    for line in failure_text(result):
        yield f"  - {_json(clip(line, SAID_MOST))}"


def _wrong(problem: Problem) -> Point:
    lines = [_line("message", problem.message), _line("severity", "error"), _line("rule", problem.rule)]
    lines += [_line("hint", problem.hint)] if problem.hint else []
    lines += [_line("at", _place(problem.location))] if problem.location is not None else []
    start = f"{problem.location}: " if problem.location is not None else ""
    return Point(ok=False, description=start + one_line(problem.message), details=tuple(lines))


def _place(location: Location) -> Plain:
    column: dict[str, Plain] = {"column": location.column} if location.column else {}
    return {"file": location.file, "line": location.line, **column}


def _line(name: str, value: Plain) -> str:
    return f"{name}: {_json(value)}"


def _json(value: Plain) -> str:
    """A value as JSON in one line, which YAML reads as the same: every text in it is printable first."""
    return json.dumps(_printable(value), ensure_ascii=False)


def _printable(value: Plain) -> Plain:
    if isinstance(value, str):
        return "\n".join(printable(line) for line in value.split("\n"))
    if isinstance(value, dict):
        return {name: _printable(one) for name, one in value.items()}
    return [_printable(one) for one in value] if isinstance(value, list) else value


def _escaped(text: str) -> str:
    """One line in which a number sign begins no directive."""
    harmless = DIRECTIVE.sub(lambda _: "\\x23", one_line(text))
    return harmless.replace("\\", "\\\\").replace("#", "\\#")
