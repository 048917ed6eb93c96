"""What the commands above a request do: run it, show it as curl, and say what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from runner.errors import ExitCode
from runner.language_server.desk import Desk, Document
from runner.language_server.entries import Entry
from runner.language_server.protocol import arguments_of
from runner.language_server.running import Action, Outcome, Processes, command, is_saved

UNSAVED: Final = "Save the file first: what is run is the file as it is saved, and the text on the screen is another."
GONE: Final = "There is no such request in the file any more."
BUSY: Final = "This request is being run already."
NOT_ASKED: Final = "This command is for what stands above a request."


class Commands:
    """Runs requests for one editor, none of them twice at the same time."""

    def __init__(self, server: LanguageServer, desk: Desk) -> None:
        self._server = server
        self._desk = desk
        self._processes = Processes()
        self._busy: set[tuple[str, str, Action]] = set()
        self._idle = asyncio.Event()

    async def end(self) -> None:
        """End what is under way, and answer it."""
        await self._processes.end()
        while self._busy:
            await self._idle.wait()

    async def do(self, action: Action, arguments: Sequence[object]) -> dict[str, object]:
        """Do it, show what came of it, and answer the same for editors that look at answers."""
        asked = arguments_of(arguments)
        if asked is None:
            return self._refused(NOT_ASKED)
        uri, name, line = asked
        ready = await self._desk.ready(uri)
        if ready is None:
            return self._refused(GONE)
        document, known = ready
        named = [one for one in known.entries if one.name == name and not one.include]
        if document.path is None or not named:
            return self._refused(GONE)
        if not is_saved(document.path, document.text):
            return self._refused(UNSAVED)
        key = (uri, name, action)
        if key in self._busy:
            return self._refused(BUSY)
        self._busy.add(key)
        self._idle.clear()
        try:
            entry = min(named, key=lambda one: abs(one.label.line - line))
            outcome = await self._outcome(action, document, entry)
        finally:
            self._busy.discard(key)
            if not self._busy:
                self._idle.set()
        return self._told(action, document, name, outcome)

    async def _outcome(self, action: Action, document: Document, entry: Entry) -> Outcome:
        context = self._desk.context
        assert document.path is not None  # noqa: S101  # looked at by the only caller
        words = command(action, document.path, entry.label.line, self._desk.inputs, context.settled.values)
        return await self._processes.run(words, self._desk.working(document.path), context.environ)

    def _told(self, action: Action, document: Document, name: str, outcome: Outcome) -> dict[str, object]:
        server = self._server
        kind = types.MessageType.Info if outcome.code == ExitCode.OK else types.MessageType.Warning
        server.window_log_message(types.LogMessageParams(kind, outcome.output))
        if action == "run":
            document.outcomes[name] = outcome.summary
            server.window_show_message(types.ShowMessageParams(kind, f"{name}: {outcome.summary}"))
            self._refresh()
        else:
            server.window_show_message(types.ShowMessageParams(kind, outcome.output))
        return {"code": outcome.code, "summary": outcome.summary, "output": outcome.output}

    def _refused(self, why: str) -> dict[str, object]:
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, why))
        return {"code": None, "summary": why, "output": ""}

    def _refresh(self) -> None:
        """Have the editor ask again for what stands above requests, if it can."""
        workspace = self._server.client_capabilities.workspace
        if workspace is not None and workspace.code_lens is not None and workspace.code_lens.refresh_support:
            self._server.workspace_code_lens_refresh(None)
