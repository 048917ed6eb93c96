"""A run for Python code: its events go to whoever keeps and watches them, Ctrl-C ends it in good order."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import cast

from runner import registry
from runner.api.hearing import Watched
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.running.planning import Plan
from runner.cli.running.run import BudgetReader, connection, run_options
from runner.engine.events import Event, Listener
from runner.engine.run import Run
from runner.errors import ExitCode
from runner.results import RunResult, Status


class Sending:
    """What is planned, ready to be sent; raises ``UsageError``. ``whole`` keeps the exchanges of what passed, too."""

    def __init__(self, found: Plan, arguments: RunArguments, context: Context, *, whole: bool) -> None:
        options = run_options(arguments, context)
        if whole:
            options = options._replace(keep=lambda status: status is not Status.SKIP)
        if arguments.max_tokens is not None or arguments.max_cost is not None:
            options = options._replace(budget=cast(BudgetReader, registry.load(registry.BUDGET))(arguments))
        self._found = found
        self._arguments = arguments
        self._context = context
        self._options = options

    def send(self, heard: Listener, watched: Watched | None) -> RunResult:
        """What came of it. Raises ``KeyboardInterrupt``, and what ``watched`` has raised, after what cleans up."""
        session, context, rounds = self._found.session, self._context, self._arguments.repeat

        def tell(event: Event) -> None:
            heard(event)
            if watched is not None:
                watched(event)

        with connection(session, self._options, context, mocking=self._arguments.inputs.mock) as (connect, options):
            run = Run(connect, context.clock, session.mark_secret, context.redactor.listener(tell), options)
            if watched is not None:
                watched.end = lambda: run.interrupt(ExitCode.INTERRUPTED)
            with _interruptible(run) as interrupts:
                totals = run.run(self._found.jobs(rounds), self._found.requests * rounds)
        if watched is not None and watched.raised is not None:
            raise watched.raised
        if interrupts or totals.interrupted:
            raise KeyboardInterrupt
        return totals


@contextmanager
def _interruptible(run: Run) -> Iterator[list[int]]:
    """Ctrl-C ends the run in good order, a second one ends it there; which came are in the list. A program that does
    something of its own on Ctrl-C goes on doing that, and only the main thread can hear of it at all."""
    seen: list[int] = []

    def interrupt(number: int, _frame: FrameType | None) -> None:
        seen.append(number)
        if len(seen) > 1:
            raise KeyboardInterrupt
        run.interrupt(ExitCode.INTERRUPTED)

    if current_thread() is not main_thread() or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield seen
        return
    signal.signal(signal.SIGINT, interrupt)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
