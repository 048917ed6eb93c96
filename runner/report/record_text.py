"""A request's record as lines for people: why it failed, what was sent and what came back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from runner import strict_json
from runner.errors import ExitCode
from runner.report.attempts import attempt_lines
from runner.report.exchange_text import header_lines
from runner.report.failure import INDENT, failure_lines, warning_lines
from runner.report.json_layout import lay_out
from runner.report.record import Body, FileRecord, Received, Record, Report, Sent
from runner.report.style import Style, guarded, printable, printable_lines
from runner.report.summary import run_notes
from runner.results import RequestResult, Status
from runner.units import format_size

PLAIN: Final = Style()


def record_name(file: FileRecord, record: Record) -> str:
    """The request's name, with the data row and the round of its file."""
    return " ".join(filter(None, (record.result.name, file.row, file.round)))


def failure_text(result: RequestResult) -> list[str]:
    """What the console says below the line of the request."""
    lines = list(warning_lines(result, PLAIN))
    if result.status is Status.SKIP:
        lines += printable_lines(result.reason)
    elif result.status is not Status.PASS:
        lines += failure_lines(result, PLAIN, excerpt=False)
    return [guarded(line.removeprefix(INDENT)) for line in lines]


def whole_run(report: Report) -> list[str]:
    """What keeps the run as a whole from being one that went through, beside its requests and files."""
    notes = run_notes(report.result)
    if report.exit_code is ExitCode.NOTHING_RUN:
        notes.append("nothing was run")
    return notes


def exchange_lines(record: Record, limit: int) -> Iterator[str]:
    """Each attempt if there were several, request and response, of each body ``limit`` characters. JSON is laid out
    where somebody will read it, below a failure."""
    laid_out = record.result.status in (Status.FAIL, Status.ERROR)
    attempts = [line.removeprefix(INDENT) for line in attempt_lines(record.result, PLAIN)]
    lines = [*attempts, *([""] if attempts else [])]
    sent, received = record.sent, record.received
    if sent is not None:
        lines += [
            f"> {line}".rstrip() for line in (*_sent_head(sent), *_after_blank(sent.body, limit, laid_out=laid_out))
        ]
    if received is not None:
        body = _after_blank(received.body, limit, laid_out=laid_out)
        lines += ["", *(f"< {line}".rstrip() for line in (*_received_head(received), *body))]
    return map(guarded, lines)


def _sent_head(sent: Sent) -> list[str]:
    return [printable(f"{sent.method} {sent.url}"), *header_lines(sent.headers)]


def _received_head(received: Received) -> list[str]:
    """The way there if it was redirected, status and headers."""
    visited = [*received.redirects, received.url]
    lines = [printable(f"redirected from {one} to {two}") for one, two in pairwise(visited)]
    lines.append(printable(f"{received.status} {received.reason}".rstrip()))
    return [*lines, *header_lines(received.headers)]


def _after_blank(body: Body, limit: int, *, laid_out: bool) -> list[str]:
    lines = body_lines(body, limit, laid_out=laid_out)
    return ["", *lines] if lines else []


def body_lines(body: Body, limit: int, *, laid_out: bool = True) -> list[str]:
    """A body, its JSON laid out if wanted, and how much of it is not here; or why nothing is."""
    if body.note:
        return [printable(f"(the message is not shown: {body.note})")]
    if body.binary:
        return [f"({format_size(body.size)} of binary data)"]
    text = (_laid_out(body) if laid_out else body.text).rstrip()
    left_out = max(0, len(text) - limit) + body.left_out
    lines = printable_lines(text[:limit]) if text else []
    return [*lines, f"… {left_out:,} characters more"] if left_out else lines


def _laid_out(body: Body) -> str:
    if body.left_out or body.text.lstrip()[:1] not in ("{", "["):
        return body.text
    return body.text if strict_json.parse(body.text.encode("utf-8", "surrogatepass")).error else lay_out(body.text)
