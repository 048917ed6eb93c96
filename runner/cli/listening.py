"""Who listens to a run: what remembers failures, the live line, the console."""

from __future__ import annotations

from functools import partial
from typing import NamedTuple, overload

from runner.cli.again import last_failed, repeating
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.memory import memory_of
from runner.cli.recorder import Recorder
from runner.cli.session import Session
from runner.engine.events import Event, Listener
from runner.report.console import VERBOSE, Console
from runner.report.live_text import LiveText
from runner.report.progress import DOTS, STROKES, Progress
from runner.report.screen import Screen
from runner.report.style import use_progress


class Watching(NamedTuple):
    """Who listens to one of several rounds, and whether it has everything that the options select."""

    hear: Listener
    whole: bool


def listener(arguments: RunArguments, context: Context, session: Session, watching: Watching | None = None) -> Listener:
    """The console, and the live line where there is a terminal to draw it on; both hear events masked. Before them
    whoever remembers what failed, so that the last line can say so."""
    whole = watching is None or watching.whole
    recorder = _recorder(arguments, context, session, whole=whole)
    first = _in_turn(watching.hear if watching else None, recorder)
    style = context.style(context.stdout, arguments.color)
    live = arguments.progress and use_progress(context.environ, is_terminal=_at_terminal(context))
    screen = Screen(context.stdout, context.stderr if live else None, context.columns)
    again = partial(last_failed, arguments, recorder, context.redactor)
    console = Console(screen.write, style, arguments.verbosity, repeating(arguments, context), again)
    text = LiveText(screen.write_part, context.redactor) if wants_text(arguments, context) else None
    if not live:
        return _in_turn(first, _in_turn(text, context.redactor.listener(console)))
    utf8 = (context.stderr.encoding or "").lower().startswith("utf")
    progress = Progress(screen, context.clock, DOTS if utf8 else STROKES)

    def both(event: Event) -> None:
        progress(event)
        console(event)

    return _in_turn(first, _in_turn(text, context.redactor.listener(both)))


def wants_text(arguments: RunArguments, context: Context) -> bool:
    """Whether somebody watches one request after the other, and wants to see what streams say as it comes."""
    return arguments.verbosity >= VERBOSE and arguments.jobs == 1 and context.stdout.isatty()


def _recorder(arguments: RunArguments, context: Context, session: Session, *, whole: bool) -> Recorder | None:
    """What remembers the failures of the run; None where there is no place for it."""
    memory = memory_of(context, mock=arguments.inputs.mock)
    if memory is None:
        return None
    chosen = arguments.selection
    narrowed = chosen.text or chosen.tags or chosen.last_failed or session.is_pointed
    whole = whole and not narrowed
    return Recorder(memory, session.collections, context.redactor.text, whole=whole, strict=arguments.strict)


@overload
def _in_turn(first: Listener | None, second: Listener) -> Listener: ...
@overload
def _in_turn(first: Listener | None, second: Listener | None) -> Listener | None: ...
def _in_turn(first: Listener | None, second: Listener | None) -> Listener | None:
    if first is None or second is None:
        return first or second

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell


def _at_terminal(context: Context) -> bool:
    """Whether somebody looks at both streams: a pager on one of them would be disturbed by the live line."""
    return context.stderr.isatty() and context.stdout.isatty()
