"""What stands below a request's line: what was expected where, what came, what to do about it, what is doubtful."""

from __future__ import annotations

from collections.abc import Iterator

from runner.messages import Response
from runner.report.cells import clip, wrap
from runner.report.exchange_text import body_lines
from runner.report.style import Style, printable, printable_lines
from runner.results import Advice, Check, RequestResult
from runner.source import Location
from runner.units import format_size

INDENT = " " * 8
DEEPER = " " * 10
LABEL_WIDTH = 10
LONGEST_SAYING = 600
EXCERPT_SIZE = 800
EXCERPT_LINES = 10
HEADLINE_MOST = 300


def headline(result: RequestResult) -> str:
    """Why it failed or was skipped, in one line."""
    failed = result.failed_checks
    if failed:
        first = failed[0]
        parts = [f"expected {first.expected}" if first.expected else "", f"got {first.got}" if first.got else ""]
        said = ", ".join(filter(None, parts)) or first.note
        more = f" (and {len(failed) - 1} more)" if len(failed) > 1 else ""
        return clip(one_line(f"{first.subject}: {said}"), HEADLINE_MOST) + more
    if result.error is not None:
        return clip(one_line(result.error.message), HEADLINE_MOST)
    return clip(one_line(result.reason), HEADLINE_MOST) or "no reason is told"


def one_line(text: str) -> str:
    """``text`` with its lines joined, printable."""
    return printable(" ".join(text.split()))


def warning_lines(result: RequestResult, style: Style) -> Iterator[str]:
    """What is doubtful of the answer, whether it passed or not."""
    for warning in result.warnings:
        first, *rest = _prose(f"warning: {warning}", INDENT, style)
        yield first.replace("warning:", style.paint("skip", "warning:"), 1)
        yield from rest


def failure_lines(result: RequestResult, style: Style, *, excerpt: bool) -> list[str]:
    """All of it, indented; ``excerpt`` asks for the start of the body where the rest does not explain it."""
    lines: list[str] = []
    for check in result.failed_checks:
        lines += _check_lines(check, result, style)
    if result.error is not None and not result.failed_checks:
        lines.append(_place(result.location, "", style))
        lines += _prose(result.error.message, DEEPER, style)
        lines += _prose(result.error.hint, DEEPER, style)
    lines += _prose(result.reason, INDENT, style)
    if result.advice is not None:
        lines += _advice_lines(result.advice, style)
    if excerpt and result.exchange is not None and result.exchange.response is not None:
        lines += _excerpt_lines(result, result.exchange.response, style)
    return lines


def _check_lines(check: Check, result: RequestResult, style: Style) -> Iterator[str]:
    yield _place(check.location or result.location, check.subject, style)
    if check.expected:
        yield from _labelled("expected", check.expected, style)
    if check.got:
        yield from _labelled("got", check.got, style)
    yield from _prose(check.note, DEEPER, style)


def _place(location: Location, subject: str, style: Style) -> str:
    """Without the column: a line is enough to find what failed."""
    place = printable(f"{location.file}:{location.line}")
    return f"{INDENT}{place}  {style.paint('bold', printable(subject))}".rstrip()


def _labelled(label: str, text: str, style: Style) -> Iterator[str]:
    """The value beside its label; on a terminal what is too long goes on below itself."""
    start = f"{DEEPER}{style.paint('dim', label)}{' ' * (LABEL_WIDTH - len(label))}"
    for line in printable_lines(text):
        room = max(20, style.width - len(DEEPER) - LABEL_WIDTH) if style.width else None
        for part in wrap(line, room) if room else [line]:
            yield (start + part).rstrip()
            start = DEEPER + " " * LABEL_WIDTH


def _prose(text: str, indent: str, style: Style) -> Iterator[str]:
    if text:
        for line in printable_lines(text):
            for part in wrap(line, max(20, style.prose_width - len(indent))):
                yield indent + part


def _advice_lines(advice: Advice, style: Style) -> Iterator[str]:
    if advice.says:
        yield from _prose(clip(f"The API says: {' '.join(advice.says.split())}", LONGEST_SAYING), INDENT, style)
    yield from _prose(advice.remedy, INDENT, style)


def _excerpt_lines(result: RequestResult, response: Response, style: Style) -> Iterator[str]:
    """The start of the body where it helps: for a status that no advice explains, and where it is not the
    JSON that was expected."""
    subjects = [check.subject for check in result.failed_checks]
    said = result.advice is not None and bool(result.advice.says)
    wants_json = any(subject.startswith(("$", "schema")) for subject in subjects)
    if not (("status" in subjects and not said) or (wants_json and response.document.error)):
        return
    content_type = (response.header("content-type") or "").partition(";")[0].strip()
    if not response.body:
        yield f"{INDENT}The server sent no body."
        return
    kind = f" of {clip(content_type, 60)}" if content_type else ""
    yield from _prose(f"The server sent {format_size(response.size)}{kind}:", INDENT, style)
    lines = body_lines(response.body, content_type, EXCERPT_SIZE)
    shown = lines[:EXCERPT_LINES]
    for line in shown:
        for part in wrap(line, max(20, style.prose_width - len(DEEPER))):
            yield DEEPER + style.paint("dim", part)
    if len(lines) > len(shown):
        yield DEEPER + style.paint("dim", "… (-v shows more)")
