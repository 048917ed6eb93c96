"""An editor's session: from its first message until it says that this is enough, is gone, or a signal comes."""

from __future__ import annotations

import asyncio
import gc
import sys
from contextlib import redirect_stdout, suppress
from typing import Final

from lsprotocol import types
from pygls import server as pygls_server

from runner.cli.arguments import ServerArguments
from runner.cli.context import Context
from runner.cli.interrupts import noted
from runner.errors import ExitCode, Terminated
from runner.language_server.commands import Commands
from runner.language_server.desk import Desk, Document
from runner.language_server.diagnostics import mistakes
from runner.language_server.handlers import add_handlers
from runner.language_server.server import Server

ONE_BY_ONE: Final = 0.0005
"""Seconds after which a thread that reads a document lets an answer go before it."""
SILENT: Final = 100
"""A level that no message of a library has: those hold texts of documents."""


def run(arguments: ServerArguments, context: Context) -> ExitCode:
    """Answer until the editor says that this is enough, or is gone."""
    pygls_server.logger.manager.disable = SILENT
    sys.setswitchinterval(ONE_BY_ONE)
    gc.disable()  # to look through all nodes takes longer than an answer may; the desk does it when nobody types
    server = Server(context)
    desk = Desk(arguments.inputs, context, lambda document: _publish(server, document))
    desk.fail = server.fault
    add_handlers(server, desk, Commands(server, desk))
    with (
        open(context.stdout.fileno(), "wb", closefd=False) as output,  # it has no path
        redirect_stdout(context.stderr),  # the protocol alone goes to standard output
        noted(_end) as signals,
        suppress(asyncio.CancelledError),
    ):
        server.start_io(context.stdin, output)
    if signals:
        return signals[0]
    return ExitCode.OK if server.is_shut_down else ExitCode.CHECK_FAILED


def _publish(server: Server, document: Document) -> None:
    if document.known is None:
        return
    say = server.wording(document)
    found = [say.diagnostic(one) for one in mistakes(document.known)]
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, found))


def _end(_code: ExitCode) -> None:
    """On a signal end what is under way. What a handler raises would stay in whichever task is at work just then."""

    def cancel() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()

    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:  # before its beginning, or behind its end
        raise Terminated from None
    loop.call_soon_threadsafe(cancel)
