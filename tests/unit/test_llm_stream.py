"""Streams put together: the same message however they are cut, and nothing that is not whole."""

from __future__ import annotations

import itertools
import json
from typing import Final

import pytest
from hypothesis import given, strategies as st

from runner.llm import stream
from runner.llm.stream import Reading, parser_of, read_stream
from runner.messages import Arrival, Response, Stream
from runner.node import Plain
from tests.streams import (
    ANTHROPIC_EVENTS,
    HELLO,
    OPENAI,
    PLAIN,
    SAMPLES,
    Sample,
    call,
    candidate,
    choice,
    chunk,
    completion,
    lines,
    named,
    sse,
    tool,
    usage,
)

EVENTS: Final = "text/event-stream"
LINES: Final = "application/x-ndjson"
HI: Final = (chunk({"role": "assistant", "content": "Hi"}), chunk({}, "stop"))


def read(body: bytes, kind: str = EVENTS, status: int = 200, arrivals: tuple[Arrival, ...] = ()) -> Stream:
    stream = read_stream(Response(status, (("Content-Type", kind),), body, "http://h/", arrivals=arrivals))
    assert stream is not None
    return stream


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_the_message_is_that_without_stream(sample: Sample) -> None:
    stream = read(sample.body, sample.kind)
    assert stream.fault == ""
    assert stream.document.value == sample.message


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_byte_may_be_the_last_of_a_piece(sample: Sample) -> None:
    whole = read(sample.body, sample.kind)
    for place in range(len(sample.body) + 1):
        assert cut(sample, [place]) == whole._replace(first_content=None, longest_gap=None)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@given(st.data())
def test_so_may_several(sample: Sample, data: st.DataObject) -> None:
    places = sorted(data.draw(st.lists(st.integers(0, len(sample.body)), max_size=20)))
    assert cut(sample, places) == read(sample.body, sample.kind)


def cut(sample: Sample, places: list[int]) -> Stream:
    """The stream read from the pieces between these places."""
    parser = parser_of(sample.kind)
    assert parser is not None
    reading = Reading(lines=sample.kind == LINES)
    bounds = [0, *places, len(sample.body)]
    for first, last in itertools.pairwise(bounds):
        for event in parser.feed(sample.body[first:last]):
            reading.add(event)
    for event in parser.finish():
        reading.add(event)
    reading.end(parser.unfinished)
    return reading.result(200)


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_what_is_cut_is_not_whole(sample: Sample) -> None:
    """Every beginning of a stream that ends otherwise than the whole; of a plain one, within an event."""
    ends = {len(sample.body) - over for over in range(3)} if sample is not PLAIN else set()
    for place in range(len(sample.body)):
        stream = read(sample.body[:place], sample.kind)
        if place not in ends and not (sample is PLAIN and whole_so_far(sample.body[:place])):
            assert stream.fault, sample.body[:place]


def whole_so_far(body: bytes) -> bool:
    return b"data: " in body and not body.replace(b"\r\n", b"\n").replace(b"\r", b"\n").rpartition(b"\n\n")[2]


