"""A report with every secret masked that is known by now."""

from __future__ import annotations

import json
from typing import Final

from runner.node import Plain
from runner.redact import Redactor
from runner.report.json_report import dump
from runner.report.record import Body, Change, FileRecord, Problem, Record, Report

CUT: Final = "…"
"""By which the redactor knows that a text was cut, and looks for the beginning of a secret before it."""
QUOTE: Final = r"'\''"
"""How a command has a quote in a text in quotes."""
OURS: Final = frozenset({"type", "format", "verdict", "status", "severity", "started"})
"""Keys whose values are words of ours."""


def masked(report: Report, redactor: Redactor) -> Report:
    """``report`` without secrets. Words of ours by which it is judged stay, also if one of them is a secret's value."""
    files = tuple(_ready(file, redactor) for file in report.files)
    found = redactor.redact(report._replace(files=files))
    problems = tuple(map(_judged, found.problems, report.problems))
    if found.comparison is None or report.comparison is None:
        return found._replace(problems=problems)
    changes = tuple(map(_kept, found.comparison.changes, report.comparison.changes))
    return found._replace(problems=problems, comparison=found.comparison._replace(changes=changes))


def _ready(file: FileRecord, redactor: Redactor) -> FileRecord:
    """A file whose requests can be masked as any value: without what hides a secret from that."""
    return file._replace(requests=tuple(_visible(record, redactor) for record in file.requests))


def _visible(record: Record, redactor: Redactor) -> Record:
    """Lines are made again, as a mask in the place of a number would be no JSON; the end of what was cut is masked if
    it is the beginning of a secret; a command that the shell's quotes or ``printf`` have changed is left out."""
    sent, received = record.sent, record.received
    if sent is not None:
        command = "" if QUOTE in sent.command or sent.command.startswith("printf ") else sent.command
        sent = sent._replace(command=command, body=_end_masked(sent.body, redactor))
    if received is not None:
        received = received._replace(body=_end_masked(received.body, redactor))
    return record._replace(line="", sent=sent, received=received)


def _end_masked(body: Body, redactor: Redactor) -> Body:
    if not body.left_out:
        return body
    return body._replace(text=redactor.text(f"{body.text}{CUT}").removesuffix(CUT))


def line_masked(line: str, redactor: Redactor) -> str:
    """A line of JSON Lines with every secret masked; its own words stay."""
    return dump(_json_masked(json.loads(line), redactor))


def _json_masked(value: Plain, redactor: Redactor) -> Plain:
    if isinstance(value, str):
        return redactor.text(value)
    if isinstance(value, list):
        return [_json_masked(one, redactor) for one in value]
    if not isinstance(value, dict):
        return value
    cut = bool(value.get("left_out"))
    found: dict[str, Plain] = {}
    for name, one in value.items():
        if name in OURS:
            found[name] = one
        elif name == "text" and cut and isinstance(one, str):
            found[name] = redactor.text(f"{one}{CUT}").removesuffix(CUT)
        elif name == "curl" and isinstance(one, str):
            if QUOTE not in one and not one.startswith("printf "):
                found[name] = redactor.text(one)
        else:
            found[name] = _json_masked(one, redactor)
    return found


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
