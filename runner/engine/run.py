"""Runs planned jobs, several requests at a time if wanted, and tells what happens in the order of the files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, cast

from runner import registry
from runner.auth.tokens import Tokens
from runner.clock import Clock
from runner.engine.events import (
    FileFinished,
    FileStarted,
    Listener,
    RequestEnded,
    RequestFinished,
    RequestStarted,
    RunFinished,
    RunStarted,
    TextArrived,
)
from runner.engine.execute import execute, unanswered
from runner.engine.halt import TEARDOWN_LIMIT, Halt
from runner.engine.job import Job, Planned
from runner.engine.rate import Rate
from runner.engine.running import AHEAD, Running
from runner.engine.sending import About, Commander, Execution, Means
from runner.engine.tally import Coster, Tally, listed_cost
from runner.engine.workers import Done, Workers
from runner.errors import ExitCode, Terminated
from runner.node import Plain
from runner.results import RequestResult, RunResult, Status
from runner.transport.base import Hear, Transport
from runner.transport.jar import Cookie, CookieJar

if TYPE_CHECKING:  # few runs have one
    from runner.engine.budget import Budget

MOST_TOLD = 50
PATIENCE = 0.5
"""Seconds after an interrupt in which what was cut off can end; a thread that does not is left behind."""
HEED = 0.2
"""Seconds for which nothing is looked at: a signal that came just before a wait is only heard after it."""
GLANCE = 0.05
"""Seconds between two looks at what is still under way after an interrupt."""
Key: TypeAlias = tuple[Running, int]
Hearing: TypeAlias = Callable[[Callable[[str], None]], Hear]


class RunOptions(NamedTuple):
    """How to run. ``jobs`` is how many requests may be under way at once, ``interval`` the least number of seconds
    from one to the next. ``label`` names the header that tells the mock server which request is asking; ``stand_in``
    is the access token that is sent there without asking for one; ``begin`` and ``end`` are called with the number of
    each job around its run; ``jitter`` gives numbers from 0 to 1 that spread repeated requests in time; ``live`` asks
    for the text of streams as it comes, which is told of one request at a time; ``budget`` is asked before a model
    is, ``cost_of`` after it has answered; ``command`` writes for reports how to send a request by hand. With
    ``ahead`` the next request is sent before the result of the last one is told, so that telling takes no time.
    ``about`` is told which transport is about to send which request; ``replayed`` names the recording that answers, and
    ``left_over`` says at the end how much of it nobody asked for."""

    fail_fast: bool = False
    strict: bool = False
    jobs: int = 1
    interval: float = 0.0
    label: str = ""
    stand_in: str = ""
    keep: Callable[[Status], bool] = lambda status: status is not Status.PASS
    jitter: Callable[[], float] = lambda: 0.0
    begin: Callable[[int, Job], None] = lambda _number, _job: None
    end: Callable[[int], None] = lambda _number: None
    live: bool = False
    budget: Budget | None = None
    cost_of: Coster = listed_cost
    command: Commander | None = None
    ahead: bool = False
    about: About | None = None
    replayed: str = ""
    left_over: Callable[[], int] = lambda: 0


DEFAULT = RunOptions()


class Run:
    """One run over several jobs. ``connect`` makes a transport for each thread that sends.

    Everything but sending and judging happens in the thread that calls ``run``, which is also the only one that tells
    events; ``interrupt`` may be called from anywhere, a signal handler too.
    """

    def __init__(
        self,
        connect: Callable[[], Transport],
        clock: Clock,
        mark_secret: Callable[[Plain], None],
        tell: Listener,
        options: RunOptions = DEFAULT,
    ) -> None:
        self._clock = clock
        self._tell = tell
        self._options = options
        self._halt = Halt()
        rate = Rate(options.interval, clock) if options.interval else None
        tokens = Tokens(options.stand_in)
        self._inbox: SimpleQueue[Done[Key] | ExitCode | TextArrived] = SimpleQueue()
        hear = self._hear() if options.live and options.jobs == 1 else None
        sent_by = (options.keep, options.jitter, rate, options.label, hear, options.budget, options.command)
        self._means = Means(clock, mark_secret, tokens, self._halt, *sent_by, options.about)
        self._workers: Workers[Key] = Workers(options.jobs, connect, self._inbox.put)
        self._active: list[Running] = []
        """Jobs with requests that are not over."""
        self._untold: deque[Running] = deque()
        """Jobs that began and are not told to their end, in the order of the run."""
        self._held = 0
        """How many results wait to be told."""
        self._stopped = False
        self._asked = False
        self._interrupted: ExitCode | None = None
        """The first request that the budget did not allow."""
        self._patience = 0.0
        self._cut: frozenset[Key] = frozenset()

    def _hear(self) -> Hear:
        """Hands the text of streams over to the thread that tells."""
        hearing = cast(Hearing, registry.load(registry.HEARING))
        return hearing(lambda text: self._inbox.put(TextArrived(text)))

    def interrupt(self, code: ExitCode) -> None:
        """Send nothing new but teardown; what ran is in the result."""
        self._asked = True
        self._inbox.put(code)

    def run(self, jobs: Iterable[Job], planned: int) -> RunResult:
        """Send the ``planned`` requests of all jobs, each of which is taken when its turn comes."""
        started = self._clock.monotonic()
        tally = Tally(planned, self._options.cost_of)
        try:
            self._tell(RunStarted(planned))
            self._go(self._begun(jobs, tally), tally)
        except KeyboardInterrupt:
            self._give_up(ExitCode.INTERRUPTED, tally)
        except Terminated:
            self._give_up(ExitCode.TERMINATED, tally)
        finally:
            self._workers.close()
        duration = self._clock.monotonic() - started
        result = tally.result(duration, strict=self._options.strict, interrupted=self._interrupted)
        result = result._replace(mocked=bool(self._options.label), replayed=self._options.replayed)
        result = result._replace(left_over=0 if self._halt.why else self._options.left_over())
        if self._options.budget is not None:
            result = result._replace(budget=self._options.budget.exceeded, unsent=self._options.budget.refused)
        self._tell(RunFinished(result))
        return result

    def _go(self, jobs: Iterator[Running], tally: Tally) -> None:
        self._start_what_can(jobs, tally)
        while self._active or (self._asked and not self._interrupted):
            self._wait()
            if self._options.ahead:
                self._start_what_can(jobs, tally)
            self._tell_what_is_known(tally)
            self._start_what_can(jobs, tally)

    def _begun(self, jobs: Iterable[Job], tally: Tally) -> Iterator[Running]:
        first = 0
        for number, job in enumerate(jobs):
            self._options.begin(number, job)
            jar = CookieJar(self._clock, partial(_hide, job))
            yield Running(job, Execution(self._means, jar, number), first)
            first += len(job.requests)
            tally.files_skipped += bool(job.skipped)

    def _start_what_can(self, jobs: Iterator[Running], tally: Tally) -> None:
        while self._workers.has_idle and (self._interrupted or not self._asked):
            found = self._next()
            if found is not None:
                self._start(*found)
                continue
            if self._stopped or len(self._untold) > AHEAD:
                return
            job = next(jobs, None)
            if job is None:
                return
            self._untold.append(job)
            if not job.ended:
                self._active.append(job)
            self._tell_what_is_known(tally)

    def _next(self) -> Key | None:
        """A request that may be sent now, of the first job that has one; only of the first if too many results wait."""
        for job in self._active[: 1 if self._held > AHEAD else None]:
            place = job.take()
            if place is not None:
                return job, place
        return None

    def _start(self, job: Running, place: int) -> None:
        planned = job.job.requests[place]
        self._tell(RequestStarted(job.first + place + 1, planned.name))
        self._workers.start((job, place), partial(execute, job.execution, planned))

    def _wait(self) -> None:
        """For the next thing that happens."""
        try:
            message = self._inbox.get(timeout=GLANCE if self._interrupted else HEED)
        except Empty:
            if self._interrupted:
                self._press()
            return
        if isinstance(message, TextArrived):
            self._tell(message)
            return
        if isinstance(message, ExitCode):
            self._halt_now(message)
            return
        if not self._workers.idle_again(message.key):
            return
        if isinstance(message.result, BaseException):
            raise message.result
        result = message.result
        if message.key in self._cut and result.http_status is None and result.status is not Status.SKIP:
            result = unanswered(_planned(message.key), self._halt)  # it was cut off, which is no error to be expected
        self._ended(message.key, result)

    def _ended(self, key: Key, result: RequestResult) -> None:
        job, place = key
        self._tell(RequestEnded(job.first + place + 1))
        job.put(place, result)
        self._held += 1
        if self._options.fail_fast and result.status in (Status.FAIL, Status.ERROR):
            self._halt.stop("another request failed (-x)")
            self._stop()
        budget = self._options.budget
        if budget is not None and budget.exceeded:
            self._halt.stop(f"the run was stopped by {budget.exceeded}")
            self._stop()
        self._active = [one for one in self._active if not one.ended]

    def _stop(self) -> None:
        self._stopped = True
        for job in self._active:
            job.stop()
        self._active = [job for job in self._active if not job.ended]

    def _halt_now(self, code: ExitCode) -> None:
        self._interrupted = code
        now = self._clock.monotonic()
        self._patience, ends_at = now + PATIENCE, now + TEARDOWN_LIMIT
        self._halt.interrupt(ends_at)
        self._cut = self._workers.under_way()
        self._stop()
        self._press()

    def _press(self) -> None:
        """End what was under way at the interrupt, and all else once teardown has had its time. Done again and again,
        as an exchange may just have been about to begin; a thread that waits for the system is left behind."""
        now = self._clock.monotonic()
        over = self._halt.ends_at is not None and now >= self._halt.ends_at
        if over:
            self._halt.give_up()

        def must_end(key: Key) -> bool:
            return over or key in self._cut

        self._workers.abort(must_end)
        if now >= self._patience:
            for key in self._workers.abandon(must_end):
                self._ended(key, unanswered(_planned(key), self._halt))

    def _give_up(self, code: ExitCode, tally: Tally) -> None:
        """Tell what is known and wait for nothing more."""
        self._interrupted = code
        self._halt.interrupt(self._clock.monotonic())
        self._halt.give_up()
        self._workers.abort(lambda _key: True)
        for key in self._workers.abandon(lambda _key: True):
            self._ended(key, unanswered(_planned(key), self._halt))
        for job in self._untold:
            job.give_up()
        self._tell_what_is_known(tally)

    def _tell_what_is_known(self, tally: Tally) -> None:
        while self._untold:
            job = self._untold[0]
            if not job.announced:
                job.announced = True
                self._tell(_file_started(job.job))
            for place, result in job.tell():
                self._held -= 1
                tally.add(job.job.collection.source.name, result)
                self._tell(RequestFinished(job.first + place + 1, result))
            if not job.all_told:
                return
            self._untold.popleft()
            self._options.end(job.execution.number)
            self._tell(FileFinished(job.job.collection.source.name, job.job.label))


def _planned(key: Key) -> Planned:
    job, place = key
    return job.job.requests[place]


def _hide(job: Job, cookie: Cookie) -> None:
    """A cookie that says who is there is as good as a password."""
    job.scope.variables.hide_cookie(cookie.name, cookie.value, hidden=cookie.http_only)


def _file_started(job: Job) -> FileStarted:
    """Only the longest names and targets are of use, to whoever lines them up."""
    names = frozenset(sorted((planned.name for planned in job.requests), key=len)[-MOST_TOLD:])
    targets = frozenset(sorted((planned.spec.target for planned in job.requests), key=len)[-MOST_TOLD:])
    source, name = job.collection.source.name, job.collection.name
    return FileStarted(source, name, job.skipped, names, targets, job.label, job.round)
