"""The reports that ``--report`` asks for: where they go, what they are told, and that they are written whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TextIO, cast

from runner import registry
from runner.cli.arguments import RunArguments
from runner.cli.context import Context
from runner.cli.running.again import repeating
from runner.disk import WholeFile, exists
from runner.engine.events import Event, RequestFinished
from runner.engine.tally import Coster
from runner.errors import SCARCE, SCARCE_HINT, UsageError
from runner.folder import error_text
from runner.redact import Redactor
from runner.report.collect import Collector, Follower
from runner.report.kinds import AS_JSON, KINDS, Render
from runner.report.masked import heads_masked, line_masked, masked
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


def read_wanted(texts: Sequence[str], context: Context) -> list[Wanted]:
    """What ``--report KIND[=FILE]`` asks for; raises ``UsageError``."""
    found: dict[str, Wanted] = {}
    for text in texts:
        kind, given, file = text.partition("=")
        if kind not in KINDS:
            raise UsageError(f"--report: there is no kind {printable(kind)!r}", f"Kinds are {', '.join(KINDS)}.")
        if given and not file:
            raise UsageError(f"--report {kind}=: the file is missing", f"Write --report {kind}=FILE, or {kind} alone.")
        one = Wanted(kind, file or KINDS[kind].file)
        if kind == GITHUB and any(other.kind == GITHUB for other in found.values()):
            raise UsageError("--report: github is asked for twice", "Leave one of them out.")
        place = one.file if one.file in ("", STANDARD_OUTPUT) else _real_path(one, context)
        if place not in ("", STANDARD_OUTPUT) and _is_written_by_hand(Path(place)):
            message = f"--report: {printable(one.file)} is a file that people write, and would be gone"
            raise UsageError(message, f"Write --report {kind}={KINDS[kind].file or 'summary.md'}, or another name.")
        if place in found:
            raise UsageError(f"--report: two reports go to {printable(one.file)}", "Give one of them another file.")
        found[place] = one
    return list(found.values())


def _is_written_by_hand(path: Path) -> bool:
    """Whether there is a collection, settings, a table or an env file: no report is ever named so."""
    is_env = path.name == ".env" or path.name.startswith(".env.")
    return exists(path) and (is_env or path.suffix in {".yaml", ".yml", ".toml", ".csv", ".pem"})


def _real_path(wanted: Wanted, context: Context) -> str:
    try:
        return os.path.realpath(context.working / wanted.file)
    except (OSError, ValueError) as error:
        raise _no_place(wanted, error) from None


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

    def mask_again(self, redactor: Redactor) -> None:
        """What is known to be secret by now is masked in lines that were written before, if nobody has them yet."""
        if self._file is not None:
            self._file.rewrite(lambda line: f"{line_masked(line.decode(ENCODING), redactor)}\n".encode(ENCODING))

    def commit(self) -> None:
        if self._file is not None:
            self._file.commit()

    def discard(self) -> None:
        if self._file is not None:
            self._file.discard()


class Destinations:
    """Where the reports of one command go. Once one could not be written it is given up, and told at the end."""

    def __init__(self, opened: Sequence[Destination], context: Context, github: Wanted | None) -> None:
        self._opened = opened
        self._context = context
        self._github = github
        self._failed: dict[Destination, OSError] = {}
        self.takes_output = any(one.wanted.file == STANDARD_OUTPUT for one in opened)

    @property
    def needs_all(self) -> bool:
        """Whether one of them is made of the whole run at its end."""
        return bool(self._github or self.of(live=False))

    @property
    def share_lines(self) -> bool:
        """Whether several have the same lines of JSON in them."""
        return sum(one.wanted.kind in AS_JSON for one in self._opened) > 1

    def of(self, *, live: bool) -> list[Destination]:
        """Those that are written while the run goes on, or those that are written at its end."""
        return [one for one in self._opened if (one.wanted.kind == LIVE) is live]

    def guarded(self, destination: Destination, do: Callable[[], None]) -> None:
        """Write something."""
        if destination in self._failed:
            return
        try:
            do()
        except BrokenPipeError:
            pass  # whoever read it has seen enough
        except OSError as error:
            self._failed[destination] = error
            destination.discard()

    def render(self, report: Report, chosen: Sequence[Destination] | None = None) -> None:
        """Write a whole report to each of them, by its kind."""
        for one in self._opened if chosen is None else chosen:
            self.guarded(one, partial(_write, one, report))

    def finish(self, report: Report) -> bool:
        """Put them in their places; whether all are there. Then tell the GitHub job, if there is one."""
        for one in self._opened:
            self.guarded(one, one.commit)
        for one, error in self._failed.items():
            self._context.warn(f"Error: {_cannot(one.wanted, error)}")
        if self._github is not None:
            stream = self._context.stderr if self.takes_output else self._context.stdout
            tell = cast(JobTeller, registry.load(registry.GITHUB_JOB))
            tell(report, self._context, stream, summary=not self._github.file)
        return not self._failed


@contextmanager
def destinations(texts: Sequence[str], context: Context, *, in_job: bool = False) -> Iterator[Destinations]:
    """Files that are there whole afterwards or not at all; raises ``UsageError`` if one cannot be. ``in_job`` says that
    a GitHub job is to be told whether that is asked for or not."""
    asked = read_wanted(texts, context)
    github = next((one for one in asked if one.kind == GITHUB), Wanted(GITHUB, "") if in_job else None)
    opened: list[Destination] = []
    try:
        for wanted in asked:
            if not wanted.file:
                continue
            try:
                opened.append(Destination(wanted, context))
            except (OSError, ValueError) as error:
                raise _no_place(wanted, error) from None
        yield Destinations(opened, context, github)
    finally:
        for one in opened:
            one.discard()


class Reports:
    """The reports of one run. ``hear`` is told its events, masked; ``takes_output`` says that one goes to standard
    output, so that the results for people must go elsewhere."""

    def __init__(self, places: Destinations, arguments: RunArguments, context: Context, cost_of: Coster) -> None:
        self._places = places
        self._arguments = arguments
        self._context = context
        self._known = context.redactor.count
        self._whole = places.of(live=False)
        followers = tuple(map(self._follower, places.of(live=True)))
        self.takes_output = places.takes_output
        self._has_heard = False
        self.hear = Collector(context.clock, cost_of, followers, keep=places.needs_all, lines=places.share_lines)

    def begin(self, problems: Sequence[Diagnostic]) -> None:
        """What was found before anything is sent."""
        paths = " ".join(map(shell_quoted, self._arguments.inputs.paths))
        command = f"{repeating(self._arguments, self._context)} {paths}{_selection(self._arguments)}"
        known = self.hear.report._replace(problems=tuple(map(_problem, problems)), command=command)
        known = masked(known, self._context.redactor)
        self.hear.begin(known.problems, known.command)

    def before(self, event: Event) -> None:
        """Hears an event as it is, ahead of what masks it: what was known to be secret when the first result came."""
        if not self._has_heard and isinstance(event, RequestFinished):
            self._known, self._has_heard = self._context.redactor.count, True

    def finish(self) -> bool:
        """Write what is not written yet; whether everything is."""
        if not self.hear.is_over:
            self.hear.end_without_run()
        report = self.hear.report
        learnt = self._known != self._context.redactor.count  # then what was told before may hold a secret
        report = (masked if learnt else heads_masked)(report, self._context.redactor)
        if learnt:
            for one in self._places.of(live=True):
                self._places.guarded(one, partial(one.mask_again, self._context.redactor))
        self._places.render(report, self._whole)
        return self._places.finish(report)

    def _follower(self, destination: Destination) -> Follower:
        return Ndjson(lambda text: self._places.guarded(destination, lambda: destination.write(text)))


@contextmanager
def opened(arguments: RunArguments, context: Context, cost_of: Coster) -> Iterator[Reports | None]:
    """The reports of a run, none of one that sends nothing; raises ``UsageError`` if one cannot be written."""
    if arguments.dry_run:
        read_wanted(arguments.reports, context)
        yield None
        return
    with destinations(arguments.reports, context, in_job=context.in_github_job) as places:
        yield Reports(places, arguments, context, cost_of)


def _write(destination: Destination, report: Report) -> None:
    render = cast(Render, registry.load(KINDS[destination.wanted.kind].render))
    pieces: list[str] = []
    for piece in render(report):
        pieces.append(piece)
        if len(pieces) == PIECES:
            destination.write("".join(pieces))
            pieces.clear()
    destination.write("".join(pieces))


def _selection(arguments: RunArguments) -> str:
    """The options that say what to run of the files, and how often; to send again what failed needs none of them."""
    chosen = arguments.selection
    words = ["-k", shell_quoted(chosen.text)] if chosen.text else []
    words += ["--last-failed"] if chosen.last_failed else []
    words += ["-x"] if arguments.fail_fast else []
    words += ["--repeat", str(arguments.repeat)] if arguments.repeat > 1 else []
    return "".join(f" {word}" for word in words)


def _problem(one: Diagnostic) -> Problem:
    return Problem(one.severity, one.rule, one.message, one.hint, one.location)


def _no_place(wanted: Wanted, error: OSError | ValueError) -> UsageError:
    scarce = isinstance(error, OSError) and error.errno in SCARCE
    hint = SCARCE_HINT if scarce else "Create its folder, or look at its permissions."
    return UsageError(f"--report: {_cannot(wanted, error)}", hint)


def _cannot(wanted: Wanted, error: OSError | ValueError) -> str:
    why = error_text(error) if isinstance(error, OSError) else "this is no name for a file"
    return printable(f"the report {wanted.file} cannot be written: {why}")
