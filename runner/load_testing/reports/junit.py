"""A load test as JUnit XML: each threshold is a test case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from runner.errors import ExitCode
from runner.load_testing.record import LoadReport, verdict
from runner.load_testing.reports.table import facts, request_headings, request_rows, time_headings, time_rows
from runner.report.style import printable

NAME = "runner load"
ATTACHMENT = re.compile(r"\[(?=\[ATTACHMENT\|)", re.IGNORECASE)
"""Where GitLab and a plug-in of Jenkins read the name of a file that they then show."""


def render_junit(report: LoadReport) -> Iterator[str]:
    """The whole document: a case for each threshold, and one for the test if it did not come to its end."""
    wrong = report.exit_code not in (ExitCode.OK, ExitCode.CHECK_FAILED)
    tests = len(report.outcomes) + wrong
    failed = sum(not one.met for one in report.outcomes)
    counts = f'tests="{tests}" failures="{failed}" errors="{int(wrong)}" time="{report.seconds:.3f}"'
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="{NAME}" {counts}>\n<testsuite name="{NAME}" skipped="0" {counts}>\n'
    yield "<properties>\n"
    for name, value in facts(report):
        yield f"<property name={_quoted(name)} value={_quoted(value)}/>\n"
    for row in request_rows(report):
        for heading, cell in zip(request_headings(report)[1:], row[1:], strict=True):
            yield f"<property name={_quoted(f'{row[0]}: {heading}')} value={_quoted(cell)}/>\n"
    yield "</properties>\n"
    for one in report.outcomes:
        yield f'<testcase classname="{NAME}" name={_quoted(one.threshold)}>'
        if not one.met:
            message = f"not met: {one.threshold}, measured {one.shown}"
            yield f'\n<failure message={_quoted(message)} type="threshold">{_text(message)}</failure>\n'
        yield "</testcase>\n"
    if wrong:
        message = report.stopped or f"the load test was {verdict(report)}"
        yield f'<testcase classname="{NAME}" name="the whole test">\n'
        yield f'<error message={_quoted(message)} type="run"/>\n</testcase>\n'
    yield f"<system-out>{_text(chr(10).join(_lines(report)))}</system-out>\n"
    yield "</testsuite>\n</testsuites>\n"


def _lines(report: LoadReport) -> Iterator[str]:
    """What is in no attribute: requests, failures, and the test over time."""
    yield from filter(None, (report.stopped, *report.notes))
    yield from _columns([request_headings(report), *request_rows(report)])
    for one in report.failures[:50]:
        yield f"{one.times:,}  {one.request}: {one.why}"
    yield from _columns([time_headings(report), *time_rows(report)])


def _columns(rows: list[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _quoted(text: str) -> str:
    return quoteattr(ATTACHMENT.sub("(", printable(text)))


def _text(text: str) -> str:
    return ATTACHMENT.sub("(", escape("\n".join(printable(line) for line in text.split("\n"))))
