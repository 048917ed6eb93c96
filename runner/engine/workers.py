"""Threads that send: each has a transport of its own, does one thing at a time and says when it is done."""

from __future__ import annotations

from collections.abc import Callable
from queue import SimpleQueue
from typing import Generic, NamedTuple, TypeVar

from runner.results import RequestResult
from runner.threads import start_thread
from runner.transport.base import Transport

T = TypeVar("T")
Work = Callable[[Transport], RequestResult]
PATIENCE = 1.0
"""Seconds that a thread gets to end; one that waits for the system is left behind."""


class Done(NamedTuple, Generic[T]):
    """``key`` is what the work was given under; a fault of the program is in the place of a result."""

    key: T
    result: RequestResult | BaseException


class Workers(Generic[T]):
    """At most ``count`` threads, started as they are needed. ``connect`` makes a thread's transport; ``post`` is
    called in the thread that is done."""

    def __init__(self, count: int, connect: Callable[[], Transport], post: Callable[[Done[T]], None]) -> None:
        self._count = count
        self._connect = connect
        self._post = post
        self._workers: list[_Worker[T]] = []
        self._idle: list[_Worker[T]] = []

    @property
    def has_idle(self) -> bool:
        return bool(self._idle) or len(self._workers) < self._count

    def start(self, key: T, work: Work) -> None:
        """Do ``work`` in the thread that was idle for the shortest time: its connections are warm."""
        if not self._idle:
            worker = _Worker(self._connect(), self._done)
            self._workers.append(worker)
            self._idle.append(worker)
        self._idle.pop().start(key, work)

    def idle_again(self, key: T) -> bool:
        """The work under ``key`` is taken account of, its thread may have other. False if nobody waits for it any
        more."""
        for worker in self._workers:
            if worker.key == key:
                worker.key = None
                self._idle.append(worker)
                return True
        return False

    def under_way(self) -> frozenset[T]:
        """The keys of all work that is not done."""
        return frozenset(worker.key for worker in self._workers if worker.key is not None)

    def abort(self, which: Callable[[T], bool]) -> None:
        """End the exchanges under way of the work that ``which`` tells, as errors."""
        for worker in self._workers:
            if worker.key is not None and which(worker.key):
                worker.transport.abort()

    def abandon(self, which: Callable[[T], bool]) -> list[T]:
        """Wait no more for the work that ``which`` tells, but leave its threads behind; what they were to do."""
        left = [worker for worker in self._workers if worker.key is not None and which(worker.key)]
        self._workers = [worker for worker in self._workers if worker not in left]
        return [worker.key for worker in left if worker.key is not None]

    def close(self) -> None:
        """End the threads and what they are doing, and close their connections."""
        self.abort(lambda _key: True)
        for worker in self._workers:
            worker.end()
        for worker in self._workers:
            worker.join()

    def _done(self, worker: _Worker[T], result: RequestResult | BaseException) -> None:
        if worker.key is not None and worker in self._workers:
            self._post(Done(worker.key, result))


class _Worker(Generic[T]):
    def __init__(self, transport: Transport, done: Callable[[_Worker[T], RequestResult | BaseException], None]) -> None:
        self.transport = transport
        self.key: T | None = None
        self._done = done
        self._inbox: SimpleQueue[Work | None] = SimpleQueue()
        self._thread = start_thread(self._run, "worker")

    def start(self, key: T, work: Work) -> None:
        self.key = key
        self._inbox.put(work)

    def end(self) -> None:
        self._inbox.put(None)

    def join(self) -> None:
        self._thread.join(PATIENCE)

    def _run(self) -> None:
        while (work := self._inbox.get()) is not None:
            try:
                result: RequestResult | BaseException = work(self.transport)
            except BaseException as error:  # noqa: BLE001  # raised again by whoever waits for the result
                result = error
            self._done(self, result)
        self.transport.close()
