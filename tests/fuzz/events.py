"""Event streams: the same events and the same message however the bytes come, by the rules of the WHATWG."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runner.llm.ndjson import LineParser
from runner.llm.sse import Event, SseParser
from runner.llm.stream import Reading, parser_of, read_stream
from runner.messages import Response, Stream
from runner.strict_json import parse
from tests.fuzz.choices import Choices, cut_bytes
from tests.streams import SAMPLES

KINDS = ("text/event-stream", "application/x-ndjson")


def seeds() -> Iterator[bytes]:
    """A body, then where it is cut and of which kind it is."""
    for sample in SAMPLES.values():
        yield sample.body + b"\x33\x33\x99\x99\x02" + bytes([KINDS.index(sample.kind)])


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    kind, places = choices.pick(KINDS), choices.cuts()
    body = choices.rest()
    read(body, places)
    assembled(body, kind, places)


def read(body: bytes, places: Sequence[float]) -> list[Event]:
    """The events of ``body``, which are those of its pieces and those that the rules ask for."""
    whole, cut = SseParser(), SseParser()
    events = whole.feed(body)
    assert [event for piece in cut_bytes(body, places) for event in cut.feed(piece)] == events
    assert cut.unfinished == whole.unfinished
    assert [(event.data, event.name) for event in events] == by_the_rules(body)
    lines, cut_lines = LineParser(), LineParser()
    wanted = [*lines.feed(body), *lines.finish()]
    assert [*(one for piece in cut_bytes(body, places) for one in cut_lines.feed(piece)), *cut_lines.finish()] == wanted
    return events


def by_the_rules(body: bytes) -> list[tuple[str, str]]:
    """Data and name of each event, as HTML 9.2.6 interprets a stream that it has whole."""
    text = body.decode("utf-8", "replace").removeprefix("\ufeff")
    found: list[tuple[str, str]] = []
    data, name = "", ""
    for line in re.split("\r\n|\r|\n", text)[:-1]:  # what no line end follows is no line
        if not line:
            if data:
                found.append((data.removesuffix("\n"), name))
            data, name = "", ""
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "data":
            data += value + "\n"
        elif field == "event":
            name = value
    return found


def assembled(body: bytes, kind: str, places: Sequence[float]) -> Stream:
    """The message of a stream, the same however its bytes come."""
    stream = read_stream(Response(200, (("Content-Type", kind),), body, "http://h/"))
    assert stream is not None
    parser, reading = parser_of(kind), Reading(lines=kind == KINDS[1])
    assert parser is not None
    came = [event for piece in cut_bytes(body, places) for event in parser.feed(piece)] + parser.finish()
    for event in came:
        reading.add(event)
    whole = parse(body)
    if not came and not whole.error:
        reading.take_whole(whole.value)
    reading.end(parser.unfinished)
    assert reading.result(200) == stream
    return stream
