"""Variables that are secret for how a file uses them: what authentication is made from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from runner.model import Collection, RequestSpec, SecretRules
from runner.node import Node
from runner.variables.scope import Variables
from runner.variables.secrets import is_login_cookie, is_secret
from runner.variables.template import placeholders

COOKIE_VARIABLE = re.compile(r"([^\s=;]+)=<<\s*([A-Za-z_][\w.-]*)")
PROXIES = frozenset(("http_proxy", "https_proxy", "all_proxy"))
PROXY_PASSWORD = re.compile(r"^(?:[^/?#@]*://)?[^/?#@:]*:([^/?#]*)@")
PROXY_VARIABLE = re.compile(r"://[^\s/@:]*:<<\s*([A-Za-z_][\w.-]*)")
CREDENTIALS = frozenset({"token", "password", "value", "client_secret", "refresh_token", "secret_key", "session_token"})
"""Fields of ``auth`` that must not be seen."""


def declare_credentials(collection: Collection, variables: Variables) -> None:
    """Whatever their names, from before any of them is shown; those that their defaults are made from as well."""
    for spec in collection.own_requests:
        for node in _credentials(spec, collection.secrets):
            for placeholder, _ in placeholders(node):
                for one in (placeholder.name, *variables.uses(placeholder.name)):
                    variables.declare_secret(one)
        for name in _in_text(spec):
            variables.declare_secret(name)


def proxy_passwords(environ: Mapping[str, str]) -> Iterator[str]:
    """Those in the URLs of proxies that the environment names, as they are written and as they are sent."""
    for name, url in environ.items():
        if name.lower() in PROXIES and (found := PROXY_PASSWORD.search(url)) is not None:
            yield from {found[1], unquote(found[1])}


def _credentials(spec: RequestSpec, rules: SecretRules) -> Iterator[Node]:
    """Fields of ``auth``, and headers, query parameters and cookies by the names of such."""
    if spec.auth is not None:
        yield from (node for name, node in spec.auth.fields.items() if name in CREDENTIALS)
    for key, value in (*spec.headers, *spec.query):
        name = str(key.value)
        if name.lower() in ("authorization", "proxy-authorization") or is_secret(name, rules):
            yield value
    for key, value in spec.cookies.items if spec.cookies is not None else ():
        if is_login_cookie(str(key.value), rules):
            yield value


def _in_text(spec: RequestSpec) -> Iterator[str]:
    """Variables inside a ``Cookie`` header, by the cookie's name, and in the place of a proxy's password."""
    for key, value in spec.headers:
        if str(key.value).lower() == "cookie":
            pairs = COOKIE_VARIABLE.findall(str(value.value))
            yield from (variable for cookie, variable in pairs if is_login_cookie(cookie, SecretRules()))
    if spec.proxy is not None:
        yield from PROXY_VARIABLE.findall(str(spec.proxy.value))
