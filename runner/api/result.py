"""What came of a run: frozen values, with no secret in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from runner.errors import ExitCode
from runner.messages import Exchange, Response
from runner.report.failure import failure_lines
from runner.report.style import Style, printable
from runner.results import Check, RequestResult, RunResult, Status
from runner.usage import tokens_of

if TYPE_CHECKING:  # few runs ask a model
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one request. ``file`` is the collection as it was named, ``row`` the data row and ``round`` the
    repetition that it ran with, empty without; ``result`` is all that is known. It is true if the request passed."""

    file: str
    result: RequestResult
    row: str = ""
    round: str = ""

    @property
    def name(self) -> str:
        return self.result.name

    @property
    def line(self) -> int:
        """Where the request stands, in ``result.location.file``."""
        return self.result.location.line

    @property
    def status(self) -> Status:
        return self.result.status

    @property
    def passed(self) -> bool:
        return self.result.status is Status.PASS

    @property
    def failed(self) -> bool:
        """Whether a check failed or no usable response came; what was skipped neither passed nor failed."""
        return self.result.status in (Status.FAIL, Status.ERROR)

    @property
    def reason(self) -> str:
        """Why it was skipped."""
        return self.result.reason

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.result.duration

    @property
    def http_status(self) -> int | None:
        """None without a response."""
        return self.result.http_status

    @property
    def response(self) -> Response | None:
        """The last response, if it was kept."""
        return self.exchange.response if self.exchange is not None else None

    @property
    def exchange(self) -> Exchange | None:
        """Request and response, if they were kept."""
        return self.result.exchange

    @property
    def failed_checks(self) -> tuple[Check, ...]:
        return self.result.failed_checks

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is doubtful of an answer that may have passed all the same."""
        return self.result.warnings

    @property
    def tokens(self) -> int | None:
        """What models took; None if none was asked, or one did not say."""
        return tokens_of(self.result.usages)

    def summary(self) -> str:
        """Why it failed, as the program prints it: places, what was expected, what came. Empty if it did not."""
        if not self.failed:
            return ""
        return "\n".join([printable(self.name), *failure_lines(self.result, Style(), excerpt=True)])

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return f"<runner.Outcome {self.status} {self.file}:{self.line} {self.name!r}>"


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run. It is true if everything passed: if the program's exit code would be 0."""

    requests: tuple[Outcome, ...]
    totals: RunResult
    warnings: tuple[str, ...] = ()
    text: str = ""

    @property
    def exit_code(self) -> ExitCode:
        """What the program would end with."""
        return self.totals.exit_code

    @property
    def passed(self) -> bool:
        return self.totals.passed

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The requests that failed, in order."""
        return tuple(one for one in self.requests if one.failed)

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many requests ended with each status."""
        return MappingProxyType({status: self.totals.count(status) for status in Status})

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.totals.duration

    @property
    def tokens(self) -> int | None:
        """What all models took; None if none was asked, or one did not say."""
        models = self.totals.models
        if not any(one.answers for one in models) or any(one.untold for one in models):
            return None
        return sum(one.tokens for one in models)

    @property
    def cost(self) -> Decimal | None:
        """Dollars; None if no model was asked, or what one costs is not known."""
        models = [one for one in self.totals.models if one.answers or one.untold]
        costs = [one.cost for one in models if one.cost is not None and not one.untold and not one.unpriced]
        return sum(costs[1:], costs[0]) if costs and len(costs) == len(models) else None

    def summary(self) -> str:
        """What the program prints, without what passed: all failures with their places, and the last line."""
        return self.text

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        counts = ", ".join(f"{number} {status}" for status, number in self.counts.items() if number)
        return f"<runner.Result {counts or 'nothing was run'}>"
