"""``basic``: user name and password (RFC 7617)."""

from __future__ import annotations

from base64 import b64encode

from runner.auth.flow import Credentials, Flow, Means, with_credentials
from runner.messages import Request


def basic(request: Request, credentials: Credentials, means: Means) -> Flow:
    username, password = credentials.get("username"), credentials.get("password")
    if ":" in username:
        raise credentials.wrong("cannot be sent: a user name with a colon in it would end there")
    pair = b64encode(f"{username}:{password}".encode()).decode("ascii")
    means.mark_secret(password)
    means.mark_secret(pair)
    return (yield with_credentials(request, credentials, ("Authorization", "Basic ", pair)))
