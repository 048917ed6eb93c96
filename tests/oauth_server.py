"""An authorization server and an API behind it on the loopback interface: oauthlib's server, nothing of the program's.

``POST /token`` gives tokens, ``/api`` wants one. ``POST /forget`` makes every token invalid, as a server does that
was started again.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Literal
from urllib.parse import unquote_plus

from oauthlib.common import Request as OauthRequest
from oauthlib.oauth2 import RequestValidator, Server as AuthorizationServer

CLIENT: Final = ("reports/app", "s3cr3t: &+\u00fc%2F")
PUBLIC_CLIENT: Final = "public"
USER: Final = ("ann", "open sesame")
SCOPES: Final = {"read", "write"}


@dataclass
class Client:
    """What oauthlib wants of a client."""

    client_id: str


@dataclass
class Grants(RequestValidator):
    """Who may have a token, and the tokens that were given."""

    access: set[str] = field(default_factory=set)
    refresh: dict[str, list[str]] = field(default_factory=dict)
    rotates: bool = True

    def client_authentication_required(self, request: OauthRequest, *_: object, **__: object) -> bool:
        return request.client_id != PUBLIC_CLIENT

    def authenticate_client(self, request: OauthRequest, *_: object, **__: object) -> bool:
        given = _basic(request.headers) or (request.client_id, request.client_secret)
        request.client = Client(CLIENT[0])
        return given == CLIENT

    def authenticate_client_id(self, client_id: str, request: OauthRequest, *_: object, **__: object) -> bool:
        request.client = Client(client_id)
        return client_id == PUBLIC_CLIENT

    def validate_grant_type(self, client_id: str, *_: object, **__: object) -> bool:
        return bool(client_id)

    def validate_scopes(self, client_id: str, scopes: list[str], *_: object, **__: object) -> bool:  # noqa: ARG002
        return set(scopes) <= SCOPES

    def get_default_scopes(self, *_: object, **__: object) -> list[str]:
        return ["read"]

    def get_original_scopes(self, refresh_token: str, *_: object, **__: object) -> list[str]:
        return self.refresh[refresh_token]

    def validate_user(self, username: str, password: str, *_: object, **__: object) -> bool:
        return (username, password) == USER

    def validate_refresh_token(self, refresh_token: str, *_: object, **__: object) -> bool:
        return refresh_token in self.refresh

    def rotate_refresh_token(self, _request: OauthRequest) -> bool:
        return self.rotates

    def save_bearer_token(self, token: Any, request: OauthRequest, *_: object, **__: object) -> None:
        self.access.add(token["access_token"])
        if self.rotates:
            self.refresh.pop(str(request.refresh_token), None)
        if "refresh_token" in token:
            self.refresh[token["refresh_token"]] = list(request.scopes or [])

    def validate_bearer_token(self, token: str, *_: object, **__: object) -> bool:
        return token in self.access


def _basic(headers: Mapping[str, str]) -> tuple[str, str] | None:
    """Client and secret of HTTP Basic, form-encoded as RFC 6749, 2.3.1 has them."""
    scheme, _, pair = headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return None
    client, _, secret = base64.b64decode(pair).decode("ascii").partition(":")
    return unquote_plus(client), unquote_plus(secret)


@dataclass
class OauthServer:
    """A running server, and what came in: the forms that asked for tokens, the tokens that came to the API."""

    url: str = ""
    grants: Grants = field(default_factory=Grants)
    lifetime: int = 3600
    asked: list[str] = field(default_factory=list)
    presented: list[str] = field(default_factory=list)

    def answer(self, handler: Handler, body: str) -> tuple[int, str]:
        """Status and body."""
        headers = dict(handler.headers.items())
        method: Literal["GET", "POST"] = "POST" if handler.command == "POST" else "GET"
        server = AuthorizationServer(self.grants, token_expires_in=self.lifetime)
        uri = f"https://127.0.0.1{handler.path}"  # oauthlib refuses http; what protects the way is not its matter here
        if handler.path == "/token":
            self.asked.append(body)
            _, text, status = server.create_token_response(uri, method, body, headers)
            return int(status), str(text)
        if handler.path == "/forget":
            self.grants.access.clear()
            return 200, "{}"
        self.presented.append(headers.get("Authorization", ""))
        valid, _ = server.verify_request(uri, method, body, headers, ["read"])
        return (200, json.dumps({"seen": headers.get("Authorization")})) if valid else (401, "{}")


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Both methods are answered alike."""
        if name in ("do_GET", "do_POST"):
            return self.handle_any
        raise AttributeError(name)

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        with self.server.lock:
            status, text = self.server.oauth.answer(self, body)
        self.send_response_only(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class's signature
        """Say nothing."""


class Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, oauth: OauthServer) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.oauth = oauth
        self.lock = threading.Lock()


@contextmanager
def serve_oauth() -> Iterator[OauthServer]:
    """The server; it stops at the end."""
    oauth = OauthServer()
    with Listener(oauth) as listener:
        oauth.url = f"http://127.0.0.1:{listener.server_port}"
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield oauth
        finally:
            listener.shutdown()
            thread.join()
