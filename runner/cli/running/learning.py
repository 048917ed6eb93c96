"""``--update-schema`` and ``--update-examples`` of ``runner run``: what came back is written into the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.targets import STDIN, STDIN_NAME
from runner.engine.events import Event, RequestFinished
from runner.engine.job import Job, Planned
from runner.errors import ExitCode, RenderError, UsageError
from runner.learning.lesson import Unlearnable, write
from runner.learning.lessons import Lessons, Taught
from runner.messages import Response
from runner.model import Expectation
from runner.node import Node, Plain
from runner.report.style import printable
from runner.results import RequestResult, Status
from runner.schemas import builtin_schema

SENDS_NOTHING: Final = "Leave one of them out: there are no answers to learn from."
MOST_NOTES: Final = 20
NO_SCHEMA: Final = "No request names a schema. With expect: {schema: schemas/NAME.json} that file is made."
OWN_ANSWERS: Final = "Leave --mock out: its answers are the examples that are in the files."


class Learner:
    """Hears a run as it is and writes at its end. The schemas that it widens are not checked in the run: what came is
    held against them once they are wide enough, and where they are not made to take it the run fails."""

    def __init__(self, arguments: RunArguments, context: Context) -> None:
        _check(arguments, context)
        self._arguments = arguments
        self._context = context
        self._lessons = Lessons(context.redactor, examples=arguments.update_examples)
        self._planned: dict[int, tuple[Planned, Sequence[Expectation]]] = {}
        """The requests that are learnt from, each with its schemas that are."""
        self._failed = 0
        self._name_schemas = False
        """Whether any request does."""

    def watched(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """The jobs as they are to be run."""
        first = 0
        for job in jobs:
            captured = frozenset(one.name for planned in job.requests for one in planned.spec.captures)
            requests: list[Planned] = []
            for place, planned in enumerate(job.requests, 1):
                learnt = self._learnt(planned, captured)
                self._name_schemas |= any(one.kind == "schema" for one in planned.spec.expect)
                if learnt or self._arguments.update_examples:
                    self._planned[first + place] = planned, learnt
                left = tuple(one for one in planned.spec.expect if one not in learnt)
                requests.append(planned._replace(spec=planned.spec._replace(expect=left)) if learnt else planned)
            first += len(job.requests)
            yield job._replace(requests=tuple(requests))

    def _learnt(self, planned: Planned, captured: frozenset[str]) -> list[Expectation]:
        """The schemas that stand in a file of the user's, or in the collection without placeholders. What a response
        gives names no file that is written."""
        if not self._arguments.update_schema:
            return []
        found = [one for one in planned.spec.expect if one.kind == "schema" and _may_be_learnt(one.node)]
        uses = planned.scope.variables.used_in
        return [one for one in found if uses(one.node).isdisjoint(captured)]

    def __call__(self, event: Event) -> None:
        if not isinstance(event, RequestFinished):
            return
        found = self._planned.pop(event.number, None)
        if found is not None and event.result.status is not Status.SKIP:
            self._hear(*found, event.result)

    def _hear(self, planned: Planned, learnt: Sequence[Expectation], result: RequestResult) -> None:
        response = result.exchange.response if result.exchange is not None else None
        if result.status is not Status.PASS:
            self._failed += 1
        elif response is not None:
            try:
                context = planned.scope.context
                schemas = [(one.node, context.render(one.node)) for one in learnt]
                self._learn(planned, schemas, result, response)
            except RenderError as error:
                self._lessons.refuse(f'the schema of "{planned.name}"', error.diagnostic.message, fails=True)

    def _learn(
        self, planned: Planned, schemas: Sequence[tuple[Node, Plain]], result: RequestResult, response: Response
    ) -> None:
        doubt = _doubt(planned, result, response)
        if not doubt:
            taught = Taught(planned.spec, planned.name, planned.scope.collection, response, schemas)
            self._lessons.take(taught)
            return
        fits = all(_fits(planned, response, node, filled) for node, filled in schemas)
        why = doubt if fits else f"{doubt}, and it does not fit the schema"
        self._lessons.refuse(f'the answer of "{planned.name}"', why, fails=not fits)

    def finish(self) -> ExitCode:
        """Write what there is to be written, and tell of it on standard error."""
        lessons, written = self._lessons, True
        told: list[str] = []
        for change in lessons.changes():
            try:
                write(change)
            except Unlearnable as error:
                told.append(f"Not written: {change.name}: {error}.")
                written = False
                continue
            told.append(f"{'Wrote' if change.before is None else 'Updated'} {change.name}:")
            told += [f"  {note}" for note in change.notes[:MOST_NOTES]]
            if len(change.notes) > MOST_NOTES:
                told.append(f"  and {len(change.notes) - MOST_NOTES} more")
        told += lessons.notes
        told += [f"Not learnt: {one.what}: {one.why}." for one in lessons.refused]
        if self._failed:
            count = "1 request" if self._failed == 1 else f"{self._failed} requests"
            told.append(f"Nothing was learnt from {count} that did not pass.")
        if self._arguments.update_schema and not self._name_schemas:
            told.append(NO_SCHEMA)
        for line in told or ["Nothing is new: the files are as they were."]:
            self._context.warn(printable(line))
        if not written:
            return ExitCode.INTERNAL
        return ExitCode.CHECK_FAILED if any(one.fails for one in lessons.refused) else ExitCode.OK


def _may_be_learnt(node: Node) -> bool:
    if node.kind == "mapping":
        return not node.templated
    return isinstance(node.value, str) and builtin_schema(node.value) is None


def _doubt(planned: Planned, result: RequestResult, response: Response) -> str:
    """Why an answer that passed may be none that should be learnt from; empty where nothing speaks against it."""
    status = next((one for one in planned.spec.expect if one.kind == "status"), None)
    if response.status >= 400 and (status is None or status.node.kind != "scalar"):
        return f"{response.status} is one of several that it expects"
    return f"there is a warning about it ({result.warnings[0]})" if result.warnings else ""


def _fits(planned: Planned, response: Response, node: Node, filled: Plain) -> bool:
    if response.document.error:
        return False
    return not planned.scope.context.schemas.check(node, filled, response.document.value)


def _check(arguments: RunArguments, context: Context) -> None:
    """Raises ``UsageError`` for what makes no sense together."""
    option = "--update-schema" if arguments.update_schema else "--update-examples"
    if arguments.inputs.mock:
        where = context.settled.mention("mock")
        raise UsageError(f"{option} learns from servers, and --mock asks none", f"{OWN_ANSWERS} {where}".rstrip())
    if arguments.dry_run:
        raise UsageError(f"{option} learns from answers, and --dry-run sends nothing", SENDS_NOTHING)
    if arguments.watch:
        hint = "Run it once without --watch: each time that it writes a file would be one more round."
        raise UsageError(f"{option} writes the files that --watch looks at", hint)
    if context.environ.get("CI", "").lower() in ("true", "1"):
        hint = "Run it on your own machine, and commit what changed; where this is meant, unset CI before it."
        raise UsageError(f"{option} would take whatever comes, and this is a CI job", hint)
    if any(path in (STDIN, STDIN_NAME) or path.startswith(f"{STDIN}:") for path in arguments.inputs.paths):
        raise UsageError(f"{option} writes into files, and standard input is none", "Name the file itself.")
