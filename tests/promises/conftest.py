"""Gathers the figures of all runs, from every worker, and prints the table of the promises at the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping

import pytest

from tests.promises.ledger import PROMISES

PREFIX = "promise:"


@pytest.fixture
def keep(record_property: Callable[[str, object], None]) -> Callable[[Mapping[str, float]], None]:
    """Puts the figures of one run into the table."""

    def record(figures: Mapping[str, float]) -> None:
        for name, figure in figures.items():
            record_property(PREFIX + name, figure)

    return record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table: each promise, what holds it, what was measured."""
    figures: dict[str, list[float]] = defaultdict(list)
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()) if getattr(report, "when", "") == "call" else ():
                if name.startswith(PREFIX):
                    figures[name.removeprefix(PREFIX)].append(value)
    if figures:
        terminalreporter.section("promises")
        for name in PROMISES:
            terminalreporter.write_line(line(name, figures[name]))


def line(name: str, figures: list[float]) -> str:
    """A row of the table."""
    promise = PROMISES[name]
    if not figures:
        return f"{promise.text:62} not measured"
    total = promise.total(figures)
    kept = "kept" if total <= promise.bound else "BROKEN"
    return f"{promise.text:62} {kept:6} {total:6.4g} {promise.unit} (bound {promise.bound:g}, {len(figures):,} runs)"
