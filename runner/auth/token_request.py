"""What a token endpoint is asked (RFC 6749, 2.3.1, 4.3, 4.4 and 6)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote_plus, urlencode

from runner import settings
from runner.auth.flow import Credentials
from runner.loading.auth import DEFAULT_GRANT, GRANT_FIELDS, OF_ONE_GRANT
from runner.messages import Options, Request
from runner.resolve import DEFAULT_HEADERS
from runner.settings import BadValue

LARGEST: Final = 1_000_000
"""Bytes of an answer; one with a token has a few thousand."""


def grant_of(credentials: Credentials) -> str:
    return credentials.get("grant") or DEFAULT_GRANT


def check_fields(credentials: Credentials) -> None:
    """What could not be known before the placeholders were filled; raises ``RenderError``."""
    try:
        settings.token_url(credentials.get("token_url"))
    except BadValue as error:
        raise credentials.problem("token_url", error.message, error.hint) from None
    grant = grant_of(credentials)
    if grant not in GRANT_FIELDS:
        raise credentials.problem("grant", "this grant is not known", f"Write one of {', '.join(GRANT_FIELDS)}.")
    for name in GRANT_FIELDS[grant]:
        if name not in credentials.values:
            raise credentials.problem(name, f'oauth2 needs "{name}"', f"grant: {grant} takes it.")


def starting(credentials: Credentials, options: Options) -> Request:
    """The request for a first token, sent as the request that it is for (limits of time, certificates)."""
    grant = grant_of(credentials)
    own = [name for name in GRANT_FIELDS[grant] if name in OF_ONE_GRANT]
    fields = [("grant_type", grant), *((name, credentials.get(name)) for name in own)]
    request = Request("POST", credentials.get("token_url").strip().split("#")[0], options=_limited(options))
    return _asking(request, credentials, fields)


def refreshing(start: Request, credentials: Credentials, refresh_token: str) -> Request:
    """The request for the next token."""
    return _asking(start, credentials, [("grant_type", "refresh_token"), ("refresh_token", refresh_token)])


def _limited(options: Options) -> Options:
    """No redirect is followed and no cookie sent: what goes to a token endpoint goes there alone."""
    return options._replace(redirects=0, max_size=LARGEST, kept_cookies=False)


def _asking(request: Request, credentials: Credentials, fields: Sequence[tuple[str, str]]) -> Request:
    """``request`` with a form of these fields, and with what tells who asks."""
    client, secret, scope = (credentials.get(name) for name in ("client_id", "client_secret", "scope"))
    form = [*fields, *([("scope", scope)] if scope else [])]
    headers = [(name, value) for name, value in DEFAULT_HEADERS if name != "Accept"]
    headers += [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
    if secret and credentials.get("client_auth") != "body":
        pair = f"{quote_plus(client)}:{quote_plus(secret)}"
        headers.append(("Authorization", "Basic " + b64encode(pair.encode()).decode("ascii")))
    elif client:
        form += [("client_id", client), *([("client_secret", secret)] if secret else [])]
    return request._replace(headers=tuple(headers), body=urlencode(form).encode())
