"""Our authentication as Postman's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner.exporting.postman.texts import Texts
from runner.model import AuthSpec
from runner.node import Plain

NAMES: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "bearer": ("bearer", {"token": "token"}),
    "basic": ("basic", {"username": "username", "password": "password"}),
    "digest": ("digest", {"username": "username", "password": "password"}),
    "api_key": ("apikey", {"name": "key", "value": "value", "in": "in"}),
    "aws_sigv4": (
        "awsv4",
        {
            "access_key": "accessKey",
            "secret_key": "secretKey",
            "session_token": "sessionToken",
            "region": "region",
            "service": "service",
        },
    ),
    "oauth2": (
        "oauth2",
        {
            "token_url": "accessTokenUrl",
            "client_id": "clientId",
            "client_secret": "clientSecret",
            "scope": "scope",
            "username": "username",
            "password": "password",
            "client_auth": "client_authentication",
        },
    ),
}
"""By our scheme, Postman's type and what it calls the fields."""
GRANTS: Final = {"client_credentials": "client_credentials", "password": "password_credentials"}


def auth_of(auth: AuthSpec, texts: Texts) -> dict[str, Plain]:
    """What stands under ``auth``."""
    kind, names = NAMES[auth.scheme]
    fields: dict[str, str] = {}
    if auth.scheme == "oauth2":
        grant = auth.fields.get("grant")
        word = "client_credentials" if grant is None else str(grant.value)
        if word not in GRANTS:
            message = f"OAuth 2.0 with the grant {word} is left out: Postman asks for its token by itself"
            texts.known.note(
                auth.node.location, message, "Get a token there, or put one into the variable ACCESS_TOKEN."
            )
            return _auth("bearer", {"token": "{{ACCESS_TOKEN}}"})
        fields = {"grant_type": GRANTS[word], "addTokenTo": "header"}
    fields |= {names[name]: texts.text(node) for name, node in auth.fields.items() if name in names}
    return _auth(kind, fields)


def _auth(kind: str, fields: Mapping[str, str]) -> dict[str, Plain]:
    return {"type": kind, kind: [{"key": key, "value": value, "type": "string"} for key, value in fields.items()]}
