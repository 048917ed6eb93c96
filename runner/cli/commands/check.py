"""``runner check``: everything that can be said of collections without sending."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias, cast

from runner import registry
from runner.cli.arguments import CheckArguments
from runner.cli.commands.mending import mend
from runner.cli.context import Context
from runner.cli.session import Session
from runner.engine.plan import doubtful, named_requests, plan_job
from runner.engine.scope import make_scope
from runner.errors import ExitCode, InvalidFiles
from runner.lint.finding import NOWHERE, Finding, last_line
from runner.lint.findings import STEADY, findings
from runner.loading.problems import each_once
from runner.model import Collection, RequestSpec
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.source import Diagnostic
from runner.variables.scope import Variables

Annotator: TypeAlias = Callable[[Sequence[Diagnostic], Context], None]


def check(arguments: CheckArguments, context: Context) -> ExitCode:
    """Print every error and warning; a variable that is not set here is a warning, a secret only a remark."""
    style = context.style(context.stdout, arguments.color)
    try:
        mended = arguments.fix and mend(arguments.inputs, context, style)
        session = Session(arguments.inputs, context)
        problems = _problems(session, context)
    except InvalidFiles as error:
        context.tell(render_diagnostics(error.diagnostics, style, context.redactor))
        _annotate(error.diagnostics, context)
        return ExitCode.INVALID
    if arguments.strict:
        problems = [one._replace(severity="error") for one in problems]
    if problems:
        context.tell(render_diagnostics([_with_id(one) for one in problems], style, context.redactor))
        _annotate(problems, context)
        if arguments.fix and not mended:
            context.warn("Nothing was mended: --fix writes only what is safe to change by itself.")
    else:
        for collection in session.collections:
            count = _count(collection, session)
            requests = f"{count} request{'' if count == 1 else 's'}"
            context.tell(f"{style.paint('pass', 'ok')}  {printable(collection.source.name)}  {requests}")
    return ExitCode.INVALID if any(one.severity == "error" for one in problems) else ExitCode.OK


def _problems(session: Session, context: Context) -> list[Diagnostic]:
    """All that is wrong or doubtful, each once."""
    told = [one for collection in session.collections for one in _told(collection, session, context)]
    for finding in told:
        for value in finding.hide:
            session.mark_secret(value)
    of_files = [one for collection in session.collections for one in collection.warnings]
    problems = each_once([*(one for one in session.warnings if one not in of_files), *(one.diagnostic for one in told)])
    session.hide_written_secrets(problems)
    return problems


def _told(collection: Collection, session: Session, context: Context) -> Iterable[Finding]:
    """Of one collection, or of those of its requests that are pointed at."""
    plain = each_once(_found(collection, session))
    if any(one.severity == "error" for one in plain):
        return [Finding(one) for one in (*collection.warnings, *plain)]  # what is wrong is mended first
    found = findings(collection, session.collections, context.working, plain)
    if not session.is_pointed:
        return found
    wanted = session.pointed_at(collection)
    nodes = [spec.written or spec.node for spec in collection.own_requests if wanted(spec, "")]
    lines = {line for node in nodes for line in range(node.line, last_line(node) + 1)}
    kept = {*plain, *collection.warnings}
    return [one for one in found if one.diagnostic in kept or (one.diagnostic.span or NOWHERE).line in lines]


def _with_id(problem: Diagnostic) -> Diagnostic:
    """With the rule that a comment can silence behind its first line."""
    if problem.rule not in STEADY:
        return problem
    first, line_break, more = problem.message.partition("\n")
    return problem._replace(message=f"{first} [{problem.rule}]{line_break}{more}")


def _annotate(problems: Sequence[Diagnostic], context: Context) -> None:
    """Mark the lines for GitHub, in a job of it."""
    if context.in_github_job:
        cast(Annotator, registry.load(registry.ANNOTATE))(problems, context)


def _count(collection: Collection, session: Session) -> int:
    """How many requests one run of the file sends."""
    scope = make_scope(collection, session.variables(collection, session.rows(collection)[0]))
    wanted = session.pointed_at(collection)
    return sum(wanted(spec, name) for spec, name in named_requests(scope))


def _found(collection: Collection, session: Session) -> Iterable[Diagnostic]:
    """What a run of every request would be kept from by; a variable without a value may have one elsewhere."""
    for row in session.rows(collection):
        yield from found_with(collection, session.variables(collection, row), session.pointed_at(collection))


def _wherever_it_runs(collection: Collection) -> Collection:
    """The collection, and what it includes, without what is required: a file that would be skipped here runs
    elsewhere."""
    items = tuple(
        one if isinstance(one, RequestSpec) else one._replace(collection=_wherever_it_runs(one.collection))
        for one in collection.items
    )
    return collection._replace(requires=(), items=items)


def found_with(
    collection: Collection, variables: Variables, selected: Callable[[RequestSpec, str], bool]
) -> Iterable[Diagnostic]:
    """The same with one row of data."""
    job, problems = plan_job(_wherever_it_runs(collection), variables, selected)
    told: set[str] = set()
    for problem in problems:
        if not problem.variable:
            yield problem
        elif problem.variable not in told and not variables.is_secret(problem.variable):
            told.add(problem.variable)
            yield problem._replace(severity="warning")
    yield from doubtful(job)
