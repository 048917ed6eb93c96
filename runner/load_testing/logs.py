"""What Locust has to say while it runs, told in our own way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from runner.cli.context import Context
from runner.report.style import printable

LONGEST = 300
MOST = 20
BUSY = "CPU usage"
TOO_BUSY = (
    "The load generator itself uses nearly all of a processor: times may be longer than those of the API. "
    "Use --processes, or more machines."
)
UNTOLD = ("very high (>100", "You can't start a distributed test", "Your selected spawn rate")


@contextmanager
def gathered(context: Context) -> Iterator[None]:
    """Warnings go to standard error, each once and masked; everything else is left out."""
    root = logging.getLogger()
    handler = _Handler(context)
    before = root.handlers[:]
    root.handlers = [handler]
    try:
        yield
    finally:
        root.handlers = before


class _Handler(logging.Handler):
    def __init__(self, context: Context) -> None:
        super().__init__(logging.WARNING)
        self._context = context
        self._told: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        text = str(record.getMessage()).split("\n", maxsplit=1)[0]
        text = TOO_BUSY if BUSY in text else printable(self._context.redactor.text(text))[:LONGEST]
        if text in self._told or len(self._told) >= MOST or any(one in text for one in UNTOLD):
            return
        self._told.add(text)
        self._context.warn(text)
