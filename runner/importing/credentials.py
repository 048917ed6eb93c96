"""Which variables are credentials by where they are used, whatever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from runner.variables.letting_in import RULES, lets_in
from runner.variables.secrets import is_login_cookie
from runner.writing.layout import Commented, Value

USED: Final = re.compile(r"(?<!\\)<<([A-Za-z_][\w.-]*+)")
OF_LOGINS: Final = frozenset(("bearer", "password", "value", "client_secret", "secret_key", "refresh_token"))
"""What is a secret below ``auth``, by its key."""
NAMED: Final = frozenset(("headers", "query", "form", "multipart", "json", "graphql", "cookies"))
"""Parts of a request whose values are told by their names."""


def used_as_credentials(request: Value) -> Iterator[str]:
    """The variables of a request, or of ``defaults``, that stand where a password, a key or a token does."""
    inner = request.value if isinstance(request, Commented) else request
    for key, value in inner.items() if isinstance(inner, Mapping) else ():
        if key == "auth":
            yield from _of_auth(value)
        elif key in NAMED:
            yield from _of_names(value, key)


def _of_auth(auth: Value) -> Iterator[str]:
    for key, value in auth.items() if isinstance(auth, Mapping) else ():
        if isinstance(value, Mapping):
            yield from _of_auth(value)
            if value.get("password") == "":
                yield from _names(value.get("username"))  # a name without a password is a key
        elif key in OF_LOGINS:
            yield from _names(value)


def _of_names(value: Value, part: str) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for one in value:
            yield from _of_names(one, part)
    for key, one in value.items() if isinstance(value, Mapping) else ():
        if isinstance(one, Mapping | list | tuple):
            yield from _of_names(one, part)
        elif is_login_cookie(key, RULES) if part == "cookies" else _is_credential(key, part):
            yield from _names(one)


def _is_credential(name: str, part: str) -> bool:
    is_header = part == "headers" and name.lower() in ("authorization", "proxy-authorization", "cookie")
    return is_header or lets_in(name, plain_key=part in ("headers", "query"))


def _names(value: Value) -> Iterator[str]:
    yield from USED.findall(value) if isinstance(value, str) else ()
