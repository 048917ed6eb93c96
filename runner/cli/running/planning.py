"""From collections to jobs that are ready to be sent, with everything told that keeps them from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeAlias, cast

from runner import registry
from runner.cli.arguments import Inputs, Selection
from runner.cli.context import Context
from runner.cli.overrides import read_overrides
from runner.cli.session import Session
from runner.cli.settled import Settled
from runner.cli.targets import Target
from runner.engine.job import Job
from runner.engine.plan import Selector, doubtful, plan_job
from runner.engine.scope import Schemas
from runner.engine.select import all_of, selector
from runner.errors import InvalidFiles, NothingToRun
from runner.loading.problems import Problems, suggestion
from runner.model import Collection, Row
from runner.report.snippet import render_diagnostics
from runner.report.style import ColorChoice
from runner.source import Diagnostic
from runner.variables.uses import used_names

Only: TypeAlias = Callable[[Collection, str], Selector | None]
"""What alone is wanted of the run of a collection with the data row of this label, None if nothing is."""
PlanOne: TypeAlias = Callable[[Collection, Row, Only | None], tuple[Job | None, list[Diagnostic]]]


class Narrower(Protocol):
    """Knows files and requests that are wanted, beside what the options say."""

    def narrow(self, targets: list[Target]) -> list[Target]: ...

    def selected(self, collection: Collection, row: str) -> Selector: ...

    def warnings(self, collections: Sequence[Collection]) -> list[Diagnostic]: ...


class MakeRecall(Protocol):
    """What makes the one that knows what failed before."""

    def __call__(self, context: Context, *, mock: bool) -> Narrower: ...


class Plan:
    """The jobs of all files, everything looked up. One of many rows is made again when its turn comes, so that they
    need not all be held."""

    def __init__(self, session: Session, plan_one: PlanOne, only: Only | None = None) -> None:
        self.session = session
        self.requests = 0
        self._plan_one = plan_one
        self._only = only
        self._tickets: list[tuple[Collection, Row, Job | None]] = []
        problems = Problems()  # the same at the same place is told of the first row alone
        for collection in session.collections:
            rows = session.rows(collection)
            for row in rows:
                job, wrong = plan_one(collection, row, only)
                if job is None:
                    continue
                for one in wrong:
                    problems.add(one)
                session.warn(doubtful(job))
                if job.requests or job.skipped:
                    self._tickets.append((collection, row, job if len(rows) == 1 else None))
                    self.requests += len(job.requests)
        self.problems = problems.of("error")

    def __bool__(self) -> bool:
        return bool(self._tickets)

    def jobs(self, rounds: int = 1) -> Iterator[Job]:
        """All of them, as often as wanted: each time anew."""
        for number in range(1, rounds + 1):
            for collection, row, kept in self._tickets:
                first = kept if number == 1 else None
                job = first or self._plan_one(collection, row, self._only)[0]
                if job is not None:
                    yield job._replace(round=f"({number} of {rounds})") if rounds > 1 else job

    def makers(self) -> list[tuple[Collection, list[Callable[[], Job]]]]:
        """By file what makes the job of each of its data rows anew, those left out that cannot run."""
        found: list[tuple[Collection, list[Callable[[], Job]]]] = []
        for collection, row, kept in self._tickets:
            if kept is not None and kept.skipped:
                self.session.warn(
                    [Diagnostic("skipped", f"{collection.source.name} {kept.skipped}", severity="warning")]
                )
                continue
            if not found or found[-1][0] is not collection:
                found.append((collection, []))
            found[-1][1].append(partial(self._made, collection, row))
        return found

    def _made(self, collection: Collection, row: Row) -> Job:
        job, _ = self._plan_one(collection, row, self._only)
        assert job is not None  # noqa: S101  # it was planned before
        return job

    def narrowed(self, only: Only) -> Plan:
        """The jobs of what ``only`` wants, whatever was selected before, with what that needs; the files are not read
        again."""
        return Plan(self.session, self._plan_one, only)


def plan(inputs: Inputs, selection: Selection, context: Context, narrower: Narrower | None = None) -> Plan:
    """The jobs of all files; raises ``InvalidFiles`` with all that is wrong, ``NothingToRun`` if none is selected."""
    overrides = read_overrides(selection, context)
    selected = selector(selection.text, selection.tags)
    if selection.last_failed:
        narrower = _recall(inputs, context)
    session = Session(inputs, context, narrower.narrow if narrower is not None else list)
    schemas = Schemas()

    def plan_one(collection: Collection, row: Row, only: Only | None) -> tuple[Job | None, list[Diagnostic]]:
        variables = session.variables(collection, row)
        if only is not None:
            wanted = only(collection, variables.label)
            return (None, []) if wanted is None else plan_job(collection, variables, wanted, overrides, schemas)
        narrow = [narrower.selected(collection, variables.label)] if narrower is not None else []
        chosen = all_of(*narrow, selected, session.pointed_at(collection))
        return plan_job(collection, variables, chosen, overrides, schemas)

    found = Plan(session, plan_one)
    lost = narrower.warnings(session.collections) if narrower is not None else []
    session.warn(lost or _unused(inputs, session, context.settled))
    if found.problems:
        session.hide_written_secrets(found.problems)
        raise InvalidFiles([*found.problems, *session.warnings])
    if not found:
        hint = f"{_what_there_is(session, selection)} {context.settled.mention('tag')}".rstrip()
        raise NothingToRun("no request is selected", lost[-1].message if lost else hint)
    return found


def _recall(inputs: Inputs, context: Context) -> Narrower:
    return cast(MakeRecall, registry.load(registry.RECALL))(context, mock=inputs.mock or bool(inputs.replay))


def _what_there_is(session: Session, selection: Selection) -> str:
    """The names, or the tags, among which nothing was selected."""
    specs = [spec for found in session.collections for spec in found.requests]
    if selection.tags:
        tags = sorted({tag for spec in specs for tag in spec.tags})
        return f"The tags are {', '.join(tags)}." if tags else "No request has a tag."
    names = list(dict.fromkeys(str(spec.name.value) for spec in specs))
    return f"There {'is' if len(names) == 1 else 'are'} {', '.join(names[:10])}{' …' * (len(names) > 10)}."


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
