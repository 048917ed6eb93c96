"""A recording as a mock server answers from it: by the same matching, the last answer again and again."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final
from urllib.parse import urlsplit

from runner.messages import Headers, Request, Response, is_stream
from runner.mock.bodies import FRAMING, json_response
from runner.mock.messages import Chunk, MockRequest, MockResponse
from runner.recording.bodies import parts_of
from runner.recording.entry import Entry, Recording
from runner.recording.shelf import Found, Shelf

OF_THE_WAY: Final = frozenset({*FRAMING, "content-encoding"})
"""Headers that say how the body travelled: it is kept as it was read."""
DOMAIN: Final = re.compile(r";\s*domain=[^;]*", re.IGNORECASE)


class RecordedAnswers:
    """What the server asks for each request. Any thread may ask. With ``waits`` answers take as long as they did."""

    def __init__(self, recording: Recording, *, waits: bool = False) -> None:
        self._waits = waits
        self._shelf = Shelf(recording, again=True, anywhere=True)
        self._origins = {_origin(one.request.url) for one in recording.entries}

    def answer(self, request: MockRequest) -> MockResponse:
        """The recorded answer; what is not in the recording is told in JSON, with what comes nearest."""
        found = self._find(request)
        if found.entry is None:
            return _problem(404, "not_recorded", f"{found.message} {found.hint}".strip())
        return self._response(found.entry)

    def _find(self, request: MockRequest) -> Found:
        host = next(iter(request.header_values("host")), "localhost")
        asked = Request(request.method, f"http://{host}{request.target}", request.headers, request.body or None)
        found = self._shelf.take(asked)
        if found.entry is None and request.method == "HEAD":
            return self._shelf.take(asked._replace(method="GET"))
        return found

    def _response(self, entry: Entry) -> MockResponse:
        response = entry.response
        if entry.withheld:
            return _problem(501, "withheld", f"The answer was not kept: {entry.withheld}.")
        if response is None:
            said = entry.error.message if entry.error is not None else ""
            return _problem(502, "recorded_error", f"No answer came when this was recorded: {said}")
        headers = tuple(self._header(*one) for one in response.headers if one[0].lower() not in OF_THE_WAY)
        answer = _answer(response, headers, entry.owner.request, cut=entry.error is not None)
        return _in_time(answer, response) if self._waits else answer

    def _header(self, name: str, value: str) -> tuple[str, str]:
        """With what holds for this server: redirects stay here, cookies belong to it."""
        if name.lower() == "set-cookie":
            return name, DOMAIN.sub("", value)
        if name.lower() == "location" and _origin(value) in self._origins:
            return name, value[len(_origin(value)) :] or "/"
        return name, value


def _answer(response: Response, headers: Headers, name: str, *, cut: bool) -> MockResponse:
    if not is_stream(response.headers):
        return MockResponse(response.status, headers, response.body, example=name)
    parts = parts_of(response.body, response.headers)
    chunks = [Chunk(one) for one in parts] + ([Chunk(b"", cut=True)] if cut else [])
    return MockResponse(response.status, headers, chunks=tuple(chunks), example=name)


def _in_time(answer: MockResponse, response: Response) -> MockResponse:
    """With the pauses of then: before the first byte, and before each event."""
    first = response.timings.first_byte or 0.0
    if answer.chunks is None:
        return answer._replace(delay=response.timings.total)
    times = [first, *(one.at for one in response.arrivals)]
    pauses = [max(later - earlier, 0.0) for earlier, later in pairwise(times)]
    paused = [one._replace(delay=pause) for one, pause in zip(answer.chunks, pauses, strict=False)]
    return answer._replace(delay=first, chunks=(*paused, *answer.chunks[len(paused) :]))


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _problem(status: int, code: str, message: str) -> MockResponse:
    return json_response(status, {"error": {"message": message, "type": "mock", "code": code}})
