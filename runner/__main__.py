"""The entry of the program: ``runner`` and ``python -m runner``."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Start-up makes no garbage worth looking for; a run turns the collector on again."""
    gc.disable()
    try:
        from runner.cli import app  # noqa: PLC0415  # imported with the collector off: a third quicker

        app.main()
    except KeyboardInterrupt:  # before a command began that could say so
        _end(INTERRUPTED)
    except SystemExit as ended:
        _end(ended.code)
    finally:
        _flush()


def _end(code: str | int | None) -> None:
    """End the process without taking everything in memory apart first, which is a tenth of a short run. In Python's
    development mode that is done: it tells what was left open."""
    if sys.flags.dev_mode or isinstance(code, str):
        sys.exit(code)
    _flush()
    if sys.stderr is not None:
        with suppress(OSError):
            sys.stderr.flush()
    os._exit(code or 0)


def _flush() -> None:
    """Write what is left. If nobody reads it any more, that is no error of the program."""
    if sys.stdout is None:  # it was closed before the program began
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        if error.errno not in (errno.EPIPE, errno.EIO):  # a pipe, or a terminal, that was closed
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
