"""A load test as Markdown for GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Iterator

from runner.load_testing.record import LoadReport, verdict
from runner.load_testing.reports.table import facts, request_headings, request_rows, time_headings, time_rows
from runner.report.markup import code, table
from runner.report.spending import HEADINGS as MODEL_HEADINGS, model_cells, spent

FAILURES_MOST = 50


def render_markdown(report: LoadReport) -> Iterator[str]:
    """The whole text."""
    word = verdict(report)
    yield f"# {'✅' if word == 'passed' else '❌'} Load test: {word}\n"
    for note in (report.stopped, *report.notes):
        if note:
            yield f"\n{code(note, 500)}\n"
    rows = [(name, code(value)) for name, value in facts(report)]
    costs = spent(report.models)
    yield f"\n{table(('', ''), [*rows, ('tokens and cost', code(costs))] if costs else rows, (1,))}"
    if report.outcomes:
        shown = [("✅" if one.met else "❌", code(one.threshold), code(one.shown)) for one in report.outcomes]
        yield f"\n## Thresholds\n\n{table(('', 'threshold', 'measured'), shown, (2,))}"
    if report.requests:
        headings = request_headings(report)
        requests = [(code(row[0]), *row[1:]) for row in request_rows(report)]
        yield f"\n## Requests\n\n{table(headings, requests, range(1, len(headings)))}"
    if report.failures:
        kinds = [(f"{one.times:,}", code(one.request), code(one.why, 300)) for one in report.failures[:FAILURES_MOST]]
        yield f"\n## Failures\n\n{table(('count', 'request', 'why'), kinds, (0,))}"
    if report.models:
        models = [tuple(map(code, model_cells(one))) for one in report.models]
        yield f"\n## Models\n\n{table(MODEL_HEADINGS, models, range(1, len(MODEL_HEADINGS)))}"
    if report.slots:
        headings = time_headings(report)
        yield f"\n## Over time\n\n{table(headings, time_rows(report), range(len(headings)))}"
