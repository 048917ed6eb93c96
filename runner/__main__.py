"""The entry of the program: ``runner`` and ``python -m runner``."""

from __future__ import annotations

import gc
import os
import sys

INTERRUPTED = 130


def main() -> None:
    """Run the command line. Start-up makes no garbage worth looking for; a run turns the collector on again."""
    gc.disable()
    try:
        from runner.cli import app  # noqa: PLC0415  # imported with the collector off: a third quicker

        app.main()
    except KeyboardInterrupt:  # before a command began that could say so
        sys.exit(INTERRUPTED)
    finally:
        _flush()


def _flush() -> None:
    """Write what is left. If nobody reads it any more, that is no error of the program."""
    if sys.stdout is None:  # it was closed before the program began
        return
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
