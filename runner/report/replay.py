"""Tells a saved run again, for those who listen to events: what was sent and came back as far as it was kept."""

from __future__ import annotations

from collections.abc import Iterator

from runner.engine.events import Event, FileFinished, FileStarted, RequestFinished, RunFinished, RunStarted
from runner.messages import Exchange, Request, Response
from runner.report.record import FileRecord, Received, Record, Report, Sent
from runner.results import RequestResult


def replay(report: Report) -> Iterator[Event]:
    """The events of the run. Its end names no failed requests: their files may be somewhere else by now, and nobody
    should be told to send what a saved text says."""
    yield RunStarted(sum(len(file.requests) for file in report.files))
    for file in report.files:
        yield _beginning(file)
        for record in file.requests:
            yield RequestFinished(record.number, _result(record))
        yield FileFinished(file.file, file.row)
    yield RunFinished(report.result._replace(failed=()))


def _beginning(file: FileRecord) -> FileStarted:
    results = [one.result for one in file.requests]
    names = frozenset(one.name for one in results)
    targets = frozenset(f"{one.method} {one.target}".strip() for one in results)
    return FileStarted(file.file, file.name, file.skipped, names, targets, file.row, file.round)


def _result(record: Record) -> RequestResult:
    """With the exchange where it can be told again: binary bodies and streams are not kept as they came."""
    sent, received = record.sent, record.received
    if sent is None or received is None or received.body.binary or received.body.note or received.stream is not None:
        return record.result
    response = _response(received)
    exchange = Exchange(_request(sent), response, None, 0.0, record.result.duration)
    return record.result._replace(exchange=exchange)


def _request(sent: Sent) -> Request:
    return Request(sent.method, sent.url, sent.headers, sent.body.text.encode("utf-8", "replace"))


def _response(received: Received) -> Response:
    """The body in UTF-8, whatever it came in."""
    body = received.body.text.encode("utf-8", "replace")
    headers = tuple(
        (name, received.body.media_type if name.lower() == "content-type" else text) for name, text in received.headers
    )
    return Response(
        received.status, headers, body, received.url, received.reason, received.redirects, received.timings,
        received=received.size,
    )  # fmt: skip
