"""Requests and responses as lines for people: bodies laid out, cut to a sensible size, made harmless."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from runner import strict_json
from runner.charset import decode_text
from runner.messages import Headers, Request, Response, Stream, StreamEvent
from runner.redact import MASK
from runner.report.json_layout import lay_out
from runner.report.style import printable, printable_lines
from runner.units import format_duration, format_size

BOUNDARY = re.compile(r"multipart/[^;]*;\s*boundary=(?:\"([^\"]+)\"|([^\s;]+))", re.IGNORECASE)
MOST = 1_000_000
"""Characters of a body that are shown at all, and laid out: a small list takes many times its own length, and a line of
its own each line break."""
WIDEST = 4
"""Bytes of a character, at most."""
SAMPLE = 2000
"""How many characters are looked at to tell text from binary data."""
STRANGE = r"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\ufffd]"
"""What a text does not have."""
SPREAD = "what is masked in their texts is spread over them"


def request_lines(request: Request, limit: int | None) -> list[str]:
    """Method and URL, headers, and the body if there is one; ``limit`` as in ``body_lines``."""
    lines = [printable(f"{request.method} {request.url}"), *header_lines(request.headers)]
    if request.body:
        content_type = request.header("content-type") or ""
        lines += ["", *body_lines(request.body, content_type, limit)]
    return lines


def response_lines(response: Response, limit: int | None) -> list[str]:
    """The way there if it was redirected, status, headers and body."""
    visited = [*response.redirects, response.url]
    lines = [printable(f"redirected from {one} to {two}") for one, two in pairwise(visited)]
    lines.append(printable(f"{response.status} {response.reason}".rstrip()))
    lines += header_lines(response.headers)
    if response.stream is not None and response.stream.events:
        lines += ["", *stream_lines(response.stream, limit)]
    elif response.body:
        lines += ["", *body_lines(response.body, response.header("content-type") or "", limit)]
    return lines


def stream_lines(stream: Stream, limit: int | None) -> list[str]:
    """The message that a stream makes; without a ``limit`` its events before that, each with the time when it came.

    A secret may be cut in two by an event's end, where neither half is known for one: if anything is masked in the
    joined texts, nothing is shown in which the halves stand apart.
    """
    document = strict_json.dumps(stream.document.value)
    lines: list[str] = []
    hidden = any(MASK in text for text in stream.spread)
    if limit is None and hidden:
        lines += [f"({len(stream.events)} events, not shown: {SPREAD})", ""]
    elif limit is None:
        lines += [line for event in stream.events for line in _event_lines(event)] + [""]
    if hidden and MASK not in document:
        return [*lines, f"(the message is not shown: {SPREAD})"]
    return lines + body_lines(document.encode("utf-8", "surrogatepass"), "application/json", limit)


def _event_lines(event: StreamEvent) -> Iterator[str]:
    at = f"{event.at:7.3f} s  " if event.at is not None else ""
    name = f"{printable(event.name)}  " if event.name else ""
    for line in printable_lines(event.data):
        yield f"{at}{name}{line}"
        at, name = " " * len(at), " " * len(name)


def timing_line(response: Response) -> str:
    """How long each phase took, as far as there was one."""
    timings = response.timings
    phases = {
        "name": timings.lookup,
        "connection": timings.connect,
        "TLS": timings.tls,
        "first byte after": timings.first_byte,
        "body": timings.body,
        "first content after": response.stream.first_content if response.stream is not None else None,
        "complete after": timings.total,
    }
    told = [f"{phase} {format_duration(took)}" for phase, took in phases.items() if took is not None]
    return ", ".join([format_size(response.size), *told])


def body_lines(body: bytes, content_type: str, limit: int | None) -> list[str]:
    """JSON laid out, other text as it is, of binary data the size; after ``limit`` characters (None: ``MOST``) how
    much is left out."""
    limit = MOST if limit is None else limit
    begin = body[: MOST * WIDEST]
    text = decode_text(begin, content_type)
    if is_binary(text):
        return _part_lines(body, content_type, limit) or [f"({format_size(len(body))} of binary data)"]
    text = _laid_out(body, text).rstrip()
    left_out = len(text[limit:].encode("utf-8", "replace")) + len(body) - len(begin)
    more = [f"… {format_size(left_out)} more"] if left_out else []
    return [*printable_lines(text[:limit]), *more]


def _part_lines(body: bytes, content_type: str, limit: int | None) -> list[str]:
    """A body of parts with binary data in some: their heads, and those parts that are text; else nothing."""
    found = BOUNDARY.match(content_type)
    mark = f"--{found[1] or found[2]}".encode() if found else b""
    if not mark or not body.startswith(mark):
        return []
    lines: list[str] = []
    for part in body.removeprefix(mark).split(b"\r\n" + mark):
        head, _, data = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        last = part.startswith(b"--")
        lines.append(printable(mark.decode() + ("--" if last else "")))
        lines += [] if last else [*printable_lines(head.decode("utf-8", "replace")), "", *body_lines(data, "", limit)]
    return lines


def _laid_out(body: bytes, text: str) -> str:
    if len(text) >= MOST or text.lstrip()[:1] not in ("{", "["):
        return text
    return text if strict_json.parse(body).error else lay_out(body.decode("utf-8-sig"))


def is_binary(text: str) -> bool:
    """Whether more than a few of the characters are none that a text has."""
    sample = text[:SAMPLE]
    strange = len(re.findall(STRANGE, sample))
    return strange * 20 > len(sample)


def header_lines(headers: Headers) -> list[str]:
    """A line for each, fit for a terminal."""
    return [printable(f"{name}: {value}") for name, value in headers]
