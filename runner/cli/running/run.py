"""``runner run``: send the requests, check the responses."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, cast

from runner import registry
from runner.cli.arguments import RunArguments
from runner.cli.boundary import tell_failed_output
from runner.cli.context import Context
from runner.cli.interrupts import noted
from runner.cli.overrides import seconds_between
from runner.cli.running.listening import NOBODY, Hearers, Tape, listener, wants_text
from runner.cli.running.planning import Plan, plan, tell_warnings
from runner.cli.session import STAND_IN, Session
from runner.clock import Clock
from runner.engine.job import Job
from runner.engine.run import Run, RunOptions
from runner.engine.sending import Commander
from runner.engine.tally import Coster
from runner.errors import SEVEREST_FIRST, ExitCode, InvalidFiles, NothingToRun
from runner.messages import REQUEST_HEADER
from runner.model import Collection
from runner.node import Plain
from runner.redact import Redactor
from runner.results import Status
from runner.transport.base import Transport
from runner.variables.scope import Variables

if TYPE_CHECKING:  # few runs have one
    from runner.cli.running.learning import Learner
    from runner.cli.running.reports import Reports
    from runner.engine.budget import Budget

OpenLive: TypeAlias = Callable[[Clock, Mapping[str, str]], Callable[[], Transport]]
OpenMock: TypeAlias = Callable[[Transport, str, Clock], Transport]
StartMock: TypeAlias = Callable[[Sequence[tuple[Collection, Variables]], Context], AbstractContextManager["Mock"]]
Watcher: TypeAlias = Callable[[RunArguments, Context], ExitCode]
Taper: TypeAlias = Callable[[RunArguments, Context, Hearers], ExitCode]
BudgetReader: TypeAlias = "Callable[[RunArguments], Budget]"
Opener: TypeAlias = "Callable[[RunArguments, Context, Coster], AbstractContextManager[Reports | None]]"
Previewer: TypeAlias = Callable[[Iterable[Job], Callable[[Plain], None], Context, RunArguments], ExitCode]


class Rates(Protocol):
    """What knows prices."""

    cost_of: Coster


MakeLearner: TypeAlias = "Callable[[RunArguments, Context], Learner]"
MakeCommander: TypeAlias = Callable[[Redactor], Commander]
MakeRates: TypeAlias = "Callable[[Context], Rates]"


class Mock(Protocol):
    """What a run needs of a mock server."""

    url: str

    def begin(self, number: int, job: Job) -> None: ...

    def end(self, number: int) -> None: ...


COLLECT: Final = (20_000, 20, 20)
"""How many objects may come before circles among them are looked for: a run makes few."""


def collect_again() -> None:
    """Turn the collector on, which start-up does without; what is there by then is there to stay."""
    gc.freeze()
    gc.set_threshold(*COLLECT)
    gc.enable()


def run(arguments: RunArguments, context: Context) -> ExitCode:
    """The whole of a run; raises what keeps it from starting."""
    hearers = Hearers(learner=_learner(arguments, context))
    is_taped = bool(arguments.record or arguments.inputs.replay)
    if arguments.watch and not is_taped:
        return cast(Watcher, registry.load(registry.WATCH))(arguments, context)
    if is_taped:
        return cast(Taper, registry.load(registry.TAPED))(arguments, context, hearers)
    return run_once(arguments, context, hearers)


def run_once(arguments: RunArguments, context: Context, hearers: Hearers) -> ExitCode:
    """The same of one round."""
    options = run_options(arguments, context)
    with reporting(arguments, context, options) as reports:
        try:
            found = plan(arguments.inputs, arguments.selection, context)
            tell_beforehand(found, arguments, context)
        except (InvalidFiles, NothingToRun) as error:
            if reports is not None:
                reports.begin(error.diagnostics if isinstance(error, InvalidFiles) else ())
                reports.finish()
            raise
        if not arguments.dry_run:
            collect_again()
        return send(found, arguments, context, options, hearers._replace(reports=reports))


def _learner(arguments: RunArguments, context: Context) -> Learner | None:
    """What writes answers into the files that it is asked to."""
    if not (arguments.update_schema or arguments.update_examples):
        return None
    return cast(MakeLearner, registry.load(registry.LEARNER))(arguments, context)


@contextmanager
def reporting(arguments: RunArguments, context: Context, options: RunOptions) -> Iterator[Reports | None]:
    """The reports that are asked for; what writes them is imported for them."""
    if not (arguments.reports or context.in_github_job):
        yield None
        return
    opened = cast(Opener, registry.load(registry.REPORTS))
    with opened(arguments, context, options.cost_of) as reports:
        yield reports


def run_options(arguments: RunArguments, context: Context) -> RunOptions:
    """What the command line says of the run as a whole; raises ``UsageError``."""
    return RunOptions(
        arguments.fail_fast,
        arguments.strict,
        arguments.jobs,
        seconds_between(arguments.rate),
        keep=lambda status: arguments.verbosity > 0 or status not in (Status.PASS, Status.SKIP),
        jitter=context.random.random,
        live=wants_text(arguments, context),
        cost_of=_pricing(context),
    )


def _pricing(context: Context) -> Coster:
    """What tokens cost; what knows it is imported for the first model that answers."""
    made = cache(lambda: cast(MakeRates, registry.load(registry.RATES))(context))
    return lambda usage: made().cost_of(usage)


def tell_beforehand(found: Plan, arguments: RunArguments, context: Context) -> None:
    """Show what is to be known before anything is sent; raises ``InvalidFiles`` if that is not to be sent."""
    tell_warnings(found.session.warnings, context, arguments.color, strict=arguments.strict)
    if arguments.inputs.mock and (where := context.settled.mention("mock")):
        context.warn(f"{where} Nothing goes to the real servers.")


def send(
    found: Plan, arguments: RunArguments, context: Context, options: RunOptions, hearers: Hearers = NOBODY
) -> ExitCode:
    """Send what is planned, or show it."""
    session = found.session
    if arguments.dry_run:
        preview = cast(Previewer, registry.load(registry.PREVIEW))
        return preview(found.jobs(), session.mark_secret, context, arguments)
    if arguments.max_tokens is not None or arguments.max_cost is not None:
        options = options._replace(budget=cast(BudgetReader, registry.load(registry.BUDGET))(arguments))
    reports = hearers.reports
    if reports is not None:
        reports.begin(session.warnings)
        options = options._replace(
            keep=lambda _status: True,
            command=cast(MakeCommander, registry.load(registry.COMMANDER))(context.redactor),
        )
    jobs, learner = found.jobs(arguments.repeat), hearers.learner
    if learner is not None:
        jobs, hearers = learner.watched(jobs), hearers._replace(hear=learner)
        options = options._replace(keep=lambda _status: True)
    tell, screen = listener(arguments, context, session, hearers)
    options = options._replace(ahead=True)
    tape = hearers.tape
    with connection(session, options, context, mocking=arguments.inputs.mock, tape=tape) as (connect, whole):
        run = Run(connect, context.clock, session.mark_secret, tell, whole)
        with noted(run.interrupt) as interrupts:
            code = run.run(jobs, found.requests * arguments.repeat).exit_code
            written = tape is None or tape.finish()
            written = (reports is None or reports.finish()) and written
        learnt = ExitCode.OK if learner is None else learner.finish()
    if screen.broken is not None:
        tell_failed_output(screen.broken, context, arguments.color)
        return ExitCode.INTERNAL
    code = interrupts[0] if interrupts else code
    codes = {code, learnt, ExitCode.OK if written else ExitCode.INTERNAL}
    return next((one for one in SEVEREST_FIRST if one in codes), ExitCode.OK)


@contextmanager
def connection(
    session: Session, options: RunOptions, context: Context, *, mocking: bool, tape: Tape | None = None
) -> Iterator[tuple[Callable[[], Transport], RunOptions]]:
    """What makes the transports of the run; with ``--mock`` they speak to a server of the run's own."""
    if tape is not None:
        yield tape.opened(options, session)
        return
    connect = cast(OpenLive, registry.load(registry.LIVE_TRANSPORT))(context.clock, context.environ)
    if not mocking:
        yield connect, options
        return
    to_mock = cast(OpenMock, registry.load(registry.MOCK_TRANSPORT))
    collections = [(one, session.variables(one, session.rows(one)[0])) for one in session.collections]
    with cast(StartMock, registry.load(registry.MOCK_SERVER))(collections, context) as mock:
        whole = options._replace(label=REQUEST_HEADER, stand_in=STAND_IN, begin=mock.begin, end=mock.end)
        yield lambda: to_mock(connect(), mock.url, context.clock), whole
