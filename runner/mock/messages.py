"""What the mock server is asked and what it answers, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple
from urllib.parse import parse_qsl

from runner import strict_json
from runner.charset import decode_text
from runner.messages import Headers, header_values


@dataclass(frozen=True)
class MockRequest:
    """A request as it came in; ``target`` is path and query as they were sent."""

    method: str
    target: str
    headers: Headers = ()
    body: bytes = b""

    def header_values(self, name: str) -> list[str]:
        """Every value of a header, in order."""
        return header_values(self.headers, name)

    @property
    def path(self) -> str:
        """The path, percent-encoding left as it is."""
        return self.target.partition("?")[0]

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query's names and values, decoded, in order."""
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @cached_property
    def text(self) -> str:
        """The body as text."""
        return decode_text(self.body, next(iter(self.header_values("content-type")), ""))

    @cached_property
    def document(self) -> strict_json.Parsed:
        """The body read as JSON."""
        return strict_json.parse(self.body)


class Chunk(NamedTuple):
    """A piece of a stream, sent ``delay`` seconds after the one before. ``cut`` breaks the connection off behind
    it."""

    data: bytes
    delay: float = 0.0
    cut: bool = False


class MockResponse(NamedTuple):
    """An answer, after ``delay`` seconds: ``chunks`` are sent one by one (an event stream), else ``body`` in
    one piece. ``example`` is the name of the one that gave it, empty for the mock's own words."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    chunks: tuple[Chunk, ...] | None = None
    delay: float = 0.0
    example: str = ""
