"""The course of a test: what ends it, how it ends, and what is reported of it."""

from __future__ import annotations

import signal
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

import gevent
from gevent.event import Event
from locust.runners import Runner

from runner.cli.context import Context
from runner.cli.interrupts import CODES
from runner.errors import ExitCode
from runner.load_testing.held_up import held_up
from runner.load_testing.live import LiveLine
from runner.load_testing.measures import Measure, Times, together
from runner.load_testing.prepared import Prepared
from runner.load_testing.record import Failure, LoadReport, Outcome
from runner.load_testing.state import State
from runner.load_testing.thresholds import Measured, format_time, judge
from runner.load_testing.trial import DOWN_AFTER, Trial
from runner.report.style import printable
from runner.units import format_duration

STOP_TIMEOUT: Final = 10.0
"""Seconds in which requests that are under way at the end may still be answered."""
AFTER_INTERRUPT: Final = 1.0
GLANCE: Final = 0.1
FAST: Final = "geventhttpclient"
OTHER: Final = "requests"
REMINDER: Final = 5.0
"""Seconds after which it is said that workers are waited for."""


class Crew(Protocol):
    """What leads a test needs of it."""

    code: ExitCode | None
    """Why it cannot go on, if it cannot; ``trouble`` says so in words."""
    trouble: str
    processes: int
    lost: int
    gone: Sequence[str]
    """Of each that is lost, where it ran or how it ended."""
    has_own: bool
    """Whether workers are processes that were started here."""

    @property
    def runner(self) -> Runner:
        """Locust's own."""

    @property
    def users(self) -> int:
        """How many there are now."""

    @property
    def ready(self) -> int:
        """How many of ``processes`` are there."""

    def look(self) -> None:
        """Take note of workers that are gone."""

    def start(self, users: int, rate: float) -> None:
        """Begin; raises ``UsageError`` if it cannot be."""

    def state(self) -> State:
        """What came of it so far."""

    def stop(self) -> None:
        """Stop users, and wait for what comes last."""

    def stop_at_once(self) -> None:
        """Give up what is under way, and take account of it."""

    def close(self) -> None:
        """Leave nothing behind."""