FAULTS: Final[dict[str, tuple[bytes, str, str]]] = {
    "empty": (b"", EVENTS, "the stream is empty: not one event came"),
    "comments": (b": ping\n\n", EVENTS, "the stream is empty: not one event came"),
    "no lines": (b"\n\n", LINES, "the stream is empty: not one event came"),
    "only the end mark": (sse("[DONE]"), EVENTS, "the stream is empty: not one event came before the end mark [DONE]"),
    "pings and the end mark": (
        b"event: ping\ndata: {}\n\n" + sse("[DONE]"),
        EVENTS,
        "the stream is empty: not one event came before the end mark [DONE]",
    ),
    "plain text and the end mark": (sse("a", "[DONE]"), EVENTS, ""),
    "no end mark": (sse(*HI), EVENTS, 'the end mark [DONE] did not come\nthe text so far: "Hi"'),
    "no finish": (sse(HI[0], "[DONE]"), EVENTS, "choice 0 has no finish_reason: it was not written to its end"),
    "another choice": (
        sse(*HI, chunk({"content": "x"}, None, 1), "[DONE]"),
        EVENTS,
        "choice 1 has no finish_reason: it was not written to its end",
    ),
    "no choice": (sse(usage(total_tokens=1), "[DONE]"), EVENTS, "not one choice came"),
    "unreadable": (sse(HI[0], '{"id": "c', "[DONE]"), EVENTS, "event 2 is not JSON: line 1"),
    "text": (sse(HI[0], "oops", "[DONE]"), EVENTS, "event 2 is not JSON: line 1"),
    "a key twice": (sse(HI[0], '{"a": 1, "a": 2}'), EVENTS, "event 2 is not JSON"),
    "no object": (sse(HI[0], [1]), EVENTS, "event 2 is no JSON object"),
    "not UTF-8": (b"data: \xff\n\n", EVENTS, "event 1 is not UTF-8"),
    "in an event": (sse(*HI) + b"data: [DONE]\n", EVENTS, "the stream breaks off in the middle of event 3\n[DONE]"),
    "an error": (
        sse(HI[0], {"error": {"message": "boom", "type": "server_error", "code": None}}, "[DONE]"),
        EVENTS,
        'event 2 is an error: server_error: boom\nthe text so far: "Hi"',
    ),
    "an error as text": (sse({"error": "boom"}), EVENTS, "event 1 is an error: boom"),
    "an error after the end": (sse(*HI, {"error": "boom"}, "[DONE]"), EVENTS, "event 3 is an error: boom"),
    "an error with choices": (
        sse(HI[0], {**chunk({}, "error"), "error": {"code": 502, "message": "gone"}}, "[DONE]"),
        EVENTS,
        "event 2 is an error: gone",
    ),
    "Anthropic's": (
        named(ANTHROPIC_EVENTS[0], {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
        EVENTS,
        "event 2 is an error: overloaded_error: Overloaded",
    ),
    "by its name": (b"event: error\ndata: broken\n\n", EVENTS, 'event 1 is an error: "broken"'),
    "Ollama's": (lines({"error": "no such model"}), LINES, "event 1 is an error: no such model"),
    "the Responses API's": (
        named({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "boom"}}}),
        EVENTS,
        "event 1 is an error: server_error: boom",
    ),
    "JSON": (b'{"choices": []}', EVENTS, "the body is JSON, not a stream of events"),
    "an error that is JSON": (
        b'{"error": {"message": "m"}}',
        EVENTS,
        "the body is JSON, not a stream of events, and it is an error: m",
    ),
    "a line": (b'{"a": 1}\n{"b', LINES, "event 2 is not JSON"),
    "a plain chunk": (sse({"a": 1}, "{oops"), EVENTS, "event 2 is not JSON"),
    "Ollama without end": (
        lines({"message": {"content": "a"}, "done": False}),
        LINES,
        "the end mark done: true did not come",
    ),
    "Anthropic without end": (
        named(*ANTHROPIC_EVENTS[:-1]),
        EVENTS,
        "the end mark message_stop did not come",
    ),
    "Anthropic after the end": (
        named(*ANTHROPIC_EVENTS, {"type": "content_block_delta", "index": 0, "delta": {"text": "more"}}),
        EVENTS,
        f"event {len(ANTHROPIC_EVENTS) + 1} comes behind the end mark message_stop",
    ),
    "Anthropic with a ping after the end": (named(*ANTHROPIC_EVENTS, {"type": "ping"}), EVENTS, ""),
    "Ollama after the end": (
        lines({"response": "a", "done": True}, {"response": "b", "done": False}),
        LINES,
        "event 2 comes behind the end mark done: true",
    ),
    "Gemini in parts after its reason": (
        sse({"candidates": [{"finishReason": "STOP"}]}, candidate([{"text": "a"}])),
        EVENTS,
        "",
    ),
    "the Responses API after the end": (
        named(
            {"type": "response.completed", "response": {"status": "completed"}},
            {"type": "response.output_text.delta", "delta": "more"},
        ),
        EVENTS,
        "event 2 comes behind the end mark response.completed",
    ),
    "a response that has not ended well": (
        named({"type": "response.completed", "response": {"status": "failed"}}),
        EVENTS,
        'the response has ended with the status "failed"',
    ),
    "Anthropic without reason": (
        named(*ANTHROPIC_EVENTS[:-2], ANTHROPIC_EVENTS[-1]),
        EVENTS,
        "the message has no stop_reason",
    ),
    "a block without end": (
        named(*ANTHROPIC_EVENTS[:9], *ANTHROPIC_EVENTS[-2:]),
        EVENTS,
        "the end (content_block_stop) of content block 1 did not come",
    ),
    "a block without begin": (
        named(ANTHROPIC_EVENTS[0], *ANTHROPIC_EVENTS[7:]),
        EVENTS,
        "the beginning (content_block_start) of content block 1 did not come",
    ),
    "no message_start": (named(*ANTHROPIC_EVENTS[1:]), EVENTS, "message_start did not come"),
    "input that is no JSON": (
        named(*(one for place, one in enumerate(ANTHROPIC_EVENTS) if place != 13)),
        EVENTS,
        "the input of the tool in content block 2 is not JSON",
    ),
    "Gemini without end": (
        sse(candidate([{"text": "a"}])),
        EVENTS,
        "candidate 0 has no finishReason: it was not written to its end",
    ),
    "the Responses API without end": (
        named({"type": "response.created", "response": {"id": "r"}}),
        EVENTS,
        "the end mark response.completed did not come",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "kind", "fault"), FAULTS.values(), ids=FAULTS)
