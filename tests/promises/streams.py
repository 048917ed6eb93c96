"""Faults of event streams and of lines of JSON, and of answers that ask to be sent again."""

from __future__ import annotations

import gzip
import json
from typing import Final

from tests.promises.answers import headed
from tests.promises.bombs import in_chunks
from tests.promises.faults import failing, faulty, odd
from tests.promises.sockets import endless, half_closed_after
from tests.servers import Script, answers, ok
from tests.streams import chunk, sse

TYPE: Final = "Content-Type: text/event-stream"
LINES: Final = "Content-Type: application/x-ndjson"
HELLO: Final = chunk({"role": "assistant", "content": "Hello"})
STOP: Final = chunk({"content": " John"}, "stop")
WHOLE: Final = sse(HELLO, STOP, "[DONE]")
MESSAGE: Final = '{json: {"$.choices[0].message.content": Hello John}}'


def stream(body: bytes, kind: str = TYPE) -> Script:
    """A whole answer that is this stream."""
    return answers(ok(body, kind))


def pieces(body: bytes) -> bytes:
    """A stream in chunks."""
    return headed(TYPE, "Transfer-Encoding: chunked", body=body)


def to_the_end(body: bytes, *headers: str) -> Script:
    """The same, ended by the connection."""
    return answers(headed(TYPE, *headers, body=body), keep=False)


WIDE: Final = sse(chunk({"content": "\U0001f600\u4f60"}, "stop"), "[DONE]")
CUT: Final = WIDE[: WIDE.index("\u4f60".encode()) + 1]
ERROR: Final = '{"error": {"message": "Overloaded", "type": "server_error"}}'

BROKEN = (
    ("no event at all", b"", "the stream is empty"),
    ("comments alone", b": ping\n\n" * 1000, "the stream is empty"),
    ("names of events alone", b"event: ping\n\n" * 1000, "the stream is empty"),
    ("event without an end", b"data: {}", "breaks off in the middle of event 1"),
    ("no [DONE]", sse(HELLO, STOP), "the end mark [DONE] did not come"),
    ("no end of the message", sse(HELLO, "[DONE]"), "finish_reason"),
    ("[DONE] before the message", sse("[DONE]", HELLO, STOP), "event 2 comes behind the end mark [DONE]"),
    ("chunk that is no JSON", sse(HELLO, "oops", STOP, "[DONE]"), "event 2 is not JSON"),
    ("chunk that is NaN", sse(HELLO, "NaN", STOP, "[DONE]"), "event 2 is not JSON"),
    ("chunk that is a list", sse(HELLO, "[1]", STOP, "[DONE]"), "event 2 is no JSON object"),
    ("chunk with a key twice", sse(HELLO, '{"choices": [], "choices": []}', "[DONE]"), "event 2 is not JSON"),
    ("chunk nested 100,000 deep", sse(HELLO, "[" * 100_000, "[DONE]"), "event 2 is not JSON"),
    ("chunk cut off", sse(HELLO)[:-20], "breaks off in the middle of event 1"),
    ("cut inside a character", CUT, "breaks off in the middle of event 1"),
    (
        "broken UTF-8 in a stream",
        sse(HELLO) + b'data: {"choices": [{"delta": {"content": "\xff"}}]}\n\n',
        "is not UTF-8",
    ),
    ("NUL in a stream", sse(HELLO) + b"data: \0\n\n", "event 2 is not JSON"),
    ("stream in UTF-16", WHOLE.decode().encode("utf-16"), "the stream"),
    ("error in the middle", sse(HELLO, ERROR, STOP, "[DONE]"), "event 2 is an error"),
    ("event named error", sse(HELLO) + b"event: error\ndata: Overloaded\n\n", "event 2 is an error"),
    ("error first", sse(ERROR), "event 1 is an error"),
    ("JSON that says it is a stream", b'{"choices": []}', "the body is JSON, not a stream of events"),
    ("HTML that says it is a stream", b"<html>Bad Gateway</html>\n\n", "the stream is empty"),
    ("index of a choice that is enormous", sse(chunk({"content": "a"}, "stop", 10**9)), "index"),
    ("index of a choice that is negative", sse(chunk({"content": "a"}, "stop", -1)), "index"),
    (
        "index of a tool call that is enormous",
        sse(chunk({"tool_calls": [{"index": 10**9, "function": {"arguments": "{}"}}]}, "tool_calls")),
        "index",
    ),
)