class Course:
    """Of one test, or of those that a web page begins: the last of them is reported."""

    def __init__(self, prepared: Prepared, context: Context, trial: Trial, crew: Crew) -> None:
        self._prepared = prepared
        self._context = context
        self._trial = trial
        self._crew = crew
        self._asked: ExitCode | None = None
        self._woken = Event()
        self._code: ExitCode | None = None
        self._stopped = ""
        self._most_users = 0
        self._at_once = False
        self._heed()

    def run_alone(self, quiet: bool) -> None:  # noqa: FBT001  # whether the live line is to be left out
        """From its start to its end, without a page."""
        prepared = self._prepared
        live = LiveLine(self._context, prepared.seconds, quiet=quiet)
        if not self._wait_for_workers():
            return
        if prepared.seconds is None:
            self._context.warn("Goes on until Ctrl-C: neither --run-time nor the file (load: {for: 1m}) says how long.")
        self._trial.begin(prepared.budget)
        gevent.spawn(self._crew.start, prepared.users, prepared.spawn_rate)
        while not self._is_ended():
            live.draw(self._trial.ledger, self._crew.users)
            self._woken.wait(GLANCE)
        live.clear()
        self._stop()

    def run_with_page(self) -> None:
        """Until it is interrupted: the page starts and stops tests."""
        told = False
        while self._asked is None and self._trial.fault is None:
            self._look()
            if self._crew.code is not None and not told:
                told = True
                self._context.warn(self._crew.trouble)
            self._woken.wait(GLANCE)
        if self._trial.fault is None:
            self._code, self._stopped = self._asked, "The load test was interrupted."
        self._stop()

    def report(self) -> LoadReport:
        """What came of it."""
        ledger, state = self._trial.ledger, self._crew.state()
        ledger.settle()
        order = [title for titles in self._prepared.titles.values() for title in titles]
        named = dict.fromkeys([*order, *ledger.requests])
        requests = {title: ledger.requests[title] for title in named if title in ledger.requests}
        total = together(requests.values())
        outcomes = self._outcomes(requests, state)
        failures = sorted(state.failed.items(), key=lambda item: -item[1])
        return LoadReport(
            started=ledger.started_at,
            seconds=ledger.seconds,
            users=self._most_users,
            processes=self._crew.processes,
            requests=requests,
            total=total,
            slots=ledger.slots(),
            outcomes=outcomes,
            failures=[Failure(name, why, count) for (name, why), count in failures],
            models=state.models,
            clients={FAST: state.fast, OTHER: state.requests},
            skipped=state.skipped,
            cut=state.cut,
            stopped=self._stopped,
            notes=self._notes(requests, total, state),
            exit_code=self._exit_code(requests, state.cut, outcomes),
        )

    def _outcomes(self, requests: dict[str, Measure], state: State) -> list[Outcome]:
        measured = Measured(requests, self._trial.ledger.seconds, state.models, self._prepared.titles, state.waiting)
        found = judge(self._prepared.thresholds, measured) if requests else []
        if requests and self._code is None:
            found += held_up(requests, state.waiting, state.cut)
        crew = self._crew
        if crew.lost:
            left = crew.processes - crew.lost
            found.append(Outcome(f"workers = {crew.processes}", float(left), f"{left} to the end", met=False))
        return found

    def _exit_code(self, requests: Mapping[str, Measure], cut: int, outcomes: list[Outcome]) -> ExitCode:
        total = together(requests.values())
        if self._code is not None:
            return self._code
        if not total.count:
            return ExitCode.NO_RESPONSE if cut else ExitCode.NOTHING_RUN
        if total.unanswered == total.count:
            return ExitCode.NO_RESPONSE
        if not all(one.met for one in outcomes):
            return ExitCode.CHECK_FAILED
        return ExitCode.OK if self._has_rounds(requests) else ExitCode.NOTHING_RUN

    def _has_rounds(self, requests: Mapping[str, Measure | Times]) -> bool:
        """Whether anything was sent beside setup and teardown."""
        return any(measure.count for title, measure in requests.items() if title in self._prepared.rounds)

    def _notes(self, requests: Mapping[str, Measure], total: Measure, state: State) -> list[str]:
        notes = []
        if 0 < total.unanswered < total.count:
            least, most = (format_time(one) for one in (total.silences.least, total.silences.most))
            notes.append(
                f"{total.unanswered:,} of {total.count:,} requests got no answer, after {least} to {most}: "
                "response times are those of the others."
            )
        if total.count and not self._has_rounds({**requests, **state.waiting}):
            notes.append(
                "Nothing was sent but setup and teardown: no user came to its first round. "
                "If setup succeeds, give the test more time than it takes."
            )
        if self._crew.lost:
            notes.append(
                f"{self._crew.lost} of {self._crew.processes} worker processes ended before the test did: "
                f"{', '.join(self._crew.gone)}. "
                "What they measured in their last three seconds may be missing."
            )
        if state.cut:
            notes.append(f"{state.cut:,} requests had no answer yet when the test ended; they are not counted.")
        if self._at_once:
            notes.append(
                "A second signal ended it at once: what was under way, or not told by workers, is not counted."
            )
        if not total.count and not state.cut and not self._stopped:
            notes.append("No request was sent.")
        return notes

    def _is_ended(self) -> bool:
        """Whether anything ends the test now; what it is, is noted."""
        self._look()
        state, crew = self._crew.state(), self._crew
        if self._trial.fault is not None:
            return True
        if self._asked is not None:
            self._code, self._stopped = self._asked, "The load test was interrupted."
            return True
        if crew.code is not None:
            self._code, self._stopped = crew.code, crew.trouble
            return True
        if state.fault:
            self._code, self._stopped = ExitCode.INTERNAL, f"A worker met a fault of the program: {state.fault}."
            return True
        if state.budget:
            self._code, self._stopped = ExitCode.BUDGET, self._by_budget(state.budget)
            return True
        if state.down and not state.answered:
            self._code = ExitCode.NO_RESPONSE
            self._stopped = f"The test was stopped: for {format_duration(DOWN_AFTER)} no request got any answer."
            return True
        seconds = self._prepared.seconds
        return seconds is not None and self._trial.ledger.seconds >= seconds

    def _by_budget(self, why: str) -> str:
        """Of workers each has a part of the money."""
        parts = self._crew.processes
        whose = f" That is the limit of one of {parts} workers: they share it in equal parts." if parts > 1 else ""
        return printable(self._context.redactor.text(f"The test was stopped by --max-cost: {why.rstrip('.')}.{whose}"))

    def _look(self) -> None:
        users = self._crew.users
        self._most_users = max(self._most_users, users)
        self._trial.ledger.note_users(users)
        self._crew.look()

    def _wait_for_workers(self) -> bool:
        """Whether the test can start."""
        began, told = self._trial.clock.monotonic(), False
        while self._crew.ready < self._crew.processes:
            self._crew.look()
            if self._asked is not None:
                self._code, self._stopped = self._asked, "Interrupted before the test began."
                return False
            if self._crew.code is not None or (self._crew.lost and self._crew.has_own):
                self._code = self._crew.code or ExitCode.INTERNAL
                self._stopped = (
                    self._crew.trouble or f"A worker process ended before the test began: {self._crew.gone[0]}."
                )
                return False
            if not told and self._trial.clock.monotonic() - began > REMINDER:
                told = True
                self._context.warn(f"{self._crew.ready} of {self._crew.processes} workers are there.")
            self._woken.wait(GLANCE)
        return True

    def _stop(self) -> None:
        """Let what is under way come to its end; a second signal ends that, too."""
        self._woken.clear()
        if self._asked is not None:
            self._crew.runner.environment.stop_timeout = AFTER_INTERRUPT
        stopping = gevent.spawn(self._crew.stop)
        while not stopping.ready() and not self._woken.is_set():
            stopping.join(GLANCE)
        if not stopping.ready():
            self._at_once = True
            stopping.kill(block=False)
            self._crew.stop_at_once()
        elif stopping.exception is not None:
            raise stopping.exception

    def _heed(self) -> None:
        """Signals end the test; one that the process was started to ignore is still ignored."""
        for number, code in CODES.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                gevent.signal_handler(number, self._signalled, code)

    def _signalled(self, code: ExitCode) -> None:
        self._asked = self._asked or code
        self._woken.set()
