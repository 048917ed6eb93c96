"""Finds the scheme that ``auth`` names and starts it with its values filled in."""

from __future__ import annotations

import re
from typing import cast

from runner import registry
from runner.auth.flow import Credentials, Flow, Means, Scheme
from runner.messages import Request
from runner.model import AuthSpec

CREDENTIAL_HEADERS = frozenset({"authorization", "proxy-authorization", "x-api-key", "api-key", "x-goog-api-key"})
MIN_LITERAL = 8
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def credentials_of(auth: AuthSpec | None, means: Means) -> Credentials | None:
    """What the file says, its placeholders filled; raises ``RenderError``."""
    if auth is None:
        return None
    credentials = Credentials(auth, {name: means.variables.render_text(node) for name, node in auth.fields.items()})
    if any(LONE_SURROGATE.search(value) for value in credentials.values.values()):
        raise credentials.wrong("holds half a character (a lone surrogate)")
    return credentials


def authenticate(request: Request, credentials: Credentials | None, means: Means) -> Flow:
    """The flow of ``request``; its credentials are marked as secrets even where a file has them in the clear."""
    for name, value in request.headers:
        if name.lower() in CREDENTIAL_HEADERS:
            literal = value.split(" ", 1)[-1] if name.lower().endswith("authorization") else value
            if len(literal) >= MIN_LITERAL:
                means.mark_secret(literal)
    if credentials is None:
        return _as_it_is(request)
    scheme = cast(Scheme, registry.load(registry.AUTH[credentials.auth.scheme]))
    return scheme(request, credentials, means)


def _as_it_is(request: Request) -> Flow:
    return (yield request)
