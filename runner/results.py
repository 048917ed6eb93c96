"""What is judged: checks, requests, files, a run, and the exit code that follows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from runner.errors import SEVEREST_FIRST, ExitCode
from runner.messages import ErrorKind, Exchange, TransportError
from runner.source import Location

if TYPE_CHECKING:  # few runs ask a model
    from runner.usage import ModelSum, Usage


class Status(StrEnum):
    """``ERROR``: no usable response came, or the request could not be made. Shown as FAIL; the exit code differs."""

    PASS = "PASS"  # noqa: S105  # a verdict
    FAIL = "FAIL"
    ERROR = "ERROR"
    SKIP = "SKIP"


class Check(NamedTuple):
    """One expectation held against a response. ``subject`` is what was looked at (``status``, ``header content-type``,
    a JSONPath). For one that does not hold ``expected`` and ``got`` are ready to show, one or several lines each,
    and ``note`` says what would help."""

    subject: str
    passed: bool
    location: Location | None = None
    expected: str = ""
    got: str = ""
    note: str = ""


class Advice(NamedTuple):
    """What an API's error body says, and one or two sentences on what to do; either may be empty."""

    says: str = ""
    remedy: str = ""


class Attempt(NamedTuple):
    """One of several sendings of a request: a status, or the kind of error that came instead. ``note`` says why it
    was sent again, or how a try of ``pass_rate`` ended; ``duration`` in seconds."""

    http_status: int | None
    error: ErrorKind | None
    duration: float
    note: str = ""


class RequestResult(NamedTuple):
    """One request's verdict. ``target`` is the path as shown; ``http_status`` is None without a response;
    ``duration`` in seconds; ``exchange`` is there if something shows it (a failure, or ``-v``). All of it
    is of the last sending; ``attempts`` has every one if there were several, ``tries`` are the verdicts under
    ``pass_rate``. ``held_up`` says that it was skipped for what became of another request, or for an interrupt: nobody
    knows whether it would pass. ``first_content`` is when the first content of a model's stream came, in seconds;
    ``usages`` is what every sending took of tokens, ``model`` the model that was asked, empty for none;
    ``warnings`` are what is doubtful of an answer that may pass all the same. ``started`` is when it was first sent, in
    seconds since the Unix epoch, 0 if it was not; ``command`` sends the same with curl, where a report wants that."""

    name: str
    status: Status
    location: Location
    method: str = ""
    target: str = ""
    http_status: int | None = None
    duration: float = 0.0
    checks: tuple[Check, ...] = ()
    error: TransportError | None = None
    advice: Advice | None = None
    reason: str = ""
    exchange: Exchange | None = None
    held_up: bool = False
    attempts: tuple[Attempt, ...] = ()
    tries: tuple[Status, ...] = ()
    first_content: float | None = None
    usages: tuple[Usage, ...] = ()
    model: str = ""
    warnings: tuple[str, ...] = ()
    started: float = 0.0
    tags: tuple[str, ...] = ()
    command: str = ""

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if not check.passed)


class Failed(NamedTuple):
    """A request that failed: the file as the user names it, and its name."""

    file: str
    name: str


class RunResult(NamedTuple):
    """What came of a run, in numbers: listeners that need every result keep it themselves. ``duration`` in seconds;
    ``strict`` makes skips and ``warnings`` count as failures; ``files_skipped`` are those that ``requires`` skipped
    whole; ``not_run`` is how many planned requests an interrupt, a budget or the first failure kept from running.
    ``models`` is what each model did; ``budget`` names the option whose limit stopped the run, and ``unsent`` the
    request that it met; ``mocked`` says that the mock server answered, ``replayed`` names the recording that did, of
    which ``left_over`` exchanges were not asked for."""

    counts: Mapping[Status, int]
    duration: float
    strict: bool = False
    interrupted: ExitCode | None = None
    not_run: int = 0
    files_skipped: int = 0
    failed: tuple[Failed, ...] = ()
    models: tuple[ModelSum, ...] = ()
    budget: str = ""
    unsent: str = ""
    mocked: bool = False
    warnings: int = 0
    replayed: str = ""
    left_over: int = 0

    def count(self, status: Status) -> int:
        """How many requests ended with ``status``."""
        return self.counts.get(status, 0)

    @property
    def exit_code(self) -> ExitCode:
        """The severest code that applies."""
        codes = {self.interrupted} if self.interrupted else set()
        if self.budget:
            codes.add(ExitCode.BUDGET)
        if self.count(Status.ERROR):
            codes.add(ExitCode.NO_RESPONSE)
        skipped = self.count(Status.SKIP) or self.files_skipped
        if self.count(Status.FAIL) or (self.strict and (skipped or self.warnings or self.left_over)):
            codes.add(ExitCode.CHECK_FAILED)
        if not any(self.counts.values()) and not self.files_skipped:
            codes.add(ExitCode.NOTHING_RUN)
        return next((code for code in SEVEREST_FIRST if code in codes), ExitCode.OK)

    @property
    def passed(self) -> bool:
        return self.exit_code is ExitCode.OK
