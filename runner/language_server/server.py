"""Answers an editor: each request of the protocol goes to the module that owns the feature."""

from __future__ import annotations

import asyncio
import gc
import sys
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import redirect_stdout, suppress
from functools import wraps
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls import server as pygls_server
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification

from runner import __version__
from runner.cli.arguments import ServerArguments
from runner.cli.context import Context
from runner.cli.interrupts import noted
from runner.errors import ExitCode, Terminated
from runner.language_server.commands import Commands
from runner.language_server.completion import complete
from runner.language_server.definition import definition
from runner.language_server.desk import Desk, Document
from runner.language_server.diagnostics import mistakes
from runner.language_server.edits import format_edits
from runner.language_server.fixes import fixes
from runner.language_server.hover import hover
from runner.language_server.offers import narrowed
from runner.language_server.protocol import CURL, NAME, RUN, WATCHED, Wording, can_watch, delay_of, path_of
from runner.language_server.symbols import lenses, symbols
from runner.language_server.texts import Units

P = ParamSpec("P")
T = TypeVar("T")
TRIGGERS: Final = ("<", "|", "$", ".", "[", "/", " ")
ONE_BY_ONE: Final = 0.0005
"""Seconds after which a thread that reads a document lets an answer go before it."""
UNHEARD: Final = "$/unreadable"
SILENT: Final = 100
"""A level that no message of a library has: those hold texts of documents."""


