"""Who listens to a run: what remembers failures, the live line, the console."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.running.again import last_failed, repeating
from runner.cli.running.memory import memory_of
from runner.cli.running.recorder import Recorder
from runner.cli.session import Session
from runner.engine.events import Event, Listener
from runner.engine.run import RunOptions
from runner.report.console import VERBOSE, Console
from runner.report.live_text import LiveText
from runner.report.progress import DOTS, STROKES, Progress
from runner.report.screen import Screen
from runner.report.style import use_progress
from runner.transport.base import Transport

if TYPE_CHECKING:  # few runs have any
    from runner.cli.running.learning import Learner
    from runner.cli.running.reports import Reports


class Tape(Protocol):
    """What stands between a run and its servers."""

    def opened(self, options: RunOptions, session: Session) -> tuple[Callable[[], Transport], RunOptions]:
        """What makes the transports, and the options of the run with it."""
        ...

    def finish(self) -> bool:
        """Called when the run is over; whether all is as it should be."""
        ...


class Hearers(NamedTuple):
    """Who listens beside the console: ``hear`` to events as they are; ``reports``, which hear them masked. ``whole``
    says that the run has everything that the options select. ``learner`` writes down what came back; ``tape`` keeps
    what is sent, or answers it."""

    hear: Listener | None = None
    whole: bool = True
    reports: Reports | None = None
    learner: Learner | None = None
    tape: Tape | None = None


NOBODY: Final = Hearers()


def listener(
    arguments: RunArguments, context: Context, session: Session, hearers: Hearers = NOBODY
) -> tuple[Listener, Screen]:
    """The console, the live line where there is a terminal to draw it on, and reports; all hear events masked. Before
    them whoever remembers what failed, so that the last line can say so. With it the screen that the results go to."""
    reports = hearers.reports
    recorder = _recorder(arguments, context, session, whole=hearers.whole)
    out = context.stderr if reports is not None and reports.takes_output else context.stdout
    style = context.style(out, arguments.color)
    live = arguments.progress and use_progress(context.environ, is_terminal=_at_terminal(context))
    screen = Screen(out, context.stderr if live else None, context.columns)
    again = partial(last_failed, arguments, recorder, context.redactor)
    console = Console(screen.write, style, arguments.verbosity, repeating(arguments, context), again)
    text = LiveText(screen.write_part, context.redactor) if wants_text(arguments, context) else None
    utf8 = (context.stderr.encoding or "").lower().startswith("utf")
    progress = Progress(screen, context.clock, DOTS if utf8 else STROKES) if live else None
    masked = context.redactor.listener(_in_turn(progress, console, reports.hear if reports is not None else None))
    return _in_turn(hearers.hear, recorder, text, reports.before if reports is not None else None, masked), screen


def wants_text(arguments: RunArguments, context: Context) -> bool:
    """Whether somebody watches one request after the other, and wants to see what streams say as it comes."""
    return arguments.verbosity >= VERBOSE and arguments.jobs == 1 and context.stdout.isatty()


def _recorder(arguments: RunArguments, context: Context, session: Session, *, whole: bool) -> Recorder | None:
    """What remembers the failures of the run; None where there is no place for it."""
    memory = memory_of(context, mock=arguments.inputs.mock or bool(arguments.inputs.replay))
    if memory is None:
        return None
    chosen = arguments.selection
    narrowed = chosen.text or chosen.tags or chosen.last_failed or session.is_pointed
    whole = whole and not narrowed
    return Recorder(memory, session.collections, context.redactor.text, whole=whole, strict=arguments.strict)


def _in_turn(*listeners: Listener | None) -> Listener:
    """Tells each of those that there are."""
    heard = [one for one in listeners if one is not None]

    def tell(event: Event) -> None:
        for one in heard:
            one(event)

    return tell


def _at_terminal(context: Context) -> bool:
    """Whether somebody looks at both streams: a pager on one of them would be disturbed by the live line."""
    return context.stderr.isatty() and context.stdout.isatty()
