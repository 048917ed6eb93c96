"""A transport without a network: each request is answered by a function, and time passes as that says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TypeAlias

from runner.clock import Clock
from runner.messages import Exchange, Request, Response, TransportError
from runner.node import Plain
from runner.transport.base import Hear
from runner.transport.jar import CookieJar
from tests.command import StillClock

Answer: TypeAlias = Response | TransportError
Answerer: TypeAlias = Callable[[Request], Answer]


def reply(value: Plain = None, status: int = 200) -> Response:
    """A JSON answer."""
    headers = (("Content-Type", "application/json"),)
    return Response(status, headers, json.dumps(value).encode(), "http://h.example/")


def echo(request: Request) -> Response:
    """What was sent, as JSON."""
    body = (request.body or b"").decode()
    return reply({"method": request.method, "url": request.url, "headers": dict(request.headers), "body": body})


def by_path(**answers: Answer) -> Answerer:
    """An answer for the last part of each path; what has none is echoed."""
    return lambda request: answers.get(request.url.rpartition("/")[2], echo(request))


class FakeTransport:
    """Keeps what it was asked to send."""

    def __init__(self, answer: Answerer = echo, clock: Clock | None = None, seconds: float = 0.0) -> None:
        self.sent: list[Request] = []
        self.closed = 0
        self._answer = answer
        self._clock = clock or StillClock()
        self._seconds = seconds

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:  # noqa: ARG002  # as in Transport
        self.sent.append(request)
        self._clock.sleep(self._seconds)
        answer = self._answer(request)
        if isinstance(answer, TransportError):
            return Exchange(request, None, answer, 0.0, self._seconds)
        return Exchange(request, answer, None, 0.0, self._seconds)

    def abort(self) -> None:
        pass

    def close(self) -> None:
        self.closed += 1
