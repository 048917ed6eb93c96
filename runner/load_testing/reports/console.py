"""A load test as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.load_testing.record import LoadReport, verdict
from runner.load_testing.reports.table import client_words, request_headings, request_rows
from runner.report.cells import cells, pad
from runner.report.spending import model_lines, spent
from runner.report.style import Style, printable
from runner.units import format_duration

FAILURES_MOST = 20


def lines_of(report: LoadReport, style: Style) -> Iterator[str]:
    """The whole text."""
    if report.requests:
        yield ""
        yield from _table([request_headings(report), *request_rows(report)], style)
    yield from _failures(report, style)
    models = [*model_lines(report.models, style)]
    if models:
        yield ""
        yield from models
    if report.outcomes:
        yield ""
        width = max(cells(printable(one.threshold)) for one in report.outcomes)
        for one in report.outcomes:
            word = style.paint("pass", "met    ") if one.met else style.paint("fail", "not met")
            yield f"{word}  {pad(printable(one.threshold), width)}  {printable(one.shown)}"
    yield ""
    for note in report.notes:
        yield style.paint("warning", printable(note)) if note else note
    if report.stopped:
        yield style.paint("fail", printable(report.stopped))
    yield _last(report, style)


def _failures(report: LoadReport, style: Style) -> Iterator[str]:
    if not report.failures:
        return
    yield ""
    width = len(f"{report.failures[0].times:,}")
    for one in report.failures[:FAILURES_MOST]:
        count = f"{one.times:,}".rjust(width)
        yield f"{style.paint('fail', count)}  {printable(one.request)}: {printable(one.why)}"
    more = len(report.failures) - FAILURES_MOST
    if more > 0:
        yield f"… {more} more kinds of failures"


def _last(report: LoadReport, style: Style) -> str:
    word = verdict(report)
    silent = f" ({report.total.unanswered:,} unanswered)" if report.total.unanswered else ""
    told = f"{report.total.count:,} requests, {report.total.failed:,} failed{silent}, {report.rate:,.1f} a second"
    users = f"{report.users:,} user{'' if report.users == 1 else 's'}"
    took = f"{users}, {format_duration(report.seconds)}, {client_words(report)}"
    costs = spent(report.models)
    parts = [style.paint("pass" if word == "passed" else "fail", f"load test {word}:"), f"{told}; {took}"]
    return " ".join(parts) + (f"; {printable(costs)}" if costs else "")


def _table(rows: Sequence[Sequence[str]], style: Style) -> Iterator[str]:
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(cells(row[column]) for row in shown) for column in range(len(shown[0]))]
    for number, row in enumerate(shown):
        right = [" " * (width - cells(text)) + text for text, width in zip(row[1:], widths[1:], strict=True)]
        line = "  ".join([pad(row[0], widths[0]), *right]).rstrip()
        yield style.paint("bold", line) if number == 0 else line
