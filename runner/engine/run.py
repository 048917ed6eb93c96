"""Runs planned jobs in order and tells what happens; the run always ends with ``RunFinished``."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from runner.auth.tokens import Tokens
from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.clock import Clock
from runner.engine.events import (
    FileFinished,
    FileStarted,
    Listener,
    RequestFinished,
    RequestStarted,
    RunFinished,
    RunStarted,
)
from runner.engine.execute import Execution, execute
from runner.engine.plan import Job, Planned
from runner.errors import ExitCode, Terminated
from runner.node import Plain
from runner.results import FileResult, RequestResult, RunResult, Status
from runner.transport.base import Session, Transport
from runner.transport.jar import Cookie, CookieJar

MOST_TOLD = 50
TEARDOWN_LIMIT = 10.0
"""Seconds that teardown may take after an interrupt."""


class RunOptions(NamedTuple):
    """How to run. ``label`` names the header that tells the mock server which request is asking; ``stand_in`` is
    the access token that is sent there without asking for one; ``jitter`` gives numbers from 0 to 1 that spread
    repeated requests in time."""

    fail_fast: bool = False
    strict: bool = False
    label: str = ""
    stand_in: str = ""
    keep: Callable[[Status], bool] = lambda status: status is not Status.PASS
    jitter: Callable[[], float] = lambda: 0.0


DEFAULT = RunOptions()


class Run:
    """One run over several jobs. ``transport`` is opened by the caller and closed here."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        mark_secret: Callable[[Plain], None],
        tell: Listener,
        options: RunOptions = DEFAULT,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._mark_secret = mark_secret
        self._tell = tell
        self._options = options
        self._tokens = Tokens(options.stand_in)
        self._number = 0
        self._first_index = 0
        self._stop = False

    def run(self, jobs: Sequence[Job]) -> RunResult:
        """Send every request of every job; Ctrl-C and SIGTERM end the run, what ran is in the result."""
        started = self._clock.monotonic()
        planned = sum(len(job.requests) for job in jobs)
        files: list[FileResult] = []
        interrupted: ExitCode | None = None
        try:
            self._tell(RunStarted(planned))
            for job in jobs:
                if self._stop:
                    break
                self._run_job(job, files)
        except KeyboardInterrupt:
            interrupted = ExitCode.INTERRUPTED
        except Terminated:
            interrupted = ExitCode.TERMINATED
        finally:
            self._transport.close()
        ran = sum(len(file.requests) for file in files)
        duration = self._clock.monotonic() - started
        result = RunResult(tuple(files), duration, self._options.strict, interrupted, planned - ran)
        self._tell(RunFinished(result))
        return result

    def _run_job(self, job: Job, files: list[FileResult]) -> None:
        collection = job.collection
        self._tell(_file_started(job))
        results: list[RequestResult] = []
        execution = self._execution(job)
        interrupt: KeyboardInterrupt | Terminated | None = None
        try:
            for planned in job.requests:
                if planned.spec.phase != "teardown" and (self._stop or interrupt is not None):
                    continue
                try:
                    self._send(execution, planned, results)
                except (KeyboardInterrupt, Terminated) as error:
                    if interrupt is not None:
                        raise
                    interrupt, execution = error, self._hurried(execution)
            if interrupt is not None:
                raise interrupt
        finally:
            self._first_index += len(collection.requests)
            file = FileResult(collection.source.name, collection.name, tuple(results), job.skipped, job.variables.label)
            files.append(file)
        self._tell(FileFinished(file))

    def _send(self, execution: Execution, planned: Planned, results: list[RequestResult]) -> None:
        self._number += 1
        self._tell(RequestStarted(self._number, planned.name))
        result = execute(execution, planned)
        results.append(result)
        self._tell(RequestFinished(self._number, result))
        if self._options.fail_fast and result.status in (Status.FAIL, Status.ERROR):
            self._stop = True

    def _hurried(self, execution: Execution) -> Execution:
        """After an interrupt what cleans up has little time, for all of it together."""
        return dataclasses.replace(execution, ends_at=self._clock.monotonic() + TEARDOWN_LIMIT)

    def _execution(self, job: Job) -> Execution:
        context = MatchContext(job.variables.render, SchemaChecker(job.collection.folder))
        return Execution(
            job,
            Session(self._transport, CookieJar(self._clock, partial(_hide, job))),
            self._clock,
            context,
            self._mark_secret,
            self._options.keep,
            self._tokens,
            self._options.label,
            self._first_index,
            self._options.jitter,
        )


def _hide(job: Job, cookie: Cookie) -> None:
    """A cookie that says who is there is as good as a password."""
    job.variables.hide_cookie(cookie.name, cookie.value, hidden=cookie.http_only)


def _file_started(job: Job) -> FileStarted:
    """Only the longest names and targets are of use, to whoever lines them up."""
    names = frozenset(sorted((planned.name for planned in job.requests), key=len)[-MOST_TOLD:])
    targets = frozenset(sorted((planned.spec.target for planned in job.requests), key=len)[-MOST_TOLD:])
    return FileStarted(
        job.collection.source.name, job.collection.name, job.skipped, names, targets, job.variables.label
    )