NEVER: Final = {"deadline": 0.4}
ENDLESS = (
    faulty(
        "pings without end",
        endless(headed(TYPE), b"event: ping\ndata: {}\n\n", 0.02),
        "was not complete",
        "timeout",
        **NEVER,
    ),
    faulty("comments without end", endless(headed(TYPE), b": ping\n\n", 0.02), "Not one event", "timeout", **NEVER),
    faulty("comments without end, fast", endless(headed(TYPE), b": ping\n\n" * 1000), "larger than 1.0 MB"),
    faulty("event without end", endless(headed(TYPE), b"data: x\n" * 1000), "larger than 1.0 MB"),
    faulty("line without end", endless(headed(TYPE), b"x" * 10_000), "larger than 1.0 MB"),
    faulty("stream of lines without end", endless(headed(LINES), b"{}\n" * 1000), "larger than 1.0 MB"),
    faulty(
        "content without end",
        endless(headed(TYPE), sse(HELLO), 0.02),
        "events of the stream had come",
        "timeout",
        **NEVER,
    ),
    faulty(
        "[DONE] and no end of the connection",
        endless(headed(TYPE) + WHOLE, b": still here\n\n", 0.02),
        "was not complete",
        "timeout",
        **NEVER,
    ),
    faulty(
        "stream that falls silent",
        half_closed_after(pieces(b"%x\r\n%b\r\n" % (len(sse(HELLO)), sse(HELLO)))),
        "1 event of the stream had come",
    ),
    faulty(
        "stream cut in a chunk",
        half_closed_after(pieces(b"fff\r\n" + sse(HELLO))),
        "a chunk of 4095 bytes was announced",
    ),
    faulty(
        "gzip of a stream cut short",
        to_the_end(gzip.compress(WHOLE)[:-12], "Content-Encoding: gzip"),
        "stops before its end",
    ),
    faulty("stream in broken gzip", to_the_end(b"nonsense", "Content-Encoding: gzip"), "not valid gzip"),
)

ODD = (
    odd(
        "stream in chunks of a byte",
        answers(headed(TYPE, "Transfer-Encoding: chunked", body=in_chunks(WHOLE, 1))),
        expect=MESSAGE,
    ),
    odd("stream in gzip", to_the_end(gzip.compress(WHOLE), "Content-Encoding: gzip"), expect=MESSAGE),
    odd("CR ends lines", stream(WHOLE.replace(b"\n", b"\r")), expect=MESSAGE),
    odd("CR LF ends lines", stream(WHOLE.replace(b"\n", b"\r\n")), expect=MESSAGE),
    odd(
        "ends of lines mixed",
        stream(sse(HELLO).replace(b"\n", b"\r") + sse(STOP) + b"data: [DONE]\r\n\r"),
        expect=MESSAGE,
    ),
    odd("mark of byte order before a stream", stream(b"\xef\xbb\xbf" + WHOLE), expect=MESSAGE),
    odd("ten thousand pings in a stream", stream(b": p\n\nevent: ping\ndata: {}\n\n" * 10_000 + WHOLE), "PASS"),
    odd(
        "unknown fields in a stream",
        stream(b"retry: 99999999999\nid: \0\nfoo: bar\nnonsense\n\n" + WHOLE),
        expect=MESSAGE,
    ),
    odd(
        "line of 1 MB",
        stream(sse(chunk({"content": "x" * 900_000}, "stop"), "[DONE]")),
        expect='{json: {"$.choices[0].message.content": {length: 900000}}}',
    ),
    failing(
        "stream of 40 MB of small events",
        stream(b"data: {}\n\n" * 4_000_000),
        "more than 300,000 lines",
        max_size="50 MB",
        deadline=60.0,
    ),
    failing(
        "40 MB of lines of JSON",
        stream(b"{}\n" * 13_000_000, LINES),
        "more than 300,000 lines",
        max_size="50 MB",
        deadline=60.0,
    ),
    odd("stream of very many events", stream(b"data: {}\n\n" * 20_000), deadline=60.0),
    odd(
        "ten thousand chunks of a message",
        stream(sse(*[HELLO] * 10_000, STOP, "[DONE]")),
        max_size="5 MB",
        expect='{json: {"$.choices[0].message.content": {length: 50005}}}',
    ),
    failing("million events without content", stream(sse(HELLO) + b"data: {}\n\n" * 90_000), "finish_reason"),
    odd("stream without pieces at 204", answers(headed(TYPE, status="204 N"))),
    odd(
        "content that is no text", stream(sse(chunk({"content": {"a": [1]}}, "stop"), "[DONE]")), "the answer is empty"
    ),
    odd("event names that are no names", stream(b"event: \x1b[2J::error::\ndata: {}\n\n"), "PASS"),
)

