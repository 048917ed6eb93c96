"""Reports as Markdown for GitHub and GitLab: the verdict, what failed and why, what changed, all requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from runner.report.attempts import attempts_label
from runner.report.markup import block, code, table
from runner.report.record import WORDS, Change, Comparison, FileRecord, Glance, Problem, Record, Report, verdict
from runner.report.record_text import body_lines, failure_text, record_name, whole_run
from runner.report.spending import HEADINGS, model_cells, spent, tokens_label
from runner.report.style import printable_lines
from runner.results import Status
from runner.source import Severity
from runner.units import format_duration
from runner.usage import dollars

FAILURES_MOST: Final = 50
REQUESTS_MOST: Final = 200
CHANGES_MOST: Final = 100
FAILURE_MOST: Final = 6_000
"""Characters of what is said of one failure."""
EXCERPT_MOST: Final = 800
EXCERPT_LINES: Final = 10
SIGNS: Final = {Status.PASS: "✅", Status.FAIL: "❌", Status.ERROR: "❌", Status.SKIP: "⏭️"}


def render_markdown(report: Report) -> Iterator[str]:
    """The whole text; a blank line between its sections."""
    first = True
    for section in sections(report):
        yield section if first else f"\n{section}"
        first = False


def sections(report: Report) -> Iterator[str]:
    """Its parts, the most important first; each can be left out without harm to the others."""
    yield _top(report)
    yield from _problems(report.problems, "error", "Wrong files")
    if report.comparison is not None:
        yield _comparison(report.comparison)
    yield from _failures(report)
    if len(report.result.models) > 1:
        yield f"## Models\n\n{table(HEADINGS, map(_model, map(model_cells, report.result.models)), range(1, 6))}"
    yield from _problems(report.problems, "warning", "Warnings about files")
    yield from _requests(report)


def _top(report: Report) -> str:
    """The verdict, what is wrong with the run as a whole, the numbers, and how to run the same again."""
    said = verdict(report)
    notes = "".join(f"{code(note)}\n\n" for note in whole_run(report))
    numbers = table(("", ""), _numbers(report), (1,)) if report.files else ""
    again = block(printable_lines(report.command), FAILURE_MOST) if report.command and said != "passed" else ""
    parts = [f"# {'✅' if said == 'passed' else '❌'} API requests: {said}\n", notes.removesuffix("\n"), numbers, again]
    return "\n".join(filter(None, parts))


def _numbers(report: Report) -> Iterator[tuple[str, str]]:
    result = report.result
    yield "requests", str(sum(map(result.count, WORDS)))
    counted = [(word, result.count(status)) for status, word in WORDS.items()]
    counted += [("not sent", result.not_run), ("files skipped", result.files_skipped), ("warnings", result.warnings)]
    yield from ((word, str(count)) for word, count in counted if count > 0)
    yield "files", str(len({file.file for file in report.files}))
    yield "duration", format_duration(result.duration)
    told = spent(result.models)
    if told:
        yield "tokens and cost", code(told)
    if result.mocked:
        yield "answered by", "the mock server"
    if result.replayed:
        yield "answered by", f"the recording {code(result.replayed)}"


def _problems(problems: Sequence[Problem], severity: Severity, heading: str) -> Iterator[str]:
    """What is wrong or doubtful in files, in one section."""
    found = [one for one in problems if one.severity == severity]
    if found:
        lines = [line for one in found[:FAILURES_MOST] for line in _told(one)]
        yield f"## {heading}\n\n{block(lines, 10 * FAILURE_MOST)}{_more(len(found) - FAILURES_MOST)}"


def _told(problem: Problem) -> list[str]:
    start = f"{problem.location}: " if problem.location is not None else ""
    message = printable_lines(f"{start}{problem.message}")
    return [*message, *(f"  {line}" for line in printable_lines(problem.hint) if line)]


def _failures(report: Report) -> Iterator[str]:
    """A section for each, the first with their heading."""
    failed = [one for one in report.records if one[1].result.status in (Status.FAIL, Status.ERROR)]
    heading = f"## {len(failed)} failed\n\n"
    for file, record in failed[:FAILURES_MOST]:
        yield heading + _failure(file, record)
        heading = ""
    if len(failed) > FAILURES_MOST:
        yield _more(len(failed) - FAILURES_MOST).lstrip("\n")


def _failure(file: FileRecord, record: Record) -> str:
    result = record.result
    target = code(f"{result.method} {result.target}".strip())
    facts = [f"{code(str(result.location))}", target, _outcome(record), format_duration(result.duration)]
    facts += [attempts_label(result)] if attempts_label(result) else []
    title = f"### {code(record_name(file, record))}\n\n{' · '.join(facts)}\n\n"
    lines = failure_text(result)
    excerpt = body_lines(record.received.body, EXCERPT_MOST) if record.received is not None else []
    if not excerpt or (result.advice is not None and result.advice.says):
        return title + block(lines, FAILURE_MOST)
    cut = ["…"] if len(excerpt) > EXCERPT_LINES else []
    said = block([*excerpt[:EXCERPT_LINES], *cut], FAILURE_MOST)
    return f"{title}{block(lines, FAILURE_MOST)}\nThe answer:\n\n{said}"


def _outcome(record: Record) -> str:
    result = record.result
    if result.http_status is not None:
        return str(result.http_status)
    return result.error.kind if result.error is not None else "-"


def _model(cells: Sequence[str]) -> list[str]:
    return [code(cells[0]), *cells[1:]]


def _requests(report: Report) -> Iterator[str]:
    """A table of all of them, file by file."""
    count = sum(len(file.requests) for file in report.files)
    skipped = [file for file in report.files if file.skipped]
    if count:
        shown = islice(report.records, REQUESTS_MOST)
        headings = ("", "request", "", "status", "time", "tokens")
        rows = table(headings, (_row(file, record) for file, record in shown), (3, 4, 5))
        yield f"## All requests\n\n{rows}{_more(count - REQUESTS_MOST)}"
    if skipped:
        lines = table(("file", "why"), ([code(one.title), code(one.skipped, 300)] for one in skipped[:REQUESTS_MOST]))
        yield f"## Skipped files\n\n{lines}{_more(len(skipped) - REQUESTS_MOST)}"


def _row(file: FileRecord, record: Record) -> list[str]:
    result = record.result
    name = f"{code(record_name(file, record))} {code(str(result.location))}"
    if result.status is Status.SKIP:
        return [SIGNS[result.status], name, code(result.reason, 300), "-", "-", "-"]
    cost = record.cost
    tokens = " ".join(filter(None, (tokens_label(result.usages), dollars(cost) if cost is not None else "")))
    target = code(f"{result.method} {result.target}".strip())
    return [SIGNS[result.status], name, target, _outcome(record), format_duration(result.duration), tokens or "-"]


def _comparison(comparison: Comparison) -> str:
    """What is not as it was in the run that this one is held against."""
    counts = ", ".join(f"{comparison.counts.get(status, 0)} {word}" for status, word in WORDS.items())
    changes = comparison.changes
    start = f"## Since the run of {_moment(comparison.started)}\n\nThen {counts}.\n\n"
    if not changes:
        return f"{start}Nothing changed.\n"
    rows = map(_change, changes[:CHANGES_MOST])
    return f"{start}{table(('change', 'request', 'before', 'now', 'since'), rows)}{_more(len(changes) - CHANGES_MOST)}"


def _change(change: Change) -> list[str]:
    name = " ".join(filter(None, (change.name, change.row, change.round)))
    since = _moment(change.since) if change.since is not None else "-"
    return [change.kind, f"{code(name)} {code(change.file)}", _glance(change.before), _glance(change.after), since]


def _glance(glance: Glance | None) -> str:
    if glance is None:
        return "-"
    tokens = f"{glance.tokens:,} tokens" if glance.tokens is not None else ""
    cost = dollars(glance.cost) if glance.cost is not None else ""
    return ", ".join(filter(None, (WORDS[glance.status], format_duration(glance.duration), tokens, cost)))


def _moment(epoch: float) -> str:
    return f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%d %H:%M} UTC"


def _more(count: int) -> str:
    return f"\n… and {count:,} more\n" if count > 0 else ""
