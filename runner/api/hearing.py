"""Listens to a run for Python code: keeps what came of each request, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Callable

from runner.api.result import Outcome
from runner.engine.events import Event, FileStarted, RequestFinished, RunFinished
from runner.redact import Redactor
from runner.report.console import NORMAL, Console
from runner.report.style import Style
from runner.results import Status

PLACELESS = FileStarted("", "")


class Heard:
    """Hears events that are masked. ``command`` is how to run the same from a command line."""

    def __init__(self, redactor: Redactor, command: str, *, strict: bool) -> None:
        self._redactor = redactor
        self._strict = strict
        self._outcomes: list[tuple[Outcome, int]] = []
        """Each with how many secrets were known by then."""
        self._lines: list[str] = []
        self._console = Console(self._lines.append, Style(), NORMAL, command)
        self._file = PLACELESS
        self._told = PLACELESS

    def __call__(self, event: Event) -> None:
        match event:
            case FileStarted():
                self._file = event
                if event.skipped and self._strict:
                    self._console(event)
            case RequestFinished(_, result):
                outcome = Outcome(self._file.file, result, self._file.row, self._file.round)
                self._outcomes.append((outcome, self._redactor.count))
                if outcome.failed or (self._strict and (result.status is Status.SKIP or result.warnings)):
                    self._tell(event)
            case RunFinished():
                self._console(event)
            case _:
                pass

    def _tell(self, event: RequestFinished) -> None:
        if self._told is not self._file:
            self._told = self._file
            self._console(self._file)
        self._console(event)

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What came of each request. What became a secret only later is masked in those before, too."""
        known = self._redactor.count
        return tuple(one if count == known else self._redactor.redact(one) for one, count in self._outcomes)

    @property
    def text(self) -> str:
        """Failures with their places, and the last line."""
        return self._redactor.text("".join(self._lines).strip("\n"))


class Watched:
    """Whoever wants to watch a run. Once it raises something it hears nothing more, and ``end`` is called."""

    def __init__(self, listener: Callable[[Event], object]) -> None:
        self.raised: BaseException | None = None
        self.end: Callable[[], None] = lambda: None
        self._listener = listener

    def __call__(self, event: Event) -> None:
        if self.raised is None:
            try:
                self._listener(event)
            except BaseException as error:  # noqa: BLE001  # raised again once the run has cleaned up
                self.raised = error
                self.end()