def test_what_is_not_whole_says_why(body: bytes, kind: str, fault: str) -> None:
    stream = read(body, kind)
    assert stream.fault.startswith(fault)
    assert bool(stream.fault) is bool(fault)
    assert not (stream.fault and stream.done)


def test_an_error_is_expected_under_a_status_that_says_so() -> None:
    stream = read(sse({"error": {"message": "slow down"}}), status=429)
    assert stream.fault == ""
    assert stream.document.value == {"error": {"message": "slow down"}}
    assert read_stream(Response(429, (("Content-Type", EVENTS),), b'{"error": {}}', "http://h/")) is None


MESSAGES: Final[dict[str, tuple[list[Plain], Plain]]] = {
    "two choices": (
        [
            chunk({"role": "assistant", "content": "a"}, None, 1),
            chunk({"role": "assistant", "content": "b"}),
            chunk({"content": "c"}, None, 1),
            chunk({}, "length"),
            chunk({}, "stop", 1),
        ],
        completion(choice({"content": "b"}, "length"), choice({"content": "ac"}, "stop", 1)),
    ),
    "a refusal": (
        [chunk({"role": "assistant", "refusal": "I "}), chunk({"refusal": "won't"}), chunk({}, "stop")],
        completion(choice({"refusal": "I won't"})),
    ),
    "reasoning and what nobody knows": (
        [
            chunk({"role": "assistant", "content": None, "reasoning_content": "Hm"}),
            chunk({"reasoning_content": ", well", "new": {"a": [1], "b": "x"}}),
            chunk({"content": "Yes", "new": {"a": [2], "b": "y"}}, "stop"),
        ],
        completion(choice({"content": "Yes", "reasoning_content": "Hm, well", "new": {"a": [1, 2], "b": "xy"}})),
    ),
    "a role each time": (
        [chunk({"role": "assistant", "content": "a"}), chunk({"role": "assistant", "content": "b"}, "stop")],
        completion(choice({"content": "ab"})),
    ),
    "calls without a number": (
        [
            chunk({"tool_calls": [call(None, '{"a":', "a", "f")]}),
            chunk({"tool_calls": [call(None, "1}")]}),
            chunk({"tool_calls": [call(None, "{}", "b", "g")]}, "tool_calls"),
        ],
        completion(choice({"tool_calls": [tool("a", "f", '{"a":1}'), tool("b", "g", "{}")]}, "tool_calls")),
    ),
    "a call repeated": (
        [
            chunk({"tool_calls": [call(0, "{", "a", "f")]}),
            chunk({"tool_calls": [call(0, "}", "a", "f")]}, "tool_calls"),
        ],
        completion(choice({"tool_calls": [tool("a", "f", "{}")]}, "tool_calls")),
    ),
    "usage that grows": (
        [chunk({"content": "a"}, None, usage={"total_tokens": 1}), chunk({}, "stop", usage={"total_tokens": 2})],
        completion(choice({"content": "a"}), usage={"total_tokens": 2}),
    ),
    "half a character": (
        [chunk({"content": "\ud83d"}), chunk({"content": "\ude00"}, "stop")],
        completion(choice({"content": "😀"})),
    ),
}


@pytest.mark.parametrize(("chunks", "message"), MESSAGES.values(), ids=MESSAGES)
def test_messages_of_openai(chunks: list[Plain], message: Plain) -> None:
    body = b"".join(b"data: " + json.dumps(one).encode() + b"\n\n" for one in chunks) + b"data: [DONE]\n\n"
    assert read(body).document.value == message


def test_the_published_example() -> None:
    """The pieces are those of a real stream, the message that of the same request without."""
    message = read(OPENAI.body).document.value
    assert isinstance(message, dict)
    assert message["choices"] == [choice({"content": "Hello John! How can I assist you today?", "refusal": None})]
    assert "".join(HELLO) == "Hello John! How can I assist you today?"