LIMITED: Final = json.dumps({"error": {"message": "Slow down", "type": "requests", "code": "rate_limit_exceeded"}})


def limited(*headers: str, status: str = "429 Too Many Requests") -> Script:
    """The same answer without end."""
    return answers(headed(f"Content-Length: {len(LIMITED)}", *headers, status=status, body=LIMITED.encode()))


RETRY: Final = {"expect": "{status: 200}", "request": "    retry: {attempts: 3, delay: 1ms, max_delay: 100ms}"}
POLL: Final = {"expect": "{status: 200}", "request": "    poll: {every: 50ms, for: 300ms}"}
AGAIN = (
    failing("429 without end", limited(), "3 attempts", **RETRY),
    failing("429 that asks for 3,170 years", limited("Retry-After: 99999999999"), "3 attempts", **RETRY),
    failing("429 that asks for 31 years", limited("Retry-After: 999999999"), "Not sent again", **RETRY),
    failing(
        "429 until the year 9999", limited("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT"), "Not sent again", **RETRY
    ),
    failing("429 until the year 0001", limited("Retry-After: Mon, 01 Jan 0001 00:00:00 +2359"), "3 attempts", **RETRY),
    failing(
        "429 until a day that is none", limited("Retry-After: Fri, 99 Foo 99999 99:99:99 GMT"), "3 attempts", **RETRY
    ),
    failing("429 that asks for a negative time", limited("Retry-After: -5"), "3 attempts", **RETRY),
    failing("429 that asks for no number", limited("Retry-After: 1e9"), "3 attempts", **RETRY),
    failing(
        "429 that asks for infinity", limited("Retry-After: Infinity", "retry-after-ms: NaN"), "3 attempts", **RETRY
    ),
    failing("429 that asks in other digits", limited("Retry-After: \xb2"), "3 attempts", **RETRY),
    failing("429 with a wait of 100 kB", limited("Retry-After: " + "9" * 100_000), "3 attempts", **RETRY),
    failing("429 with a date of 100 kB", limited("Retry-After: " + "Fri, " * 20_000), "3 attempts", **RETRY),
    failing("503 without end", limited(status="503 Unavailable"), "3 attempts", **RETRY),
    failing(
        "503 that wants to be asked again and again",
        limited("x-should-retry: true", status="503 U"),
        "3 attempts",
        **RETRY,
    ),
    failing("503 while it is polled", limited(status="503 U"), "Sent", **POLL),
    failing(
        "503 while it is polled, with a long wait",
        limited("Retry-After: 99999", status="503 U"),
        "Not sent again",
        **POLL,
    ),
    faulty(
        "silence, sent again",
        endless(b"", b""),
        "3 attempts",
        "timeout",
        deadline=0.3,
        total=1.1,
        request="    retry: {attempts: 3, delay: 1ms}",
    ),
    faulty(
        "nothing, sent again",
        answers(b"", keep=False),
        "3 attempts",
        "connection",
        request="    retry: {attempts: 3, delay: 1ms}",
    ),
)

FAULTS = tuple(
    fault._replace(group=group)
    for group, faults in (
        ("streams", (*(failing(name, stream(body), says) for name, body, says in BROKEN), *ENDLESS, *ODD)),
        ("sent again", AGAIN),
    )
    for fault in faults
)
