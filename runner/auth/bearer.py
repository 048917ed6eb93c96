"""``bearer``: a token that is there (RFC 6750)."""

from __future__ import annotations

from runner.auth.flow import Credentials, Flow, Means, with_credentials
from runner.messages import Request


def bearer(request: Request, credentials: Credentials, means: Means) -> Flow:
    token = credentials.get("token")
    means.mark_secret(token)
    return (yield with_credentials(request, credentials, ("Authorization", "Bearer ", token)))
