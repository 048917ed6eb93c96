"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, cast

from runner import registry, settings
from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.session import Session
from runner.disk import exists
from runner.engine.plan import Job, plan_job
from runner.engine.select import all_of, selector
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.load.problems import suggestion
from runner.messages import Pin
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.resolve import Overrides
from runner.settings import BadValue, duration
from runner.source import Diagnostic
from runner.units import DURATION_HINT
from runner.variables.uses import used_names

if TYPE_CHECKING:  # imported by those runs that want it
    from runner.cli.recall import Recall

CertificateReader: TypeAlias = Callable[[str, str, Path], tuple[str | None, str | None]]
PinReader: TypeAlias = Callable[[str], Pin]


def plan(inputs: Inputs, selection: Selection, context: Context) -> tuple[Session, tuple[Job, ...]]:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    recall = _recall(inputs, context) if selection.last_failed else None
    session = Session(inputs, context, recall.narrow) if recall else Session(inputs, context)
    jobs: list[Job] = []
    problems: list[Diagnostic] = []
    for collection in session.collections:
        pointed_at = session.pointed_at(collection)
        for variables in session.scopes(collection):
            again = [recall.selected(collection, variables.label)] if recall else []
            chosen = all_of(*again, selected, pointed_at)
            job, wrong = plan_job(collection, variables, chosen, overrides)
            jobs.append(job)
            problems.extend(one for one in wrong if one not in problems)
            session.warnings.extend(one for one in variables.short_secrets() if one not in session.warnings)
    session.warnings.extend(recall.warnings(session.collections) if recall else _unused(inputs, session))
    if problems:
        session.hide_written_secrets(problems)
        raise InvalidFiles([*problems, *session.warnings])
    if not any(job.requests or job.skipped for job in jobs):
        lost = recall.warnings(session.collections) if recall else []
        raise NothingToRun("no request is selected", lost[-1].message if lost else _what_there_is(session, selection))
    return session, tuple(job for job in jobs if job.requests or job.skipped)


def _recall(inputs: Inputs, context: Context) -> Recall:
    made = cast("type[Recall]", registry.load(registry.RECALL))
    return made(context, mock=inputs.mock)


def _what_there_is(session: Session, selection: Selection) -> str:
    """The names, or the tags, among which nothing was selected."""
    specs = [spec for found in session.collections for spec in found.requests]
    if selection.tags:
        tags = sorted({tag for spec in specs for tag in spec.tags})
        return f"The tags are {', '.join(tags)}." if tags else "No request has a tag."
    names = [str(spec.name.value) for spec in specs]
    return f"There are {', '.join(names[:10])}{' …' * (len(names) > 10)}."


def _unused(inputs: Inputs, session: Session) -> list[Diagnostic]:
    """A warning for each ``--var`` that changes nothing: its name may be misspelt."""
    given = dict.fromkeys(text.partition("=")[0] for text in inputs.variables)
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
    """What the options say of every request; raises ``UsageError``."""
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
    cert, key = _client_certificate(selection, context)
    proxy, pins = _proxy(selection.proxy), tuple(map(_pin, selection.pins))
    return Overrides(timeout, selection.insecure, ca or None, proxy, selection.retries, cert, key, pins)


def _proxy(text: str) -> str | None:
    if not text:
        return None
    try:
        return settings.proxy(text)
    except settings.BadValue as error:
        raise UsageError(f"--proxy: {error.message}", error.hint) from None


def _client_certificate(selection: Selection, context: Context) -> tuple[str | None, str | None]:
    if not selection.cert and not selection.key:
        return None, None
    read = cast(CertificateReader, registry.load(registry.CERTIFICATE))
    return read(selection.cert, selection.key, context.working)


def _pin(text: str) -> Pin:
    try:
        return cast(PinReader, registry.load(registry.PINS))(text)
    except settings.BadValue as error:
        raise UsageError(f"--resolve: {error.message}", error.hint) from None


def tell_warnings(warnings: Sequence[Diagnostic], context: Context, color: ColorChoice, *, strict: bool) -> None:
    """Show warnings on standard error; under ``--strict`` they are errors: raises ``InvalidFiles``."""
    if not warnings:
        return
    if strict:
        raise InvalidFiles([one._replace(severity="error") for one in warnings])
    style = context.style(context.stderr, color)
    context.warn(render_diagnostics(warnings, style, context.redactor))
