"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

from collections.abc import Sequence

from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.session import Session
from runner.engine.plan import Job, plan_job
from runner.engine.select import selector
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.resolve import Overrides
from runner.source import Diagnostic
from runner.units import DURATION_HINT, parse_duration


def plan(inputs: Inputs, selection: Selection, context: Context) -> tuple[Session, tuple[Job, ...]]:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    session = Session(inputs, context)
    jobs: list[Job] = []
    problems: list[Diagnostic] = []
    for collection in session.collections:
        job, wrong = plan_job(collection, session.variables(collection), selected, overrides)
        jobs.append(job)
        problems.extend(wrong)
        session.warnings.extend(job.variables.short_secrets())
    if problems:
        session.hide_written_secrets(problems)
        raise InvalidFiles([*problems, *session.warnings])
    if not any(job.requests or job.skipped for job in jobs):
        names = [str(spec.name.value) for found in session.collections for spec in found.requests]
        raise NothingToRun("no request is selected", f"There are {', '.join(names[:10])}{' …' * (len(names) > 10)}.")
    return session, tuple(job for job in jobs if job.requests or job.skipped)


def read_overrides(selection: Selection, context: Context) -> Overrides:
    """``--timeout``, ``--insecure`` and ``--ca``; raises ``UsageError``."""
    timeout = None
    if selection.timeout:
        try:
            timeout = parse_duration(selection.timeout)
        except ValueError as error:
            raise UsageError(f"--timeout: {error}", DURATION_HINT) from None
        if timeout == 0:
            raise UsageError("--timeout: zero leaves no time at all", DURATION_HINT)
    ca = ""
    if selection.ca:
        path = context.working / selection.ca
        if not path.exists():
            raise UsageError(f"--ca: there is no file {selection.ca}", "It is a PEM file with certificates to trust.")
        ca = str(path)
    return Overrides(timeout, selection.insecure, ca or None)


def tell_warnings(warnings: Sequence[Diagnostic], context: Context, color: ColorChoice, *, strict: bool) -> None:
    """Show warnings on standard error; under ``--strict`` they are errors: raises ``InvalidFiles``."""
    if not warnings:
        return
    if strict:
        raise InvalidFiles([one._replace(severity="error") for one in warnings])
    style = context.style(context.stderr, color)
    context.stderr.write(render_diagnostics(warnings, style, context.redactor) + "\n")
