"""Leads a load test from its start to its report: alone, or with workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import gevent
from locust import stats
from locust.env import Environment
from locust.html import get_html_report
from locust.runners import Runner

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.cli.running.reports import Destination, Destinations
from runner.errors import ExitCode, UsageError
from runner.folder import error_text
from runner.load_testing.course import STOP_TIMEOUT, Course, Crew
from runner.load_testing.crew import NoCrew, Workers
from runner.load_testing.csv_files import csv_files
from runner.load_testing.logs import gathered
from runner.load_testing.prepared import Prepared
from runner.load_testing.record import LoadReport
from runner.load_testing.reports.console import lines_of
from runner.load_testing.reports.kinds import KINDS
from runner.load_testing.trial import Trial
from runner.load_testing.userclasses import user_classes
from runner.load_testing.web import page
from runner.report.record import NOTHING, Report


def lead(prepared: Prepared, arguments: LoadArguments, context: Context, places: Destinations) -> ExitCode:
    """The whole of a test; raises ``UsageError`` where it cannot start."""
    trial = Trial(prepared.resources)
    environment = Environment(user_classes=user_classes(prepared.files, trial), stop_timeout=STOP_TIMEOUT)
    with ExitStack() as stack:
        stack.enter_context(gathered(context))
        _check_html(arguments, context)
        crew = _crew(environment, prepared, arguments, context, trial)
        stack.callback(crew.close)
        runner = crew.runner
        stack.enter_context(_history(runner))
        tables = stack.enter_context(csv_files(environment, arguments, context))
        course = Course(prepared, context, trial, crew)
        if arguments.headless:
            course.run_alone(places.takes_output)
        else:
            with page(environment, arguments, prepared, context, tables.writer):
                course.run_with_page()
        report = course.report()
        _tell(report, arguments, context, places)
        written = _html(environment, arguments, context)
        for one in places.of(live=False):
            places.guarded(one, lambda one=one: _write(one, report))  # type: ignore[misc]  # one for each
        written = places.finish(Report(0.0, NOTHING)) and written
    if tables.trouble:
        context.warn(f"Error: --csv: {arguments.csv} cannot be written: {tables.trouble}")
        written = False
    if trial.fault is not None:
        raise trial.fault
    return report.exit_code if written else ExitCode.INTERNAL


def _crew(
    environment: Environment, prepared: Prepared, arguments: LoadArguments, context: Context, trial: Trial
) -> Crew:
    if arguments.master or arguments.processes > 1:
        return Workers(environment, prepared, arguments, context, trial)
    return NoCrew(environment, prepared, trial)


@contextmanager
def _history(runner: Runner) -> Iterator[None]:
    """What Locust's page and reports draw over time."""
    task = gevent.spawn(stats.stats_history, runner)
    try:
        yield
    finally:
        task.kill()


def _check_html(arguments: LoadArguments, context: Context) -> None:
    """Whether the file can be written, as long as nothing is sent."""
    if not arguments.html:
        return
    try:
        with Path(context.working / arguments.html).open("a", encoding="utf-8"):
            pass
    except OSError as error:
        hint = "Create its folder, or look at its permissions."
        raise UsageError(f"--html: {arguments.html} cannot be written: {error_text(error)}", hint) from None


def _html(environment: Environment, arguments: LoadArguments, context: Context) -> bool:
    """Locust's own report, if it is wanted; whether it is there."""
    if not arguments.html:
        return True
    try:
        Path(context.working / arguments.html).write_text(
            get_html_report(environment, show_download_link=False), encoding="utf-8"
        )
    except OSError as error:
        context.warn(f"Error: --html: {arguments.html} cannot be written: {error_text(error)}")
        return False
    return True


def _tell(report: LoadReport, arguments: LoadArguments, context: Context, places: Destinations) -> None:
    stream = context.stderr if places.takes_output else context.stdout
    text = "\n".join(lines_of(report, context.style(stream, arguments.color)))
    (context.warn if places.takes_output else context.tell)(text)


def _write(destination: Destination, report: LoadReport) -> None:
    for piece in KINDS[destination.wanted.kind](report):
        destination.write(piece)
