"""``runner check``: everything that can be said of collections without sending."""

from __future__ import annotations

from collections.abc import Iterable

from runner.cli.arguments import CheckArguments
from runner.cli.context import Context
from runner.cli.session import Session
from runner.errors import ExitCode, InvalidFiles, RenderError
from runner.model import Collection
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.source import Diagnostic
from runner.variables.template import placeholders


def check(arguments: CheckArguments, context: Context) -> ExitCode:
    """Print every error and warning; a variable that is not set here is a warning, a secret only a remark."""
    style = context.style(context.stdout, arguments.color)
    try:
        session = Session(arguments.inputs, context)
        found = [one for collection in session.collections for one in _unset(collection, session)]
        problems = [*session.warnings, *found]
    except InvalidFiles as error:
        context.stdout.write(render_diagnostics(error.diagnostics, style, context.redactor) + "\n")
        return ExitCode.INVALID
    if arguments.strict:
        problems = [one._replace(severity="error") for one in problems]
    if problems:
        context.stdout.write(render_diagnostics(problems, style, context.redactor) + "\n")
    else:
        for collection in session.collections:
            count = len(collection.requests)
            requests = f"{count} request{'' if count == 1 else 's'}"
            context.stdout.write(f"{style.paint('pass', 'ok')}  {printable(collection.source.name)}  {requests}\n")
    return ExitCode.INVALID if any(one.severity == "error" for one in problems) else ExitCode.OK


def _unset(collection: Collection, session: Session) -> Iterable[Diagnostic]:
    """Variables that no capture, no source and no default gives a value, at their first place."""
    variables = session.variables(collection)
    captured = {capture.name for spec in collection.requests for capture in spec.captures}
    seen: set[str] = set()
    for spec in collection.requests:
        for response in (False, True):
            for node in spec.nodes(response=response):
                for placeholder, scalar in placeholders(node):
                    name = placeholder.name
                    if name.startswith("$") or name in captured or name in seen or placeholder.default is not None:
                        continue
                    seen.add(name)
                    try:
                        if variables.lookup(name) is None and not variables.is_secret(name):
                            yield variables.missing(placeholder, scalar)._replace(severity="warning")
                    except RenderError as error:
                        yield error.diagnostic
