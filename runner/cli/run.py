"""``runner run``: send the requests, check the responses."""

from __future__ import annotations

import gc
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import FrameType
from typing import TypeAlias, cast

from runner import registry
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.planning import plan, tell_warnings
from runner.cli.session import STAND_IN
from runner.clock import Clock
from runner.engine.events import Event, Listener
from runner.engine.plan import Job
from runner.engine.run import Run, RunOptions
from runner.errors import ExitCode, Terminated
from runner.messages import REQUEST_HEADER
from runner.model import SecretRules
from runner.node import Plain
from runner.report.console import Console
from runner.report.progress import DOTS, STROKES, Progress
from runner.report.screen import Screen
from runner.report.style import use_progress
from runner.report.summary import shell_quoted
from runner.results import Status
from runner.transport.base import Transport
from runner.variables.secrets import is_secret

OpenLive: TypeAlias = Callable[[Clock, Mapping[str, str]], Transport]
OpenMock: TypeAlias = Callable[[Transport, Sequence[Job], Context], AbstractContextManager[Transport]]
Previewer: TypeAlias = Callable[[Sequence[Job], Callable[[Plain], None], Context, RunArguments], ExitCode]


def run(arguments: RunArguments, context: Context) -> ExitCode:
    """The whole of a run; raises what keeps it from starting."""
    session, jobs = plan(arguments.inputs, arguments.selection, context)
    tell_warnings(session.warnings, context, arguments.color, strict=arguments.strict)
    if arguments.inputs.mock and (where := context.settled.mention("mock")):
        context.warn(f"{where} Nothing goes to the real servers.")
    if arguments.dry_run:
        preview = cast(Previewer, registry.load(registry.PREVIEW))
        return preview(jobs, session.mark_secret, context, arguments)
    gc.freeze()
    gc.enable()
    mocking = arguments.inputs.mock
    options = RunOptions(
        arguments.fail_fast,
        arguments.strict,
        label=REQUEST_HEADER if mocking else "",
        stand_in=STAND_IN if mocking else "",
        keep=lambda status: arguments.verbosity > 0 or status not in (Status.PASS, Status.SKIP),
        jitter=context.random.random,
    )
    with _transport(jobs, context, mocking=mocking) as transport, _terminable():
        tell = _listener(arguments, context)
        return Run(transport, context.clock, session.mark_secret, tell, options).run(jobs).exit_code


@contextmanager
def _transport(jobs: Sequence[Job], context: Context, *, mocking: bool) -> Iterator[Transport]:
    """The transport of the run, and with ``--mock`` the server that it speaks to."""
    live = cast(OpenLive, registry.load(registry.LIVE_TRANSPORT))(context.clock, context.environ)
    if not mocking:
        yield live
        return
    with cast(OpenMock, registry.load(registry.MOCK_TRANSPORT))(live, jobs, context) as transport:
        yield transport


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM ends the run as Ctrl-C does: what ran is reported."""

    def terminate(_number: int, _frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _listener(arguments: RunArguments, context: Context) -> Listener:
    """The console, and the live line where there is a terminal to draw it on; both hear events masked."""
    style = context.style(context.stdout, arguments.color)
    live = arguments.progress and use_progress(context.environ, is_terminal=_at_terminal(context))
    screen = Screen(context.stdout, context.stderr if live else None, context.columns)
    console = Console(screen.write, style, arguments.verbosity, repeating(arguments, context))
    if not live:
        return context.redactor.listener(console)
    utf8 = (context.stderr.encoding or "").lower().startswith("utf")
    progress = Progress(screen, context.clock, DOTS if utf8 else STROKES)

    def both(event: Event) -> None:
        progress(event)
        console(event)

    return context.redactor.listener(both)


def _at_terminal(context: Context) -> bool:
    """Whether somebody looks at both streams: a pager on one of them would be disturbed by the live line."""
    return context.stderr.isatty() and context.stdout.isatty()


def repeating(arguments: RunArguments, context: Context) -> str:
    """What a command line that repeats the run starts with; a secret's value is for the reader to put in. What a
    settings file says it says again; what a variable says is repeated as an option, since it may have been for once."""
    inputs, selection, settled, redactor = arguments.inputs, arguments.selection, context.settled, context.redactor
    flags = {"--mock": inputs.mock, "--strict": arguments.strict, "--insecure": selection.insecure}
    off = [variable for flag in flags if (variable := settled.switched_off_by(flag[2:]))]
    words = [*off, "runner", "run", *(flag for flag, given in flags.items() if given and not settled.in_file(flag[2:]))]
    retries = str(selection.retries) if selection.retries else ""
    given = {
        "--tag": selection.tags,
        "--timeout": selection.timeout,
        "--retries": retries,
        "--ca": selection.ca,
        "--proxy": selection.proxy if "@" not in selection.proxy else "…",
    }
    words += [
        word
        for option, value in given.items()
        if value and not settled.in_file(option[2:])
        for word in (option, shell_quoted(value))
    ]
    words += ["--env", shell_quoted(inputs.env)] if inputs.env and not settled.in_file("env") else []
    words += ["--data", shell_quoted(inputs.data)] if inputs.data and not settled.in_file("data") else []
    for name in () if settled.in_file("env-file") else inputs.env_files:
        words += ["--env-file", shell_quoted(name)]
    for text in inputs.variables:
        name = text.partition("=")[0]
        if settled.variable_in_file(name):
            continue
        secret = is_secret(name, SecretRules()) or redactor.text(text) != text
        words += ["--var", f"{name}=…" if secret else shell_quoted(text)]
    return redactor.text(" ".join(words))
