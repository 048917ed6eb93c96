"""Event streams by the rules of the WHATWG, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from runner.llm.ndjson import LineParser
from runner.llm.sse import Event, SseParser

EXAMPLES = {
    "data": (b"data: a\n\n", [("a", "")]),
    "no blank": (b"data:a\n\n", [("a", "")]),
    "one blank is taken off": (b"data:  a\n\n", [(" a", "")]),
    "several lines": (b"data: a\ndata: b\ndata\n\n", [("a\nb\n", "")]),
    "CR": (b"data: a\r\rdata: b\r\r", [("a", ""), ("b", "")]),
    "CRLF": (b"data: a\r\n\r\ndata: b\r\n\r\n", [("a", ""), ("b", "")]),
    "mixed": (b"data: a\r\n\ndata: b\n\r\ndata: c\r\n\r", [("a", ""), ("b", ""), ("c", "")]),
    "a mark first": (b"\xef\xbb\xbfdata: a\n\n", [("a", "")]),
    "a second mark is text": (b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\ndata: b\n\n", [("b", "")]),
    "a comment": (b": ping\n\n:\ndata: a\n\n", [("a", "")]),
    "a name": (b"event: add\ndata: a\n\ndata: b\n\n", [("a", "add"), ("b", "")]),
    "the last name": (b"event: a\nevent: b\ndata: c\n\n", [("c", "b")]),
    "without data it is none": (b"event: add\nid: 1\n\ndata: a\n\n", [("a", "")]),
    "empty data": (b"data\n\ndata:\n\n", [("", ""), ("", "")]),
    "two empty lines of data": (b"data\ndata\n\n", [("\n", "")]),
    "id and retry": (b"id: 1\nretry: 5\ndata: a\n\n", [("a", "")]),
    "unknown fields": (b"Data: x\ndatas: x\n data: x\ndata: a\n\n", [("a", "")]),
    "a colon in it": (b"data: a: b\n\n", [("a: b", "")]),
    "line separators are text": ("data: a\u2028b\u2029c\x85d\x0ce\n\n".encode(), [("a\u2028b\u2029c\x85d\x0ce", "")]),
    "characters": ("data: 안녕 😀\n\n".encode(), [("안녕 😀", "")]),
    "not ended": (b"data: a\n\ndata: b\n", [("a", "")]),
    "nothing": (b"", []),
}


@pytest.mark.parametrize("body", EXAMPLES)
@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_events(body: str, size: int) -> None:
    data, expected = EXAMPLES[body]
    parser = SseParser()
    events = [event for at in range(0, len(data), size) for event in parser.feed(data[at : at + size])]
    assert [(event.data, event.name) for event in events] == expected


@given(
    st.lists(st.sampled_from([b"data: a", b"data", b"\r", b"\n", b"\r\n", b":", b"event: x", "é😀".encode()])),
    st.data(),
)
def test_a_cut_changes_nothing(parts: list[bytes], choose: st.DataObject) -> None:
    data = b"".join(parts)
    whole, cut = SseParser(), SseParser()
    place = choose.draw(st.integers(0, len(data)))
    assert cut.feed(data[:place]) + cut.feed(b"") + cut.feed(data[place:]) == whole.feed(data)
    assert cut.unfinished == whole.unfinished


@pytest.mark.parametrize(
    ("data", "begins"),
    [
        (b"data: a\n\n", ""),
        (b"data: a\n\n: ping", ""),
        (b"data: a\n\nretry: 5\n", ""),
        (b"data: a\n\ndata: b", "data: b"),
        (b"data: a\n\ndata: b\n", "b"),
        (b"data: a\n\nda", "da"),
        (b"event: b\n", "b"),
    ],
)
def test_what_is_not_ended_is_told(data: bytes, begins: str) -> None:
    parser = SseParser()
    parser.feed(data)
    assert parser.unfinished == begins


def test_an_event_ends_with_the_first_byte_of_its_empty_line() -> None:
    parser = SseParser()
    assert [event.end for event in parser.feed(b"data: a\r\n\r\n: c\n\ndata: b\n\n")] == [10, 25]


def test_what_is_not_utf8_is_told() -> None:
    assert SseParser().feed(b"data: \xff\n\ndata: b\n\n") == [
        Event("\ufffd", "", 9, readable=False),
        Event("b", "", 18),
    ]


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_lines(size: int) -> None:
    data = '\ufeff{"a": 1}\r\n\n  \n{"b": "\u2028"}\n{"c": 3}'.encode()
    parser = LineParser()
    events = [event for at in range(0, len(data), size) for event in parser.feed(data[at : at + size])]
    assert [event.data for event in events + parser.finish()] == ['{"a": 1}', '{"b": "\u2028"}', '{"c": 3}']
    assert parser.finish() == []
