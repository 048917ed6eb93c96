"""Decodes ``auth``: one scheme with its fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from runner import settings
from runner.loading.fields import read_fields, stands_misspelt
from runner.loading.problems import Problems
from runner.model import AuthScheme, AuthSpec
from runner.node import Node
from runner.settings import BadValue

AUTH_FIELDS: Final[dict[AuthScheme, tuple[str, ...]]] = {
    "bearer": (),
    "basic": ("username", "password"),
    "digest": ("username", "password"),
    "api_key": ("name", "value", "in"),
    "oauth2": (
        "token_url",
        "client_id",
        "client_secret",
        "scope",
        "grant",
        "username",
        "password",
        "refresh_token",
        "client_auth",
    ),
    "aws_sigv4": ("access_key", "secret_key", "session_token", "region", "service"),
}
OPTIONAL: Final[Mapping[str, frozenset[str]]] = {
    "api_key": frozenset({"in"}),
    "oauth2": frozenset(AUTH_FIELDS["oauth2"]) - {"token_url"},
    "aws_sigv4": frozenset({"session_token"}),
}
CHOICES: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("api_key", "in"): ("header", "query"),
    ("oauth2", "grant"): ("client_credentials", "password", "refresh_token"),
    ("oauth2", "client_auth"): ("header", "body"),
}
WRONG_CHOICE: Final = {
    "in": "an API key goes in the header or the query",
    "grant": "this grant is not known",
    "client_auth": "a client says who it is in the header or in the body",
}
DEFAULT_GRANT: Final = "client_credentials"
GRANT_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "client_credentials": ("client_id", "client_secret"),
    "password": ("username", "password"),
    "refresh_token": ("refresh_token",),
}
"""What each grant needs; a name and a password, or a refresh token, are of use to no other."""
OF_ONE_GRANT: Final = {"username": "password", "password": "password", "refresh_token": "refresh_token"}


def decode_auth(node: Node | None, problems: Problems) -> AuthSpec | None:
    """``bearer: token``, ``basic: {…}`` and the like, or ``none``."""
    if node is None or (node.kind == "scalar" and node.value == "none"):
        return None
    if node.kind == "scalar":
        hint = f"Write none, or one of {', '.join(AUTH_FIELDS)} with what it needs: auth: {{bearer: <<API_KEY>>}}."
        problems.error("kind", node, f"auth is a mapping, this is {node.type_name}", hint)
        return None
    fields = read_fields(node, AUTH_FIELDS, "auth", problems)
    if len(fields) > 1 or (node.kind == "mapping" and not node.items):
        place = node.items[1][0] if node.items else node
        problems.error("auth", place, "auth takes one scheme", f"Write one of {', '.join(AUTH_FIELDS)}, or none.")
        return None
    for scheme, names in AUTH_FIELDS.items():
        if scheme in fields:
            return _decode_scheme(scheme, names, fields[scheme], problems)
    return None


def _decode_scheme(scheme: AuthScheme, names: tuple[str, ...], node: Node, problems: Problems) -> AuthSpec:
    values = read_fields(node, names, scheme, problems) if names else {"token": node}
    hint = f"It takes {', '.join(names)}."
    needed = {name: hint for name in names if name not in OPTIONAL.get(scheme, ())}
    if scheme == "oauth2":
        needed |= _of_grant(values, problems)
    for name, why in needed.items():
        if name not in values and node.kind == "mapping" and not stands_misspelt(node, name, names, scheme):
            problems.error("missing-key", node, f'{scheme} needs "{name}"', why)
    for name, value in values.items():
        if value.kind != "scalar" or value.value is None:
            what = scheme if name == "token" else f"{name} of {scheme}"
            problems.error(
                "kind", value, f"{what} is text, this is {value.type_name}", "Write a text or a placeholder."
            )
            continue
        choices = CHOICES.get((scheme, name))
        if choices and not value.templated and value.value not in choices:
            hint = f"Write {' or '.join(f'{name}: {one}' for one in choices)}."
            problems.error("value", value, WRONG_CHOICE[name], hint)
    if scheme == "oauth2" and "token_url" in values:
        _check_url(values["token_url"], problems)
    return AuthSpec(scheme, values, node)


def _check_url(node: Node, problems: Problems) -> None:
    if node.templated or node.kind != "scalar" or node.value is None:
        return
    try:
        settings.token_url(node.value)
    except BadValue as error:
        problems.error("url", node, error.message, error.hint)


def _of_grant(values: Mapping[str, Node], problems: Problems) -> dict[str, str]:
    """The names that the grant needs, as far as it is known, with the reason; those that it cannot use are told."""
    client = {"client_id": "A client_secret needs a client_id beside it."} if "client_secret" in values else {}
    written = values.get("grant")
    grant = DEFAULT_GRANT if written is None else str(written.value)
    if (written is not None and written.templated) or grant not in GRANT_FIELDS:
        return client
    for name, other in OF_ONE_GRANT.items():
        if name in values and other != grant:
            hint = f"Write grant: {other}, or leave it out."
            problems.error("grant", values[name], f"{name} is of no use to grant: {grant}", hint)
    why = f"grant: {grant} takes {' and '.join(GRANT_FIELDS[grant])}."
    return {**client, **dict.fromkeys(GRANT_FIELDS[grant], why)}
