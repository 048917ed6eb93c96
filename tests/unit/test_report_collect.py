"""What reports keep of a run: bodies as text of a sensible size, and that nothing is held where nobody needs it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Final

import pytest

from runner.engine.events import Event, FileFinished, FileStarted, RequestFinished, RunFinished, RunStarted
from runner.messages import Exchange, Request, Response, Stream, StreamEvent, Timings, TransportError
from runner.report.collect import ALL_MOST, BODY_LEAST, BODY_MOST, EVENTS_MOST, VALUE_MOST, Collector, News
from runner.report.ndjson import Ndjson
from runner.report.record import Beginning, Body, FileRecord, Problem, Record, Report
from runner.results import Check, RequestResult, RunResult, Status
from runner.source import Location
from runner.strict_json import Parsed
from runner.usage import Usage
from tests.command import MOMENT, StillClock

PLACE: Final = Location("a.yaml", 1)
RESULT: Final = RunResult({Status.PASS: 1}, 1.0)


def collector(*followers: list[News], keep: bool = True) -> Collector:
    return Collector(StillClock(), lambda _usage: Decimal("0.5"), tuple(one.append for one in followers), keep=keep)


def tell(hear: Collector, *events: Event) -> Report:
    for event in (RunStarted(1), FileStarted("a.yaml", "A"), *events, FileFinished("a.yaml"), RunFinished(RESULT)):
        hear(event)
    return hear.report


def response(body: bytes, content_type: str = "application/json") -> Response:
    return Response(200, (("Content-Type", content_type),), body, "http://h/", "OK", timings=Timings(0.5))


def finished(
    answer: Response | None, sent: bytes | None = None, checks: tuple[Check, ...] = (), usages: tuple[Usage, ...] = ()
) -> RequestFinished:
    error = None if answer is not None else TransportError("timeout", "it took too long")
    exchange = Exchange(Request("POST", "http://h/", body=sent), answer, error, MOMENT, 0.5)
    result = RequestResult("r", Status.PASS, PLACE, checks=checks, exchange=exchange, usages=usages)
    return RequestFinished(1, result._replace(started=MOMENT + 2))


def received(event: RequestFinished) -> Body:
    record = tell(collector(), event).files[0].requests[0]
    assert record.received is not None
    return record.received.body


@pytest.mark.parametrize(
    ("data", "kind", "body"),
    [
        (b"", "text/plain", Body()),
        (b'{"a": 1}', "application/json", Body('{"a": 1}', "application/json", 8)),
        ("grün".encode("latin-1"), "text/plain; charset=latin-1", Body("grün", "text/plain", 4)),
        (b"\xff\xd8\x00\x01" * 50, "image/jpeg", Body("", "image/jpeg", 200, binary=True)),
        (b"x" * (BODY_MOST + 5), "text/plain", Body("x" * BODY_MOST, "text/plain", BODY_MOST + 5, left_out=5)),
    ],
    ids=["none", "json", "latin", "binary", "long"],
)
def test_a_body_is_text_of_a_sensible_size(data: bytes, kind: str, body: Body) -> None:
    assert received(finished(response(data, kind))) == body


def test_all_bodies_together_are_not_endless() -> None:
    hear = collector()
    big = finished(response(b"x" * BODY_MOST, "text/plain"))
    number = ALL_MOST // BODY_MOST + 10
    report = tell(hear, *[big] * number)
    sizes = [len(one.received.body.text) for _, one in report.records if one.received is not None]
    assert len(sizes) == number
    assert sizes[0] == BODY_MOST
    assert sizes[-1] == BODY_LEAST
    assert sum(sizes) <= ALL_MOST + number * BODY_LEAST


def test_what_was_sent_is_kept_also_without_an_answer() -> None:
    record = tell(collector(), finished(None, b"hello")).files[0].requests[0]
    assert record.received is None
    assert record.sent is not None
    assert (record.sent.body.text, record.sent.body.size) == ("hello", 5)
    assert record.result.exchange is None
    assert record.at == 2.0


def test_one_that_was_not_sent_has_neither() -> None:
    skipped = RequestResult("r", Status.SKIP, PLACE, reason="why")
    record = tell(collector(), RequestFinished(1, skipped)).files[0].requests[0]
    assert (record.sent, record.received, record.at) == (None, None, None)


def stream(count: int, spread: tuple[str, ...] = ()) -> Response:
    events = tuple(StreamEvent("d" * (VALUE_MOST + 1), at=0.1) for _ in range(count))
    made = Stream(events, Parsed({"text": "whole"}), "openai", done=True, spread=spread)
    return Response(200, (), b"data: raw", "http://h/", stream=made)


def test_of_a_stream_the_message_and_some_events() -> None:
    record = tell(collector(), finished(stream(EVENTS_MOST + 3))).files[0].requests[0]
    assert record.received is not None
    assert record.received.stream is not None
    assert json.loads(record.received.body.text) == {"text": "whole"}
    assert len(record.received.stream.events) == EVENTS_MOST
    assert record.received.stream.left_out == 3
    assert {one.data for one in record.received.stream.events} == {"d" * VALUE_MOST + "… (1 characters more)"}


def test_of_a_stream_over_which_a_secret_is_spread_nothing() -> None:
    record = tell(collector(), finished(stream(2, ("a *** b",)))).files[0].requests[0]
    assert record.received is not None
    assert record.received.stream is not None
    assert record.received.body.text == ""
    assert record.received.body.note
    assert (record.received.stream.events, record.received.stream.left_out) == ((), 2)


def test_values_of_checks_are_cut() -> None:
    check = Check("$.a", False, PLACE, "e" * (VALUE_MOST + 7), "g")
    found = tell(collector(), finished(response(b""), checks=(check,))).files[0].requests[0].result.checks[0]
    assert found.expected == "e" * VALUE_MOST + "… (7 characters more)"
    assert found.got == "g"


def test_costs_and_problems_and_command() -> None:
    hear = collector()
    hear.begin((Problem("warning", "x", "y"),), "runner run a.yaml")
    report = tell(hear, finished(response(b""), usages=(Usage(total_tokens=1), Usage())))
    assert report.files[0].requests[0].costs == (Decimal("0.5"), Decimal("0.5"))
    assert (report.problems[0].rule, report.command, report.started) == ("x", "runner run a.yaml", MOMENT)
    assert report.result == RESULT


def test_without_keep_nothing_is_held_and_everything_is_told() -> None:
    news: list[News] = []
    report = tell(collector(news, keep=False), finished(response(b"{}")))
    assert report.files == ()
    assert [type(one) for one in news] == [Beginning, FileRecord, Record, Report]


def test_a_run_that_does_not_begin_has_a_beginning_and_an_end() -> None:
    news: list[News] = []
    hear = collector(news)
    assert not hear.is_over
    hear.end_without_run()
    assert hear.is_over
    assert hear.report.started == MOMENT
    assert [type(one) for one in news] == [Beginning, Report]


def test_lines_come_as_soon_as_there_is_something_to_tell() -> None:
    lines: list[str] = []
    hear = Collector(StillClock(), lambda _usage: None, (Ndjson(lines.append),), keep=False)
    counts = []
    for event in (RunStarted(1), FileStarted("a", ""), finished(response(b"{}")), RunFinished(RESULT)):
        hear(event)
        counts.append(len(lines))
    assert counts == [1, 2, 3, 4]
    assert [json.loads(line)["type"] for line in lines] == ["start", "file", "request", "end"]
    assert all(line.endswith("\n") and line.count("\n") == 1 for line in lines)
    assert json.loads(lines[2])["file"] == "a"
