"""Gathers the figures of all runs, from every worker, and prints the table of the promises at the end. With
PROMISES_ACCEPT=1 it is written into docs/SECURITY.md, too."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping

import pytest

from tests.promises.conftest import PREFIX
from tests.promises.ledger import PROMISES
from tests.promises.tables import measured_line, write_measured


def print_promises(terminalreporter: pytest.TerminalReporter) -> None:
    """The table: each promise, what holds it, what was measured."""
    figures = _figures(terminalreporter)
    if figures:
        terminalreporter.section("promises")
        for name in PROMISES:
            terminalreporter.write_line(measured_line(name, figures[name]))
        if os.environ.get("PROMISES_ACCEPT"):
            write_measured(figures)


def _figures(terminalreporter: pytest.TerminalReporter) -> Mapping[str, list[float]]:
    figures: dict[str, list[float]] = defaultdict(list)
    tests = (report for reports in terminalreporter.stats.values() for report in reports)
    for test in tests:
        if getattr(test, "when", "") == "call":
            for name, value in test.user_properties:
                if name.startswith(PREFIX):
                    figures[name.removeprefix(PREFIX)].append(value)
    return figures
