"""``runner show`` and ``runner run --dry-run``: each request as it would be sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from typing import NamedTuple, cast

from runner import registry
from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Means
from runner.auth.hide import shown
from runner.auth.tokens import Tokens
from runner.cli.arguments import RunArguments, ShowArguments
from runner.cli.context import Context
from runner.cli.running.planning import plan, tell_warnings
from runner.engine.conditions import taken, unmet_condition
from runner.engine.job import Job, Planned
from runner.errors import ExitCode, RenderError
from runner.exporting.commands import ACCESS_TOKEN, Script, Words, to_commands
from runner.messages import Request
from runner.node import Plain
from runner.redact import MASK
from runner.report.exchange_text import request_lines
from runner.report.style import Style, printable
from runner.variables.template import placeholders

BODY_LIMIT = 4000
BEFORE = {"oauth2": "an access token is fetched first", "digest": "the server's challenge is answered"}
"""What a scheme does besides the request that is shown."""
MOCKED = {"digest": BEFORE["digest"]}
"""The same where a mock server answers, which no access token is fetched for."""
HIDDEN = "*** is a secret that no variable holds as it is sent: put it in before you run this"


def show(arguments: ShowArguments, context: Context) -> ExitCode:
    """Print every selected request; one that needs a response first is only named."""
    found = plan(arguments.inputs, arguments.selection, context)
    tell_warnings(found.session.warnings, context, arguments.color, strict=False)
    style = context.style(context.stdout, arguments.color)
    preview = Preview(context, style, found.session.mark_secret)
    if arguments.form == "curl":
        preview.commands(found.jobs())
    elif arguments.form == "python":
        preview.python(found.jobs())
    else:
        preview.http(found.jobs())
    return ExitCode.OK


def preview(
    jobs: Iterable[Job], mark_secret: Callable[[Plain], None], context: Context, arguments: RunArguments
) -> ExitCode:
    """What ``--dry-run`` prints."""
    style = context.style(context.stdout, arguments.color)
    before = MOCKED if arguments.inputs.mock else BEFORE
    Preview(context, style, mark_secret, max(arguments.verbosity, 0), before).http(jobs)
    return ExitCode.OK


class Preview(NamedTuple):
    """Prints requests that are not sent. ``verbosity`` 0 gives each a line, 1 all of it, 2 uncut."""

    context: Context
    style: Style
    mark_secret: Callable[[Plain], None]
    verbosity: int = 1
    before: Mapping[str, str] = BEFORE

    def http(self, jobs: Iterable[Job]) -> None:
        """The requests of each file below its name."""
        for job in jobs:
            lines = [self.style.paint("bold", title_of(job))]
            if job.skipped:
                lines.append(f"  SKIP  {printable(job.skipped)}")
            for planned in job.requests:
                lines += [f"  {line}" if line else "" for line in self._lines(planned)]
            self._write("\n".join(lines))

    def commands(self, jobs: Iterable[Job]) -> None:
        """One command for curl a request, its name in a comment above it; secrets are shell variables of the same
        name."""
        self._write(self._blocks(jobs, self._command))

    def python(self, jobs: Iterable[Job]) -> None:
        """One call a request, below the imports; secrets are taken out of the environment."""
        with_imports = cast(Callable[[str], str], registry.load(registry.WITH_IMPORTS))
        self._write(with_imports(self._blocks(jobs, self._call)))

    def _blocks(self, jobs: Iterable[Job], make: Callable[[Planned], Script]) -> str:
        """What ``make`` writes of each request. The file and its data row stand above what is theirs, where there are
        several."""
        files: list[tuple[str, list[str]]] = []
        for job in jobs:
            skipped = [f"# skipped: {printable(job.skipped)}"] if job.skipped else []
            files.append((f"# {title_of(job)}", [*skipped, *(self._block(one, make) for one in job.requests)]))
        blocks = [
            f"{title}\n{block}" if number == 0 and len(files) > 1 else block
            for title, written in files
            for number, block in enumerate(written)
        ]
        return "\n\n".join(blocks)

    def _lines(self, planned: Planned) -> Iterator[str]:
        name, made = printable(planned.name), None
        try:
            why = why_not(planned)
            made = None if why else self._request(planned)
        except RenderError as error:
            why = error.diagnostic.message
        if made is None:
            yield f"{name}  ({printable(why)})"
            return
        request = self.context.redactor.redact(made)
        if self.verbosity == 0:
            yield f"{name}  {request.method} {printable(request.url)}"
            return
        before = self.before.get(planned.spec.auth.scheme) if planned.spec.auth else None
        yield f"{name}  ({before})" if before else name
        limit = BODY_LIMIT if self.verbosity == 1 else None
        yield from (f"  {line}" if line else "" for line in request_lines(request, limit))
        yield ""

    def _command(self, planned: Planned) -> Script:
        request = planned.scope.resolver.request(planned.spec)
        words = Words(self.context.redactor.text)
        return to_commands(request, planned.spec.auth, self._means(planned, ACCESS_TOKEN), words)

    def _call(self, planned: Planned) -> Script:
        write = cast(Callable[[Planned, Means], Script], registry.load(registry.PYTHON_CALL))
        return write(planned, self._means(planned, ACCESS_TOKEN))

    def _block(self, planned: Planned, make: Callable[[Planned], Script]) -> str:
        """What ``make`` writes below its name, or why it cannot."""
        name = printable(planned.name)
        try:
            why = why_not(planned)
            script = None if why else make(planned)
        except RenderError as error:
            why, script = error.diagnostic.message, None
        return f"# {name}: {printable(why)}" if script is None else self._noted(name, script)

    def _noted(self, name: str, script: Script) -> str:
        """Below its name and what is to be told of it, nothing in it that has to be masked."""
        commands = self.context.redactor.text(script.commands)
        notes = [*script.notes, *([HIDDEN] if MASK in commands else [])]
        return "\n".join([f"# {name}", *(f"# {note}" for note in notes), commands])

    def _request(self, planned: Planned) -> Request:
        """What goes out first; in place of an access token that is not there yet stands a mask."""
        request, means = planned.scope.resolver.request(planned.spec), self._means(planned, MASK)
        with closing(authenticate(request, credentials_of(planned.spec.auth, means), means)) as flow:
            return shown(next(flow))

    def _means(self, planned: Planned, access_token: str) -> Means:
        return Means(planned.scope.variables, self.context.clock, Tokens(access_token), self.mark_secret)

    def _write(self, text: str) -> None:
        self.context.tell(text)


def title_of(job: Job) -> str:
    """The file, its data row and its name."""
    file = f"{job.collection.source.name} {job.label}".rstrip()
    return printable(" · ".join(filter(None, (file, job.collection.name))))


def why_not(planned: Planned) -> str:
    """Why a request cannot be shown: it is skipped, made from what a response gives, or ``when`` does not hold."""
    used = {found.name for node in planned.spec.nodes(response=False) for found, _ in placeholders(node)}
    names = used.union(*(planned.scope.variables.uses(name) for name in used)) & planned.sources.keys()
    skip = planned.spec.skip
    reason = planned.scope.resolver.skip(planned.spec) if skip is not None and not (names and skip.templated) else ""
    if reason:
        return f"skipped: {reason}"
    listed = " and ".join(taken(name, planned.sources[name]) for name in sorted(names))
    if names:
        return f"made when {listed} {'is' if len(names) == 1 else 'are'} known"
    unmet = unmet_condition(planned.spec.when, planned.scope.context)
    if unmet is None:
        return ""
    return f"when cannot be decided: {unmet.reason}" if unmet.doubt else f"skipped: {unmet.reason}"
