"""One load test in one process: what all of its users share, and what comes of each request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from locust.env import Environment

from runner.auth.tokens import Tokens
from runner.clock import Clock
from runner.engine.budget import Budget
from runner.engine.halt import Halt
from runner.engine.job import Planned
from runner.engine.sending import Means
from runner.engine.sums import Coster, Sums
from runner.load_testing.csv_files import as_text
from runner.load_testing.failures import OTHERS, Failures
from runner.load_testing.fast import Surroundings
from runner.load_testing.ledger import Ledger
from runner.model import RequestSpec
from runner.node import Plain
from runner.results import RequestResult, Status

DOWN_AFTER: Final = 3.0
"""Seconds without any answer, after the first request that got none, after which the API counts as down."""
MOST_FAILURES: Final = 500
"""Kinds of failures that are counted by themselves."""


@dataclass(frozen=True)
class Resources:
    """What there is for every test of the process. ``titles`` are the names of requests in statistics, by the node of
    the request."""

    clock: Clock
    random: Random
    mark_secret: Callable[[Plain], None]
    around: Surroundings
    cost_of: Coster
    failures: Failures
    titles: Mapping[int, str]


class Trial:
    """One test: a web page may begin several, one after the other. ``sends`` says that a master wants to know."""

    def __init__(self, resources: Resources, *, sends: bool = False) -> None:
        self._resources = resources
        self._sends = sends
        self.clock = resources.clock
        self.random = resources.random
        self.around = resources.around
        self.fault: Exception | None = None
        self.budget: Budget | None = None
        self.begin()

    def begin(self, budget: Budget | None = None) -> None:
        """A new test: nothing of the last one counts."""
        resources = self._resources
        self.budget = budget
        self.halt = Halt()
        chance = (lambda _status: True, resources.random.random)
        tokens = Tokens()
        self.means = Means(resources.clock, resources.mark_secret, tokens, self.halt, *chance, budget=budget)
        self.judging = replace(self.means, halt=Halt())
        """The same, to judge what was sent before the test was over."""
        self.ledger = Ledger(resources.clock, sends=self._sends)
        self.sums = Sums(resources.cost_of)
        self.failed: dict[tuple[str, str], int] = {}
        """How often each request failed in which way."""
        self.answered = 0
        self.unanswered = 0
        self.warned = 0
        self._first_unanswered: float | None = None
        self._others: dict[int, bool] = {}

    @property
    def is_over(self) -> bool:
        """Whether nothing but teardown is to be sent any more."""
        return self.halt.now.is_set()

    @property
    def is_down(self) -> bool:
        """Whether nobody has ever answered, for some seconds."""
        first = self._first_unanswered
        return not self.answered and first is not None and self.clock.monotonic() - first >= DOWN_AFTER

    def fail(self, error: Exception) -> None:
        """A fault of the program: it ends the test."""
        self.fault = self.fault or error
        self.halt.stop("the test met a fault")

    def needs_other(self, planned: Planned) -> bool:
        """Whether only the transport of ``runner run`` can send a request: it alone reads certificates."""
        spec = planned.spec
        found = self._others.get(id(spec.node))
        if found is None:
            found = self._others[id(spec.node)] = _needs_other(spec)
        return found

    def note_pass(self, environment: Environment, planned: Planned, method: str, seconds: float, size: int) -> None:
        """A request that passed, of which there is no more to say."""
        self.answered += 1
        name = self._name_of(planned)
        self.ledger.add(name, seconds, size)
        environment.events.request.fire(
            request_type=method,
            name=as_text(name),
            response_time=seconds * 1000,
            response_length=size,
            exception=None,
            context={},
        )

    def note(self, environment: Environment, planned: Planned, result: RequestResult) -> None:
        """What came of a request."""
        if result.usages or result.model:
            self.sums.add(result)
        self.warned += len(result.warnings)
        if result.status is Status.SKIP:
            self.ledger.skipped += 1
            return
        name = self._name_of(planned)
        response = result.exchange.response if result.exchange is not None else None
        size = 0 if response is None else response.size
        why = None
        silent = response is None and result.status is Status.ERROR
        if silent:
            self._note_silence()
            measure = self.ledger.add_silence(name, result.duration)
        else:
            self.answered += 1
            measure = self.ledger.add(name, result.duration, size)
        if result.status is not Status.PASS:
            measure.failed += 1
            why = self._resources.failures.text(planned, result)
            key = (name, why) if len(self.failed) < MOST_FAILURES or (name, why) in self.failed else (name, OTHERS)
            self.failed[key] = self.failed.get(key, 0) + 1
        if result.first_content is not None:
            measure.waits.add(result.first_content)
        for usage in result.usages:
            measure.written += usage.completion_tokens or 0
        environment.events.request.fire(
            request_type=result.method or "-",
            name=as_text(name),
            response_time=None if silent else result.duration * 1000,
            response_length=size,
            exception=None if why is None else as_text(why),
            context={},
        )

    def note_cut(self, planned: Planned, since: float | None) -> None:
        """A request that is not waited for any more, sent at ``since`` where that is known."""
        self.ledger.note_cut(self._name_of(planned), since)

    def _name_of(self, planned: Planned) -> str:
        return self._resources.titles.get(id(planned.spec.node)) or str(planned.spec.name.value)

    def _note_silence(self) -> None:
        self.unanswered += 1
        if self._first_unanswered is None:
            self._first_unanswered = self.clock.monotonic()


def _needs_other(spec: RequestSpec) -> bool:
    return any(one.kind == "certificate" for one in spec.expect)
