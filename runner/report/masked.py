"""A report with every secret masked that is known by now."""

from __future__ import annotations

from runner.redact import Redactor
from runner.report.record import Change, FileRecord, Problem, Report


def masked(report: Report, redactor: Redactor) -> Report:
    """``report`` without secrets. Words of ours by which it is judged stay, also if one of them is a secret's value."""
    found = redactor.redact(report._replace(files=tuple(map(_without_lines, report.files))))
    problems = tuple(map(_judged, found.problems, report.problems))
    if found.comparison is None or report.comparison is None:
        return found._replace(problems=problems)
    changes = tuple(map(_kept, found.comparison.changes, report.comparison.changes))
    return found._replace(problems=problems, comparison=found.comparison._replace(changes=changes))


def _without_lines(file: FileRecord) -> FileRecord:
    """A mask in the place of a number would be no JSON: lines are made again."""
    if not any(record.line for record in file.requests):
        return file
    return file._replace(requests=tuple(record._replace(line="") for record in file.requests))


def _judged(problem: Problem, before: Problem) -> Problem:
    return problem._replace(severity=before.severity)


def _kept(change: Change, before: Change) -> Change:
    return change._replace(kind=before.kind)


def heads_masked(report: Report, redactor: Redactor) -> Report:
    """The same of all but the requests."""
    heads = tuple(file._replace(requests=()) for file in report.files)
    found = masked(report._replace(files=heads), redactor)
    pairs = zip(found.files, report.files, strict=True)
    return found._replace(files=tuple(head._replace(requests=file.requests) for head, file in pairs))
