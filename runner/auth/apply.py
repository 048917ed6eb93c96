"""Adds what ``auth`` says to a request: RFC 6750 (bearer), RFC 7617 (basic), or an API key of one's own."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

from runner.errors import RenderError
from runner.messages import Request
from runner.model import AuthSpec
from runner.node import Plain
from runner.resolve import add_query, with_header
from runner.source import Diagnostic
from runner.variables.scope import Variables

CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key"})
MIN_LITERAL = 8


def authenticate(
    request: Request, auth: AuthSpec | None, variables: Variables, mark_secret: Callable[[Plain], None]
) -> Request:
    """``request`` with its credentials; they are marked as secrets even where a file has them in the clear."""
    for name, value in request.headers:
        if name.lower() in CREDENTIAL_HEADERS:
            credentials = value.split(" ", 1)[-1] if name.lower().endswith("authorization") else value
            if len(credentials) >= MIN_LITERAL:
                mark_secret(credentials)
    if auth is None:
        return request
    values = {name: variables.render_text(node) for name, node in auth.fields.items()}
    try:
        if auth.scheme == "bearer":
            return _header(request, auth, ("Authorization", "Bearer ", values["token"]), mark_secret)
        if auth.scheme == "basic":
            return _basic(request, auth, values, mark_secret)
        return _api_key(request, auth, values, mark_secret)
    except UnicodeEncodeError:
        raise _wrong(auth, "holds half a character (a lone surrogate)") from None


def _basic(request: Request, auth: AuthSpec, values: dict[str, str], mark_secret: Callable[[Plain], None]) -> Request:
    if ":" in values["username"]:
        raise _wrong(auth, "cannot be sent: a user name with a colon in it would end there")
    mark_secret(values["password"])
    pair = b64encode(f"{values['username']}:{values['password']}".encode()).decode("ascii")
    return _header(request, auth, ("Authorization", "Basic ", pair), mark_secret)


def _api_key(request: Request, auth: AuthSpec, values: dict[str, str], mark_secret: Callable[[Plain], None]) -> Request:
    place = values.get("in", "header")
    if place == "header":
        return _header(request, auth, (values["name"], "", values["value"]), mark_secret)
    if place != "query" or not values["value"]:
        raise _wrong(auth, "is empty" if place == "query" else f'cannot be sent in "{place}"')
    mark_secret(values["value"])
    return request._replace(url=add_query(request.url, [(values["name"], values["value"])]))


def _header(
    request: Request, auth: AuthSpec, header: tuple[str, str, str], mark_secret: Callable[[Plain], None]
) -> Request:
    name, prefix, credentials = header
    if not credentials or any(char in credentials for char in "\r\n\0"):
        raise _wrong(auth, "is more than one line" if credentials else "is empty")
    mark_secret(credentials)
    return with_header(request, name, prefix + credentials)


def _wrong(auth: AuthSpec, what: str) -> RenderError:
    hint = "Look at the variable it comes from."
    return RenderError(Diagnostic("auth", f"the {auth.scheme} value {what}", hint, auth.node.source, auth.node.span))
