"""``runner show`` and ``runner run --dry-run``: each request as it would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from runner.auth.apply import authenticate
from runner.cli.arguments import RunArguments, ShowArguments
from runner.cli.context import Context
from runner.cli.planning import plan, tell_warnings
from runner.convert.curl import to_curl
from runner.engine.plan import Job, Planned
from runner.errors import ExitCode, RenderError
from runner.messages import Request
from runner.node import Plain
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
                lines.append(f"  SKIP  {job.skipped}")
            for planned in job.requests:
                lines += [f"  {line}" if line else "" for line in self._lines(job, planned)]
            self._write("\n".join(lines))

    def curl(self, jobs: Sequence[Job]) -> None:
        """One command a request, its name in a comment above it; secrets are shell variables of the same name."""
        blocks = [self._command(job, planned) for job in jobs for planned in job.requests]
        self._write("\n\n".join(blocks))

    def _lines(self, job: Job, planned: Planned) -> Iterator[str]:
        name, why = printable(planned.name), _why_not(job, planned)
        if why:
            yield f"{name}  ({printable(why)})"
            return
        request = self.context.redactor.redact(self._request(job, planned))
        if self.verbosity == 0:
            yield f"{name}  {request.method} {printable(request.url)}"
            return
        yield name
        limit = BODY_LIMIT if self.verbosity == 1 else None
        yield from (f"  {line}" if line else "" for line in request_lines(request, limit))
        yield ""

    def _command(self, job: Job, planned: Planned) -> str:
        name, why = printable(planned.name), _why_not(job, planned)
        if why:
            return f"# {name}: {printable(why)}"
        try:
            request = self._request(job, planned)
        except RenderError as error:
            return f"# {name}: {printable(error.diagnostic.message)}"
        return f"# {name}\n{to_curl(request, job.variables.secret_texts())}"

    def _request(self, job: Job, planned: Planned) -> Request:
        request = job.resolver.request(planned.spec)
        return authenticate(request, planned.spec.auth, job.variables, self.mark_secret)

    def _write(self, text: str) -> None:
        self.context.stdout.write(self.context.redactor.text(text) + "\n")


def _why_not(job: Job, planned: Planned) -> str:
    """Why a request cannot be shown: it is skipped, or made from what a response gives."""
    if planned.spec.skip is not None:
        return f"skipped: {job.resolver.skip(planned.spec)}"
    used = {found.name for node in planned.spec.nodes(response=False) for found, _ in placeholders(node)}
    names = used.union(*(job.variables.uses(name) for name in used)) & planned.sources.keys()
    listed = " and ".join(f'"{name}" from "{planned.sources[name]}"' for name in sorted(names))
    return f"made when {listed} {'is' if len(names) == 1 else 'are'} known" if names else ""
