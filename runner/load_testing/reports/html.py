"""A load test as one page of HTML, without scripts: tables, and lines drawn over time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import escape
from typing import Final

from runner.load_testing.measures import Measure, together
from runner.load_testing.record import LoadReport, verdict
from runner.load_testing.reports.chart import Line, chart
from runner.load_testing.reports.table import (
    UNANSWERED,
    facts,
    moment,
    request_headings,
    request_rows,
    slot_seconds,
    time_headings,
    time_rows,
)
from runner.report.spending import HEADINGS as MODEL_HEADINGS, model_cells, spent
from runner.report.style import printable

STYLE: Final = """
:root { color-scheme: light dark; --line: #8884; --bad: #b3231b; --good: #17713a; }
@media (prefers-color-scheme: dark) { :root { --bad: #ff8a80; --good: #7fd79b; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .75rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { text-align: left; }
td.text { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.bad { color: var(--bad); font-weight: 600; } .good { color: var(--good); font-weight: 600; }
svg { display: block; height: auto; max-width: 100%; } svg text { fill: currentColor; font-size: 12px; }
svg .axis { stroke: var(--line); }
figure { margin: 1rem 0; } figcaption { font-weight: 600; }
.a { stroke: #2f6fde; fill: #2f6fde; } .b { stroke: #c05a00; fill: #c05a00; } .c { stroke: #8a3ffc; fill: #8a3ffc; }
@media (prefers-color-scheme: dark) {
  .a { stroke: #8ab4ff; fill: #8ab4ff; } .b { stroke: #ffb066; fill: #ffb066; } .c { stroke: #c9a6ff; fill: #c9a6ff; }
}
"""
PARTS: Final = (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))
MOST_CHARTS: Final = 30


def render_html(report: LoadReport) -> Iterator[str]:
    """The whole page; nothing is loaded, and nothing runs."""
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    word = verdict(report)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{digest}'\">\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield f"<title>Load test {_text(word)} · {moment(report.started)[:16]}</title>\n<style>{STYLE}</style>\n</head>\n"
    yield f'<body>\n<main>\n<h1>Load test: <span class="{_class(word == "passed")}">{_text(word)}</span></h1>\n'
    yield f"<p>Started {moment(report.started)}.</p>\n"
    for note in filter(None, (report.stopped, *report.notes)):
        yield f'<p class="bad">{_text(note)}</p>\n'
    yield from _facts(report)
    yield from _outcomes(report)
    if report.requests:
        yield from _section("Requests", request_headings(report), request_rows(report))
    yield from _failures(report)
    if report.models:
        yield from _section("Models", MODEL_HEADINGS, map(model_cells, report.models))
    if report.slots:
        yield "<h2>Over time</h2>\n"
        yield from _charts(report)
        yield from _table(time_headings(report), time_rows(report))
    yield "</main>\n</body>\n</html>\n"


def _facts(report: LoadReport) -> Iterator[str]:
    rows = [*facts(report)]
    costs = spent(report.models)
    if costs:
        rows.append(("tokens and cost", costs))
    cells = "".join(f'<tr><th scope="row">{_text(name)}</th><td>{_text(value)}</td></tr>\n' for name, value in rows)
    yield f'<div class="scroll"><table>\n{cells}</table></div>\n'


def _outcomes(report: LoadReport) -> Iterator[str]:
    if not report.outcomes:
        return
    yield '<h2>Thresholds</h2>\n<div class="scroll"><table>\n'
    yield '<tr><th scope="col">threshold</th><th scope="col">measured</th><th scope="col">verdict</th></tr>\n'
    for one in report.outcomes:
        verdict_cell = f'<td class="{_class(one.met)}">{"met" if one.met else "not met"}</td>'
        yield f"<tr><td>{_text(one.threshold)}</td><td>{_text(one.shown)}</td>{verdict_cell}</tr>\n"
    yield "</table></div>\n"


def _failures(report: LoadReport) -> Iterator[str]:
    if not report.failures:
        return
    yield '<h2>Failures</h2>\n<div class="scroll"><table>\n'
    yield '<tr><th scope="col">request</th><th scope="col">count</th><th scope="col">why</th></tr>\n'
    for one in report.failures:
        yield f'<tr><td>{_text(one.request)}</td><td>{one.times:,}</td><td class="text">{_text(one.why)}</td></tr>\n'
    yield "</table></div>\n"


def _section(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"<h2>{_text(title)}</h2>\n"
    yield from _table(headings, rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield '<div class="scroll"><table>\n'
    heads = "".join(f'<th scope="col">{_text(one)}</th>' for one in headings)
    yield f"<tr>{heads}</tr>\n"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>\n"
    yield "</table></div>\n"


def _charts(report: LoadReport) -> Iterator[str]:
    middles = [slot.start + slot_seconds(slot, report) / 2 for slot in report.slots]
    wholes = [together(slot.requests.values()) for slot in report.slots]
    yield chart("Response times in milliseconds", middles, _percentiles(wholes))
    rates = [one.count / slot_seconds(slot, report) for slot, one in zip(report.slots, wholes, strict=True)]
    failed = [one.failed / slot_seconds(slot, report) for slot, one in zip(report.slots, wholes, strict=True)]
    lines = [Line("all", rates), Line("failed", failed)]
    if report.total.unanswered:
        seconds = [slot_seconds(slot, report) for slot in report.slots]
        silent = [one.unanswered / length for one, length in zip(wholes, seconds, strict=True)]
        lines.append(Line(UNANSWERED, silent))
    yield chart("Requests a second", middles, lines)
    yield chart("Users", middles, [Line("users", [float(slot.users) for slot in report.slots])])
    names = list(report.requests)[:MOST_CHARTS] if len(report.requests) > 1 else []
    for name in names:
        measures = [slot.requests.get(name, Measure()) for slot in report.slots]
        yield chart(f"{name}: response times in milliseconds", middles, _percentiles(measures))


def _percentiles(measures: Sequence[Measure]) -> list[Line]:
    return [Line(name, [_milliseconds(one.times.percentile(part)) for one in measures]) for name, part in PARTS]


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000


def _class(good: bool) -> str:  # noqa: FBT001  # it is asked of one value
    return "good" if good else "bad"


def _text(text: str) -> str:
    return escape(printable(text))
