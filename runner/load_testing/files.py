"""The collections of a load test, and the jobs that users take from them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from runner.engine.job import Job
from runner.load_testing.fixed import fixed, sure_requests
from runner.load_testing.script import Moment, Script, script_of
from runner.model import Collection, Row

Plan = Callable[[], Job]
MOST_IDLE = 200
"""How many jobs of a file are kept for the next user that comes to their row: to plan one takes long."""


class Part:
    """One job that a user has to itself, unless nothing in it ever changes. ``begun`` is what it knew at first;
    ``sure`` are requests by name of which it may be certain that they pass."""

    def __init__(self, script: Script, row: int) -> None:
        self.script = script
        self.row = row
        self.sure = sure_requests(script.job)
        self.begun = Moment(script.job, first=True) if script.varies else None
        if self.begun is not None:
            self.begun.restore()  # values were made up to see whether they can be


class LoadFile:
    """One collection. ``plans`` make its job, one for each data row; ``first`` is where this process begins among the
    rows, so that several do not all take the same; ``title`` stands before the names of its requests where there are
    several files; ``rows`` are what there is to run with."""

    def __init__(
        self, collection: Collection, plans: Sequence[Plan], title: str, first: int = 0, rows: Sequence[Row] = ()
    ) -> None:
        self.collection = collection
        self.rows = rows
        self.title = title
        self._plans = plans
        self._next = first
        self._idle: list[deque[Part]] = [deque() for _ in plans]
        self._kept = 0

    @property
    def has_rows(self) -> bool:
        """Whether each round takes the next data row, and is a whole run of its own."""
        return len(self._plans) > 1

    def begin_at(self, first: int) -> None:
        """Which data row comes first."""
        self._next = first

    def jobs(self, most: int) -> Iterator[Job]:
        """Those of the first rows."""
        for plan in self._plans[:most]:
            yield plan()

    def take(self) -> Part:
        """The job of the next row."""
        row = self._next % len(self._plans)
        self._next += 1
        idle = self._idle[row]
        if idle:
            if idle[0].script.varies:
                self._kept -= 1
                return idle.popleft()
            return idle[0]
        part = Part(script_of(fixed(self._plans[row]())), row)
        if not part.script.varies:
            idle.append(part)
        return part

    def give_back(self, part: Part) -> None:
        """Nobody uses it any more."""
        if part.begun is None or self._kept >= MOST_IDLE:
            return
        part.begun.restore()
        self._idle[part.row].append(part)
        self._kept += 1

    def title_of(self, name: str) -> str:
        """How statistics call a request."""
        return f"{self.title}: {name}" if self.title else name
