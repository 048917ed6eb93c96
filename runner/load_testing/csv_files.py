"""Locust's CSV files, and what may stand in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import gevent
from locust import stats
from locust.env import Environment

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.errors import UsageError
from runner.folder import error_text

OBEYED: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell that begins so for a formula, and quotation marks do not keep it from that."""


def as_text(text: str) -> str:
    """What a spreadsheet shows as it is."""
    return f"'{text}" if text.startswith(OBEYED) else text


class Tables:
    """The files of one test. ``trouble`` is why they are not whole, as soon as that is known."""

    def __init__(self, writer: stats.StatsCSV) -> None:
        self.writer = writer
        self.trouble = ""

    def write(self) -> None:
        """As long as the test goes on."""
        assert isinstance(self.writer, stats.StatsCSVFileWriter)  # noqa: S101  # where there are files
        try:
            self.writer.stats_writer()
        except OSError as error:
            self.trouble = error_text(error)

    def close(self) -> None:
        """Write what is left."""
        try:
            self.writer.close_files()
        except OSError as error:
            self.trouble = self.trouble or error_text(error)


@contextmanager
def csv_files(environment: Environment, arguments: LoadArguments, context: Context) -> Iterator[Tables]:
    """Locust's CSV files, if they are wanted; raises ``UsageError`` where they cannot be begun."""
    if not arguments.csv:
        yield Tables(stats.StatsCSV(environment, stats.PERCENTILES_TO_REPORT))
        return
    prefix = context.working / arguments.csv
    try:
        writer = stats.StatsCSVFileWriter(environment, stats.PERCENTILES_TO_REPORT, str(prefix), full_history=False)
    except OSError as error:
        hint = "Create its folder, or look at its permissions."
        raise UsageError(f"--csv: {arguments.csv} cannot be written: {error_text(error)}", hint) from None
    tables = Tables(writer)
    task = gevent.spawn(tables.write)
    try:
        yield tables
        if not tables.trouble:
            gevent.sleep(stats.CSV_STATS_INTERVAL_SEC + 0.1)  # what came last is written at the next of its turns
    finally:
        task.kill()
        tables.close()
