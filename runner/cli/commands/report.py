"""``runner report``: shows saved results, makes other reports of them, merges and compares them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from runner.cli.arguments import ReportArguments
from runner.cli.context import Context
from runner.cli.running.reports import destinations
from runner.disk import exists, is_folder
from runner.errors import ExitCode, InvalidFiles, UsageError
from runner.folder import FileProblem, error_text
from runner.loading.files import read_bytes_file, too_large
from runner.model import SecretRules
from runner.report.changes import change_lines, is_worse
from runner.report.compare import compared
from runner.report.console import Console
from runner.report.masked import masked
from runner.report.merging import merged
from runner.report.read_report import NotAReport
from runner.report.record import Problem, Report
from runner.report.replay import replay
from runner.report.saved import read_saved
from runner.report.style import Style, guarded, printable, printable_lines
from runner.source import Diagnostic
from runner.variables.secrets import is_secret

STDIN: Final = "-"
LARGEST: Final = 200_000_000
"""Bytes of one saved result."""
PIPE_HINT: Final = "Pipe a result into it: runner run … --report json=- | runner report -"
SAVE_HINT: Final = "Save one with: runner run … --report json=FILE"


def report(arguments: ReportArguments, context: Context) -> ExitCode:
    """The whole command; raises what keeps it from being done."""
    if [*arguments.results, *arguments.before].count(STDIN) > 1:
        raise UsageError("- is given twice, but standard input can be read only once", "Leave one out.")
    for name, value in context.environ.items():
        if is_secret(name, SecretRules()):
            context.redactor.add(value)
    if "report" in context.settled.options:  # settings speak of runs
        arguments = arguments._replace(reports=())
    with destinations(arguments.reports, context) as places:
        before = [masked(one, context.redactor) for one in _read(arguments.before, context)]
        found = masked(merged(_read(arguments.results, context)), context.redactor)
        if before:
            found = found._replace(comparison=compared(found, before[-1], before[:-1]))
        with suppress(BrokenPipeError):  # whoever read it has seen enough; what it comes to stays the same
            _tell(found, arguments, context, aside=places.takes_output)
        places.render(found)
        written = places.finish(found)
    if not written:
        return ExitCode.INTERNAL
    worse = found.comparison is not None and is_worse(found.comparison, before[-1], found)
    return ExitCode.CHECK_FAILED if worse else ExitCode.OK


def _tell(found: Report, arguments: ReportArguments, context: Context, *, aside: bool) -> None:
    """What people read: of results that become other reports only what has changed. ``aside``: standard output is for
    a report."""
    say = context.warn if aside else context.tell
    style = context.style(context.stderr if aside else context.stdout, arguments.color)
    if not arguments.reports:
        for problem in found.problems:
            say("\n".join(problem_lines(problem, style)) + "\n")
        console = Console(lambda text: say(text.removesuffix("\n")), style)
        for event in replay(found):
            console(event)
    if found.comparison is not None:
        blank = "" if arguments.reports else "\n"
        say(blank + "\n".join(change_lines(found.comparison, found, style)))


def problem_lines(problem: Problem, style: Style) -> list[str]:
    """What is wrong with a file, where, and how to mend it."""
    place = f"{style.paint('bold', printable(str(problem.location)) + ':')} " if problem.location is not None else ""
    first, *more = printable_lines(problem.message)
    word = style.paint("fail" if problem.severity == "error" else "warning", f"{problem.severity}:")
    hint = printable_lines(problem.hint) if problem.hint else []
    return [guarded(line) for line in (f"{place}{word} {first}", *(f"      {line}" for line in (*more, *hint)))]


def _read(names: Sequence[str], context: Context) -> list[Report]:
    """The results in these files; raises ``InvalidFiles`` with all that are none."""
    found: list[Report] = []
    wrong: list[Diagnostic] = []
    for name in names:
        try:
            found.append(read_saved(_data(name, context)))
        except NotAReport as error:
            wrong.append(Diagnostic("result", f"{name} is no saved result: {error}", SAVE_HINT))
        except FileProblem as error:
            wrong.append(Diagnostic(error.rule, error.message, error.hint))
    if wrong:
        raise InvalidFiles(wrong)
    return found


def _data(name: str, context: Context) -> bytes:
    """The bytes of a file, or of standard input; raises ``FileProblem``."""
    if name == STDIN:
        return _standard_input(context)
    path = context.working / name
    if is_folder(path):
        raise FileProblem("path", f"{name} is a folder, a saved result is needed", "Name the files in it.")
    if not exists(path):
        raise FileProblem("missing-file", f"there is no file {name}", SAVE_HINT)
    return read_bytes_file(path, name, LARGEST)


def _standard_input(context: Context) -> bytes:
    stream = context.stdin
    if stream is None or stream.isatty():
        what = "closed" if stream is None else "the terminal"
        raise UsageError(f"- reads a saved result from standard input, which is {what}", PIPE_HINT)
    try:
        data = stream.read(LARGEST + 1) or b""
    except OSError as error:
        raise UsageError(f"standard input cannot be read: {error_text(error)}", PIPE_HINT) from None
    if len(data) > LARGEST:
        raise too_large("<stdin>", LARGEST)
    return data
