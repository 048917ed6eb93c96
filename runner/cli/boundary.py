"""The one place where what was raised becomes a message and an exit code."""

from __future__ import annotations

import errno
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import cast

from runner import registry
from runner.cli.arguments import Call, ColorChoice
from runner.cli.context import Context
from runner.cli.interrupts import terminable
from runner.errors import SCARCE, SCARCE_HINT, ExitCode, InvalidFiles, NothingToRun, RunnerError, Terminated, UsageError
from runner.model import SecretRules
from runner.report.snippet import render_diagnostics
from runner.report.style import printable
from runner.variables.secrets import is_secret, written_secrets


def call(asked: Call, context: Context) -> int:
    """Do what a command was asked to do, unless what settings say of it is wrong."""

    def command(context: Context) -> ExitCode:
        problem = context.settled.problem or asked.problem
        if problem is not None:
            raise _without_secrets(problem, context)
        work = cast("Callable[[object, Context], ExitCode]", registry.load(asked.name))
        return work(asked.arguments, context)

    return int(guarded(command, context, asked.color))


def tell_mistake(error: InvalidFiles | UsageError | NothingToRun, context: Context, color: ColorChoice) -> ExitCode:
    """What keeps a command from being done, told on standard error with the settings that have to do with it."""
    style = context.style(context.stderr, color)
    told: RunnerError = error
    if isinstance(error, UsageError):
        told = _without_secrets(context.settled.blamed(error), context)
    elif isinstance(error, InvalidFiles):
        told = context.settled.reminded(error)
    if isinstance(told, InvalidFiles):
        context.warn(render_diagnostics(told.diagnostics, style, context.redactor))
        return ExitCode.INVALID
    hide_keys(context)
    if isinstance(told, UsageError | NothingToRun):
        context.warn(f"{style.paint('fail', 'Error:')} {printable(told.message)}")
        if told.hint:
            context.warn(f"  {printable(told.hint)}")
    return ExitCode.NOTHING_RUN if isinstance(told, NothingToRun) else ExitCode.USAGE


def _without_secrets(error: RunnerError, context: Context) -> RunnerError:
    """The error; what looks like a secret on a line of a settings file that it shows is masked from now on."""
    for one in error.diagnostics if isinstance(error, InvalidFiles) else ():
        if one.source is not None and one.span is not None:
            line = one.source.line(one.span.line)
            for text in (line, line.replace('"', " ").replace("'", " ")):  # in a list a quote stands before the name
                for value in written_secrets(text, one.source.text):
                    context.redactor.add(value)
    return error


def guarded(command: Callable[[Context], ExitCode], context: Context, color: ColorChoice = "auto") -> ExitCode:
    """Run a command; whatever it raises is told on standard error, with no secret in it.

    That nobody reads standard output any more (``| head``) is no error; a run goes on all the same.
    """
    try:
        with terminable():
            return command(context)
    except (InvalidFiles, UsageError, NothingToRun) as error:
        return tell_mistake(error, context, color)
    except KeyboardInterrupt:
        context.warn("interrupted")
        return ExitCode.INTERRUPTED
    except Terminated:
        context.warn("terminated")
        return ExitCode.TERMINATED
    except BrokenPipeError:
        return ExitCode.OK
    except MemoryError:
        tell_failed_output(OSError(errno.ENOMEM, "Out of memory"), context, color)
        return ExitCode.INTERNAL
    except OSError as error:
        tell_failed_output(error, context, color)
        return ExitCode.INTERNAL
    except Exception as error:  # noqa: BLE001  # the boundary: our own fault must not look like the user's
        _tell_fault(context, error)
        return ExitCode.INTERNAL


def tell_failed_output(error: OSError, context: Context, color: ColorChoice) -> None:
    """What the system refused: nearly always to take what is written."""
    what = f"{error.filename} cannot be used" if error.filename else "the output cannot be written"
    if error.errno in SCARCE:
        what = "the process came to a limit of the system"
    style = context.style(context.stderr, color)
    context.warn(f"{style.paint('fail', 'Error:')} {printable(f'{what}: {error.strerror or error}')}")
    if error.errno in SCARCE:
        context.warn(f"  {SCARCE_HINT}")


def hide_keys(context: Context) -> None:
    """What was given in the place of something else may be a key that the environment holds."""
    for name, value in context.environ.items():
        if is_secret(name, SecretRules()):
            context.redactor.add(value)


def _tell_fault(context: Context, error: Exception) -> None:
    """Where the fault is and what it says; no more than its kind if what masks secrets is at fault itself."""
    try:
        message = context.redactor.text(str(error))
    except Exception:  # noqa: BLE001  # nothing unmasked may be shown
        message = "(its message is left out: it could not be searched for secrets)"
    places = traceback.extract_tb(error.__traceback__)[-8:]
    lines = [
        f"Internal error: {type(error).__name__}: {printable(message)}",
        *(f"  {place.filename}:{place.lineno} in {place.name}" for place in places),
        "This is a fault of runner itself. Please report it with the lines above.",
    ]
    with suppress(OSError):
        context.stderr.write("\n".join(lines) + "\n")
