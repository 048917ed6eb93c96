"""``runner mock``: serve the examples of collections until it is stopped."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from typing import TypeAlias, cast

from runner import registry
from runner.cli.arguments import MockArguments
from runner.cli.boundary import hide_keys
from runner.cli.commands.mocking import make_routes
from runner.cli.context import Context
from runner.cli.session import Session
from runner.errors import ExitCode, NothingToRun
from runner.mock.server import Answers, MockServer
from runner.report.style import printable

RecordingServer: TypeAlias = Callable[[MockArguments, Context], ExitCode]


def serve(arguments: MockArguments, context: Context) -> ExitCode:
    """Serve until Ctrl-C; the address goes to standard output, requests as they come to standard error."""
    hide_keys(context)  # clients may send what no collection here speaks of
    if arguments.recording:
        return cast(RecordingServer, registry.load(registry.SERVE_RECORDING))(arguments, context)
    session = Session(arguments.inputs, context)
    served = [(session.narrowed(one), session.variables(one, session.rows(one)[0])) for one in session.collections]
    examples = sum(len(spec.examples) for collection, _ in served for spec in collection.requests)
    if not examples:
        raise NothingToRun("there are no examples to serve", "Add examples: to a request, see docs/format.md.")
    shown = f"{examples} example{'' if examples == 1 else 's'}"
    return serve_answers(make_routes(served), shown, arguments, context)


def serve_answers(answers: Answers, shown: str, arguments: MockArguments, context: Context) -> ExitCode:
    """The server of ``answers``; ``shown`` says what they are."""

    def log(line: str) -> None:
        context.warn(printable(context.redactor.text(line)))

    with MockServer(answers, context.clock, arguments.port, None if arguments.quiet else log) as server:
        try:
            context.tell(f"Serving {shown} at {server.url} (Ctrl-C stops it)")
            Event().wait()
        except KeyboardInterrupt:
            return ExitCode.INTERRUPTED
    return ExitCode.OK
