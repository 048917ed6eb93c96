"""``runner run``: send the requests, check the responses."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import FrameType
from typing import Protocol, TypeAlias, cast

from runner import registry
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.memory import memory_of
from runner.cli.overrides import seconds_between
from runner.cli.planning import plan, tell_warnings
from runner.cli.recorder import Recorder
from runner.cli.session import STAND_IN, Session
from runner.clock import Clock
from runner.engine.events import Event, Listener
from runner.engine.job import Job
from runner.engine.run import Run, RunOptions
from runner.errors import ExitCode, Terminated
from runner.messages import REQUEST_HEADER
from runner.model import Collection, SecretRules
from runner.node import Plain
from runner.redact import Redactor
from runner.report.console import Console
from runner.report.progress import DOTS, STROKES, Progress
from runner.report.screen import Screen
from runner.report.style import printable, use_progress
from runner.report.summary import MOST_FILES, shell_quoted
from runner.results import Status
from runner.transport.base import Transport
from runner.variables.scope import Variables
from runner.variables.secrets import is_secret

OpenLive: TypeAlias = Callable[[Clock, Mapping[str, str]], Transport]
OpenMock: TypeAlias = Callable[[Transport, str, Clock], Transport]
StartMock: TypeAlias = Callable[[Sequence[tuple[Collection, Variables]], Context], AbstractContextManager["Mock"]]
Previewer: TypeAlias = Callable[[Iterable[Job], Callable[[Plain], None], Context, RunArguments], ExitCode]


class Mock(Protocol):
    """What a run needs of a mock server."""

    url: str

    def begin(self, number: int, job: Job) -> None: ...

    def end(self, number: int) -> None: ...


def run(arguments: RunArguments, context: Context) -> ExitCode:
    """The whole of a run; raises what keeps it from starting."""
    interval = seconds_between(arguments.rate)
    found = plan(arguments.inputs, arguments.selection, context)
    session = found.session
    tell_warnings(session.warnings, context, arguments.color, strict=arguments.strict)
    if arguments.dry_run:
        preview = cast(Previewer, registry.load(registry.PREVIEW))
        return preview(found.jobs(), session.mark_secret, context, arguments)
    gc.freeze()
    gc.enable()
    options = RunOptions(
        arguments.fail_fast,
        arguments.strict,
        arguments.jobs,
        interval,
        keep=lambda status: arguments.verbosity > 0 or status not in (Status.PASS, Status.SKIP),
        jitter=context.random.random,
    )
    tell = _listener(arguments, context, _recorder(arguments, context, session))
    with _connection(session, options, context, mocking=arguments.inputs.mock) as (connect, whole):
        run = Run(connect, context.clock, session.mark_secret, tell, whole)
        with _interruptible(run):
            return run.run(found.jobs(arguments.repeat), found.requests * arguments.repeat).exit_code


@contextmanager
def _connection(
    session: Session, options: RunOptions, context: Context, *, mocking: bool
) -> Iterator[tuple[Callable[[], Transport], RunOptions]]:
    """What makes the transports of the run; with ``--mock`` they speak to a server of the run's own."""
    live = cast(OpenLive, registry.load(registry.LIVE_TRANSPORT))

    def connect() -> Transport:
        return live(context.clock, context.environ)

    if not mocking:
        yield connect, options
        return
    to_mock = cast(OpenMock, registry.load(registry.MOCK_TRANSPORT))
    collections = [(one, session.variables(one, session.rows(one)[0])) for one in session.collections]
    with cast(StartMock, registry.load(registry.MOCK_SERVER))(collections, context) as mock:
        whole = options._replace(label=REQUEST_HEADER, stand_in=STAND_IN, begin=mock.begin, end=mock.end)
        yield lambda: to_mock(connect(), mock.url, context.clock), whole


