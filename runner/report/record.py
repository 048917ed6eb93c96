"""A run as reports know it: what was told of it, bodies as text of a sensible size; also as read from a saved one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from runner.errors import SEVEREST_FIRST, ExitCode
from runner.messages import NO_TIME, Certificate, Headers, StreamEvent, Timings
from runner.results import RequestResult, RunResult, Status
from runner.source import Location, Severity

if TYPE_CHECKING:  # few runs ask a model
    from collections.abc import Iterator, Mapping
    from decimal import Decimal


class Body(NamedTuple):
    """A body as text. ``size`` is that of the whole one in bytes, ``left_out`` how many characters of its text are not
    here; of binary data nothing is. ``note`` says why else nothing is."""

    text: str = ""
    media_type: str = ""
    size: int = 0
    left_out: int = 0
    binary: bool = False
    note: str = ""


class Sent(NamedTuple):
    """A request as it went out; ``command`` sends the same with curl, secrets as shell variables."""

    method: str
    url: str
    headers: Headers = ()
    body: Body = Body()
    command: str = ""


class StreamRecord(NamedTuple):
    """What is known of a body that came as a stream; the body itself is the message that its events make.
    ``left_out`` is how many events are not here, ``note`` says why if none is."""

    shape: str = ""
    done: bool = False
    fault: str = ""
    first_content: float | None = None
    longest_gap: float | None = None
    events: tuple[StreamEvent, ...] = ()
    left_out: int = 0
    note: str = ""


class Received(NamedTuple):
    """A response, or what there is of one that broke off. ``url`` is where it came from, ``redirects`` what was left
    on the way; ``size`` in bytes."""

    status: int
    reason: str = ""
    url: str = ""
    headers: Headers = ()
    body: Body = Body()
    size: int = 0
    redirects: tuple[str, ...] = ()
    timings: Timings = NO_TIME
    certificate: Certificate | None = None
    stream: StreamRecord | None = None


class Record(NamedTuple):
    """One request: its verdict (without the exchange), what was sent and came back where that was kept. ``number``
    counts from 1 over the run; ``at`` is when it was sent, in seconds after the run began, None if it was not.
    ``costs`` has the dollars of each of the result's usages, None where they are not known. ``line`` is the same as
    JSON, where several reports want that; it is left out of one that is changed."""

    number: int
    result: RequestResult
    sent: Sent | None = None
    received: Received | None = None
    at: float | None = None
    costs: tuple[Decimal | None, ...] = ()
    line: str = ""

    @property
    def cost(self) -> Decimal | None:
        """The dollars of all sendings; None if there are none, or one is not known."""
        known = [cost for cost in self.costs if cost is not None]
        return sum(known[1:], known[0]) if known and len(known) == len(self.costs) else None


class FileRecord(NamedTuple):
    """One file's run, with one data row and in one round; as ``FileStarted`` has it."""

    file: str
    name: str = ""
    row: str = ""
    round: str = ""
    skipped: str = ""
    requests: tuple[Record, ...] = ()

    @property
    def title(self) -> str:
        """The file, its data row and its round."""
        return " ".join(filter(None, (self.file, self.row, self.round)))


class Problem(NamedTuple):
    """What is wrong or doubtful in a file; it was found before anything was sent."""

    severity: Severity
    rule: str
    message: str
    hint: str = ""
    location: Location | None = None


class Glance(NamedTuple):
    """One request of one of two runs that are compared: what is compared of it. ``duration`` in seconds."""

    status: Status
    duration: float = 0.0
    tokens: int | None = None
    cost: Decimal | None = None


ChangeKind = Literal["newly failing", "still failing", "fixed", "slower", "dearer", "new", "gone"]


class Change(NamedTuple):
    """What is not as it was with a request, which is known by file, data row, round and name. ``before`` is None for
    one that was not there, ``after`` for one that is not there any more; one that is skipped now is ``gone`` as well if
    it passed, and ``still failing`` if it failed. ``since`` is when the first of its failing runs in a row began."""

    kind: ChangeKind
    file: str
    row: str
    round: str
    name: str
    before: Glance | None = None
    after: Glance | None = None
    since: float | None = None


class Comparison(NamedTuple):
    """A run held against an earlier one, which began at ``started`` and had ``counts`` and ``duration``."""

    started: float
    duration: float
    counts: Mapping[Status, int]
    tokens: int | None = None
    cost: Decimal | None = None
    changes: tuple[Change, ...] = ()


class Beginning(NamedTuple):
    """What is known of a run before anything of it is told: when it began, and how many requests are planned."""

    started: float
    requests: int


class Report(NamedTuple):
    """A whole run. ``started`` is in seconds since the Unix epoch; ``command`` is the command line that runs the same
    again. With a problem that is an error nothing was sent. ``comparison`` is there if it is held against another."""

    started: float
    result: RunResult
    files: tuple[FileRecord, ...] = ()
    problems: tuple[Problem, ...] = ()
    command: str = ""
    comparison: Comparison | None = None

    @property
    def exit_code(self) -> ExitCode:
        """As the run ended."""
        wrong = any(problem.severity == "error" for problem in self.problems)
        codes = {ExitCode.INVALID} if wrong else {self.result.exit_code}
        if wrong and self.result.interrupted is not None:
            codes.add(self.result.interrupted)
        return next((code for code in SEVEREST_FIRST if code in codes), ExitCode.OK)

    @property
    def records(self) -> Iterator[tuple[FileRecord, Record]]:
        """Every request with its file, in order."""
        return ((file, record) for file in self.files for record in file.requests)


WORDS = {Status.PASS: "passed", Status.FAIL: "failed", Status.ERROR: "error", Status.SKIP: "skipped"}
"""The verdicts as reports write them; ``error``: no usable response came."""

NOTHING = RunResult({}, 0.0)
"""Of a run that did not begin."""


def verdict(report: Report) -> str:
    """The whole run in a word or two."""
    code = report.exit_code
    if code is ExitCode.OK:
        return "passed"
    if code in (ExitCode.INTERRUPTED, ExitCode.TERMINATED):
        return "interrupted"
    return {ExitCode.INVALID: "invalid", ExitCode.NOTHING_RUN: "nothing run", ExitCode.BUDGET: "stopped"}.get(
        code, "failed"
    )
