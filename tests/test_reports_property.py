"""Whatever texts a run has, every kind of report made of it can be read, has every request, and nothing in it is
obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Final, TypeVar, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from runner import registry
from runner.errors import ExitCode
from runner.messages import Certificate, StreamEvent, Timings, TransportError
from runner.report.kinds import KINDS, Render
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
from runner.results import Advice, Attempt, Check, RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage
from tests.report_readers import COMMAND, OBEYED, READERS
from tests.test_reports_hostile import HOSTILE

T = TypeVar("T")


def made(
    kind: Callable[..., T], *parts: st.SearchStrategy[object], **named: st.SearchStrategy[object]
) -> st.SearchStrategy[T]:
    """Values of a NamedTuple of these parts; the others are as they are by default."""
    return st.tuples(st.tuples(*parts), st.fixed_dictionaries(named)).map(lambda found: kind(*found[0], **found[1]))


any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)
texts: Final = any_text | st.sampled_from([*HOSTILE, "\ud800", "", "***", " ", "\n", "a\nb", "-", "#", ": x", "'\""])
names: Final = texts.filter(bool)
seconds: Final = st.floats(0, 1000) | st.just(0.0)
maybe: Final = st.none() | seconds
counts: Final = st.integers(0, 10**7)
costs: Final = st.none() | st.decimals(0, 100, places=6)
statuses: Final = st.sampled_from(Status)
headers: Final = st.lists(st.tuples(names, texts), max_size=2).map(tuple)
locations: Final = made(Location, names, st.integers(1, 10**6), st.integers(0, 300))
bodies: Final = st.just(Body()) | made(Body, texts, texts, st.integers(1, 10**8), counts, st.booleans(), texts)
streams: Final = made(
    StreamRecord,
    texts,
    st.booleans(),
    texts,
    maybe,
    maybe,
    st.lists(made(StreamEvent, texts, texts, maybe), max_size=2).map(tuple),
    counts,
    texts,
)
received: Final = made(
    Received,
    st.integers(100, 599),
    texts,
    texts,
    headers,
    bodies,
    counts,
    st.lists(texts, max_size=2).map(tuple),
    made(Timings, seconds, maybe, maybe, maybe, maybe),
    st.none() | made(Certificate, texts, texts, st.floats(-1e9, 1e9)),
    st.none() | streams,
)
checks: Final = made(Check, names, st.booleans(), st.none() | locations, texts, texts, texts)
errors: Final = made(TransportError, st.sampled_from(["dns", "timeout", "response"]), texts, texts)
attempts: Final = made(Attempt, st.none() | st.integers(100, 599), st.none() | st.just("dns"), seconds, texts)
usages: Final = made(Usage, st.none() | counts, st.none() | counts, st.none() | counts, asked=texts)
results: Final = made(
    RequestResult,
    names,
    statuses,
    locations,
    texts,
    texts,
    st.none() | st.integers(100, 599),
    seconds,
    st.lists(checks, max_size=3).map(tuple),
    st.none() | errors,
    st.none() | made(Advice, texts, texts),
    texts,
    attempts=st.lists(attempts, max_size=2).map(tuple),
    tries=st.lists(statuses, max_size=2).map(tuple),
    first_content=maybe,
    model=texts,
    warnings=st.lists(names, max_size=2).map(tuple),
    tags=st.lists(names, max_size=2).map(tuple),
)
sent: Final = made(Sent, names, texts, headers, bodies, texts)
models: Final = made(ModelSum, names, counts, counts, counts, counts, counts, costs, counts, counts, seconds)
problems: Final = made(Problem, st.sampled_from(["error", "warning"]), names, names, texts, st.none() | locations)
glances: Final = st.none() | made(Glance, statuses, seconds, st.none() | counts, costs)
kinds: Final = st.sampled_from(["newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone"])
changes: Final = made(Change, kinds, names, texts, texts, names, glances, glances, st.none() | st.floats(0, 4e9))
comparisons: Final = made(
    Comparison,
    st.floats(0, 4e9),
    seconds,
    st.just({}),
    st.none() | counts,
    costs,
    st.lists(changes, max_size=2).map(tuple),
)


@st.composite
def reports(draw: st.DrawFn) -> Report:
    """A report whose parts go together."""
    files: list[FileRecord] = []
    number = 0
    tally = dict.fromkeys(Status, 0)
    for _ in range(draw(st.integers(0, 2))):
        records: list[Record] = []
        for result in draw(st.lists(results, max_size=2)):
            number += 1
            tally[result.status] += 1
            used = tuple(draw(st.lists(usages, max_size=2)))
            priced = tuple(draw(costs) for _ in used)
            exchange = (draw(st.none() | sent), draw(st.none() | received))
            records.append(Record(number, result._replace(usages=used), *exchange, draw(maybe), priced))
        skipped = "" if records else draw(texts)
        files.append(FileRecord(draw(names), draw(texts), draw(texts), draw(texts), skipped, tuple(records)))
    run = RunResult(
        tally,
        draw(seconds),
        draw(st.booleans()),
        draw(st.sampled_from([None, ExitCode.INTERRUPTED, ExitCode.TERMINATED])),
        draw(counts),
        models=tuple(draw(st.lists(models, max_size=2))),
        budget=draw(st.sampled_from(["", "--max-cost"])),
        unsent=draw(texts),
        mocked=draw(st.booleans()),
        warnings=draw(counts),
    )
    wrong = () if number else tuple(draw(st.lists(problems, max_size=2)))
    return Report(draw(st.floats(0, 4e9)), run, tuple(files), wrong, draw(texts), draw(st.none() | comparisons))


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=40, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(report=reports())
def test_any_report_can_be_read(kind: str, report: Report) -> None:
    render = cast(Render, registry.load(KINDS[kind].render))
    pieces: Iterable[str] = render(report)
    text = "".join(pieces)
    text.encode("utf-8")
    assert READERS[kind](text) == sum(len(file.requests) for file in report.files)
    assert not re.findall(OBEYED, text)
    if kind != "html":  # a page is not looked at in a log, and its style sheet has lines that begin with ::
        assert not re.findall(COMMAND, text)


def test_nothing_is_priced_that_has_no_price() -> None:
    """The strategies above have both."""
    assert Record(1, RequestResult("a", Status.PASS, Location("f", 1)), costs=(None, Decimal(1))).cost is None
