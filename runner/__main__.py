"""The entry of the program: ``runner`` and ``python -m runner``."""

from __future__ import annotations

import gc
import os
import sys


def main() -> None:
    """Run the command line. Start-up makes no garbage worth looking for; a run turns the collector on again."""
    gc.disable()
    from runner.cli import app  # noqa: PLC0415  # imported with the collector off: a third quicker

    try:
        app.main()
    finally:
        _flush()


def _flush() -> None:
    """Write what is left. If nobody reads it any more, that is no error of the program."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
