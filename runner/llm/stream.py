"""A stream read: its events in time, the message that they make, and what keeps it from being whole."""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import Final

from runner import strict_json
from runner.llm.assemble.anthropic import Anthropic
from runner.llm.assemble.gemini import Gemini
from runner.llm.assemble.ollama import Ollama
from runner.llm.assemble.openai import OpenAI
from runner.llm.assemble.plain import PINGS, Plainly
from runner.llm.assemble.responses import Responses
from runner.llm.assemble.shape import NOTHING, Delta, Shape
from runner.llm.errors import explain_error
from runner.llm.ndjson import LineParser
from runner.llm.spread import Spread
from runner.llm.sse import Event, SseParser
from runner.messages import DONE, EVENT_STREAM, LINES, Arrival, Response, Stream, StreamEvent, media_type
from runner.node import Plain

SHAPES: Final[tuple[type[Shape], ...]] = (OpenAI, Anthropic, Gemini, Ollama, Responses)
MOST_LINES: Final = 300_000
"""Of a body: a few bytes a line may make gigabytes of events. No model says as much."""
SHOWN: Final = 120
"""Characters of an event that a message quotes."""


def parser_of(kind: str) -> SseParser | LineParser | None:
    """What takes a body of this media type apart; None if it is no stream."""
    if kind == EVENT_STREAM:
        return SseParser()
    return LineParser() if kind in LINES else None


def read_stream(response: Response) -> Stream | None:
    """The response's body as a stream; None if it is none: by its type, or because there is none."""
    parser = parser_of(media_type(response.headers))
    if parser is None or response.status in (204, 304):
        return None
    body = response.body
    if body.count(b"\n") + body.count(b"\r") - body.count(b"\r\n") > MOST_LINES:
        fault = f"the stream has more than {MOST_LINES:,} lines"
        return Stream((), strict_json.Parsed(error=fault), fault=fault)
    events = (*parser.feed(response.body), *parser.finish())
    whole = strict_json.parse(response.body) if not events else strict_json.Parsed(error="it is a stream")
    if not whole.error and response.status >= 300:
        return None  # an error under the type that the answer would have had
    reading = Reading(lines=isinstance(parser, LineParser))
    clock = _Arrivals(response.arrivals)
    for event in events:
        reading.add(event, clock.at(event.end))
    if not whole.error:
        reading.take_whole(whole.value)
    reading.end(parser.unfinished)
    return reading.result(response.status)


class _Arrivals:
    """When the byte at a place of the body came."""

    def __init__(self, arrivals: tuple[Arrival, ...]) -> None:
        self._times = [one.at for one in arrivals]
        self._starts = [one.start for one in arrivals]

    def at(self, end: int) -> float | None:
        place = bisect_right(self._starts, end - 1) - 1
        return self._times[place] if place >= 0 else None


