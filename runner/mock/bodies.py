"""Turns a saved example into the bytes of an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePath
from typing import NamedTuple

from runner import strict_json
from runner.checks.matchers import MatchContext
from runner.messages import LINES, Headers, header_of, media_type
from runner.mock.messages import Chunk, MockResponse
from runner.model import Example, Pairs
from runner.node import Node, Plain
from runner.units import parse_duration
from runner.variables.filters import as_text

EVENT_FIELDS = ("comment", "event", "id", "retry", "data")
EVENT_KEYS = frozenset({*EVENT_FIELDS, "delay", "cut"})
CONTENT_TYPES = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "events": "text/event-stream",
}
FILE_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webp": "image/webp",
    ".xml": "application/xml",
}
FRAMING = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
"""Headers of a saved response that say how it once travelled: the server writes its own."""


class Filling(NamedTuple):
    """What a collection's examples are filled and matched with: ``context`` renders nodes, ``file`` gives the
    bytes of the file that a node names, ``constant`` a node's text where it is the same for every request
    (else None)."""

    context: MatchContext
    file: Callable[[Node], bytes]
    constant: Callable[[Node], str | None]

    def value(self, node: Node) -> Plain:
        return self.context.render(node)


def response_of(example: Example, filling: Filling) -> MockResponse:
    """The answer that an example describes."""
    headers = _headers(example.headers, filling.value)
    if example.body_kind != "file":
        headers = tuple(one for one in headers if one[0].lower() != "content-encoding")
    body, chunks, content_type = _body(example, filling, headers)
    if content_type and header_of(headers, "content-type") is None:
        headers = (("Content-Type", content_type), *headers)
    return MockResponse(example.status, headers, body, chunks, example.delay, example.name)


def json_response(status: int, document: Plain, headers: Headers = ()) -> MockResponse:
    """An answer in the mock's own words."""
    body = strict_json.dumps(document).encode()
    return MockResponse(status, (("Content-Type", "application/json"), *headers), body)


def _headers(pairs: Pairs, value_of: Callable[[Node], Plain]) -> Headers:
    found: list[tuple[str, str]] = []
    for key, node in pairs:
        name = as_text(value_of(key))
        value = value_of(node)
        values = value if isinstance(value, list) else [value]
        found.extend((name, as_text(one)) for one in values if one is not None)
    return tuple(one for one in found if one[0].lower() not in FRAMING)


def _body(example: Example, filling: Filling, headers: Headers) -> tuple[bytes, tuple[Chunk, ...] | None, str]:
    """The body, the chunks of a stream, and the content type."""
    if example.body is None or example.body_kind is None:
        return b"", None, ""
    if example.body_kind == "file":
        suffix = PurePath(as_text(filling.value(example.body))).suffix.lower()
        return filling.file(example.body), None, FILE_TYPES.get(suffix, "application/octet-stream")
    value = filling.value(example.body)
    content_type = CONTENT_TYPES[example.body_kind]
    if example.body_kind == "events":
        events = value if isinstance(value, list) else [value]
        lines = media_type(headers) in LINES
        return b"", tuple(_chunk(event, example.event_delay, lines=lines) for event in events), content_type
    text = strict_json.dumps(value) if example.body_kind == "json" else as_text(value)
    return text.encode(), None, content_type


def _chunk(event: Plain, delay: float, *, lines: bool) -> Chunk:
    """One event as it is sent. Beside its fields it may have a ``delay`` of its own, and ``cut``: the connection breaks
    off in the middle of it, or without any field before it."""
    fields = dict(event) if isinstance(event, dict) and event and event.keys() <= EVENT_KEYS else None
    if fields is None:
        return Chunk((_line(event) if lines else event_text(event)).encode(), delay)
    delay = parse_duration(fields.pop("delay", delay))
    cut = fields.pop("cut", False) is True
    if not fields:
        return Chunk(b"", delay, cut)
    data = (_line(fields.get("data")) if lines else event_text(fields)).encode()
    return Chunk(data[: len(data) // 2] if cut else data, delay, cut)


def _line(value: Plain) -> str:
    return as_text(value).replace("\n", " ") + "\n"


def event_text(event: Plain) -> str:
    """One event of a stream: a mapping of event fields alone is written field by field, all else is data."""
    if isinstance(event, dict) and event and event.keys() <= set(EVENT_FIELDS):
        lines = [line for name in EVENT_FIELDS if name in event for line in _field(name, event[name])]
    else:
        lines = list(_field("data", event))
    return "".join(f"{line}\n" for line in lines) + "\n"


def _field(name: str, value: Plain) -> Iterator[str]:
    label = "" if name == "comment" else name
    for line in as_text(value).replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        yield f"{label}: {line}"
