"""The server of pygls, hardened: no message goes without an answer, and no fault shows what a document holds."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from functools import wraps
from json import JSONDecodeError
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidRequest
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method
from pygls.protocol.json_rpc import JsonRPCNotification

from runner import __version__
from runner.cli.context import Context
from runner.language_server.desk import Document
from runner.language_server.protocol import NAME, Wording
from runner.language_server.texts import Units

P = ParamSpec("P")
T = TypeVar("T")
UNHEARD: Final = "$/unreadable"


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

    def wording(self, document: Document) -> Wording:
        """What says of a document in the words of the protocol."""
        units = self.workspace.position_encoding
        return Wording(document.lines, cast(Units, getattr(units, "value", units)), self.folders)

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
