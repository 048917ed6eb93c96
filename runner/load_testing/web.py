"""Locust's web page, where tests are started and watched."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from locust import argument_parser, stats
from locust.env import Environment

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.errors import UsageError
from runner.load_testing.prepared import Prepared
from runner.report.style import printable


@contextmanager
def page(
    environment: Environment, arguments: LoadArguments, prepared: Prepared, context: Context, csv: stats.StatsCSV
) -> Iterator[None]:
    """The page, as long as the test goes on; raises ``UsageError`` where it cannot listen."""
    _check_port(arguments)
    parser = argument_parser.get_empty_argument_parser()
    argument_parser.setup_parser_arguments(parser)
    options = parser.parse(args=[])
    options.num_users, options.spawn_rate = prepared.users, prepared.spawn_rate
    options.run_time = None if prepared.seconds is None else round(prepared.seconds)
    environment.parsed_options = options
    ui = environment.create_web_ui(arguments.web_host, arguments.web_port, stats_csv_writer=csv, delayed_start=True)
    ui.start()
    host = f"[{arguments.web_host}]" if ":" in arguments.web_host else arguments.web_host
    context.tell(f"Locust's page is at http://{host}:{arguments.web_port}/")
    context.tell("Start the test there; Ctrl-C ends it and shows the report.")
    try:
        yield
    finally:
        ui.stop()


def _check_port(arguments: LoadArguments) -> None:
    """Locust itself would end with a traceback."""
    try:
        family = socket.AF_INET6 if ":" in arguments.web_host else socket.AF_INET
        socket.create_server((arguments.web_host, arguments.web_port), family=family).close()
    except OSError as error:
        where = f"{printable(arguments.web_host)}, port {arguments.web_port}"
        why = "another program does" if error.errno == errno.EADDRINUSE else os.strerror(error.errno or errno.EINVAL)
        hint = "Give another --web-port, or --headless for no page."
        raise UsageError(f"the page cannot listen on {where}: {why}", hint) from None
