"""Reads a report from the document that it was saved as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeAlias, cast

from runner.errors import ExitCode
from runner.messages import Certificate, ErrorKind, Headers, StreamEvent, Timings, TransportError
from runner.report.record import (
    WORDS,
    Body,
    Change,
    ChangeKind,
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
from runner.source import Location, Severity
from runner.usage import ModelSum, Usage

SCHEMA: Final = Path(__file__).with_name("report.schema.json")
STATUSES: Final = {word: status for status, word in WORDS.items()}
Object: TypeAlias = Mapping[str, object]
"""A value of the document; the schema has said what is in it."""
MOST: Final = 10**15
"""No number is larger: a size of 1,000 TB, a time of 30 million years."""
PHASES: Final = Timings._fields[1:]
FIRST_YEAR: Final = 1970
LAST_YEAR: Final = 9000
LONGEST_RUN: Final = 10**10
"""Seconds: three hundred years."""


class NotAReport(ValueError):
    """What was saved is no report; the message says why."""


def report_of(document: Object) -> Report:
    """The report of a document that fits the schema; raises ``NotAReport`` for what no run can have brought about."""
    files = tuple(map(_file, _objects(document, "files")))
    report = Report(
        _moment(document, "started"),
        _result(document, files),
        files,
        tuple(map(_problem, _objects(document, "problems"))),
        _text(document, "command"),
    )
    comparison = _object(document, "comparison")
    return report._replace(comparison=_comparison(comparison)) if comparison else report


def _comparison(value: Object) -> Comparison:
    counts = _object(value, "counts")
    return Comparison(
        _moment(value, "started"),
        _number(value, "duration"),
        {status: _whole(counts, word) for word, status in STATUSES.items()},
        _count(value, "tokens"),
        _dollars(value),
        tuple(map(_change, _objects(value, "changes"))),
    )


def _change(value: Object) -> Change:
    return Change(
        cast(ChangeKind, value["kind"]),
        _text(value, "file"),
        _text(value, "row"),
        _text(value, "round"),
        _text(value, "name"),
        _glance(_object(value, "before")),
        _glance(_object(value, "after")),
        None if value.get("since") is None else _moment(value, "since"),
    )


def _glance(value: Object) -> Glance | None:
    if not value:
        return None
    return Glance(
        STATUSES[_text(value, "status")], _number(value, "duration"), _count(value, "tokens"), _dollars(value)
    )


def _result(document: Object, files: Sequence[FileRecord]) -> RunResult:
    counts, budget = _object(document, "counts"), _object(document, "budget")
    interrupted = document.get("interrupted")
    failed = tuple(
        Failed(file.file, one.result.name)
        for file in files
        for one in file.requests
        if one.result.status in (Status.FAIL, Status.ERROR)
    )
    return RunResult(
        {status: _whole(counts, word) for word, status in STATUSES.items()},
        _number(document, "duration"),
        bool(document.get("strict")),
        ExitCode(cast(int, interrupted)) if interrupted is not None else None,
        _whole(counts, "not_run"),
        _whole(counts, "files_skipped"),
        failed,
        tuple(map(_model, _objects(document, "models"))),
        _text(budget, "limit"),
        _text(budget, "unsent"),
        mocked=bool(document.get("mocked")),
        warnings=_whole(counts, "warnings"),
        replayed=_text(_object(document, "replayed"), "file"),
        left_over=_whole(_object(document, "replayed"), "left_over"),
    )


def _model(value: Object) -> ModelSum:
    return ModelSum(
        _text(value, "model"),
        requests=_whole(value, "requests"),
        passed=_whole(value, "passed"),
        answers=_whole(value, "answers"),
        untold=_whole(value, "untold"),
        tokens=_whole(value, "tokens"),
        cost=_dollars(value),
        unpriced=_whole(value, "unpriced"),
        completion_tokens=_whole(value, "completion_tokens"),
        seconds=_number(value, "seconds"),
        waited=_number(value, "waited"),
        waits=_whole(value, "waits"),
    )


def _problem(value: Object) -> Problem:
    severity, location = cast(Severity, value["severity"]), _object(value, "location")
    place = _location(location) if location else None
    return Problem(severity, _text(value, "rule"), _text(value, "message"), _text(value, "hint"), place)


def _file(value: Object) -> FileRecord:
    texts = {name: _text(value, name) for name in ("name", "row", "round", "skipped")}
    return FileRecord(_text(value, "file"))._replace(**texts, requests=tuple(map(_record, _objects(value, "requests"))))


def _record(value: Object) -> Record:
    usages, at = _objects(value, "usage"), _maybe(value, "at")
    if at is not None and at > LONGEST_RUN:
        raise NotAReport(f"no run takes as long as {at:g} seconds")
    return Record(
        _whole(value, "number"),
        _request_result(value, tuple(map(_usage, usages))),
        _sent(_object(value, "request")) if "request" in value else None,
        _received(_object(value, "response")) if "response" in value else None,
        at,
        tuple(map(_dollars, usages)),
    )


def _request_result(value: Object, usages: tuple[Usage, ...]) -> RequestResult:
    error, advice = _object(value, "error"), _object(value, "advice")
    return RequestResult(
        _text(value, "name"),
        STATUSES[_text(value, "status")],
        _location(_object(value, "location")),
        _text(value, "method"),
        _text(value, "target"),
        _count(value, "http_status"),
        _number(value, "duration"),
        tuple(map(_check, _objects(value, "checks"))),
        _error(error) if error else None,
        Advice(_text(advice, "says"), _text(advice, "remedy")) if advice else None,
        _text(value, "reason"),
        held_up=bool(value.get("held_up")),
        attempts=tuple(map(_attempt, _objects(value, "attempts"))),
        tries=tuple(STATUSES[word] for word in _texts(value, "tries")),
        first_content=_maybe(value, "first_content"),
        usages=usages,
        model=_text(value, "model"),
        warnings=_texts(value, "warnings"),
        tags=_texts(value, "tags"),
    )


def _check(value: Object) -> Check:
    location = _object(value, "location")
    texts = (_text(value, name) for name in ("expected", "got", "note"))
    return Check(_text(value, "subject"), bool(value["passed"]), _location(location) if location else None, *texts)


def _error(value: Object) -> TransportError:
    return TransportError(cast(ErrorKind, _text(value, "kind")), _text(value, "message"), _text(value, "hint"))


def _attempt(value: Object) -> Attempt:
    error = cast("ErrorKind | None", value.get("error"))
    return Attempt(_count(value, "http_status"), error, _number(value, "duration"), _text(value, "note"))


def _location(value: Object) -> Location:
    return Location(_text(value, "file"), _whole(value, "line"), _whole(value, "column"))


def _usage(value: Object) -> Usage:
    return Usage(
        _count(value, "prompt_tokens"),
        _count(value, "completion_tokens"),
        _count(value, "total_tokens"),
        _count(value, "cached_tokens"),
        reasoning=_count(value, "reasoning_tokens"),
        asked=_text(value, "model"),
        seconds=_number(value, "seconds"),
        first_content=_maybe(value, "first_content"),
    )


def _sent(value: Object) -> Sent:
    body = _body(_object(value, "body"))
    return Sent(_text(value, "method"), _text(value, "url"), _headers(value), body, _text(value, "curl"))


def _received(value: Object) -> Received:
    certificate = _object(value, "certificate")
    return Received(
        _whole(value, "status"),
        _text(value, "reason"),
        _text(value, "url"),
        _headers(value),
        _body(_object(value, "body")),
        _whole(value, "size"),
        _texts(value, "redirects"),
        _timings(_object(value, "timings")),
        _certificate(certificate) if certificate else None,
        _stream(_object(value, "stream")) if "stream" in value else None,
    )


def _timings(value: Object) -> Timings:
    return Timings(_number(value, "total"), **{name: _maybe(value, name) for name in PHASES})


def _certificate(value: Object) -> Certificate:
    return Certificate(_text(value, "subject"), _text(value, "issuer"), _number(value, "expires_in"))


def _stream(value: Object) -> StreamRecord:
    events = (
        StreamEvent(_text(one, "data"), _text(one, "name"), _maybe(one, "at")) for one in _objects(value, "events")
    )
    return StreamRecord(
        _text(value, "shape"),
        bool(value.get("done")),
        _text(value, "fault"),
        _maybe(value, "first_content"),
        _maybe(value, "longest_gap"),
        tuple(events),
        _whole(value, "left_out"),
        _text(value, "note"),
    )


def _body(value: Object) -> Body:
    numbers, note = (_whole(value, "size"), _whole(value, "left_out")), _text(value, "note")
    return Body(_text(value, "text"), _text(value, "media_type"), *numbers, bool(value.get("binary")), note)


def _headers(value: Object) -> Headers:
    return tuple((name, text) for name, text in cast("Sequence[tuple[str, str]]", value.get("headers") or ()))


def _dollars(value: Object) -> Decimal | None:
    cost = _maybe(value, "cost")
    return None if cost is None else Decimal(str(cost))


def _object(value: Object, name: str) -> Object:
    return cast(Object, value.get(name) or {})


def _objects(value: Object, name: str) -> Sequence[Object]:
    return cast("Sequence[Object]", value.get(name) or ())


def _texts(value: Object, name: str) -> tuple[str, ...]:
    return tuple(cast("Sequence[str]", value.get(name) or ()))


def _text(value: Object, name: str) -> str:
    return cast(str, value.get(name) or "")


def _moment(value: Object, name: str) -> float:
    """Seconds since the Unix epoch."""
    text = _text(value, name)
    try:
        found = datetime.fromisoformat(text.upper().replace(":60", ":59")).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAReport(f"{name} is no date and time: {text[:40]}") from None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise NotAReport(f"{name} is not between {FIRST_YEAR} and {LAST_YEAR}: {text[:40]}")
    return found.timestamp()


def _whole(value: Object, name: str) -> int:
    return _count(value, name) or 0


def _count(value: Object, name: str) -> int | None:
    """A schema's integer may be written as 2.0."""
    found = _maybe(value, name)
    return None if found is None else int(found)


def _number(value: Object, name: str) -> float:
    return _maybe(value, name) or 0.0


def _maybe(value: Object, name: str) -> float | None:
    found = cast("float | None", value.get(name))
    if found is not None and abs(found) > MOST:
        raise NotAReport(f"{name} is larger than anything that can be counted or measured")
    return found
