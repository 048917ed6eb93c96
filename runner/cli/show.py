"""``runner show`` and ``runner run --dry-run``: each request as it would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from runner.auth.apply import authenticate
from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.cli.arguments import RunArguments, ShowArguments
from runner.cli.context import Context
from runner.cli.planning import plan, tell_warnings
from runner.convert.curl import to_curl
from runner.engine.conditions import unmet_condition
from runner.engine.plan import Job, Planned
from runner.errors import ExitCode, RenderError
from runner.messages import Request
from runner.node import Plain
from runner.redact import MASK
from runner.report.exchange_text import request_lines
from runner.report.style import Style, printable
from runner.variables.template import placeholders

BODY_LIMIT = 4000


def show(arguments: ShowArguments, context: Context) -> ExitCode:
    """Print every selected request; one that needs a response first is only named."""
    session, jobs = plan(arguments.inputs, arguments.selection, context)
    tell_warnings(session.warnings, context, arguments.color, strict=False)
    style = context.style(context.stdout, arguments.color)
    preview = Preview(context, style, session.mark_secret)
    if arguments.form == "curl":
        preview.curl(jobs)
    else:
        preview.http(jobs)
    return ExitCode.OK


def preview(
    jobs: Sequence[Job], mark_secret: Callable[[Plain], None], context: Context, arguments: RunArguments
) -> ExitCode:
    """What ``--dry-run`` prints."""
    style = context.style(context.stdout, arguments.color)
    Preview(context, style, mark_secret, max(arguments.verbosity, 0)).http(jobs)
    return ExitCode.OK


class Preview(NamedTuple):
    """Prints requests that are not sent. ``verbosity`` 0 gives each a line, 1 all of it, 2 uncut."""

    context: Context
    style: Style
    mark_secret: Callable[[Plain], None]
    verbosity: int = 1

    def http(self, jobs: Sequence[Job]) -> None:
        """The requests of each file below its name."""
        for job in jobs:
            title = " · ".join(filter(None, (job.collection.source.name, job.collection.name)))
            lines = [self.style.paint("bold", printable(title))]
            if job.skipped:
                lines.append(f"  SKIP  {printable(job.skipped)}")
            for planned in job.requests:
                lines += [f"  {line}" if line else "" for line in self._lines(job, planned)]
            self._write("\n".join(lines))

    def curl(self, jobs: Sequence[Job]) -> None:
        """One command a request, its name in a comment above it; secrets are shell variables of the same name."""
        blocks = [self._command(job, planned) for job in jobs for planned in job.requests]
        self._write("\n\n".join(blocks))

    def _lines(self, job: Job, planned: Planned) -> Iterator[str]:
        name, made = printable(planned.name), self._request(job, planned)
        if isinstance(made, str):
            yield f"{name}  ({printable(made)})"
            return
        request = self.context.redactor.redact(made)
        if self.verbosity == 0:
            yield f"{name}  {request.method} {printable(request.url)}"
            return
        yield name
        limit = BODY_LIMIT if self.verbosity == 1 else None
        yield from (f"  {line}" if line else "" for line in request_lines(request, limit))
        yield ""

    def _command(self, job: Job, planned: Planned) -> str:
        name, made = printable(planned.name), self._request(job, planned)
        if isinstance(made, str):
            return f"# {name}: {printable(made)}"
        command = self.context.redactor.text(to_curl(made, job.variables.secret_texts()))
        note = "# *** is a secret that no variable holds as it is sent: put it in before you run this\n"
        return f"# {name}\n{note if MASK in command else ''}{command}"

    def _request(self, job: Job, planned: Planned) -> Request | str:
        """The request as it would be sent, or why it cannot be shown."""
        why = _why_not(job, planned)
        if why:
            return why
        try:
            request = job.resolver.request(planned.spec)
            return authenticate(request, planned.spec.auth, job.variables, self.mark_secret)
        except RenderError as error:
            return error.diagnostic.message

    def _write(self, text: str) -> None:
        self.context.tell(text)


def _why_not(job: Job, planned: Planned) -> str:
    """Why a request cannot be shown: it is skipped, made from what a response gives, or ``when`` does not hold."""
    used = {found.name for node in planned.spec.nodes(response=False) for found, _ in placeholders(node)}
    names = used.union(*(job.variables.uses(name) for name in used)) & planned.sources.keys()
    skip = planned.spec.skip
    reason = job.resolver.skip(planned.spec) if skip is not None and not (names and skip.templated) else ""
    if reason:
        return f"skipped: {reason}"
    listed = " and ".join(f'"{name}" from "{planned.sources[name]}"' for name in sorted(names))
    if names:
        return f"made when {listed} {'is' if len(names) == 1 else 'are'} known"
    context = MatchContext(job.variables.render, SchemaChecker(job.collection.folder))
    unmet = unmet_condition(planned.spec.when, context)
    return f"skipped: {unmet.reason}" if unmet is not None else ""
