"""The entry of the program: ``runner`` and ``python -m runner``."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line. Start-up makes no garbage worth looking for; a run turns the collector on again."""
    gc.disable()
    from runner.cli import app  # noqa: PLC0415  # imported with the collector off: a third quicker

    app.main()


if __name__ == "__main__":
    main()
