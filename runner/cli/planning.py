"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, cast

from runner import registry
from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.overrides import read_overrides
from runner.cli.session import Session
from runner.cli.settled import Settled
from runner.engine.job import Job
from runner.engine.plan import plan_job, short_secrets
from runner.engine.scope import Schemas
from runner.engine.select import all_of, selector
from runner.errors import InvalidFiles, NothingToRun
from runner.load.problems import suggestion
from runner.model import Collection, Row
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.source import Diagnostic
from runner.variables.uses import used_names

if TYPE_CHECKING:  # imported by those runs that want it
    from runner.cli.recall import Recall


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


def plan(inputs: Inputs, selection: Selection, context: Context) -> Plan:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    recall = _recall(inputs, context) if selection.last_failed else None
    session = Session(inputs, context, recall.narrow) if recall else Session(inputs, context)
    schemas = Schemas()

    def plan_one(collection: Collection, row: Row) -> tuple[Job, list[Diagnostic]]:
        variables = session.variables(collection, row)
        again = [recall.selected(collection, variables.label)] if recall else []
        chosen = all_of(*again, selected, session.pointed_at(collection))
        return plan_job(collection, variables, chosen, overrides, schemas)

    found = Plan(session, plan_one)
    lost = recall.warnings(session.collections) if recall else []
    session.warn(lost or _unused(inputs, session, context.settled))
    if found.problems:
        session.hide_written_secrets(found.problems)
        raise InvalidFiles([*found.problems, *session.warnings])
    if not found:
        hint = f"{_what_there_is(session, selection)} {context.settled.mention('tag')}".rstrip()
        raise NothingToRun("no request is selected", lost[-1].message if lost else hint)
    return found


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


def tell_warnings(warnings: Sequence[Diagnostic], context: Context, color: ColorChoice, *, strict: bool) -> None:
    """Show warnings on standard error; under ``--strict`` they are errors: raises ``InvalidFiles``."""
    if not warnings:
        return
    if strict:
        raise InvalidFiles([one._replace(severity="error") for one in warnings])
    style = context.style(context.stderr, color)
    context.warn(render_diagnostics(warnings, style, context.redactor))
