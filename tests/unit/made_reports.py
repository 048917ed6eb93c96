"""Reports of all kinds, made by hypothesis."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from hypothesis import strategies as st

from runner.errors import ExitCode
from runner.messages import Certificate, StreamEvent, Timings, TransportError
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
    StreamRecord,
)
from runner.results import Advice, Attempt, Check, Failed, RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage

HOSTILE: Final = (
    "]]>", "<script>alert(1)</script>", "</script><!--", "\x1b[2J\x07", "\x00\x08\x0b", "\ud800", "\udfff\ud83d",
    "\u202egnp.exe", "\u2028\u2029", "::error file=a::b", "##[error]x", "##vso[task.setvariable]", "\ufeff\u200b",
    "\u0085\x9b31m", "😀\U000e0041", '"\\', "\r\n", "{{7*7}}", "|\n|---|", "not ok 1 - # SKIP", "&#x0; &amp;",
)  # fmt: skip
"""What terminals, browsers, CI servers and readers of reports would obey or choke on."""

ANY_TEXT: Final = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(HOSTILE)
WHOLE_TEXT: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
"""Without halves of characters, which no file can hold."""

SECONDS: Final = st.integers(0, 10**12).map(lambda number: number / 10**6)
MAYBE_SECONDS: Final = st.none() | SECONDS
MOMENTS: Final = st.integers(0, 4 * 10**12).map(lambda number: number / 1000)
COUNTS: Final = st.integers(0, 10**9)
DOLLARS: Final = st.none() | st.integers(0, 10**9).map(lambda number: Decimal(number) / 10**6)
STATUSES: Final = st.sampled_from(list(Status))


def reports(text: st.SearchStrategy[str]) -> st.SearchStrategy[Report]:
    """Whole reports in which every text is one of these; numbers fit what they count."""
    some = text.filter(bool)
    place = st.builds(Location, text, st.integers(1, 10**6), st.integers(0, 500))
    headers = st.lists(st.tuples(text, text), max_size=3).map(tuple)
    body = st.just(Body()) | st.builds(
        Body, text, text, st.integers(1, 10**9), COUNTS, st.booleans(), text
    )  # fmt: skip
    check = st.builds(Check, text, st.booleans(), st.none() | place, text, text, text)
    kind = st.sampled_from(["connection", "dns", "tls", "timeout", "response", "request"])
    error = st.builds(TransportError, kind, text, text)
    attempt = st.builds(Attempt, st.none() | st.integers(0, 999), st.none() | kind, SECONDS, text)
    amounts = st.tuples(*[st.none() | COUNTS] * 5)
    usage = st.builds(
        lambda asked, numbers, took, first: Usage(
            numbers[0], numbers[1], numbers[2], numbers[3], reasoning=numbers[4], asked=asked, seconds=took,
            first_content=first,
        ),
        some, amounts, SECONDS, MAYBE_SECONDS,
    )  # fmt: skip
    event = st.builds(StreamEvent, text, text, MAYBE_SECONDS)
    stream = st.builds(
        StreamRecord, text, st.booleans(), text, MAYBE_SECONDS, MAYBE_SECONDS,
        st.lists(event, max_size=2).map(tuple), COUNTS, text,
    )  # fmt: skip
    timings = st.builds(Timings, SECONDS, MAYBE_SECONDS, MAYBE_SECONDS, MAYBE_SECONDS, MAYBE_SECONDS)
    certificate = st.builds(Certificate, text, text, st.integers(-(10**9), 10**9).map(float))
    received = st.builds(
        Received, st.integers(0, 999), text, text, headers, body, COUNTS,
        st.lists(text, max_size=2).map(tuple), timings, st.none() | certificate, st.none() | stream,
    )  # fmt: skip
    sent = st.builds(Sent, text, text, headers, body, text)
    texts = st.lists(text, max_size=2).map(tuple)
    result = st.builds(
        RequestResult, text, STATUSES, place, text, text, st.none() | st.integers(0, 999), SECONDS,
        checks=st.lists(check, max_size=2).map(tuple),
        error=st.none() | error,
        advice=st.none() | st.builds(Advice, text, text),
        reason=text,
        exchange=st.none(),
        held_up=st.booleans(),
        attempts=st.lists(attempt, max_size=2).map(tuple),
        tries=st.lists(STATUSES, max_size=3).map(tuple),
        first_content=MAYBE_SECONDS,
        usages=st.lists(usage, max_size=2).map(tuple),
        model=text,
        warnings=texts,
        started=st.just(0.0),
        tags=texts,
        command=st.just(""),
    )  # fmt: skip
    record = st.builds(Record, st.integers(1, 10**6), result, st.none() | sent, st.none() | received, MAYBE_SECONDS)
    priced = st.builds(_priced, record, DOLLARS)
    file = st.builds(FileRecord, text, text, text, text, text, st.lists(priced, max_size=2).map(tuple))
    problem = st.builds(Problem, st.sampled_from(["error", "warning"]), text, text, text, st.none() | place)
    model = st.builds(
        ModelSum, text, COUNTS, COUNTS, COUNTS, COUNTS, COUNTS, DOLLARS, COUNTS, COUNTS, SECONDS, SECONDS, COUNTS
    )
    run = st.builds(
        RunResult, st.just({}), SECONDS, st.booleans(),
        st.sampled_from([None, ExitCode.INTERRUPTED, ExitCode.TERMINATED]), COUNTS, COUNTS, st.just(()),
        st.lists(model, max_size=2).map(tuple), st.just(""), st.just(""), st.booleans(), COUNTS,
    )  # fmt: skip
    stopped = st.builds(lambda one, unsent: one._replace(budget="--max-cost", unsent=unsent), run, text)
    glance = st.builds(Glance, STATUSES, SECONDS, st.none() | COUNTS, DOLLARS)
    kinds = st.sampled_from(["newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone"])
    change = st.builds(
        Change, kinds, text, text, text, text, st.none() | glance, st.none() | glance, st.none() | MOMENTS
    )
    counts = st.fixed_dictionaries(dict.fromkeys(Status, COUNTS))
    comparison = st.builds(
        Comparison, MOMENTS, SECONDS, counts, st.none() | COUNTS, DOLLARS, st.lists(change, max_size=2).map(tuple)
    )
    whole = st.builds(
        Report, MOMENTS, run | stopped, st.lists(file, max_size=2).map(tuple),
        st.lists(problem, max_size=2).map(tuple), text, st.none() | comparison,
    )  # fmt: skip
    return whole.map(consistent)


def _priced(record: Record, cost: Decimal | None) -> Record:
    return record._replace(costs=(cost,) * len(record.result.usages))


def consistent(report: Report) -> Report:
    """The report with the numbers that its requests come to; of what passed every check holds."""
    files = tuple(file._replace(requests=tuple(map(_holding, file.requests))) for file in report.files)
    report = report._replace(files=files)
    results = [(file.file, record.result) for file, record in report.records]
    counts = {status: sum(result.status is status for _, result in results) for status in Status}
    failed = tuple(Failed(file, one.name) for file, one in results if one.status in (Status.FAIL, Status.ERROR))
    return report._replace(result=report.result._replace(counts=counts, failed=failed))


def _holding(record: Record) -> Record:
    result = record.result
    if result.status is not Status.PASS:
        return record
    return record._replace(result=result._replace(checks=tuple(one._replace(passed=True) for one in result.checks)))
