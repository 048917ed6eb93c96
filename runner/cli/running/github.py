"""What a run, or a check of files, leaves in the GitHub job that it is part of: annotations and the summary."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Final, TextIO

from runner.cli.context import Context
from runner.folder import error_text
from runner.report.github import (
    SUMMARY_MOST,
    Annotation,
    annotation_lines,
    problem_annotations,
    render_summary,
    report_annotations,
)
from runner.report.record import Problem, Report
from runner.report.style import encodable, printable
from runner.source import Diagnostic

SUMMARY: Final = "GITHUB_STEP_SUMMARY"
WORKSPACE: Final = "GITHUB_WORKSPACE"


def tell_job(report: Report, context: Context, stream: TextIO, *, summary: bool) -> None:
    """Mark the lines of what failed; what GitHub reads may stand on either stream. With ``summary`` add to that of the
    job."""
    _annotate(report_annotations(report), context, stream)
    if summary:
        _add_summary(report, context)


def annotate_problems(problems: Iterable[Diagnostic], context: Context) -> None:
    """Mark the lines of what is wrong with files."""
    told = [Problem(one.severity, one.rule, one.message, one.hint, one.location) for one in problems]
    _annotate(problem_annotations(context.redactor.redact(told)), context, context.stdout)


def _annotate(annotations: list[Annotation], context: Context, stream: TextIO) -> None:
    path_of = partial(_in_repository, context.working, context.environ)
    lines = (encodable(line, stream.encoding) + "\n" for line in annotation_lines(annotations, path_of))
    try:
        stream.writelines(lines)
        stream.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):  # whoever read has seen enough, or the terminal was closed
            context.warn(printable(f"Warning: the annotations cannot be written: {error_text(error)}"))


def _in_repository(working: Path, environ: Mapping[str, str], file: str) -> str:
    """The path of ``file`` from the top of the repository; empty if it is not in there."""
    top = environ.get(WORKSPACE) or str(working)
    if file.startswith("<"):
        return ""
    for real in (os.path.abspath, os.path.realpath):  # a link on the way to either changes nothing
        try:
            path = Path(real(working / file)).relative_to(real(top))
        except (OSError, ValueError):
            continue
        return path.as_posix()
    return ""


def _add_summary(report: Report, context: Context) -> None:
    """Add the report to the summary of the job, if there is one. That it cannot be written is told, and no more: the
    run itself said what there is to say."""
    name = context.environ.get(SUMMARY, "")
    if not name:
        return
    path = context.working / name
    try:
        with path.open("ab") as file:
            room = max(0, SUMMARY_MOST - file.tell())
            file.write("".join(render_summary(report, room)).encode("utf-8", "replace"))
    except (OSError, ValueError) as error:
        why = error_text(error) if isinstance(error, OSError) else "this is no name for a file"
        context.warn(printable(f"Warning: the summary of the job cannot be written: {why}"))
