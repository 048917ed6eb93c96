"""One file's run in a thread of its own, which sends nothing before pytest asks for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from typing import NamedTuple

from runner.cli.context import Context
from runner.cli.running.planning import Plan
from runner.cli.running.run import connection
from runner.engine.events import Event, RequestFinished
from runner.engine.halt import TEARDOWN_LIMIT
from runner.engine.job import Job
from runner.engine.run import Run, RunOptions
from runner.errors import ExitCode
from runner.results import RequestResult, Status
from runner.threads import start_thread

SPARE = 5.0
"""Seconds beyond those that teardown has after an interrupt."""

GLANCE = 0.2
"""Seconds between two looks at whether there was a Ctrl-C."""


class Key(NamedTuple):
    """A request of a file's run: its data row, which of those of the same label, and its name."""

    row: str
    copy: int
    name: str


class Feed:
    """``wanted`` are the requests that pytest may ask for; whatever else runs (``setup``, ``teardown``, what others
    need) does so on the way to them, and is among ``strays`` if it fails.

    The thread of the run waits whenever the request that was asked for has its verdict; whoever asks waits until
    then. So the two are never busy at the same time, and what they share needs no locks."""

    def __init__(
        self, found: Plan, wanted: frozenset[Key], context: Context, options: RunOptions, *, mock: bool
    ) -> None:
        self.strays: list[tuple[Key, RequestResult]] = []
        self._found = found
        self._wanted = wanted
        self._results: dict[Key, RequestResult] = {}
        self._keys: list[Key] = []
        """Of all requests of the run, in order."""
        self._goal: Key | None = None
        self._goals: SimpleQueue[Key | None] = SimpleQueue()
        self._reached: SimpleQueue[None] = SimpleQueue()
        self._fault: BaseException | None = None
        self._over = False
        self._stack = ExitStack()
        connect, options = self._stack.enter_context(connection(found.session, options, context, mocking=mock))
        tell = context.redactor.listener(self._hear)
        self._run = Run(connect, context.clock, found.session.mark_secret, tell, options)
        self._thread = start_thread(self._go, "runner")

    def result(self, key: Key) -> RequestResult | None:
        """What came of a request, which is sent now if it was not on the way to another; None if the run ended
        before."""
        if key not in self._results and not self._over:
            self._goals.put(key)
            while not self._heard():
                pass
        if self._fault is not None:
            raise self._fault
        result = self._results.get(key)
        if result is not None:  # it may be asked for again, but only the first time is told with what came
            self._results[key] = result._replace(exchange=None)
        return result

    def _heard(self) -> bool:
        """Whether the run has come to where it waits. A thread that sleeps for good may miss a Ctrl-C that comes just
        before it falls asleep."""
        try:
            self._reached.get(timeout=GLANCE)
        except Empty:
            return False
        return True

    def close(self, *, whole: bool) -> None:
        """Let the run come to its end: with all that is left if it is to be ``whole``, else only with what cleans
        up."""
        if not whole:
            self._run.interrupt(ExitCode.INTERRUPTED)
        self._goals.put(None)
        try:
            while whole and self._thread.is_alive():
                self._thread.join(GLANCE)
            self._thread.join(TEARDOWN_LIMIT + SPARE)
        except BaseException:
            self._run.interrupt(ExitCode.INTERRUPTED)
            raise
        self._stack.close()

    def _go(self) -> None:
        try:
            self._goal = self._goals.get()
            self._run.run(self._noted(self._found.jobs()), self._found.requests)
        except BaseException as error:  # noqa: BLE001  # raised again in the thread that waits for a result
            self._fault = error
        finally:
            self._over = True
            self._reached.put(None)

    def _noted(self, jobs: Iterable[Job]) -> Iterator[Job]:
        for key, job in keyed(jobs):
            self._keys += [key._replace(name=one.name) for one in job.requests]
            yield job

    def _hear(self, event: Event) -> None:
        if not isinstance(event, RequestFinished):
            return
        key, result = self._keys[event.number - 1], event.result
        if key not in self._wanted:
            if result.status in (Status.FAIL, Status.ERROR):
                self.strays.append((key, result))
            return
        self._results[key] = result
        if key == self._goal:
            self._reached.put(None)
            self._goal = self._goals.get()


def keyed(jobs: Iterable[Job]) -> Iterator[tuple[Key, Job]]:
    """Each job with the key of its requests, without their names."""
    copies: Counter[str] = Counter()
    for job in jobs:
        yield Key(job.label, copies[job.label], ""), job
        copies[job.label] += 1
