"""What is said of a worker that is gone: how it ended, where it ran."""

from __future__ import annotations

import signal

from runner.report.style import printable


def ending(code: int) -> str:
    """How a process of this machine ended, by its exit code as Python has it."""
    try:
        return f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
    except ValueError:
        return f"by signal {-code}"


def machine(client: str) -> str:
    """Where a worker runs: Locust's name of it begins so."""
    return f"on {printable(client.rpartition('_')[0] or client)}"
