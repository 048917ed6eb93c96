"""The entry of the program: ``runner`` and ``python -m runner``."""

from __future__ import annotations

import sys

if __name__ == "__main__" and not sys.flags.safe_path:
    # ``python -m`` looks for modules in the working directory first, where a json.py may lie that is not Python's.
    # What Python itself has imported until here is beyond us: ``python -P -m runner`` and ``runner`` do not look there.
    del sys.path[0]

import errno
import gc
import os
import signal
from contextlib import suppress

INTERNAL = 70
INTERRUPTED = 130
UNHEARD = (INTERRUPTED, 143)
"""After a signal nothing more is written: it may have come because nobody reads."""


def main() -> None:
    """Run the command line. Start-up makes no garbage worth looking for; a run turns the collector on again."""
    gc.disable()
    try:
        code = _run()
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # nothing is left to be cleaned up: Ctrl-C ends it at once
    except KeyboardInterrupt:  # before a command began that could say so
        code = INTERRUPTED
    _end(code)


def _run() -> str | int | None:
    """Do what the command line says; the exit code, or what is left to be said."""
    from runner.cli import app  # noqa: PLC0415  # imported with the collector off: a third quicker

    try:
        app.main()
    except SystemExit as ended:
        return ended.code
    except OSError as error:  # help, or what is wrong with the command line, could not be written
        with suppress(OSError):
            print(f"Error: the output cannot be written: {error.strerror}", file=sys.stderr)  # noqa: T201
        return INTERNAL
    return None


def _end(code: str | int | None) -> None:
    """End the process without taking everything in memory apart first, which is a tenth of a short run. In Python's
    development mode that is done: it tells what was left open."""
    whole = code in UNHEARD or _flush()
    if sys.flags.dev_mode or isinstance(code, str):
        sys.exit(code)
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.flush()
    os._exit(code or (0 if whole else INTERNAL))


def _flush() -> bool:
    """Write what is left; whether that could be. If nobody reads it any more, that is no error of the program."""
    if sys.stdout is None:  # it was closed before the program began
        return True
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return error.errno in (errno.EPIPE, errno.EIO)  # a pipe, or a terminal, that was closed
    return True


if __name__ == "__main__":
    main()
