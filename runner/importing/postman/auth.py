"""Postman's authentication as ours: a list of keys and values in version 2.1, a mapping in 2.0."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from runner.importing.draft import Draft
from runner.importing.json_source import Json, elements, mapping, text_of
from runner.writing.layout import Value

Fields = Mapping[str, str]


def auth_of(auth: Json, draft: Draft, place: str) -> Value:
    """What stands under ``auth:``. What cannot be said is told, and nothing is sent in its place."""
    kind = text_of(mapping(auth).get("type"))
    if kind == "noauth":
        return "none"
    make = SCHEMES.get(kind)
    if make is None:
        draft.note(
            place, f"the authentication {kind or 'without a type'} is not known here", "Write the header by hand."
        )
        return "none"
    return make(_fields(mapping(auth).get(kind), draft, place), draft, place)


def _fields(given: Json, draft: Draft, place: str) -> Fields:
    listed = ((text_of(mapping(one).get("key")), mapping(one).get("value")) for one in elements(given))
    pairs = given.items() if isinstance(given, Mapping) else listed
    return {key: draft.text(text_of(value), place) for key, value in pairs if value not in (None, "")}


def _bearer(fields: Fields, draft: Draft, place: str) -> Value:
    return {"bearer": _secret(fields.get("token", ""), "TOKEN", draft, place)}


def _login(scheme: str) -> Callable[[Fields, Draft, str], Value]:
    def make(fields: Fields, draft: Draft, place: str) -> Value:
        password = _secret(fields.get("password", ""), "PASSWORD", draft, place)
        return {scheme: {"username": fields.get("username", ""), "password": password}}

    return make


def _api_key(fields: Fields, draft: Draft, place: str) -> Value:
    value = _secret(fields.get("value", ""), "API_KEY", draft, place)
    made: dict[str, Value] = {"name": fields.get("key", "") or "X-API-Key", "value": value}
    return {"api_key": {**made, "in": "query"} if fields.get("in") == "query" else made}


def _aws(fields: Fields, draft: Draft, place: str) -> Value:
    made: dict[str, Value] = {
        "access_key": fields.get("accessKey", "") or "<<AWS_ACCESS_KEY_ID>>",
        "secret_key": _secret(fields.get("secretKey", ""), "AWS_SECRET_ACCESS_KEY", draft, place),
        "region": fields.get("region", "") or "us-east-1",
        "service": fields.get("service", "") or "execute-api",
    }
    if fields.get("sessionToken"):
        made["session_token"] = _secret(fields["sessionToken"], "AWS_SESSION_TOKEN", draft, place)
    return {"aws_sigv4": made}


def _oauth2(fields: Fields, draft: Draft, place: str) -> Value:
    """A grant that needs no browser; else the token that Postman kept, which somebody has to renew."""
    grants = {"client_credentials": "client_credentials", "password_credentials": "password"}
    grant = grants.get(fields.get("grant_type", ""))
    if grant is None or "accessTokenUrl" not in fields:
        if fields.get("grant_type", "") not in ("", *grants):
            hint = "Fetch a token by hand and put it into .env, or use client_credentials."
            draft.note(place, f"OAuth 2.0 with {fields['grant_type']} needs a browser", hint)
        return {"bearer": _secret(fields.get("accessToken", ""), "ACCESS_TOKEN", draft, place)}
    made: dict[str, Value] = {"token_url": fields["accessTokenUrl"]}
    if grant == "password":
        made["grant"] = grant
        made["username"] = fields.get("username", "")
        made["password"] = _secret(fields.get("password", ""), "PASSWORD", draft, place)
    made["client_id"] = fields.get("clientId", "")
    if fields.get("clientSecret"):
        made["client_secret"] = _secret(fields["clientSecret"], "CLIENT_SECRET", draft, place)
    if fields.get("scope"):
        made["scope"] = fields["scope"]
    if fields.get("client_authentication") == "body":
        made["client_auth"] = "body"
    return {"oauth2": made}


def _secret(value: str, name: str, draft: Draft, place: str) -> str:
    """A secret that stands in the clear goes to ``.env``; one that is a placeholder stays one."""
    return value if "<<" in value else draft.keep_secret(name, value, place)


SCHEMES: Final[Mapping[str, Callable[[Fields, Draft, str], Value]]] = {
    "bearer": _bearer,
    "basic": _login("basic"),
    "digest": _login("digest"),
    "apikey": _api_key,
    "awsv4": _aws,
    "oauth2": _oauth2,
}
