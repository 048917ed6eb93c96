"""The transport that answers from a recording, and its time."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest

from runner.clock import SystemClock
from runner.engine.job import Planned
from runner.engine.plan import plan_job
from runner.messages import Arrival, Exchange, Request, Response, Timings, TransportError
from runner.recording.entry import Entry, Owner, Recording
from runner.recording.replay import ReplayTransport
from runner.recording.replay_clock import ReplayClock
from runner.recording.shelf import Shelf
from tests.command import StillClock
from tests.unit.loading import collection, scope_of

BODY = b"data: 1\n\ndata: 2\n\n"
STREAM = Response(
    200,
    (("Content-Type", "text/event-stream"),),
    BODY,
    "http://a.test/s",
    timings=Timings(2.0, 0.5),
    arrivals=(Arrival(1.0, 0), Arrival(2.0, 9)),
)
WANTED = Request("GET", "http://a.test/s")


def planned() -> Planned:
    found = collection("requests: [{name: a, url: 'http://a.test/x'}]")
    job, problems = plan_job(found, scope_of(found), lambda _spec, _name: True)
    assert problems == []
    return job.requests[0]


def entry(url: str, response: Response | None, error: TransportError | None = None, duration: float = 2.0) -> Entry:
    return Entry(Request("GET", url), 1000.0, duration, response, error)


def transport(clock: ReplayClock, *entries: Entry) -> ReplayTransport:
    return ReplayTransport(Shelf(Recording("r.har", entries)), clock)


def test_time_passes_for_the_thread_that_waits_and_for_no_other() -> None:
    inner = StillClock()
    clock = ReplayClock(inner, 1000.0)
    seen: list[float] = []
    before = clock.monotonic()

    def wait() -> None:
        clock.sleep(30.0)
        stopped = Event()
        stopped.set()
        clock.sleep(5.0, stopped)
        seen.extend((clock.monotonic() - before, clock.now()))

    thread = Thread(target=wait)
    thread.start()
    thread.join()
    assert seen == [30.0, 1030.0]
    assert (clock.monotonic(), clock.now(), inner.waited) == (before, 1000.0, 0.0)


def test_a_stream_is_told_piece_by_piece() -> None:
    clock = ReplayClock(StillClock(), 1000.0)
    heard: list[tuple[float, bytes]] = []

    def hear(kind: str) -> Callable[[bytes], None]:
        assert kind == "text/event-stream"
        return lambda piece: heard.append((clock.now(), piece))

    exchange = transport(clock, entry("http://a.test/s", STREAM)).send(WANTED, None, hear)
    assert heard == [(1001.0, BODY[:9]), (1002.0, BODY[9:])]
    assert (exchange.started, exchange.duration, clock.now()) == (1000.0, 2.0, 1002.0)
    assert exchange.response == STREAM


def test_the_times_of_a_redirect_add_up() -> None:
    away = Response(302, (("Location", "/s"),), b"", "http://a.test/go", timings=Timings(0.25, 0.25))
    steps = (entry("http://a.test/go", away, duration=0.25), entry("http://a.test/s", STREAM))
    exchange = transport(ReplayClock(StillClock(), 0.0), *steps).send(Request("GET", "http://a.test/go"))
    assert exchange.response is not None
    assert exchange.response.redirects == ("http://a.test/go",)
    assert exchange.response.timings == Timings(2.25, 0.75)
    assert exchange.response.arrivals == (Arrival(1.25, 0), Arrival(2.25, 9))
    assert exchange.duration == 2.25


def test_what_broke_off_breaks_off() -> None:
    error = TransportError("timeout", "Too long.", "Wait.")
    clock = ReplayClock(StillClock(), 0.0)
    exchange = transport(clock, entry("http://a.test/s", STREAM, error, 3.0)).send(WANTED)
    assert (exchange.response, exchange.error, exchange.begun, exchange.duration) == (None, error, STREAM, 3.0)


def test_what_was_not_recorded_can_not_pass_for_an_expected_error() -> None:
    exchange = transport(ReplayClock(StillClock(), 0.0), entry("http://a.test/x", STREAM)).send(WANTED)
    assert exchange.error is not None
    assert exchange.error.kind == "request"


def test_an_answer_that_takes_its_time_can_be_ended() -> None:
    slow = entry("http://a.test/s", STREAM, duration=60.0)
    sender = transport(ReplayClock(SystemClock(), 0.0, waits=True), slow)
    ended: list[Exchange] = []
    thread = Thread(target=lambda: ended.append(sender.send(WANTED)))
    thread.start()
    while thread.is_alive():
        sender.abort()
        thread.join(0.01)
    assert ended[0].response is None
    assert ended[0].error is not None


def test_time_is_that_of_then_and_not_of_this_machine() -> None:
    """Sent twice for one request: 0.7 s passed between them, though the file waits for 0.4 s."""
    owner = Owner("a.yaml", request="a")
    first = entry("http://a.test/x", STREAM, duration=0.1)._replace(owner=owner)
    inner = StillClock()
    clock = ReplayClock(inner, 1000.0)
    sender = transport(clock, first, first._replace(started=1000.8))
    began = clock.monotonic()

    def sent(wait: float) -> float:
        clock.sleep(wait)
        inner.waited += 5.0  # this machine has other things to do
        return sender.send(Request("GET", "http://a.test/x")).started

    sender.about(owner, planned())
    assert sent(0.0) == 1005.0
    assert clock.monotonic() - began == pytest.approx(5.1)
    assert sent(0.4) == pytest.approx(1005.8)
    assert clock.monotonic() - began == pytest.approx(5.9)


@pytest.mark.parametrize(("again", "wait", "passed"), [(True, 30.0, 30.0), (False, 0.4, 5.4)])
def test_a_longer_wait_than_then_is_waited_for_and_other_requests_know_nothing_of_it(
    again: bool, wait: float, passed: float
) -> None:
    owner = Owner("a.yaml", request="a")
    first = entry("http://a.test/x", STREAM, duration=0.0)._replace(owner=owner)
    inner = StillClock()
    clock = ReplayClock(inner, 1000.0)
    sender = transport(clock, first, first._replace(started=1000.8))
    sender.about(owner, planned())
    before = sender.send(Request("GET", "http://a.test/x")).started
    if not again:
        sender.about(owner, planned())
    clock.sleep(wait)
    inner.waited += 5.0
    assert sender.send(Request("GET", "http://a.test/x")).started - before == pytest.approx(passed)
