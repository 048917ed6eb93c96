"""Reports as JUnit XML, as GitHub's actions, GitLab, Jenkins and most other CI servers read it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from runner.report.attempts import attempts_label
from runner.report.failure import headline, one_line
from runner.report.record import FileRecord, Problem, Record, Report
from runner.report.record_text import (
    exchange_lines,
    failure_text,
    record_name,
    whole_run,
)
from runner.report.style import printable, printable_lines
from runner.results import RequestResult, Status
from runner.usage import tokens_of

BODY_MOST: Final = 4_000
BODY_LEAST: Final = 200
"""Characters of one body, and of one after ``ALL_MOST`` characters of the report."""
SAID_MOST: Final = 20_000
SAID_LEAST: Final = 1_000
"""The same of what is said of a failure."""
ALL_MOST: Final = 12_000_000
"""GitLab takes no file above 30 MB."""
ATTACHMENT: Final = re.compile(r"\[(?=\[ATTACHMENT\|)", re.IGNORECASE)
"""Where GitLab and a plug-in of Jenkins read the name of a file that they then show."""
WHOLE_RUN: Final = "runner"
"""The name of what speaks of the run as a whole."""


class _Counts(NamedTuple):
    """Of test cases, and the seconds that they took."""

    tests: int = 0
    failures: int = 0
    errors: int = 0
    skipped: int = 0
    time: float = 0.0

    def __str__(self) -> str:
        """As attributes, without the skipped ones, for which only a suite has one."""
        return f'tests="{self.tests}" failures="{self.failures}" errors="{self.errors}" time="{self.time:.3f}"'


def render_junit(report: Report) -> Iterator[str]:
    """The whole document: a suite for each file of each row and round, one for each wrong file, and one for the run if
    something of it as a whole is wrong."""
    notes = whole_run(report)
    wrong = _by_file(report.problems)
    classes = _classnames([*(file.file for file in report.files), *wrong])
    suites = [_counted(file) for file in report.files]
    suites += [_Counts(len(errors), errors=len(errors)) for errors, _ in wrong.values()]
    suites += [_Counts(len(notes), errors=len(notes))] if notes else []
    total = _total(suites, report.result.duration)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="{WHOLE_RUN}" {total}>\n'
    writer = _Writer(report, classes)
    for file, counts in zip(report.files, suites, strict=False):
        yield from writer.suite(file, counts)
    for name, (errors, warnings) in wrong.items():
        yield from _wrong_file(name, classes[name], errors, warnings)
    if notes:
        yield f'<testsuite name="{WHOLE_RUN}" skipped="0" {_Counts(len(notes), errors=len(notes))}>\n'
        for note in notes:
            case = f'<testcase classname="{WHOLE_RUN}" name={_quoted(note)}>'
            yield f'{case}\n<error message={_quoted(note)} type="run"/>\n</testcase>\n'
        yield "</testsuite>\n"
    yield "</testsuites>\n"


def _total(suites: Sequence[_Counts], duration: float) -> _Counts:
    tests, failures, errors, skipped = (sum(one[column] for one in suites) for column in range(4))
    return _Counts(int(tests), int(failures), int(errors), int(skipped), duration)


def _counted(file: FileRecord) -> _Counts:
    if file.skipped:
        return _Counts(1, skipped=1)
    statuses = [record.result.status for record in file.requests]
    return _Counts(
        len(statuses),
        statuses.count(Status.FAIL),
        statuses.count(Status.ERROR),
        statuses.count(Status.SKIP),
        sum(record.result.duration for record in file.requests),
    )


def _by_file(problems: Sequence[Problem]) -> dict[str, tuple[list[Problem], list[Problem]]]:
    """Errors and warnings of each file, empty for what is of no file."""
    found: dict[str, tuple[list[Problem], list[Problem]]] = {}
    for one in problems:
        name = one.location.file if one.location is not None else ""
        found.setdefault(name, ([], []))[one.severity == "warning"].append(one)
    return found


def _wrong_file(name: str, classname: str, errors: Sequence[Problem], warnings: Sequence[Problem]) -> Iterator[str]:
    counts = _Counts(len(errors), errors=len(errors))
    yield f'<testsuite name={_quoted(name or WHOLE_RUN)}{_file(name)} skipped="0" {counts}>\n'
    for one in errors:
        place = one.location
        line = f' line="{place.line}"' if place is not None else ""
        case = f"{place.line}:{place.column} {one.message}" if place is not None else one.message
        yield f"<testcase classname={_quoted(classname)} name={_quoted(one_line(case))}{_file(name)}{line}"
        yield f">\n<error message={_quoted(one_line(one.message))} type={_quoted(one.rule)}>"
        yield f"{_text(_told(one))}</error>\n</testcase>\n"
    if warnings:
        yield f"<system-err>{_text([line for one in warnings for line in _told(one)])}</system-err>\n"
    yield "</testsuite>\n"


def _told(problem: Problem) -> list[str]:
    start = f"{problem.location}: " if problem.location is not None else ""
    return printable_lines("\n".join(filter(None, (f"{start}{problem.severity}: {problem.message}", problem.hint))))


class _Writer:
    """Writes suites; knows how much was written of what was sent and came back."""

    def __init__(self, report: Report, classes: Mapping[str, str]) -> None:
        self._started = report.started
        self._classes = classes
        self._room = ALL_MOST

    def suite(self, file: FileRecord, counts: _Counts) -> Iterator[str]:
        """One file's run."""
        yield f'<testsuite name={_quoted(file.title)}{_file(file.file)} skipped="{counts.skipped}" {counts}'
        at = next((record.at for record in file.requests if record.at is not None), 0.0)
        if self._started:
            moment = datetime.fromtimestamp(self._started + at, UTC).replace(tzinfo=None)
            yield f' timestamp="{moment.isoformat(timespec="seconds")}"'
        yield ">\n"
        if file.skipped:
            name = " ".join(filter(None, (file.name or "all requests", file.row, file.round)))
            yield f"<testcase classname={_quoted(self._classes[file.file])} name={_quoted(name)}{_file(file.file)}"
            yield f">\n<skipped message={_quoted(one_line(file.skipped))}/>\n</testcase>\n"
        for record in file.requests:
            yield self._case(file, record)
        yield "</testsuite>\n"

    def _case(self, file: FileRecord, record: Record) -> str:
        result = record.result
        verdict = self._verdict(result)
        lines = list(exchange_lines(record, BODY_MOST if self._room > 0 else BODY_LEAST))
        self._room -= len(verdict) + sum(map(len, lines))
        return (
            f"<testcase classname={_quoted(self._classes[file.file])} name={_quoted(record_name(file, record))}"
            f'{_file(result.location.file)} line="{result.location.line}" time="{result.duration:.3f}">\n'
            f"{_properties(record)}{verdict}"
            + (f"<system-out>{_text(lines)}</system-out>\n" if lines else "")
            + (f"<system-err>{_text(_warnings(result))}</system-err>\n" if result.warnings else "")
            + "</testcase>\n"
        )

    def _verdict(self, result: RequestResult) -> str:
        """Of one that failed what the console says."""
        if result.status is Status.SKIP:
            return f"<skipped message={_quoted(headline(result))}/>\n"
        if result.status is Status.PASS:
            return ""
        failed = result.failed_checks
        kind = failed[0].subject if failed else result.error.kind if result.error is not None else "request"
        element = "failure" if result.status is Status.FAIL else "error"
        most = SAID_MOST if self._room > 0 else SAID_LEAST
        text = "\n".join(failure_text(result._replace(warnings=())))
        said = text if len(text) <= most else f"{text[:most]}\n… {len(text) - most:,} characters more"
        return f"<{element} message={_quoted(headline(result))} type={_quoted(kind)}>{_escaped(said)}</{element}>\n"


