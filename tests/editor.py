"""An editor: a client of the language server over its standard input and output, strict in what it reads there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
PATIENCE: Final = 30.0
CURSOR: Final = "▮"
"""Stands in texts of tests where the cursor is."""

Json = dict[str, Any]


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What the server starts with: nothing of the machine's own variables but what programs need."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "XDG_CACHE_HOME", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **(more or {})}


def split_cursor(text: str) -> tuple[str, int, int]:
    """The text without its cursor, and the line and column (in UTF-16 units) of it."""
    before, _, after = text.partition(CURSOR)
    lines = before.replace("\r\n", "\n").split("\n")
    return before + after, len(lines) - 1, len(lines[-1].encode("utf-16-le")) // 2


class Editor:
    """One server and what it said. ``heard`` are its notifications and requests in the order in which they came."""

    def __init__(
        self,
        folder: Path,
        *options: str,
        environ: Mapping[str, str] | None = None,
        flags: Sequence[str] = (),
        command: Sequence[str] = (),
    ) -> None:
        """With a ``command`` the server is another than ours."""
        self.folder = folder
        self.heard: list[Json] = []
        self.noise = b""
        self.settings: Json = {}
        self._answers: Queue[Json | None] = Queue()
        self._number = 0
        self._told = 0
        """How many of those that were heard a test has looked at."""
        self._versions: dict[str, int] = {}
        self.process = subprocess.Popen(
            command or [sys.executable, *flags, "-m", "runner", "lsp", *options],
            cwd=folder,
            env=environment(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()
        self.errors = b""
        self._error_reader = Thread(target=self._read_errors, daemon=True)
        self._error_reader.start()

    def _read_errors(self) -> None:
        assert self.process.stderr is not None
        self.errors = self.process.stderr.read()

    def _read(self) -> None:
        """Nothing but messages may come: what is no header is kept as noise, and nothing is read any more."""
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            if not line.lower().startswith(b"content-length:"):
                self.noise = line
                break
            length = int(line.split(b":")[1])
            while stream.readline().strip():
                pass
            self._answers.put(json.loads(stream.read(length)))
        self._answers.put(None)

    def _send(self, message: Json) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method: str, params: object) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: object) -> Any:
        """The result of a request."""
        answer = self.asked(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def asked(self, method: str, params: object) -> Json:
        """The whole answer of a request."""
        return self.answer_of(self.send(method, params))

    def answer_of(self, number: int) -> Json:
        """The whole answer of a request that was sent."""
        return self._until(lambda one: one.get("id") == number and "method" not in one)

    def send(self, method: str, params: object) -> int:
        """Ask without waiting for the answer."""
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        return self._number

    def _until(self, wanted: Callable[[Json], bool]) -> Json:
        while True:
            try:
                message = self._answers.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"no answer; standard error: {self.errors!r}") from None
            assert message is not None, f"the server is gone: {self.noise!r} {self.errors!r}"
            if "method" in message:
                self.heard.append(message)
                if "id" in message:
                    self._send({"id": message["id"], "result": self._reply(message)})
            if wanted(message):
                return message

    def _reply(self, message: Json) -> object:
        """What an editor answers a server: its settings, and nothing else."""
        if message["method"] != "workspace/configuration":
            return None
        return [self.settings.get(one.get("section")) for one in message["params"]["items"]]

    def hear(self, method: str, holds: Callable[[Json], bool] = lambda _: True) -> Json:
        """The parameters of the next notification of a kind."""
        for at, one in enumerate(self.heard[self._told :], start=self._told + 1):
            if one["method"] == method and holds(one["params"]):
                self._told = at
                return dict(one["params"])
        params: Json = self._until(lambda one: one.get("method") == method and holds(one["params"]))["params"]
        self._told = len(self.heard)
        return params

    def initialize(self, **more: object) -> Json:
        """Say hello; no pause is made while somebody types."""
        params = {
            "processId": None,
            "rootUri": self.folder.as_uri(),
            "workspaceFolders": [{"uri": self.folder.as_uri(), "name": "tests"}],
            "capabilities": {},
            "initializationOptions": {"delay": 0},
        }
        result: Json = self.ask("initialize", {**params, **more})
        self.notify("initialized", {})
        return result

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def open(self, name: str, text: str) -> str:
        """Open a document that need not be on the disk."""
        uri = self.uri(name)
        self._versions[uri] = 1
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return uri

    def change(self, uri: str, text: str) -> None:
        self._versions[uri] += 1
        document = {"uri": uri, "version": self._versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def mistakes(self, uri: str) -> list[Json]:
        """What is wrong with a document, when it is told next."""
        found: list[Json] = self.hear("textDocument/publishDiagnostics", lambda one: one["uri"] == uri)["diagnostics"]
        return found

    def at(self, method: str, uri: str, line: int, column: int) -> Any:
        position = {"line": line, "character": column}
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, "position": position})

    def of(self, method: str, uri: str, **more: object) -> Any:
        return self.ask(f"textDocument/{method}", {"textDocument": {"uri": uri}, **more})

    def do(self, command: str, *arguments: object) -> Any:
        return self.ask("workspace/executeCommand", {"command": command, "arguments": list(arguments)})

    def end(self) -> int:
        """Say good-bye as the protocol wants it; the exit code."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        return self.gone()

    def gone(self) -> int:
        code = self.process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        self._error_reader.join(PATIENCE)
        self.close()
        return code

    def close(self) -> None:
        """Leave nothing behind."""
        with suppress(OSError):
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


@contextmanager
def editor(folder: Path, *options: str, environ: Mapping[str, str] | None = None) -> Iterator[Editor]:
    """A server in a folder, ready; at the end it goes in peace, having said nothing but the protocol."""
    found = Editor(folder, *options, environ=environ)
    try:
        found.initialize()
        yield found
        assert found.end() == 0
        assert found.noise == b""
        assert found.errors == b"", found.errors.decode()
    finally:
        found.close()
