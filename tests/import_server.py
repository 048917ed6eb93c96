"""A service that imports files, as a process of its own: ``python tests/import_server.py [DIES_AT]``.

Prints its port, then a line for each request that it answered. ``DIES_AT`` is the number of looks at an import after
which it kills itself in the middle of answering.
"""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sys
from email.message import Message
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

PASSWORD: Final = "correct horse battery"
TOKEN: Final = "t-9b1d5e7730c2"
LOOKS_UNTIL_DONE: Final = 3


class Service(ThreadingHTTPServer):
    """What it knows; one client at a time."""

    daemon_threads = True

    def __init__(self, dies_at: int) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.dies_at = dies_at
        self.looks = 0
        self.sessions = 0
        self.imports: dict[str, list[dict[str, str]]] = {}


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Service

    def log_message(self, *_: object) -> None:
        pass

    def answer(self, status: int, value: object = None) -> None:
        body = b"" if value is None else json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        tell(f"{status} {self.command} {self.path}")

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def may_enter(self) -> bool:
        if self.headers.get("Authorization") == f"Bearer {TOKEN}" and self.server.sessions:
            return True
        self.answer(401, {"error": {"message": f"Who are you? Not {self.headers.get('Authorization')}."}})
        return False

    def do_POST(self) -> None:
        body = self.body()
        if self.path == "/sessions":
            known = json.loads(body) == {"account": "importer", "password": PASSWORD}
            self.server.sessions += known
            self.answer(201 if known else 403, {"token": TOKEN} if known else {"message": "wrong password"})
        elif self.path == "/imports" and self.may_enter():
            rows = self.parts(body)["rows"].get_payload(decode=True)
            assert isinstance(rows, bytes)
            name = f"imp_{len(self.server.imports) + 1}"
            self.server.imports[name] = list(csv.DictReader(io.StringIO(rows.decode())))
            self.answer(202, {"id": name, "state": "waiting"})

    def parts(self, body: bytes) -> dict[str, Message]:
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser().parsebytes(head + body).walk()
        return {str(part.get_param("name", header="content-disposition")): part for part in parts}

    def do_GET(self) -> None:
        if not self.may_enter():
            return
        if self.path.startswith("/imports/"):
            self.look(self.path.removeprefix("/imports/"))
        else:
            self.answer(200, self.server.imports.get(self.path.partition("import=")[2], []))

    def look(self, name: str) -> None:
        self.server.looks += 1
        if self.server.looks == self.server.dies_at:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{")
            os.kill(os.getpid(), signal.SIGKILL)
        done = self.server.looks >= LOOKS_UNTIL_DONE
        rows = len(self.server.imports[name])
        self.answer(200, {"id": name, "state": "done" if done else "running", "rows": rows if done else None})

    def do_DELETE(self) -> None:
        if self.may_enter():
            if self.path == "/sessions/me":
                self.server.sessions -= 1
            else:
                del self.server.imports[self.path.removeprefix("/imports/")]
            self.answer(204)


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    service = Service(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    tell(str(service.server_port))
    service.serve_forever()


if __name__ == "__main__":
    main()