class Reading:
    """Events taken one by one, or the ``lines`` that stand for them. What is wrong is kept, the first of it: what
    comes behind it counts no more."""

    def __init__(self, *, lines: bool = False) -> None:
        self.events: list[StreamEvent] = []
        self._shape: Shape | None = None
        self._plain = Plainly(lines=lines)
        self._early: list[dict[str, Plain]] = []
        self._text: list[str] = []
        self._contents: list[float | None] = []
        self._end_at: float | None = None
        self._marked = False
        self._fault = ""
        self._error: Plain = None
        self._spread = Spread()

    def add(self, event: Event, at: float | None = None) -> str:
        """The next event; gives the text in it for people to read."""
        self.events.append(StreamEvent(event.data, event.name, at))
        self._spread.add(event.data)
        if self._fault:
            return ""
        if self._marked and event.name not in PINGS:
            self._stop(f"comes behind the end mark {DONE}")
            return ""
        if event.data.strip() == DONE:
            self._marked = True
            self._end_at = at
            return ""
        over = self._shape is not None and self._shape.ended and bool(self._shape.end_mark)
        delta = self._take(event)
        if over and delta.content and self._shape is not None:
            self._stop(f"comes behind the end mark {self._shape.end_mark}")
            return ""
        if delta.content:
            self._contents.append(at)
        elif self._shape is not None and self._shape.ended and self._end_at is None:
            self._end_at = at
        if delta.text and self._shape is not None:
            self._text.append(delta.text)
        return delta.text

    def _take(self, event: Event) -> Delta:
        if not event.readable:
            return self._stop("is not UTF-8")
        parsed = strict_json.parse(event.data)
        if event.name == "error" or _is_error(parsed.value):
            self._error = event.data if parsed.error else _error_of(parsed.value)
            return self._stop("is an error")
        if parsed.error:
            return self._take_text(event, parsed.error)
        if self._shape is None and isinstance(parsed.value, dict):
            self._recognise(parsed.value)
        if self._shape is None:
            return self._plain.add(event, parsed)
        if not isinstance(parsed.value, dict):
            return self._stop("is no JSON object")
        return self._shape.add(parsed.value)

    def _take_text(self, event: Event, error: str) -> Delta:
        """What is no JSON: nothing at all, or unreadable, but for plain streams of text."""
        if not event.data.strip() and (self._shape is not None or event.name in PINGS):
            return NOTHING
        if self._shape is not None or self._plain.needs_json(event):
            return self._stop(f"is not JSON: {error}")
        return self._plain.add(event, strict_json.Parsed(error=error))

    def _recognise(self, chunk: dict[str, Plain]) -> None:
        """The first shape that takes a chunk has it; those before it come along."""
        shape = next((one for one in SHAPES if one.takes(chunk)), None)
        if shape is None:
            self._early.append(chunk)
            return
        self._shape = shape()
        self._contents.clear()
        for early in self._early:
            self._shape.add(early)

    def _stop(self, why: str) -> Delta:
        number, event = len(self.events), self.events[-1]
        self._fault = f"event {number} {why}"
        if self._error is None:
            self._fault += f"\n{_short(event.data)}"
        return NOTHING

    def take_whole(self, document: Plain) -> None:
        """The body is one JSON text after all, in spite of its type."""
        self._error = _error_of(document) if _is_error(document) else None
        self._fault = "the body is JSON, not a stream of events" + (", and it is an error" if self._error else "")
        self._plain.documents = [document]

    def end(self, unfinished: str) -> None:
        """The body has ended; ``unfinished`` is how an event begins that it breaks off in."""
        count = len(self.events)
        if self._fault:
            return
        if unfinished:
            self._fault = f"the stream breaks off in the middle of event {count + 1}\n{_short(unfinished)}"
        elif not count:
            self._fault = "the stream is empty: not one event came"
        elif self._marked and all(event.data.strip() == DONE or event.name in PINGS for event in self.events):
            self._fault = f"the stream is empty: not one event came before the end mark {DONE}"
        elif self._shape is not None:
            self._fault = self._incomplete(self._shape)

    def _incomplete(self, shape: Shape) -> str:
        """Why a message that has come without a fault is not whole."""
        if missing := shape.missing():
            return missing
        if not self._done:
            return f"the end mark {shape.end_mark} did not come"
        return ""

    @property
    def _done(self) -> bool:
        if self._shape is None:
            return self._marked
        return self._shape.ended or (self._marked and self._shape.end_mark == DONE)

    def result(self, status: int) -> Stream:
        """All of it. Under a status that says so itself an error is what is expected, and the document."""
        document = self._shape.document() if self._shape is not None else self._plain.document()
        fault = self._explained()
        if self._error is not None and status >= 300:
            document, fault = self._error, ""
        first, gap = self._times()
        return Stream(
            events=tuple(self.events),
            document=strict_json.Parsed(document),
            shape=self._shape.name if self._shape is not None else "",
            done=self._done and not self._fault,
            fault=fault,
            error=self._error,
            first_content=first,
            longest_gap=gap,
            spread=self._spread.joined(),
        )

    def _explained(self) -> str:
        """The fault, with what the stream says of its error and what came before it."""
        if not self._fault:
            return ""
        lines = [self._fault]
        if self._error is not None:
            advice = explain_error(200, (), self._error)
            lines = [f"{self._fault}: {advice.says if advice else _short(strict_json.dumps(self._error))}"]
        if self._text:
            lines.append(f"the text so far: {_short(strict_json.dumps(''.join(self._text)))}")
        return "\n".join(lines)

    def _times(self) -> tuple[float | None, float | None]:
        """The first content, and the longest time from one to the next or to the end mark."""
        times = [at for at in self._contents if at is not None]
        if not times or len(times) != len(self._contents):
            return None, None
        moments = times if self._end_at is None else [*times, self._end_at]
        return times[0], max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


def _is_error(value: Plain) -> bool:
    """Whether a chunk says that something went wrong: ``{"error": …}`` and its kin."""
    if isinstance(value, list):
        return bool(value) and _is_error(value[0])
    if not isinstance(value, dict):
        return False
    return (
        bool(value.get("error")) or value.get("type") in ("error", "response.failed") or value.get("object") == "error"
    )


def _error_of(value: Plain) -> Plain:
    """The error as an error body has it."""
    if isinstance(value, dict) and value.get("type") == "response.failed":
        response = value.get("response")
        return {"error": response.get("error") if isinstance(response, dict) else None}
    if isinstance(value, dict) and value.get("type") == "error" and "error" not in value:
        return {"error": {key: one for key, one in value.items() if key != "type"}}
    return value


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
