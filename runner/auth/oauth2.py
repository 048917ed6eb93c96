"""``oauth2``: a token from a token endpoint (RFC 6749), sent as a bearer token (RFC 6750)."""

from __future__ import annotations

from collections.abc import Generator
from typing import Final

from runner.auth.flow import Credentials, Flow, Means, with_credentials
from runner.auth.token_answer import Refused, Told, read_token
from runner.auth.token_request import check_fields, grant_of, refreshing, starting
from runner.auth.tokens import Slot, Token
from runner.errors import RenderError
from runner.messages import Exchange, Request

Fetching = Generator[Request, Exchange, Token]
UNAUTHORIZED: Final = 401
REMEDIES: Final = {
    "invalid_client": "Check client_id and client_secret. Some servers want them in the body: client_auth: body.",
    "invalid_scope": "Check scope: it must be one that this client may ask for.",
    "invalid_request": "The server misses something or does not know it; its documentation says what it takes.",
    "unauthorized_client": "This client may not use this grant. Allow it at the server, or use another grant.",
    "unsupported_grant_type": "The server does not know this grant. Use another one.",
}
"""What to do about the errors of RFC 6749, 5.2; ``invalid_grant`` depends on the grant."""
REFUSED_GRANTS: Final = {
    "password": "Check username and password.",
    "refresh_token": "The refresh token has ended, was used before or belongs to another client: get a new one.",
}
UNKNOWN: Final = "The documentation of the server says what this means."
AT: Final = {"invalid_client": "client_id", "invalid_scope": "scope", "unsupported_grant_type": "grant"}
"""The value that an error points at."""


def oauth2(request: Request, credentials: Credentials, means: Means) -> Flow:
    """With the run's token; a 401 gets the request a new token once."""
    for name in ("client_secret", "password", "refresh_token"):
        means.mark_secret(credentials.get(name))
    check_fields(credentials)
    if means.tokens.stand_in:
        return (yield _with_token(request, credentials, Token(means.tokens.stand_in)))
    start = starting(credentials, request.options)
    slot = means.tokens.slot((start.url, start.headers, start.body))
    with slot.lock:
        token = slot.token
        if token is None or token.has_ended(means.clock.monotonic()):
            token = yield from _renew(slot, start, credentials, means)
    exchange = yield _with_token(request, credentials, token)
    if exchange.response is None or exchange.response.status != UNAUTHORIZED:
        return exchange
    with slot.lock:
        if slot.token is None or slot.token is token:
            token = yield from _renew(slot, start, credentials, means)
        else:
            token = slot.token
    return (yield _with_token(request, credentials, token))


def _with_token(request: Request, credentials: Credentials, token: Token) -> Request:
    return with_credentials(request, credentials, ("Authorization", "Bearer ", token.access))


def _renew(slot: Slot, start: Request, credentials: Credentials, means: Means) -> Fetching:
    """A new token into ``slot``: by its refresh token if there is one, else as the first one came."""
    old, slot.token = slot.token, None
    if old is not None and old.refresh:
        exchange = yield refreshing(start, credentials, old.refresh)
        answer = read_token(exchange, means.clock.monotonic(), means.mark_secret)
        if isinstance(answer, Token):
            slot.token = answer._replace(refresh=answer.refresh or old.refresh)
            return slot.token
    exchange = yield start
    answer = read_token(exchange, means.clock.monotonic(), means.mark_secret)
    if not isinstance(answer, Token):
        raise _problem(answer, credentials)
    slot.token = answer
    return answer


def _problem(answer: Refused | Told, credentials: Credentials) -> RenderError:
    if isinstance(answer, Told):
        return credentials.problem("token_url", answer.message, answer.hint)
    grant = grant_of(credentials)
    if answer.code == "invalid_grant":
        hint = REFUSED_GRANTS.get(grant, UNKNOWN)
        return credentials.problem(grant if grant == "refresh_token" else "password", answer.message, hint)
    return credentials.problem(AT.get(answer.code, "token_url"), answer.message, REMEDIES.get(answer.code, UNKNOWN))
