"""Threads that send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Event, current_thread

from runner.engine.workers import Done, Workers
from runner.messages import Exchange, Request
from runner.results import RequestResult, Status
from runner.source import Location
from runner.transport.base import Transport
from tests.unit.fake_transport import FakeTransport

RESULT = RequestResult("a", Status.PASS, Location("c.yaml", 1))
SOON = 5.0


class Abortable(FakeTransport):
    """An exchange that lasts until it is aborted."""

    def __init__(self) -> None:
        super().__init__()
        self.aborted = Event()

    def abort(self) -> None:
        self.aborted.set()


class Crew:
    """Workers, what they post, and the transports that they were given."""

    def __init__(self, count: int) -> None:
        self.inbox: SimpleQueue[Done[str]] = SimpleQueue()
        self.transports: list[Abortable] = []
        self.workers: Workers[str] = Workers(count, self._connect, self.inbox.put)

    def _connect(self) -> Transport:
        self.transports.append(Abortable())
        return self.transports[-1]

    def next(self) -> Done[str]:
        return self.inbox.get(timeout=SOON)


@contextmanager
def crew(count: int) -> Iterator[Crew]:
    found = Crew(count)
    try:
        yield found
    finally:
        found.workers.close()


def until(event: Event) -> Callable[[Transport], RequestResult]:
    """Work that takes until then."""

    def work(_transport: Transport) -> RequestResult:
        assert event.wait(SOON)
        return RESULT

    return work


def until_aborted(transport: Transport) -> RequestResult:
    assert isinstance(transport, Abortable)
    assert transport.aborted.wait(SOON)
    return RESULT


def test_threads_are_started_as_they_are_needed_and_used_again() -> None:
    with crew(2) as found:
        names = set()

        def work(_transport: Transport) -> RequestResult:
            names.add(current_thread().ident)
            return RESULT

        for number in range(5):
            assert found.workers.has_idle
            found.workers.start(f"k{number}", work)
            done = found.next()
            assert (done.key, done.result) == (f"k{number}", RESULT)
            assert found.workers.idle_again(done.key)
        assert (len(names), len(found.transports)) == (1, 1)
    assert [one.closed for one in found.transports] == [1]


def test_not_more_than_wanted_at_once() -> None:
    go = Event()
    with crew(2) as found:
        found.workers.start("a", until(go))
        assert found.workers.has_idle
        found.workers.start("b", until(go))
        assert not found.workers.has_idle
        assert found.workers.under_way() == {"a", "b"}
        go.set()
        done = found.next()
        assert not found.workers.has_idle  # until its result was taken account of
        assert found.workers.idle_again(done.key)
        assert found.workers.has_idle


def test_a_fault_of_the_program_comes_in_the_place_of_a_result() -> None:
    fault = RuntimeError("x")

    def work(_transport: Transport) -> RequestResult:
        raise fault

    with crew(1) as found:
        found.workers.start("a", work)
        assert found.next() == Done("a", fault)


def test_abort_ends_what_is_meant_and_no_more() -> None:
    go = Event()
    with crew(2) as found:
        found.workers.start("a", until_aborted)
        found.workers.start("b", until(go))
        found.workers.abort(lambda key: key == "a")
        assert found.next().key == "a"
        assert [one.aborted.is_set() for one in found.transports] == [True, False]
        go.set()
        assert found.next().key == "b"


def test_what_was_abandoned_is_heard_of_no_more() -> None:
    go = Event()
    with crew(2) as found:
        found.workers.start("a", until(go))
        assert found.workers.abandon(lambda _key: True) == ["a"]
        assert (found.workers.under_way(), found.workers.idle_again("a")) == (frozenset(), False)
        go.set()
        found.workers.start("b", lambda _transport: RESULT)
        assert found.next().key == "b"
        assert found.inbox.empty()


def test_a_result_on_its_way_when_it_was_abandoned_counts_no_more() -> None:
    with crew(1) as found:
        found.workers.start("a", lambda _transport: RESULT)
        done = found.next()
        assert found.workers.abandon(lambda _key: True) == ["a"]
        assert not found.workers.idle_again(done.key)


def test_close_ends_what_is_under_way() -> None:
    with crew(3) as found:
        for key in ("a", "b", "c"):
            found.workers.start(key, until_aborted)
    assert [one.closed for one in found.transports] == [1, 1, 1]


def test_a_transport_is_used_by_one_thread_only() -> None:
    used: dict[int, set[int | None]] = {}

    def work(transport: Transport) -> RequestResult:
        used.setdefault(id(transport), set()).add(current_thread().ident)
        return RESULT

    with crew(3) as found:
        for _ in range(4):
            for key in ("a", "b", "c"):
                found.workers.start(key, work)
            for _ in range(3):
                assert found.workers.idle_again(found.next().key)
    assert {len(threads) for threads in used.values()} == {1}


def test_fake_transports_are_transports() -> None:
    sent: Exchange = Abortable().send(Request("GET", "http://h.example/"))
    assert sent.response is not None
