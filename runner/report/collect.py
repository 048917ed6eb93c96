"""Listens to a run, its events masked, and makes of them what reports show: bodies as text, cut to a sensible size."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, TypeAlias

from runner import strict_json
from runner.charset import decode_text
from runner.clock import Clock
from runner.engine.events import Event, FileFinished, FileStarted, RequestFinished, RunFinished, RunStarted
from runner.messages import Exchange, Headers, Request, Response, Stream, header_of, media_type
from runner.redact import MASK
from runner.report.exchange_text import SPREAD, is_binary
from runner.report.json_report import line_of
from runner.report.record import (
    NOTHING,
    Beginning,
    Body,
    FileRecord,
    Problem,
    Received,
    Record,
    Report,
    Sent,
    StreamRecord,
)
from runner.results import Check, RequestResult, RunResult

if TYPE_CHECKING:  # few runs ask a model
    from decimal import Decimal

    from runner.usage import Usage

Coster: TypeAlias = "Callable[[Usage], Decimal | None]"
News: TypeAlias = Beginning | FileRecord | Record | Report
Follower: TypeAlias = Callable[[News], None]
"""Is told of the run's beginning, of files before their requests, of requests, and of the whole run at its end."""

BODY_MOST: Final = 64_000
"""Characters of one body."""
ALL_MOST: Final = 32_000_000
BODY_LEAST: Final = 1_000
"""Characters of all bodies, and of one after that many."""
EVENTS_MOST: Final = 500
VALUE_MOST: Final = 10_000
"""Characters of what was expected, or came, in one check."""


class Collector:
    """A listener. ``followers`` hear of everything as it comes; without ``keep`` nothing is held for the end.
    ``lines`` says that several want each request as JSON, which is then made once."""

    def __init__(
        self,
        clock: Clock,
        cost_of: Coster,
        followers: tuple[Follower, ...] = (),
        *,
        keep: bool = True,
        lines: bool = False,
    ) -> None:
        self._clock = clock
        self._cost_of = cost_of
        self._followers = followers
        self._keep = keep
        self._lines = lines
        self._room = ALL_MOST
        self._files: list[FileRecord] = []
        self._requests: list[Record] = []
        self.report = Report(0.0, NOTHING)
        self.is_over = False

    def begin(self, problems: tuple[Problem, ...], command: str) -> None:
        """What is known before the run: what was found in the files, and how to run the same again."""
        self.report = self.report._replace(problems=problems, command=command)

    def end_without_run(self) -> None:
        """Nothing was run, and nothing will be."""
        self._start(0)
        self._end(NOTHING)

    def __call__(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._start(event.requests)
            case FileStarted():
                file = FileRecord(event.file, event.name, event.row, event.round, event.skipped)
                self._files.append(file)
                self._tell(file)
            case RequestFinished():
                record = self._record(event)
                if self._lines:
                    record = record._replace(line=line_of(record))
                if self._keep:
                    self._requests.append(record)
                self._tell(record)
            case FileFinished():
                self._end_file()
            case RunFinished():
                self._end_file()
                self._end(event.result)
            case _:
                pass

    def _start(self, requests: int) -> None:
        self.report = self.report._replace(started=self._clock.now())
        self._tell(Beginning(self.report.started, requests))

    def _end(self, result: RunResult) -> None:
        self.report = self.report._replace(result=result, files=tuple(self._files))
        self.is_over = True
        self._tell(self.report)

    def _tell(self, news: News) -> None:
        for follower in self._followers:
            follower(news)

    def _end_file(self) -> None:
        if not self._keep:
            self._files.clear()
        elif self._requests:
            self._files[-1] = self._files[-1]._replace(requests=tuple(self._requests))
            self._requests.clear()

    def _record(self, event: RequestFinished) -> Record:
        result = event.result
        exchange = result.exchange
        checks = tuple(map(_shortened, result.checks)) if result.checks else ()
        plain = result._replace(exchange=None, command="", checks=checks)
        at = max(result.started - self.report.started, 0.0) if result.started else None
        costs = tuple(map(self._cost_of, result.usages)) if result.usages else ()
        if exchange is None:
            return Record(event.number, plain, None, None, at, costs)
        sent, received = self._sent(exchange.request, result), self._received(exchange)
        return Record(event.number, plain, sent, received, at, costs)

    def _sent(self, request: Request, result: RequestResult) -> Sent:
        body = self._body(request.body or b"", request.headers)
        command = result.command if len(result.command) <= BODY_MOST else ""
        return Sent(request.method, request.url, request.headers, body, command)

    def _received(self, exchange: Exchange) -> Received | None:
        response = exchange.response or exchange.begun
        if response is None:
            return None
        stream = response.stream
        body = self._body(response.body, response.headers) if stream is None else self._message(stream, response)
        return Received(
            response.status,
            response.reason,
            response.url,
            response.headers,
            body,
            response.size,
            response.redirects,
            response.timings,
            response.certificate,
            None if stream is None else _stream(stream),
        )

    def _body(self, data: bytes, headers: Headers) -> Body:
        if not data:
            return Body()
        kind = media_type(headers)
        content_type = header_of(headers, "content-type") or ""
        text = decode_text(data, content_type)
        if is_binary(text):
            return Body(media_type=kind, size=len(data), binary=True)
        return self._cut(text, kind, len(data))

    def _message(self, stream: Stream, response: Response) -> Body:
        """The message that a stream makes."""
        text = strict_json.dumps(stream.document.value)
        if MASK not in text and _is_spread(stream):
            return Body(media_type="application/json", size=response.size, note=SPREAD)
        return self._cut(text, "application/json", response.size)

    def _cut(self, text: str, kind: str, size: int) -> Body:
        most = BODY_MOST if self._room > BODY_MOST else BODY_LEAST
        shown = text[:most]
        self._room -= len(shown)
        return Body(shown, kind, size, len(text) - len(shown))


def _is_spread(stream: Stream) -> bool:
    """Whether a secret may be cut in two by an event's end, where neither half is known for one."""
    return any(MASK in text for text in stream.spread)


def _stream(stream: Stream) -> StreamRecord:
    times = (stream.first_content, stream.longest_gap)
    if _is_spread(stream):
        return StreamRecord(stream.shape, stream.done, stream.fault, *times, (), len(stream.events), SPREAD)
    events = tuple(one._replace(data=_up_to(one.data)) for one in stream.events[:EVENTS_MOST])
    return StreamRecord(stream.shape, stream.done, stream.fault, *times, events, len(stream.events) - len(events))


def _shortened(check: Check) -> Check:
    if len(check.expected) <= VALUE_MOST and len(check.got) <= VALUE_MOST:
        return check
    return check._replace(expected=_up_to(check.expected), got=_up_to(check.got))


def _up_to(text: str) -> str:
    return text if len(text) <= VALUE_MOST else f"{text[:VALUE_MOST]}… ({len(text) - VALUE_MOST:,} characters more)"
