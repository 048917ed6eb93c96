"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from runner import settings
from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.session import Session
from runner.disk import exists
from runner.engine.job import Job
from runner.engine.plan import plan_job, short_secrets
from runner.engine.select import selector
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.load.problems import suggestion
from runner.model import Collection, Row
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.resolve import Overrides
from runner.settings import BadValue, duration
from runner.source import Diagnostic
from runner.units import DURATION_HINT
from runner.variables.uses import used_names


class Plan:
    """The jobs of all files, everything looked up. One of many rows is made again when its turn comes, so that they
    need not all be held."""

    def __init__(self, session: Session, plan_one: Callable[[Collection, Row], tuple[Job, list[Diagnostic]]]) -> None:
        self.session = session
        self.requests = 0
        self._plan_one = plan_one
        self._tickets: list[tuple[Collection, Row, Job | None]] = []
        problems: dict[Diagnostic, None] = {}
        for collection in session.collections:
            rows = session.rows(collection)
            for row in rows:
                job, wrong = plan_one(collection, row)
                problems.update(dict.fromkeys(wrong))
                session.warn(short_secrets(job))
                if job.requests or job.skipped:
                    self._tickets.append((collection, row, job if len(rows) == 1 else None))
                    self.requests += len(job.requests)
        self.problems = tuple(problems)

    def __bool__(self) -> bool:
        return bool(self._tickets)

    def jobs(self, rounds: int = 1) -> Iterator[Job]:
        """All of them, as often as wanted: each time anew."""
        for number in range(1, rounds + 1):
            for collection, row, kept in self._tickets:
                job = kept if kept is not None and number == 1 else self._plan_one(collection, row)[0]
                yield job._replace(round=f"({number} of {rounds})") if rounds > 1 else job


RATE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(?:/([smh]))?")
PERIODS = {"s": 1.0, "m": 60.0, "h": 3600.0}


def plan(inputs: Inputs, selection: Selection, context: Context) -> Plan:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    session = Session(inputs, context)

    def plan_one(collection: Collection, row: Row) -> tuple[Job, list[Diagnostic]]:
        return plan_job(collection, session.variables(collection, row), selected, overrides)

    found = Plan(session, plan_one)
    session.warn(_unused(inputs, session))
    if found.problems:
        session.hide_written_secrets(found.problems)
        raise InvalidFiles([*found.problems, *session.warnings])
    if not found:
        raise NothingToRun("no request is selected", _what_there_is(session, selection))
    return found


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
    """What the command line says of every request; raises ``UsageError``."""
    timeout = _duration("--timeout", selection.timeout, zero=False)
    delay = _duration("--delay", selection.delay, zero=True)
    ca = ""
    if selection.ca:
        path = context.working / selection.ca
        if not exists(path):
            raise UsageError(f"--ca: there is no file {selection.ca}", "It is a PEM file with certificates to trust.")
        ca = str(path)
    return Overrides(timeout, selection.insecure, ca or None, _proxy(selection.proxy), selection.retries, delay or 0.0)


def seconds_between(rate: str) -> float:
    """What ``--rate`` leaves between two requests, 0 without it; raises ``UsageError``."""
    if not rate:
        return 0.0
    found = RATE.fullmatch(rate)
    number = float(found[1]) if found is not None else 0.0
    if found is None or not number:
        raise UsageError(f'--rate: "{rate}" is no rate', "Write how many requests in which time: 10/s, 90/m, 1000/h.")
    return PERIODS[found[2] or "s"] / number


def _duration(option: str, text: str, *, zero: bool) -> float | None:
    if not text:
        return None
    try:
        return duration(text, zero=zero)
    except BadValue as error:
        raise UsageError(f"{option}: {error.message}", DURATION_HINT) from None


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
