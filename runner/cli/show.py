"""``runner show`` and ``runner run --dry-run``: each request as it would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from runner.cli.arguments import ShowArguments
from runner.auth.apply import authenticate
from runner.cli.context import Context
from runner.cli.planning import plan, tell_warnings
from runner.convert.curl import to_curl
from runner.engine.plan import Job, Planned
from runner.errors import ExitCode, RenderError
from runner.messages import Request
from runner.report.exchange_text import request_lines
from runner.report.style import ColorChoice, printable
from runner.variables.template import placeholders

BODY_LIMIT = 4000


def show(arguments: ShowArguments, context: Context) -> ExitCode:
    """Print every selected request; one that needs a response first is shown as it is written."""
    session, jobs = plan(arguments.inputs, arguments.selection, context)
    tell_warnings(session.warnings, context, arguments.color, strict=False)
    if arguments.form == "curl":
        return _show_curl(jobs, context)
    return show_jobs(jobs, 1, context, arguments.color)


def show_jobs(jobs: Sequence[Job], verbosity: int, context: Context, color: ColorChoice) -> ExitCode:
    """The plan of a run: a line for each request, with ``verbosity`` above 0 the request below it."""
    style = context.style(context.stdout, color)
    limit = None if verbosity > 1 else BODY_LIMIT
    for job in jobs:
        title = " · ".join(filter(None, (job.collection.source.name, job.collection.name)))
        lines = [style.paint("bold", printable(title))]
        if job.skipped:
            lines.append(f"  SKIP  {job.skipped}")
        for planned in job.requests:
            lines += [f"  {line}" if line else "" for line in _lines(job, planned, verbosity, limit, context)]
        text = context.redactor.text("\n".join(lines))
        context.stdout.write(text + "\n")
    return ExitCode.OK


def _lines(
    job: Job, planned: Planned, verbosity: int, limit: int | None, context: Context
) -> Iterator[str]:
    waits = _waits_for(planned)
    if planned.spec.skip is not None:
        yield f"{printable(planned.name)}  (skipped: {printable(job.resolver.skip(planned.spec))})"
        return
    if waits:
        yield f"{printable(planned.name)}  (made when {waits} known)"
        return
    request = _request(job, planned, lambda value: context.redactor.add(str(value)))
    redacted = context.redactor.redact(request)
    if verbosity > 0:
        yield printable(planned.name)
        yield from (f"  {line}" if line else "" for line in request_lines(redacted, limit))
        yield ""
    else:
        yield f"{printable(planned.name)}  {redacted.method} {printable(redacted.url)}"


def _request(job: Job, planned: Planned, mark_secret: Callable[[object], None]) -> Request:
    request = job.resolver.request(planned.spec)
    return authenticate(request, planned.spec.auth, job.variables, mark_secret)


def _waits_for(planned: Planned) -> str:
    """Which captures the request itself needs, not those that only its expectations do."""
    names = {
        found.name
        for node in planned.spec.nodes(response=False)
        for found, _ in placeholders(node)
        if found.name in planned.sources
    }
    if not names:
        return ""
    listed = " and ".join(f'"{name}" from "{planned.sources[name]}"' for name in sorted(names))
    return f"{listed} {'is' if len(names) == 1 else 'are'}"


def _show_curl(jobs: Sequence[Job], context: Context) -> ExitCode:
    """One command a request, with a comment above it; secrets are shell variables of the same name."""
    blocks = []
    for job in jobs:
        for planned in job.requests:
            waits = _waits_for(planned)
            if waits or planned.spec.skip is not None:
                why = f"made when {waits} known" if waits else "skipped"
                blocks.append(f"# {printable(planned.name)}: {printable(why)}")
                continue
            try:
                request = _request(job, planned, lambda value: context.redactor.add(str(value)))
            except RenderError as error:
                blocks.append(f"# {printable(planned.name)}: {error.diagnostic.message}")
                continue
            command = to_curl(request, job.variables.secret_texts())
            blocks.append(f"# {printable(planned.name)}\n{context.redactor.text(command)}")
    context.stdout.write("\n\n".join(blocks) + "\n")
    return ExitCode.OK
