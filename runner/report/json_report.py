"""Reports as JSON, by the schema in ``report.schema.json``: one document, or its parts line by line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from runner import __version__
from runner.messages import Headers, Timings
from runner.node import Plain
from runner.report.record import (
    WORDS,
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
    verdict,
)
from runner.report.style import UNPRINTABLE
from runner.results import Attempt, Check
from runner.source import Location

if TYPE_CHECKING:  # few runs ask a model
    from decimal import Decimal

    from runner.usage import ModelSum, Usage

FORMAT: Final = "collection-runner-report"
VERSION: Final = 1
ALWAYS: Final = ("name",)
"""Keys of a request that are there also if they say nothing."""
ENCODER: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
DIGITS: Final = 6
"""Of a time in seconds: microseconds."""


def render_json(report: Report) -> Iterator[str]:
    """The whole report, a line for each request."""
    document = head(report)
    yield from (
        f"{start}{dump(key)}: {dump(value)}"
        for start, (key, value) in zip(_starts("{"), document.items(), strict=False)
    )
    yield ',\n"files": ['
    for start, file in zip(_starts("\n"), report.files, strict=False):
        described = dump(file_head(file))
        yield f'{start}{described[:-1]}, "requests": ['
        yield from (f"{first}{line_of(one)}" for first, one in zip(_starts("\n"), file.requests, strict=False))
        yield "]}"
    yield "\n]}\n"


def _starts(first: str) -> Iterator[str]:
    yield first
    while True:
        yield ",\n"


def dump(value: Plain) -> str:
    """JSON in one line; what a terminal or a CI server would obey, and halves of characters, are not in it."""
    text = ENCODER.encode(value).replace("##", "#\\u0023")
    return text if text.isascii() and "\x7f" not in text else re.sub(UNPRINTABLE, _escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return f"\\u{code:04x}" if code < 0x10000 else json.dumps(match.group())[1:-1]


def head(report: Report) -> dict[str, Plain]:
    """Everything but the files."""
    result = report.result
    costs = [one.cost for one in result.models if one.cost is not None]
    told = [one for one in result.models if one.answers]
    return {
        "format": FORMAT,
        "version": VERSION,
        "runner": __version__,
        "started": moment(report.started),
        "duration": seconds(result.duration),
        "verdict": verdict(report),
        "exit_code": int(report.exit_code),
        "counts": {
            **{word: result.count(status) for status, word in WORDS.items()},
            "not_run": result.not_run,
            "files_skipped": result.files_skipped,
            "warnings": result.warnings,
        },
        "strict": result.strict,
        "mocked": result.mocked,
        **({"replayed": {"file": result.replayed, "left_over": result.left_over}} if result.replayed else {}),
        "interrupted": None if result.interrupted is None else int(result.interrupted),
        "budget": {"limit": result.budget, "unsent": result.unsent} if result.budget else None,
        "tokens": sum(one.tokens for one in told) if told else None,
        "cost": float(sum(costs[1:], costs[0])) if costs else None,
        "models": [model_of(one) for one in result.models],
        "command": report.command,
        "problems": [problem_of(one) for one in report.problems],
        "comparison": None if report.comparison is None else comparison_of(report.comparison),
    }


def comparison_of(comparison: Comparison) -> dict[str, Plain]:
    """What is not as it was."""
    return {
        "started": moment(comparison.started),
        "duration": seconds(comparison.duration),
        "counts": {word: comparison.counts.get(status, 0) for status, word in WORDS.items()},
        "tokens": comparison.tokens,
        "cost": None if comparison.cost is None else float(comparison.cost),
        "changes": [change_of(one) for one in comparison.changes],
    }


def change_of(change: Change) -> dict[str, Plain]:
    return {
        "kind": change.kind,
        "file": change.file,
        "row": change.row,
        "round": change.round,
        "name": change.name,
        "before": None if change.before is None else glance_of(change.before),
        "after": None if change.after is None else glance_of(change.after),
        "since": None if change.since is None else moment(change.since),
    }


def glance_of(glance: Glance) -> dict[str, Plain]:
    return {
        "status": WORDS[glance.status],
        "duration": seconds(glance.duration),
        "tokens": glance.tokens,
        "cost": None if glance.cost is None else float(glance.cost),
    }


def moment(epoch: float) -> str:
    """RFC 3339, in UTC, to the millisecond."""
    text = datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def seconds(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def file_head(file: FileRecord) -> dict[str, Plain]:
    """A file without its requests."""
    return {"file": file.file, "name": file.name, "row": file.row, "round": file.round, "skipped": file.skipped}


def line_of(record: Record) -> str:
    """One request as a line of JSON."""
    return record.line or dump(record_of(record))


def record_of(record: Record) -> dict[str, Plain]:
    """One request; what there is nothing of is left out."""
    result = record.result
    found: dict[str, Plain] = {
        "number": record.number,
        "name": result.name,
        "status": WORDS[result.status],
        "location": location_of(result.location),
        "tags": list(result.tags),
        "method": result.method,
        "target": result.target,
        "http_status": result.http_status,
        "at": seconds(record.at),
        "duration": seconds(result.duration),
        "reason": result.reason,
        "held_up": result.held_up,
        "checks": [check_of(one) for one in result.checks],
        "error": None if result.error is None else dict(result.error._asdict()),
        "advice": None if result.advice is None else dict(result.advice._asdict()),
        "attempts": [attempt_of(one) for one in result.attempts],
        "tries": [WORDS[one] for one in result.tries],
        "warnings": list(result.warnings),
        "model": result.model,
        "first_content": seconds(result.first_content),
        "usage": [usage_of(one, cost) for one, cost in zip(result.usages, record.costs, strict=True)],
        "request": None if record.sent is None else sent_of(record.sent),
        "response": None if record.received is None else received_of(record.received),
    }
    return {
        name: value
        for name, value in found.items()
        if name in ALWAYS or (value not in ("", None, []) and value is not False)
    }


def check_of(check: Check) -> dict[str, Plain]:
    found: dict[str, Plain] = {"subject": check.subject, "passed": check.passed}
    if check.location is not None:
        found["location"] = location_of(check.location)
    texts = {"expected": check.expected, "got": check.got, "note": check.note}
    return {**found, **{name: text for name, text in texts.items() if text}}


def attempt_of(attempt: Attempt) -> dict[str, Plain]:
    found: dict[str, Plain] = {"http_status": attempt.http_status, "error": attempt.error}
    found |= {"duration": seconds(attempt.duration), "note": attempt.note}
    return {name: value for name, value in found.items() if value not in (None, "")}


def location_of(location: Location) -> dict[str, Plain]:
    return {"file": location.file, "line": location.line, "column": location.column}


def usage_of(usage: Usage, cost: Decimal | None) -> dict[str, Plain]:
    """Tokens and dollars of one answer; what is not known is null."""
    return {
        "model": usage.name,
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
        "cached_tokens": usage.cached,
        "reasoning_tokens": usage.reasoning,
        "cost": None if cost is None else float(cost),
        "seconds": seconds(usage.seconds),
        "first_content": seconds(usage.first_content),
    }


def model_of(model: ModelSum) -> dict[str, Plain]:
    """The sums of one model. ``wait`` is the time to the first content on average, ``rate`` in tokens a second."""
    return {
        "model": model.model,
        "requests": model.requests,
        "passed": model.passed,
        "answers": model.answers,
        "untold": model.untold,
        "tokens": model.tokens,
        "cost": None if model.cost is None else float(model.cost),
        "unpriced": model.unpriced,
        "completion_tokens": model.completion_tokens,
        "seconds": seconds(model.seconds),
        "waited": seconds(model.waited),
        "waits": model.waits,
    }


def problem_of(problem: Problem) -> dict[str, Plain]:
    found: dict[str, Plain] = {"severity": problem.severity, "rule": problem.rule, "message": problem.message}
    found |= {"hint": problem.hint} if problem.hint else {}
    return found if problem.location is None else {**found, "location": location_of(problem.location)}


def sent_of(sent: Sent) -> dict[str, Plain]:
    found: dict[str, Plain] = {"method": sent.method, "url": sent.url, "headers": headers_of(sent.headers)}
    found |= {"body": body_of(sent.body)} if sent.body.size else {}
    return {**found, "curl": sent.command} if sent.command else found


def headers_of(headers: Headers) -> list[Plain]:
    return [[name, value] for name, value in headers]


def body_of(body: Body) -> dict[str, Plain]:
    found: dict[str, Plain] = {"media_type": body.media_type, "size": body.size, "text": body.text}
    if body.left_out:
        found["left_out"] = body.left_out
    if body.binary:
        found["binary"] = True
    return {**found, "note": body.note} if body.note else found


def received_of(received: Received) -> dict[str, Plain]:
    found: dict[str, Plain] = {
        "status": received.status,
        "reason": received.reason,
        "url": received.url,
        "headers": headers_of(received.headers),
        "size": received.size,
        "timings": timings_of(received.timings),
    }
    found |= {"body": body_of(received.body)} if received.body.size else {}
    found |= {"redirects": list(received.redirects)} if received.redirects else {}
    if received.certificate is not None:
        found["certificate"] = dict(received.certificate._asdict())
    return found if received.stream is None else {**found, "stream": stream_of(received.stream)}


def timings_of(timings: Timings) -> dict[str, Plain]:
    """In seconds; phases that did not happen are left out."""
    return {name: seconds(value) for name, value in timings._asdict().items() if value is not None}


def stream_of(stream: StreamRecord) -> dict[str, Plain]:
    return {
        "shape": stream.shape,
        "done": stream.done,
        "fault": stream.fault,
        "first_content": seconds(stream.first_content),
        "longest_gap": seconds(stream.longest_gap),
        "events": [{"at": seconds(one.at), "name": one.name, "data": one.data} for one in stream.events],
        "left_out": stream.left_out,
        "note": stream.note,
    }
