"""The results on standard output: one line a request, below it what is needed to understand a failure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias, cast

from runner import registry
from runner.engine.events import Event, FileStarted, RequestFinished, RunFinished
from runner.messages import Exchange
from runner.report.attempts import attempt_lines, attempts_label
from runner.report.cells import cells, clip, clip_middle, pad, wrap
from runner.report.exchange_text import request_lines, response_lines, timing_line
from runner.report.failure import INDENT, failure_lines, warning_lines
from runner.report.recap import Recap
from runner.report.style import Role, Style, guarded, printable
from runner.report.summary import summary_line
from runner.results import RequestResult, RunResult, Status
from runner.units import format_duration

if TYPE_CHECKING:  # few runs ask a model
    from runner.usage import ModelSum, Usage

Labeller: TypeAlias = "Callable[[Sequence[Usage]], str]"
Teller: TypeAlias = "Callable[[Sequence[ModelSum]], str]"
Tabler: TypeAlias = "Callable[[Sequence[ModelSum], Style], list[str]]"
QUIET, NORMAL, VERBOSE, WHOLE = -1, 0, 1, 2
BODY_LIMIT = 4000
"""How many characters of a body ``-v`` shows; ``-vv`` shows all."""

MARGIN = len("  PASS  ")
NAME_WIDTH, NAME_MOST, NAME_LEAST = 18, 40, 12
TARGET_MOST, TARGET_GOOD, TARGET_LEAST = 48, 25, 12
DURATION_WIDTH = len("812 ms")
AFTER_TARGET = len("   200   ") + DURATION_WIDTH
NAME_GAP, COLUMN_GAP = "  ", "   "

COLORS: dict[Status, Role] = {
    Status.PASS: "pass",
    Status.FAIL: "fail",
    Status.ERROR: "fail",
    Status.SKIP: "skip",
}
ERROR_LABELS = {"response": "broken", "request": "not sent"}
"""Words for the kinds of failure that do not speak for themselves."""


class Console:
    """A listener that writes lines as results come; columns grow with what they hold.

    ``verbosity`` is -1 for ``-q``, 1 for ``-v``, 2 for ``-vv``; ``command`` is how to run the same again, and
    ``again`` says at the end how to run only what failed, if it knows.
    """

    def __init__(
        self,
        write: Callable[[str], None],
        style: Style,
        verbosity: int = NORMAL,
        command: str = "runner run",
        again: Callable[[], str] = str,
    ) -> None:
        self._write = write
        self._style = style
        self._verbosity = verbosity
        self._command = command
        self._again = again
        self._last: Event | None = None
        self._after_blank = False
        self._name_width = NAME_WIDTH
        self._target_width = 0
        self._recap = Recap()

    def __call__(self, event: Event) -> None:
        match event:
            case RunFinished():
                lines = [summary_line(event.result, self._command, self._style, self._again(), _spent(event.result))]
                if self._verbosity > QUIET and self._last is not None:
                    recap = self._recap.lines(self._style)
                    lines = [*recap, *self._model_lines(event.result), "", *lines]
                self._tell(lines)
            case FileStarted() if self._verbosity > QUIET:
                self._tell(self._file_lines(event))
                self._last = event
            case RequestFinished() if self._verbosity > QUIET:
                lines = self._request_lines(event.result)
                self._recap.hear(event.result, lines)
                self._tell(lines)
                self._last = event
            case _:
                pass

    def _tell(self, lines: list[str]) -> None:
        if self._after_blank and not lines[0]:
            lines = lines[1:]
        self._after_blank = not lines[-1]
        self._write("\n".join(map(guarded, lines)) + "\n")

    def _file_lines(self, event: FileStarted) -> list[str]:
        fitting = [width for name in event.names if (width := cells(printable(name))) <= NAME_MOST]
        self._name_width = max(NAME_WIDTH, *fitting, 0)
        fitting = [width for target in event.targets if (width := cells(printable(target))) <= TARGET_MOST]
        self._target_width = max(fitting, default=0)
        file, last = printable(" ".join(filter(None, (event.file, event.row, event.round)))), self._last
        if event.skipped:
            new_group = last is not None and not (isinstance(last, FileStarted) and last.skipped)
            line = f"{self._style.paint('skip', 'SKIP')}  {file}  {printable(event.skipped)}"
            return ["", line] if new_group else [line]
        name = self._style.paint("dim", f" · {printable(event.name)}") if event.name else ""
        return [""] * (last is not None) + [self._style.paint("bold", file) + name]

    def _request_lines(self, result: RequestResult) -> list[str]:
        if result.status is Status.SKIP:
            return list(self._skip_lines(result))
        lines = [self._result_line(result), *warning_lines(result, self._style)]
        if result.status is not Status.PASS:
            lines += failure_lines(result, self._style, excerpt=self._verbosity < VERBOSE)
        if self._verbosity >= VERBOSE:
            lines += attempt_lines(result, self._style)
        if self._verbosity >= VERBOSE and result.exchange is not None:
            lines += self._exchange_lines(result.exchange)
        return lines

    def _result_line(self, result: RequestResult) -> str:
        outcome = f"{_outcome(result):3}"
        duration = f"{format_duration(result.duration):>{DURATION_WIDTH}}" if result.duration else ""
        attempts = "  ".join(filter(None, (attempts_label(result), _first_content(result))))
        tokens = _tokens_label(result)
        target = printable(f"{result.method} {result.target}".strip())
        name, room = self._name(result.name, cells(target))
        if room is not None:
            room -= max(0, len(outcome) - 3) + max(0, len(duration) - DURATION_WIDTH)
            room -= sum(len(COLUMN_GAP + label) for label in (attempts, tokens) if label)
            target = clip_middle(target, room) if room >= min(TARGET_LEAST, cells(target)) else ""
        if cells(target) <= TARGET_MOST:
            self._target_width = max(self._target_width, cells(target))
        target = pad(target, self._target_width if room is None else min(self._target_width, room))
        columns = [target, self._style.paint("bold", outcome), self._style.paint("dim", duration)]
        columns += [self._style.paint("bold", attempts), self._style.paint("dim", tokens)]
        shown = COLUMN_GAP.join(column for column in columns if column.strip())
        return f"  {self._word(result.status)}  {name}{NAME_GAP}{shown}".rstrip()

    def _name(self, name: str, target_width: int) -> tuple[str, int | None]:
        """The name's column, and how many columns the terminal leaves for the target (None: any number)."""
        name = printable(name)
        most = NAME_MOST
        if self._style.width is not None:
            room = self._style.width - MARGIN - len(NAME_GAP) - AFTER_TARGET
            most = max(NAME_LEAST, min(NAME_MOST, room - min(TARGET_GOOD, max(self._target_width, target_width))))
            name = clip(name, most)
        if cells(name) <= most:
            self._name_width = max(min(self._name_width, most), cells(name))
        left = None if self._style.width is None else room - self._name_width
        return pad(name, self._name_width), left

    def _model_lines(self, result: RunResult) -> list[str]:
        """What each model did, if there are several."""
        if len(result.models) < 2:
            return []
        lines = cast(Tabler, registry.load(registry.MODEL_TABLE))(result.models, self._style)
        return ["", *lines] if lines else []

    def _skip_lines(self, result: RequestResult) -> Iterator[str]:
        name, room = self._name(result.name, 0)
        start = f"  {self._word(result.status)}  {name}{NAME_GAP}"
        reason = printable(result.reason)
        for part in [reason] if room is None else wrap(reason, max(20, room + AFTER_TARGET)):
            yield (start + part).rstrip()
            start = " " * (MARGIN + self._name_width + len(NAME_GAP))

    def _word(self, status: Status) -> str:
        word = Status.FAIL if status is Status.ERROR else status
        return self._style.paint(COLORS[status], word.value)

    def _exchange_lines(self, exchange: Exchange) -> Iterator[str]:
        """Request and response as curl shows them, then the timings."""
        limit = None if self._verbosity >= WHOLE else BODY_LIMIT
        for line in request_lines(exchange.request, limit):
            yield f"{INDENT}{self._style.paint('dim', '>')} {line}".rstrip()
        if exchange.response is not None:
            yield ""
            for line in response_lines(exchange.response, limit):
                yield f"{INDENT}{self._style.paint('dim', '<')} {line}".rstrip()
            yield f"{INDENT}{self._style.paint('dim', timing_line(exchange.response))}"
        yield ""


def _first_content(result: RequestResult) -> str:
    """How long a model's stream took to its first content."""
    return f"first content {format_duration(result.first_content)}" if result.first_content is not None else ""


def _tokens_label(result: RequestResult) -> str:
    return cast(Labeller, registry.load(registry.TOKENS_LABEL))(result.usages) if result.usages else ""


def _spent(result: RunResult) -> str:
    """Tokens and dollars of the whole run; empty where no model was asked."""
    told = cast(Teller, registry.load(registry.SPENT))(result.models) if result.models else ""
    unreal = "mock" if result.mocked else "replay" if result.replayed else ""
    return f"{told} ({unreal}: nothing spent)" if told and unreal else told


def _outcome(result: RequestResult) -> str:
    """The status code, or in a word why there is none."""
    if result.http_status is not None:
        return str(result.http_status)
    kind = result.error.kind if result.error else "request"
    return ERROR_LABELS.get(kind, kind)
