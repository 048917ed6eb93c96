"""Keeps what a run sends and gets, from all of its threads, and writes it without secrets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from threading import Lock

from runner.engine.job import Job, Planned
from runner.messages import Exchange, Request, Response, Timings
from runner.recording.entry import NOBODY, Entry, Owner
from runner.recording.har import har_text
from runner.recording.hiding import Hider
from runner.recording.marks import NO_MARKS, marks_of
from runner.recording.named import learn
from runner.redact import Redactor
from runner.transport.address import parse_url
from runner.transport.base import Hear, Step, Stepping
from runner.transport.failures import Failure
from runner.transport.jar import CookieJar


def owner_of(job: Job, planned: Planned) -> Owner:
    """Whose exchange it is that is sent for ``planned``."""
    return Owner(job.collection.source.name, job.label, job.round, planned.name)


class Recorder:
    """The exchanges of one run. Any thread may add."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._entries: list[Entry] = []
        self.withheld: list[Entry] = []
        """Those whose answers hold a secret that cannot be taken out; known once ``text`` was asked for."""

    def add(self, entries: Iterator[Entry]) -> None:
        made = list(entries)
        with self._lock:
            self._entries += made

    def __len__(self) -> int:
        return len(self._entries)

    def text(self, redactor: Redactor) -> bytes:
        """The recording, in the order in which it was sent, masked by what is known at the end of the run."""
        entries = sorted(self._entries, key=lambda one: one.started)
        learn(entries, redactor)
        hider = Hider(redactor)
        masked = [hider.entry(one) for one in entries]
        self.withheld = [one for one in masked if one.withheld]
        return har_text(masked)


class RecordingTransport:
    """Sends through ``inner`` and notes what it did. ``about`` says for which request that is."""

    def __init__(self, inner: Stepping, recorder: Recorder) -> None:
        self._inner = inner
        self._recorder = recorder
        self._owner: Owner = NOBODY
        self._planned: Planned | None = None
        self._aborted = False

    def about(self, owner: Owner, planned: Planned) -> None:
        """From now on requests are sent for this one."""
        self._owner, self._planned = owner, planned

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        self._aborted = False
        exchange = self._inner.send(request, jar, hear)
        steps = self._inner.steps
        if steps and not (self._aborted and exchange.error is not None):
            self._recorder.add(self._entries(exchange, steps))
        return exchange

    def abort(self) -> None:
        self._aborted = True
        self._inner.abort()

    def close(self) -> None:
        self._inner.close()

    def _entries(self, exchange: Exchange, steps: list[Step]) -> Iterator[Entry]:
        """One for each step; the last has the answer, unless where it leads to is what went wrong."""
        for number, step in enumerate(steps):
            is_last = number == len(steps) - 1
            ends = exchange.duration if is_last else steps[number + 1].at
            response, error = step.redirect, None
            if is_last and response is None:
                response, error = exchange.response or exchange.begun, exchange.error
            begun = None if response is None else _since(response, step.at, ends)
            started, owner = exchange.started + step.at, self._owner
            request = _as_sent(step.request)
            marks = marks_of(self._planned, request) if self._planned is not None and not number else NO_MARKS
            yield Entry(request, started, ends - step.at, begun, error, owner, marks)


def _as_sent(request: Request) -> Request:
    """With the URL that goes out, which has no user and password."""
    try:
        return request._replace(url=parse_url(request.url).url)
    except Failure:
        return request


def _since(response: Response, at: float, ends: float) -> Response:
    """The response with its times counted from when its own step began."""
    timings = response.timings
    first = None if timings.first_byte is None else max(timings.first_byte - at, 0.0)
    arrivals = tuple(one._replace(at=max(one.at - at, 0.0)) for one in response.arrivals)
    own = Timings(max(min(timings.total, ends) - at, 0.0), first, timings.lookup, timings.connect, timings.tls)
    return replace(response, timings=own, arrivals=arrivals)
