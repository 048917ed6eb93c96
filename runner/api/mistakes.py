"""What keeps a run from starting, as exceptions that say so to whoever reads a traceback."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from runner.cli.boundary import hide_keys
from runner.cli.context import Context
from runner.errors import InvalidFiles, NothingToRun, UsageError
from runner.report.snippet import render_diagnostics
from runner.report.style import Style, printable
from runner.source import Diagnostic

OPTION: Final = re.compile(r"--([a-z]+(?:-[a-z]+)*)")
ARGUMENTS: Final = {"tag": "tags", "var": "variables", "env-file": "env_files"}
"""Options whose argument has another name."""


def _argument(match: re.Match[str]) -> str:
    """An option of the command line as Python code writes it."""
    return ARGUMENTS.get(match[1], match[1].replace("-", "_"))


@contextmanager
def readable(context: Context, rename: Callable[[re.Match[str]], str] = _argument) -> Iterator[None]:
    """What is raised in here says all there is to say, with no secret in it; ``rename`` says what stands for an option
    of the command line."""
    try:
        yield
    except InvalidFiles as error:
        hide_keys(context)
        raise InvalidFiles(error.diagnostics, told(error.diagnostics, context)) from None
    except UsageError as error:
        raise UsageError(_sentence(error, context, rename)) from None
    except NothingToRun as error:
        raise NothingToRun(_sentence(error, context, rename)) from None


def told(diagnostics: Sequence[Diagnostic], context: Context) -> str:
    """As the program prints them, without colours."""
    return render_diagnostics(diagnostics, Style(), context.redactor).rstrip("\n")


def warning_of(diagnostic: Diagnostic, context: Context) -> str:
    """One of what is doubtful in a file, also where it counts as an error."""
    return told([diagnostic._replace(severity="warning")], context).rpartition("\n\n")[0]


def _sentence(error: UsageError | NothingToRun, context: Context, rename: Callable[[re.Match[str]], str]) -> str:
    hide_keys(context)
    text = printable(error.message) + (f". {printable(error.hint)}" if error.hint else "")
    return context.redactor.text(OPTION.sub(rename, text))
