"""``runner mock``: serve the examples of collections until it is stopped."""

from __future__ import annotations

from threading import Event

from runner.cli.arguments import MockArguments
from runner.cli.context import Context
from runner.cli.mocking import make_routes
from runner.cli.session import Session
from runner.errors import ExitCode, NothingToRun
from runner.mock.server import MockServer
from runner.model import SecretRules
from runner.report.style import printable
from runner.variables.secrets import is_secret


def serve(arguments: MockArguments, context: Context) -> ExitCode:
    """Serve until Ctrl-C; the address goes to standard output, requests as they come to standard error."""
    session = Session(arguments.inputs, context)
    for name, value in context.environ.items():
        if is_secret(name, SecretRules()):  # clients may send what no collection here speaks of
            context.redactor.add(value)
    served = [(session.narrowed(one), session.variables(one, session.rows(one)[0])) for one in session.collections]
    examples = sum(len(spec.examples) for collection, _ in served for spec in collection.requests)
    if not examples:
        raise NothingToRun("there are no examples to serve", "Add examples: to a request, see docs/format.md.")

    def log(line: str) -> None:
        context.warn(printable(context.redactor.text(line)))

    with MockServer(make_routes(served), context.clock, arguments.port, None if arguments.quiet else log) as server:
        shown = f"{examples} example{'' if examples == 1 else 's'}"
        try:
            context.tell(f"Serving {shown} at {server.url} (Ctrl-C stops it)")
            Event().wait()
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
    return ExitCode.OK