class Protocol(LanguageServerProtocol):
    """Answers what has not the shape of a message of its kind as well: else an editor would wait for ever."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        """The message; in place of one that cannot be read or comes behind the end, another that nobody listens to."""
        try:
            if cast(Server, self._server).is_shut_down and "id" in data:
                raise JsonRpcInvalidRequest
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            return JsonRPCNotification(UNHEARD, "2.0", None)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> Iterator[Any]:
        """Some editors do not tell that a file has another name: pygls would stumble over a document by that name."""
        document = params.text_document
        if unquote(document.uri) not in self.workspace.text_documents:
            self.workspace.put_text_document(types.TextDocumentItem(document.uri, "yaml", document.version, ""))
        yield from super().lsp_text_document__did_change(params)

    def _handle_cancel_notification(self, msg_id: int | str) -> None:
        """End what a command does as well: by itself pygls would only answer that it is cancelled."""
        super()._handle_cancel_notification(msg_id)
        task = cast(Server, self._server).under_way.get(msg_id)
        if task is not None:
            task.cancel()


class Server(LanguageServer):
    """Says what went wrong without what it went wrong with, which may hold a secret."""

    def __init__(self, context: Context) -> None:
        full = types.TextDocumentSyncKind.Full  # pygls splits lines elsewhere than editors do, and would join wrongly
        super().__init__(NAME, __version__, text_document_sync_kind=full, protocol_cls=Protocol)
        self.context = context
        self.folders: list[Path] = []
        """Those that the editor shows."""
        self.under_way: dict[int | str | None, asyncio.Task[object]] = {}
        """The commands that can be cancelled, by the numbers of their requests."""
        self.is_shut_down = False

    def report_server_error(self, error: Exception, source: object) -> None:  # noqa: ARG002  # as in LanguageServer
        """Log a fault: its kind and its places. What an editor asked wrongly, it was answered."""
        if isinstance(error, JSONDecodeError):
            self.context.warn("A message was left out: it is not JSON.")
        elif isinstance(error, JsonRpcInternalError) or not isinstance(error, JsonRpcException):
            self.fault(error)

    def fault(self, error: Exception) -> None:
        places = traceback.extract_tb(error.__traceback__)[-8:]
        lines = [f"  {place.filename}:{place.lineno} in {place.name}" for place in places]
        self.context.warn("\n".join([f"Internal error: {type(error).__name__}", *lines]))

    def shutdown(self) -> None:
        """End without waiting for the thread that reads: it waits as long as the editor keeps its end open."""
        pool, self._thread_pool = self._thread_pool, None
        if pool is not None:
            pool.shutdown(wait=False)
        super().shutdown()  # type: ignore[no-untyped-call]  # of pygls

    async def cancellable(self, command: Coroutine[object, object, T]) -> T:
        """What a command answers, unless it is cancelled."""
        number = self.protocol.msg_id
        task = asyncio.ensure_future(command)
        self.under_way[number] = task
        try:
            return await task
        finally:
            del self.under_way[number]

    def guarded(self, handler: Callable[P, Awaitable[T]]) -> Callable[P, Awaitable[T | None]]:
        """The handler; a fault in it is logged, and nothing is answered."""

        @wraps(handler)
        async def guard(*args: P.args, **kwargs: P.kwargs) -> T | None:
            try:
                return await handler(*args, **kwargs)
            except Exception as error:  # noqa: BLE001  # one answer less must not end all others
                self.fault(error)
                return None

        return guard


def run(arguments: ServerArguments, context: Context) -> ExitCode:
    """Answer until the editor says that this is enough, or is gone."""
    pygls_server.logger.manager.disable = SILENT
    sys.setswitchinterval(ONE_BY_ONE)
    gc.disable()  # to look through all nodes takes longer than an answer may; the desk does it when nobody types
    server = Server(context)
    desk = Desk(arguments.inputs, context, lambda document: _publish(server, document))
    desk.fail = server.fault
    commands = Commands(server, desk)
    _keep_documents(server, desk)
    _keep_files(server, desk, commands)
    _answer_cursor(server, desk)
    _answer_document(server, desk)
    _answer_mistakes(server, desk)
    _run_requests(server, commands)
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


def _wording(server: Server, document: Document) -> Wording:
    units = server.workspace.position_encoding
    return Wording(document.lines, cast(Units, getattr(units, "value", units)), server.folders)


def _publish(server: Server, document: Document) -> None:
    if document.known is None:
        return
    say = _wording(server, document)
    found = [say.diagnostic(one) for one in mistakes(document.known)]
    server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(document.uri, found))


def _keep_documents(server: Server, desk: Desk) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    @server.guarded
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        desk.open(document.uri, path_of(document.uri), document.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    @server.guarded
    async def changed(params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        for change in params.content_changes[-1:]:
            if desk.get(uri) is None:
                desk.open(uri, path_of(uri), change.text)
            else:
                desk.change(uri, change.text)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    @server.guarded
    async def closed(params: types.DidCloseTextDocumentParams) -> None:
        uri = params.text_document.uri
        desk.close(uri)
        server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def _keep_files(server: Server, desk: Desk, commands: Commands) -> None:
    def look_at_folders() -> None:
        folders = [one.uri for one in server.workspace.folders.values()] or [server.workspace.root_uri]
        desk.folders = server.folders = [path for uri in folders if uri for path in (path_of(uri),) if path is not None]

    @server.feature(types.INITIALIZE)
    @server.guarded
    async def initialize(params: types.InitializeParams) -> None:
        look_at_folders()
        delay = delay_of(params.initialization_options)
        desk.pause = desk.pause if delay is None else delay

    @server.feature(types.INITIALIZED)
    @server.guarded
    async def initialized(_params: types.InitializedParams) -> None:
        if can_watch(server.client_capabilities):
            server.client_register_capability(WATCHED)

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    @server.guarded
    async def folders_changed(_params: types.DidChangeWorkspaceFoldersParams) -> None:
        look_at_folders()
        desk.read_all()

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    @server.guarded
    async def saved(_params: types.DidSaveTextDocumentParams) -> None:
        desk.read_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    @server.guarded
    async def files_changed(_params: types.DidChangeWatchedFilesParams) -> None:
        desk.read_all(desk.pause)

    @server.feature(types.SHUTDOWN)
    @server.guarded
    async def shut_down(_params: None = None) -> None:
        await commands.end()  # pygls would stumble over requests that it cancels
        server.is_shut_down = True


def _answer_cursor(server: Server, desk: Desk) -> None:
    options = types.CompletionOptions(trigger_characters=list(TRIGGERS))

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    @server.guarded
    async def completions(params: types.CompletionParams) -> types.CompletionList | None:
        document = desk.get(params.text_document.uri)
        if document is None or not document.may_become_one:
            return None
        known = await desk.first(document)
        say = _wording(server, document)
        cursor = (params.position.line, say.column(params.position))
        line = document.lines[cursor[0]] if cursor[0] < len(document.lines) else ""
        offers, grows = narrowed(complete(document.lines, cursor, known), line, cursor[1])
        return types.CompletionList(grows, [say.item(one, order) for order, one in enumerate(offers)])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @server.guarded
    async def hovers(params: types.HoverParams) -> types.Hover | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None:
            return None
        say = _wording(server, document)
        told = hover(document.lines, (params.position.line, say.column(params.position)), known)
        return say.hover(told) if told is not None else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @server.guarded
    async def definitions(params: types.DefinitionParams) -> list[types.Location] | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None:
            return None
        say = _wording(server, document)
        found = definition(document.lines, (params.position.line, say.column(params.position)), known)
        return [say.location(one, document.uri) for one in found]


def _answer_document(server: Server, desk: Desk) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    @server.guarded
    async def document_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None:
            return None
        say = _wording(server, document)
        return [say.symbol(one) for one in symbols(known)]

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    @server.guarded
    async def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None or document.path is None:
            return None
        say = _wording(server, document)
        return [say.lens(one, document.uri) for one in lenses(known, document.outcomes)]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    @server.guarded
    async def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None:
            return None
        if not known.loads:
            message = "It is not formatted: it has mistakes, and what it means must be known first."
            server.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))
            return None
        version, say = document.version, _wording(server, document)
        edits = await asyncio.to_thread(format_edits, document.text)
        return [say.edit(one) for one in edits] if document.version == version else None


def _answer_mistakes(server: Server, desk: Desk) -> None:
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    @server.guarded
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        document = desk.get(params.text_document.uri)
        known = await desk.current(document) if document is not None else None
        if document is None or known is None:
            return None
        version, say = document.version, _wording(server, document)
        lines = (params.range.start.line, params.range.end.line)
        found = await asyncio.to_thread(fixes, document.text, lines, known)
        return [say.action(one, document.uri) for one in found] if document.version == version else None


def _run_requests(server: Server, commands: Commands) -> None:
    @server.command(RUN)
    @server.guarded
    async def run_request(*arguments: Any) -> dict[str, object] | None:
        return await server.cancellable(commands.do("run", arguments))

    @server.command(CURL)
    @server.guarded
    async def show_as_curl(*arguments: Any) -> dict[str, object] | None:
        return await server.cancellable(commands.do("curl", arguments))
