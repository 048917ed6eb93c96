"""A stream held against what is expected of it; whether it came whole is looked at first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner import strict_json
from runner.checks.describe import describe_operand
from runner.checks.matchers import MatchContext, Mismatch, Missing, evaluate
from runner.checks.show import clip
from runner.messages import DONE, Response, Stream, is_stream, media_type
from runner.model import Expectation, RequestSpec
from runner.node import Plain
from runner.results import Check

SHOWN_CHUNKS: Final = 3
TIMES: Final = frozenset({"first_content", "longest_gap"})
NO_CONTENT: Final = "nothing: no content came"
NO_TIMES: Final = "nothing: when the events came is not known"
ASK: Final = "An API streams if its request asks for it, mostly by stream: true in the body."
PLAIN: Final = "With stream: false it is read as plain text; leave that out to look at its events."


def check_whole(spec: RequestSpec, response: Response) -> Check | None:
    """Whether a stream came whole, and one came where it is expected; None where neither is a question."""
    expected = next((one.place.location for one in spec.expect if one.kind == "stream"), None)
    stream = response.stream
    if stream is not None:
        place = expected or spec.name.location
        got = "\n".join(filter(None, (stream.fault, _counted(len(stream.events))))) if stream.fault else ""
        return Check("stream", not stream.fault, place, "a stream that comes whole" if got else "", got)
    if expected is None:
        return None
    kind = clip(media_type(response.headers)) or "an answer without a content type"
    note = PLAIN if is_stream(response.headers) else ASK
    wanted = "a stream of events (text/event-stream) or lines (application/x-ndjson)"
    return Check("stream", passed=False, location=expected, expected=wanted, got=kind, note=note)


def _counted(count: int) -> str:
    return f"{count} event{'' if count == 1 else 's'} came" if count else ""


def stream_mismatch(name: str, expectation: Expectation, stream: Stream, context: MatchContext) -> Mismatch | None:
    """Why what is said of ``name`` does not hold."""
    matcher = expectation.matcher
    if name == "schema":
        return _schema(expectation, stream, context)
    if matcher is None:
        return Mismatch("a matcher", "an expectation without one")
    if name in TIMES:
        seconds = stream.first_content if name == "first_content" else stream.longest_gap
        found = Missing(_no_time(stream)) if seconds is None else seconds
        return evaluate(matcher, found, context.measuring("duration"))
    return evaluate(matcher, len(stream.events) if name == "events" else stream.done, context)


def _no_time(stream: Stream) -> str:
    return NO_TIMES if any(event.at is None for event in stream.events) else NO_CONTENT


def _schema(expectation: Expectation, stream: Stream, context: MatchContext) -> Mismatch | None:
    """Each chunk that is not valid is told once, by what is most telling of it."""
    schema = context.render(expectation.node)
    wrong: list[str] = []
    for number, chunk in _chunks(stream):
        problems = context.schemas.check(expectation.node, schema, chunk)
        if problems:
            first = problems[0]
            wrong.append(f"event {number}: {f'{first.path}: ' if first.path else ''}{first.message}")
            if not first.path:
                break  # the schema itself cannot be used
    if not wrong:
        return None
    more = len(wrong) - SHOWN_CHUNKS
    lines = [*wrong[:SHOWN_CHUNKS], *([f"and {more} more"] if more > 0 else [])]
    return Mismatch(f"every chunk {describe_operand('schema', schema)}", "\n".join(lines))


def _chunks(stream: Stream) -> Iterator[tuple[int, Plain]]:
    """Every event but the end mark, with its number: the JSON in it, or text that is none."""
    for number, event in enumerate(stream.events, 1):
        if event.data.strip() != DONE:
            parsed = strict_json.parse(event.data)
            yield number, event.data if parsed.error else parsed.value
