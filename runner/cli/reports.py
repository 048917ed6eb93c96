"""The reports that ``--report`` asks for: where they go, what they are told, and that they are written whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple, Protocol, TextIO, cast

from runner import registry
from runner.cli.again import repeating
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.disk import WholeFile
from runner.engine.tally import Coster
from runner.errors import UsageError
from runner.load.files import error_text
from runner.report.collect import Collector, Follower
from runner.report.kinds import KINDS, Render
from runner.report.ndjson import Ndjson
from runner.report.record import Problem, Report
from runner.report.style import printable
from runner.report.summary import shell_quoted
from runner.source import Diagnostic

STANDARD_OUTPUT: Final = "-"
LIVE: Final = "ndjson"
"""The kind that is written while the run goes on."""
GITHUB: Final = "github"
"""The kind that is on by itself in a GitHub job, and there has a place of its own."""
ENCODING: Final = "utf-8"
PIECES: Final = 200
"""How many pieces of text are written at once."""


class JobTeller(Protocol):
    """What leaves a report in the GitHub job that the run is part of."""

    def __call__(self, report: Report, context: Context, stream: TextIO, *, summary: bool) -> None: ...


class Wanted(NamedTuple):
    """A report of a kind; ``file`` is a path as the user names it, ``-`` for standard output, empty for the summary of
    the GitHub job."""

    kind: str
    file: str


def read_wanted(texts: Sequence[str]) -> list[Wanted]:
    """What ``--report KIND[=FILE]`` asks for; raises ``UsageError``."""
    found: list[Wanted] = []
    for text in texts:
        kind, given, file = text.partition("=")
        if kind not in KINDS:
            raise UsageError(f"--report: there is no kind {printable(kind)!r}", f"Kinds are {', '.join(KINDS)}.")
        if given and not file:
            raise UsageError(f"--report {kind}=: the file is missing", f"Write --report {kind}=FILE, or {kind} alone.")
        found.append(Wanted(kind, file or KINDS[kind].file))
    summaries = [one for one in found if one.kind == GITHUB]
    if len(summaries) > 1:
        raise UsageError("--report: github is asked for twice", "Leave one of them out.")
    twice = next((one for one in found if [other.file for other in found].count(one.file) > 1), None)
    if twice is not None:
        raise UsageError(f"--report: two reports go to {printable(twice.file)}", "Give one of them another file.")
    return found


class Destination:
    """Where a report goes. Raises ``OSError``."""

    def __init__(self, wanted: Wanted, context: Context) -> None:
        self.wanted = wanted
        self._context = context
        self._file = None if wanted.file == STANDARD_OUTPUT else WholeFile(context.working / wanted.file)

    def write(self, text: str) -> None:
        """Add to it, in UTF-8."""
        if self._file is not None:
            self._file.write(text.encode(ENCODING, "replace"))
            return
        stream = self._context.stdout
        binary = getattr(stream, "buffer", None)
        if binary is None:
            stream.write(text)
        else:
            stream.flush()
            binary.write(text.encode(ENCODING, "replace"))
        stream.flush()

    def commit(self) -> None:
        if self._file is not None:
            self._file.commit()

    def discard(self) -> None:
        if self._file is not None:
            self._file.discard()


class Reports:
    """The reports of one run. ``hear`` is told its events, masked; ``takes_output`` says that one goes to standard
    output, so that the results for people must go elsewhere."""

    def __init__(
        self,
        destinations: Sequence[Destination],
        context: Context,
        cost_of: Coster,
        command: str,
        github: Wanted | None,
    ) -> None:
        self._destinations = destinations
        self._context = context
        self._command = command
        self._failed: dict[Destination, OSError] = {}
        self._problems: tuple[Problem, ...] = ()
        self._known = context.redactor.forms
        self._whole = [one for one in destinations if one.wanted.kind != LIVE]
        self._github = github
        followers = tuple(self._follower(one) for one in destinations if one.wanted.kind == LIVE)
        self.takes_output = any(one.wanted.file == STANDARD_OUTPUT for one in destinations)
        self.hear = Collector(context.clock, cost_of, followers, keep=bool(self._whole or github))

    def begin(self, problems: Sequence[Diagnostic]) -> None:
        """What was found before anything is sent."""
        self._known = self._context.redactor.forms
        self._problems = tuple(self._context.redactor.redact(_problem(one)) for one in problems)

    def finish(self) -> bool:
        """Write what is not written yet; whether everything is."""
        report = self.hear.report._replace(problems=self._problems, command=self._command)
        if self._known is not self._context.redactor.forms:  # what was told may hold a secret that was learnt later
            report = self._context.redactor.redact(report)
        for one in self._whole:
            self._guarded(one, partial(_write, one, report))
        for one in self._destinations:
            self._guarded(one, one.commit)
        for one, error in self._failed.items():
            self._context.warn(f"Error: {_cannot(one.wanted, error)}")
        if self._github is not None:
            stream = self._context.stderr if self.takes_output else self._context.stdout
            tell = cast(JobTeller, registry.load(registry.GITHUB_JOB))
            tell(report, self._context, stream, summary=not self._github.file)
        return not self._failed

    def _follower(self, destination: Destination) -> Follower:
        return Ndjson(lambda text: self._guarded(destination, lambda: destination.write(text)))

    def _guarded(self, destination: Destination, do: Callable[[], None]) -> None:
        """Once it could not be written, a report is given up."""
        if destination in self._failed:
            return
        try:
            do()
        except BrokenPipeError:
            pass  # whoever read it has seen enough
        except OSError as error:
            self._failed[destination] = error
            destination.discard()


@contextmanager
def opened(arguments: RunArguments, context: Context, cost_of: Coster) -> Iterator[Reports]:
    """The reports of a run, which are there whole afterwards or not at all; raises ``UsageError`` if one cannot be."""
    destinations: list[Destination] = []
    try:
        asked = read_wanted(arguments.reports)
        github = next((one for one in asked if one.kind == GITHUB), None)
        if github is None and context.in_github_job:
            github = Wanted(GITHUB, "")
        for wanted in asked:
            if not wanted.file:
                continue
            try:
                destinations.append(Destination(wanted, context))
            except (OSError, ValueError) as error:
                hint = "Create its folder, or look at its permissions."
                raise UsageError(f"--report: {_cannot(wanted, error)}", hint) from None
        paths = " ".join(map(shell_quoted, arguments.inputs.paths))
        yield Reports(destinations, context, cost_of, f"{repeating(arguments, context)} {paths}", github)
    finally:
        for one in destinations:
            one.discard()


def _write(destination: Destination, report: Report) -> None:
    render = cast(Render, registry.load(KINDS[destination.wanted.kind].render))
    pieces: list[str] = []
    for piece in render(report):
        pieces.append(piece)
        if len(pieces) == PIECES:
            destination.write("".join(pieces))
            pieces.clear()
    destination.write("".join(pieces))


def _problem(one: Diagnostic) -> Problem:
    return Problem(one.severity, one.rule, one.message, one.hint, one.location)


def _cannot(wanted: Wanted, error: OSError | ValueError) -> str:
    why = error_text(error) if isinstance(error, OSError) else "this is no name for a file"
    return printable(f"the report {wanted.file} cannot be written: {why}")
