"""Locust's web page, where tests are started and watched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from locust import argument_parser, stats
from locust.env import Environment

from runner.cli.arguments import LoadArguments
from runner.cli.context import Context
from runner.errors import UsageError
from runner.folder import error_text
from runner.load_testing.prepared import Prepared


@contextmanager
def page(
    environment: Environment, arguments: LoadArguments, prepared: Prepared, context: Context, csv: stats.StatsCSV
) -> Iterator[None]:
    """The page, as long as the test goes on; raises ``UsageError`` where it cannot listen."""
    parser = argument_parser.get_empty_argument_parser()
    argument_parser.setup_parser_arguments(parser)
    options = parser.parse(args=[])
    options.num_users, options.spawn_rate = prepared.users, prepared.spawn_rate
    options.run_time = None if prepared.seconds is None else round(prepared.seconds)
    environment.parsed_options = options
    ui = environment.create_web_ui(arguments.web_host, arguments.web_port, stats_csv_writer=csv, delayed_start=True)
    ui.start()
    greenlet = ui.greenlet
    assert greenlet is not None  # noqa: S101  # it was started
    greenlet.join(timeout=0.5)
    if greenlet.ready():
        error = greenlet.exception
        why = error_text(error) if isinstance(error, OSError) else "it did not start"
        hint = "Give another --web-port, or --headless for no page."
        raise UsageError(f"the page cannot listen on {arguments.web_host}, port {arguments.web_port}: {why}", hint)
    host = f"[{arguments.web_host}]" if ":" in arguments.web_host else arguments.web_host
    context.tell(f"Locust's page is at http://{host}:{ui.server.server_port if ui.server else arguments.web_port}/")
    context.tell("Start the test there; Ctrl-C ends it and shows the report.")
    try:
        yield
    finally:
        ui.stop()