def _warnings(result: RequestResult) -> list[str]:
    return [line for warning in result.warnings for line in printable_lines(f"warning: {warning}")]


def _properties(record: Record) -> str:
    result = record.result
    tokens = tokens_of(result.usages)
    cost = record.cost
    values = {
        "method": result.method,
        "url": record.sent.url if record.sent is not None else result.target,
        "status": "" if result.http_status is None else str(result.http_status),
        "tags": ", ".join(result.tags),
        "model": result.model,
        "tokens": "" if tokens is None else str(tokens),
        "cost": "" if cost is None else f"{cost:f}",
        "first_content": "" if result.first_content is None else f"{result.first_content:.3f}",
        "attempts": attempts_label(result),
    }
    lines = [f'<property name="{name}" value={_quoted(value)}/>\n' for name, value in values.items() if value]
    return f"<properties>\n{''.join(lines)}</properties>\n" if lines else ""


def _classnames(files: Iterable[str]) -> dict[str, str]:
    """For each file ``collections.chat`` of ``collections/chat.yaml``, as CI servers group by what stands before the
    last dot. Files that would have the same keep their whole name: of cases that are named alike GitLab reads one."""
    names = {file: _dotted(file) for file in files}
    counts = Counter(names.values())
    return {file: name if counts[name] == 1 else file for file, name in names.items()}


def _dotted(file: str) -> str:
    path = re.sub(r"\.ya?ml$", "", file, flags=re.IGNORECASE)
    return ".".join(part for part in re.split(r"[/\\]", path) if part not in ("", ".", "..")) or WHOLE_RUN


def _file(name: str) -> str:
    """The attribute, of what is a file."""
    return "" if not name or name.startswith("<") else f" file={_quoted(name)}"


def _quoted(text: str) -> str:
    """An attribute's value in its quotes."""
    return '"' + _escaped(printable(text)).replace('"', "&quot;") + '"'


def _text(lines: Sequence[str]) -> str:
    """Lines that are printable, as an element's text."""
    return _escaped("\n".join(lines))


def _escaped(text: str) -> str:
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return ATTACHMENT.sub(r"\\x5b", text) if "[[" in text else text