def test_completions_have_text() -> None:
    pieces: list[Plain] = [
        {"id": "c", "object": "text_completion", "choices": [{"index": 0, "text": "Hel", "finish_reason": None}]},
        {"id": "c", "object": "text_completion", "choices": [{"index": 0, "text": "lo", "finish_reason": "stop"}]},
    ]
    assert read(sse(*pieces, "[DONE]")).document.value == {
        "id": "c",
        "object": "text_completion",
        "choices": [{"index": 0, "text": "Hello", "finish_reason": "stop"}],
    }


def test_ollama_generates() -> None:
    body = lines({"response": "a", "done": False}, {"response": "b", "done": False}, {"response": "", "done": True})
    assert read(body, LINES).document.value == {"response": "ab", "done": True}


def test_a_blocked_prompt_has_no_candidate() -> None:
    stream = read(sse({"promptFeedback": {"blockReason": "SAFETY"}}))
    assert stream.fault == ""
    assert stream.done


def test_plain_lines_are_their_values() -> None:
    assert read(lines(1, "\u2028a" and {"b": "\u2028"}, None), LINES).document.value == [1, {"b": "\u2028"}, None]


def test_plain_text_may_hold_a_brace() -> None:
    stream = read(sse("if x", "{", "[DONE]"))
    assert (stream.fault, stream.done) == ("", True)
    assert not read(sse("if x", "{")).done


def test_content_is_timed_not_pings_nor_empty_deltas() -> None:
    parts = [
        b": ping\n\n",
        sse(chunk({"role": "assistant", "content": ""})),
        sse(chunk({"content": "a"})),
        sse(chunk({"content": ""})),
        sse(chunk({"content": "b"})),
        sse(chunk({}, "stop")),
        sse("[DONE]"),
    ]
    starts = [sum(map(len, parts[:place])) for place in range(len(parts))]
    arrivals = tuple(Arrival(float(place), start) for place, start in enumerate(starts))
    stream = read(b"".join(parts), arrivals=arrivals)
    assert [event.at for event in stream.events] == [1, 2, 3, 4, 5, 6]
    assert (stream.first_content, stream.longest_gap) == (2.0, 2.0)
    assert len(stream.events) == 6


def test_what_comes_before_the_message_is_no_content_of_it() -> None:
    parts = [
        sse({"note": "hello"}),
        sse(chunk({"content": "a"})),
        sse(chunk({"content": "b"})),
        sse(chunk({}, "stop"), "[DONE]"),
    ]
    starts = [sum(map(len, parts[:place])) for place in range(len(parts))]
    stream = read(b"".join(parts), arrivals=tuple(Arrival(float(place), start) for place, start in enumerate(starts)))
    assert (stream.fault, stream.first_content, stream.longest_gap) == ("", 1.0, 1.0)


def test_what_is_not_timed_is_not_known() -> None:
    assert (read(OPENAI.body).first_content, read(OPENAI.body).longest_gap) == (None, None)


def test_a_great_many_pieces() -> None:
    count = 100_000
    body = sse(chunk({"content": "ab"})) * count + sse(chunk({}, "stop"), "[DONE]")
    stream = read(body)
    assert stream.fault == ""
    assert stream.document.value == completion(choice({"content": "ab" * count}))


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'data: {"type": "response.created", "response": {"id": "r"}}\n\n', 200),
        (b"data: {\n\n", 200),
        (b'data: {"error": {"message": "no"}}\n\n', 429),
        (b"data: a line\n\n", 200),
    ],
    ids=["responses, cut", "behind a fault", "an error", "plain"],
)
def test_what_is_spread_over_events_is_joined_whatever_becomes_of_them(body: bytes, status: int) -> None:
    halves = [b'data: {"type": "response.output_text.delta", "delta": "%s"}\n\n' % half for half in (b"sk-sec", b"ret")]
    stream = read(body + b"".join(halves), status=status)
    assert any("sk-secret" in text for text in stream.spread)


def test_lines_of_plain_text_are_joined() -> None:
    assert read(b"data: sk-sec\n\ndata: ret\n\n").spread == ("sk-secret",)


@pytest.mark.parametrize("choices", [[None], [1, "x"], [[]], [None, {"index": 0, "delta": {"content": "a"}}]])
def test_what_is_no_choice_is_no_accident(choices: list[Plain]) -> None:
    stream = read(sse({"object": "chat.completion.chunk", "choices": choices}, "[DONE]"))
    assert stream.fault


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_a_stream_has_a_limit_of_lines(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MOST_LINES", 6)
    event = f"data: {json.dumps(HI[0])}{end}{end}"
    assert read((event * 3).encode()).fault != "the stream has more than 6 lines"
    assert read((event * 4).encode()).fault == "the stream has more than 6 lines"
