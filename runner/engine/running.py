"""One file's run while it is under way: what may be sent next, and what can be told in the order of the file."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import get_args

from runner.engine.conditions import Ended
from runner.engine.job import Job
from runner.engine.order import waits
from runner.engine.sending import Execution
from runner.model import Phase
from runner.results import RequestResult, Status

AHEAD = 1000
"""How many results may wait for one before them, so that memory is bounded."""
PHASES: tuple[Phase, ...] = get_args(Phase)


class Running:
    """Requests are known by their place in ``job.requests``. ``first`` is how many of the run come before this job's;
    setup, requests and teardown follow each other."""

    def __init__(self, job: Job, execution: Execution, first: int) -> None:
        self.job = job
        self.execution = execution
        self.first = first
        self.announced = False
        self.in_flight = 0
        self._results: dict[int, RequestResult | None] = {}
        self._told = 0
        self._stopped = False
        self._phase = -1
        self._left: set[int] = set()
        self._free: list[int] = []
        self._row: Iterator[int] = iter(())
        """What follows one after the other, where nothing may run at the same time."""
        self._blockers: dict[int, int] = {}
        self._blocked: dict[int, list[int]] = {}
        self._go_on()

    @property
    def ended(self) -> bool:
        """Whether every request has its result or will not run."""
        return self._phase == len(PHASES)

    @property
    def all_told(self) -> bool:
        return self.ended and self._told == len(self.job.requests)

    def take(self) -> int | None:
        """A request that may be sent now."""
        if not self._free or self._free[0] - self._told > AHEAD:
            return None
        self.in_flight += 1
        return heappop(self._free)

    def put(self, place: int, result: RequestResult) -> None:
        """The result of a request that was taken."""
        planned = self.job.requests[place]
        self._results[place] = result
        self.execution.ended[planned.name] = Ended(result.status, result.held_up)
        if planned.phase == "setup" and result.status in (Status.FAIL, Status.ERROR):
            self.execution.failed_setup.append(planned.name)
        self.in_flight -= 1
        self._left.discard(place)
        for after in self._blocked.pop(place, ()):
            self._blockers[after] -= 1
            if not self._blockers[after] and after in self._left:
                heappush(self._free, after)
        following = next(self._row, None)
        if following is not None:
            self._free.append(following)
        self._go_on()

    def stop(self) -> None:
        """Only what is under way and teardown still run."""
        self._stopped = True
        self._go_on()

    def give_up(self) -> None:
        """Nothing more is sent, and nothing is waited for."""
        left = set(range(self._told, len(self.job.requests))) - self._results.keys()
        self._results.update(dict.fromkeys(left))
        self._free.clear()
        self._left.clear()
        self._phase = len(PHASES)

    def tell(self) -> Iterator[tuple[int, RequestResult]]:
        """What can be told now, each once: results with none missing before them."""
        while self._told in self._results:
            place, self._told = self._told, self._told + 1
            result = self._results.pop(place)
            if result is not None:
                yield place, result

    def _go_on(self) -> None:
        """To the next phase, as soon as nothing of this one is left."""
        if self._stopped and self._phase < PHASES.index("teardown"):
            self._free.clear()
            if not self.in_flight:
                self._results.update(dict.fromkeys(self._left))
                self._left.clear()
        while not self._left and not self.ended:
            self._phase += 1
            if not self.ended:
                self._enter(PHASES[self._phase])

    def _enter(self, phase: Phase) -> None:
        requests = self.job.requests
        places = [place for place, one in enumerate(requests) if one.phase == phase]
        if self._stopped and phase != "teardown":
            self._results.update(dict.fromkeys(places))
            return
        self._left = set(places)
        self._row = iter(())
        if phase != "requests" or not self.job.collection.parallel:
            self._row = iter(places)
            self._free.extend([] if not places else [next(self._row)])
            return
        before = waits(requests)
        for place in places:
            blockers = before[place] & self._left
            self._blockers[place] = len(blockers)
            for one in blockers:
                self._blocked.setdefault(one, []).append(place)
            if not blockers:
                heappush(self._free, place)
