"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

from collections.abc import Sequence

from runner import settings
from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.session import Session
from runner.cli.settled import Settled
from runner.disk import exists
from runner.engine.plan import Job, plan_job
from runner.engine.select import selector
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.load.problems import suggestion
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.resolve import Overrides
from runner.settings import BadValue, duration
from runner.source import Diagnostic
from runner.units import DURATION_HINT
from runner.variables.uses import used_names


def plan(inputs: Inputs, selection: Selection, context: Context) -> tuple[Session, tuple[Job, ...]]:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    session = Session(inputs, context)
    jobs: list[Job] = []
    problems: list[Diagnostic] = []
    for collection in session.collections:
        for variables in session.scopes(collection):
            job, wrong = plan_job(collection, variables, selected, overrides)
            jobs.append(job)
            problems.extend(one for one in wrong if one not in problems)
            session.warnings.extend(one for one in variables.short_secrets() if one not in session.warnings)
    session.warnings.extend(_unused(inputs, session, context.settled))
    if problems:
        session.hide_written_secrets(problems)
        raise InvalidFiles([*problems, *session.warnings])
    if not any(job.requests or job.skipped for job in jobs):
        hint = f"{_what_there_is(session, selection)} {context.settled.mention('tag')}".rstrip()
        raise NothingToRun("no request is selected", hint)
    return session, tuple(job for job in jobs if job.requests or job.skipped)


def _what_there_is(session: Session, selection: Selection) -> str:
    """The names, or the tags, among which nothing was selected."""
    specs = [spec for found in session.collections for spec in found.requests]
    if selection.tags:
        tags = sorted({tag for spec in specs for tag in spec.tags})
        return f"The tags are {', '.join(tags)}." if tags else "No request has a tag."
    names = [str(spec.name.value) for spec in specs]
    return f"There are {', '.join(names[:10])}{' …' * (len(names) > 10)}."


def _unused(inputs: Inputs, session: Session, settled: Settled) -> list[Diagnostic]:
    """A warning for each ``--var`` that changes nothing: its name may be misspelt. Settings are for many files, not
    each of which uses all of them."""
    given = dict.fromkeys(
        name for text in inputs.variables if (name := text.partition("=")[0]) not in settled.variables
    )
    if not given:
        return []
    known = {name for collection in session.collections for name in used_names(collection)}
    return [
        Diagnostic(
            "unused-variable",
            f"--var {name} changes nothing: no request here has <<{name}>>",
            suggestion(name, known, "Used here") if known else "",
            severity="warning",
        )
        for name in given
        if name not in known
    ]


def read_overrides(selection: Selection, context: Context) -> Overrides:
    """``--timeout``, ``--insecure``, ``--ca``, ``--proxy`` and ``--retries``; raises ``UsageError``."""
    timeout = None
    if selection.timeout:
        try:
            timeout = duration(selection.timeout, zero=False)
        except BadValue as error:
            raise UsageError(f"--timeout: {error.message}", DURATION_HINT) from None
    ca = ""
    if selection.ca:
        path = context.working / selection.ca
        if not exists(path):
            raise UsageError(f"--ca: there is no file {selection.ca}", "It is a PEM file with certificates to trust.")
        ca = str(path)
    return Overrides(timeout, selection.insecure, ca or None, _proxy(selection.proxy), selection.retries)


def _proxy(text: str) -> str | None:
    if not text:
        return None
    try:
        return settings.proxy(text)
    except settings.BadValue as error:
        raise UsageError(f"--proxy: {error.message}", error.hint) from None


def tell_warnings(warnings: Sequence[Diagnostic], context: Context, color: ColorChoice, *, strict: bool) -> None:
    """Show warnings on standard error; under ``--strict`` they are errors: raises ``InvalidFiles``."""
    if not warnings:
        return
    if strict:
        raise InvalidFiles([one._replace(severity="error") for one in warnings])
    style = context.style(context.stderr, color)
    context.warn(render_diagnostics(warnings, style, context.redactor))
