from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from runner.cli.boundary import guarded
from runner.cli.context import Context
from runner.errors import ExitCode, InvalidFiles, NothingToRun, Terminated, UsageError
from runner.redact import Redactor
from runner.source import Diagnostic, Source, Span

SECRET = "a-secret-value"
DIAGNOSTIC = Diagnostic("rule", f"wrong {SECRET}", f"mend {SECRET}", Source("c.yaml", f"k: {SECRET}"), Span(1, 1, 1, 2))
RAISED: list[tuple[BaseException, ExitCode, str]] = [
    (InvalidFiles([DIAGNOSTIC]), ExitCode.INVALID, "c.yaml:1:1: error: wrong ***"),
    (UsageError(f"wrong {SECRET}", f"mend {SECRET}"), ExitCode.USAGE, "Error: wrong ***\n  mend ***\n"),
    (NothingToRun(f"nothing {SECRET}"), ExitCode.NOTHING_RUN, "Error: nothing ***\n"),
    (KeyboardInterrupt(), ExitCode.INTERRUPTED, "interrupted\n"),
    (Terminated(), ExitCode.TERMINATED, "terminated\n"),
    (BrokenPipeError(), ExitCode.OK, ""),
    (
        OSError(28, "No space left on device"),
        ExitCode.INTERNAL,
        "the output cannot be written: No space left on device",
    ),
    (OSError(13, "Permission denied", f"/{SECRET}"), ExitCode.INTERNAL, "/*** cannot be used: Permission denied"),
    (ValueError(f"fault {SECRET}\x1b[31m"), ExitCode.INTERNAL, "Internal error: ValueError: fault ***\\x1b[31m"),
    (RecursionError("deep"), ExitCode.INTERNAL, "Internal error: RecursionError: deep"),
]


class Streams:
    """A context whose output is kept."""

    def __init__(self, redactor: Redactor | None = None) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.context = Context({}, Path("/nowhere"), self.out, self.err, redactor=redactor or Redactor())
        self.context.redactor.add(SECRET)


def raising(error: BaseException) -> Callable[[Context], ExitCode]:
    def command(_context: Context) -> ExitCode:
        raise error

    return command


@pytest.mark.parametrize(("error", "code", "text"), RAISED, ids=lambda one: type(one).__name__)
def test_what_is_raised_becomes_a_message_and_a_code(error: BaseException, code: ExitCode, text: str) -> None:
    streams = Streams()
    assert guarded(raising(error), streams.context) is code
    assert text in streams.err.getvalue()
    assert bool(text) is bool(streams.err.getvalue())
    assert SECRET not in streams.err.getvalue()
    assert streams.out.getvalue() == ""


def test_what_a_command_returns_is_its_code() -> None:
    assert guarded(lambda _: ExitCode.CHECK_FAILED, Streams().context) is ExitCode.CHECK_FAILED


def test_a_fault_shows_where_it_is_and_no_source_lines() -> None:
    streams = Streams()
    guarded(raising(KeyError("x")), streams.context)
    assert "test_cli_boundary.py:" in streams.err.getvalue()
    assert "raise error" not in streams.err.getvalue()


class BrokenRedactor(Redactor):
    """Cannot mask."""

    def text(self, text: str) -> str:
        raise RuntimeError(text)


def test_a_fault_of_what_masks_secrets_shows_no_message() -> None:
    streams = Streams(BrokenRedactor())
    assert guarded(raising(ValueError(SECRET)), streams.context) is ExitCode.INTERNAL
    assert "its message is left out" in streams.err.getvalue()
    assert SECRET not in streams.err.getvalue()


class Ascii(io.StringIO):
    """A stream of a terminal that knows no more."""

    encoding = "ascii"


def test_what_is_told_is_masked_and_fits_the_stream() -> None:
    out, err = Ascii(), Ascii()
    context = Context({}, Path("/nowhere"), out, err)
    context.redactor.add("geheim-ü")
    context.tell("a · b → geheim-ü ü")
    context.warn("… geheim-ü ü")
    assert (out.getvalue(), err.getvalue()) == ("a - b -> *** \\xfc\n", "... *** \\xfc\n")
