"""Answers an editor: each request of the protocol goes to the module that owns the feature."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from lsprotocol import types

from runner.language_server.commands import Commands
from runner.language_server.completion import complete
from runner.language_server.definition import definition
from runner.language_server.desk import Desk
from runner.language_server.edits import format_edits
from runner.language_server.fixes import fixes
from runner.language_server.hover import hover
from runner.language_server.offers import narrowed
from runner.language_server.protocol import CURL, RUN, WATCHED, can_watch, delay_of, path_of
from runner.language_server.server import Server
from runner.language_server.symbols import lenses, symbols

TRIGGERS: Final = ("<", "|", "$", ".", "[", "/", " ")


def add_handlers(server: Server, desk: Desk, commands: Commands) -> None:
    """Have ``server`` answer all that it can."""
    _keep_documents(server, desk)
    _keep_files(server, desk)
    _answer_cursor(server, desk)
    _answer_document(server, desk)
    _answer_mistakes(server, desk)
    _run_requests(server, commands)


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


def _keep_files(server: Server, desk: Desk) -> None:
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


def _answer_cursor(server: Server, desk: Desk) -> None:
    options = types.CompletionOptions(trigger_characters=list(TRIGGERS))

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, options)
    @server.guarded
    async def completions(params: types.CompletionParams) -> types.CompletionList | None:
        document = desk.get(params.text_document.uri)
        if document is None or not document.may_become_one:
            return None
        known = await desk.first(document)
        say = server.wording(document)
        cursor = (params.position.line, say.column(params.position))
        line = document.lines[cursor[0]] if cursor[0] < len(document.lines) else ""
        offers, grows = narrowed(complete(document.lines, cursor, known), line, cursor[1])
        return types.CompletionList(grows, [say.item(one, order) for order, one in enumerate(offers)])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    @server.guarded
    async def hovers(params: types.HoverParams) -> types.Hover | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        say = server.wording(document)
        told = hover(document.lines, (params.position.line, say.column(params.position)), known)
        return say.hover(told) if told is not None else None

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    @server.guarded
    async def definitions(params: types.DefinitionParams) -> list[types.Location] | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        say = server.wording(document)
        found = definition(document.lines, (params.position.line, say.column(params.position)), known)
        return [say.location(one, document.uri) for one in found]


def _answer_document(server: Server, desk: Desk) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    @server.guarded
    async def document_symbols(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol] | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        say = server.wording(document)
        return [say.symbol(one) for one in symbols(known)]

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    @server.guarded
    async def code_lenses(params: types.CodeLensParams) -> list[types.CodeLens] | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        if document.path is None:
            return None
        say = server.wording(document)
        return [say.lens(one, document.uri) for one in lenses(known, document.outcomes)]

    @server.feature(types.TEXT_DOCUMENT_FORMATTING)
    @server.guarded
    async def formatting(params: types.DocumentFormattingParams) -> list[types.TextEdit] | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        if not known.loads:
            message = "It is not formatted: it has mistakes, and what it means must be known first."
            server.window_log_message(types.LogMessageParams(types.MessageType.Warning, message))
            return None
        version, say = document.version, server.wording(document)
        edits = await asyncio.to_thread(format_edits, document.text)
        return [say.edit(one) for one in edits] if document.version == version else None


def _answer_mistakes(server: Server, desk: Desk) -> None:
    options = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, options)
    @server.guarded
    async def code_actions(params: types.CodeActionParams) -> list[types.CodeAction] | None:
        ready = await desk.ready(params.text_document.uri)
        if ready is None:
            return None
        document, known = ready
        version, say = document.version, server.wording(document)
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

    @server.feature(types.SHUTDOWN)
    @server.guarded
    async def shut_down(_params: None = None) -> None:
        await commands.end()  # pygls would stumble over requests that it cancels
        server.is_shut_down = True