@contextmanager
def _interruptible(run: Run) -> Iterator[None]:
    """Ctrl-C and SIGTERM end the run in good order: what ran is reported. A second one ends it there."""
    codes = {signal.SIGINT: ExitCode.INTERRUPTED, signal.SIGTERM: ExitCode.TERMINATED}
    seen = False

    def interrupt(number: int, _frame: FrameType | None) -> None:
        nonlocal seen
        if seen:
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated
        seen = True
        run.interrupt(codes[signal.Signals(number)])

    before = {one: signal.signal(one, interrupt) for one in codes}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _recorder(arguments: RunArguments, context: Context, session: Session) -> Recorder | None:
    """What remembers the failures of the run; None where there is no place for it."""
    memory = memory_of(context, mock=arguments.inputs.mock)
    if memory is None:
        return None
    chosen = arguments.selection
    whole = not (chosen.text or chosen.tags or chosen.last_failed or session.is_pointed)
    return Recorder(memory, session.collections, context.redactor.text, whole=whole)


def _listener(arguments: RunArguments, context: Context, recorder: Recorder | None) -> Listener:
    """The console, and the live line where there is a terminal to draw it on; both hear events masked. Before them
    whoever remembers what failed, so that the last line can say so."""
    style = context.style(context.stdout, arguments.color)
    live = arguments.progress and use_progress(context.environ, is_terminal=_at_terminal(context))
    screen = Screen(context.stdout, context.stderr if live else None, context.columns)
    again = partial(last_failed, arguments, recorder, context.redactor)
    console = Console(screen.write, style, arguments.verbosity, repeating(arguments, context.redactor), again)
    if not live:
        return _in_turn(recorder, context.redactor.listener(console))
    utf8 = (context.stderr.encoding or "").lower().startswith("utf")
    progress = Progress(screen, context.clock, DOTS if utf8 else STROKES)

    def both(event: Event) -> None:
        progress(event)
        console(event)

    return _in_turn(recorder, context.redactor.listener(both))


def _in_turn(first: Listener | None, second: Listener) -> Listener:
    if first is None:
        return second

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell


def last_failed(arguments: RunArguments, recorder: Recorder | None, redactor: Redactor) -> str:
    """How a command line goes on that runs what failed, if that is remembered and a short one says it."""
    if recorder is None or not recorder.remembered:
        return ""
    given, files = arguments.inputs.paths, recorder.failed_files
    paths = given if len(files) > MOST_FILES or any(":" in path for path in given) else files
    if not files or len(paths) > MOST_FILES or any(redactor.text(printable(path)) != path for path in paths):
        return ""
    text = ["-k", shell_quoted(arguments.selection.text)] if arguments.selection.text else []
    return redactor.text(" ".join([*map(shell_quoted, paths), *text, "--last-failed"]))


def _at_terminal(context: Context) -> bool:
    """Whether somebody looks at both streams: a pager on one of them would be disturbed by the live line."""
    return context.stderr.isatty() and context.stdout.isatty()


def repeating(arguments: RunArguments, redactor: Redactor) -> str:
    """What a command line that repeats the run starts with; a secret's value is for the reader to put in."""
    inputs, selection = arguments.inputs, arguments.selection
    flags = {"--mock": inputs.mock, "--strict": arguments.strict, "--insecure": selection.insecure}
    words = ["runner", "run", *(flag for flag, given in flags.items() if given)]
    retries = str(selection.retries) if selection.retries else ""
    given = {
        "--tag": selection.tags,
        "--timeout": selection.timeout,
        "--retries": retries,
        "--ca": selection.ca,
        "--cert": selection.cert,
        "--key": selection.key,
        "--proxy": selection.proxy if "@" not in selection.proxy else "…",
        "--jobs": str(arguments.jobs) if arguments.jobs > 1 else "",
        "--delay": selection.delay,
        "--rate": arguments.rate,
    }
    words += [word for option, value in given.items() if value for word in (option, shell_quoted(value))]
    words += [word for pin in selection.pins for word in ("--resolve", shell_quoted(pin))]
    words += ["--env", shell_quoted(inputs.env)] if inputs.env else []
    words += ["--data", shell_quoted(inputs.data)] if inputs.data else []
    for name in inputs.env_files:
        words += ["--env-file", shell_quoted(name)]
    for text in inputs.variables:
        name = text.partition("=")[0]
        secret = is_secret(name, SecretRules()) or redactor.text(text) != text
        words += ["--var", f"{name}=…" if secret else shell_quoted(text)]
    return redactor.text(" ".join(words))
