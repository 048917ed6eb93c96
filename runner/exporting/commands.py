"""A request as commands for curl: one, or two where the first gets what the second needs."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Final, NamedTuple, TypeAlias

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Flow, Means
from runner.auth.tokens import Tokens
from runner.convert.curl import Files, Login, Mask, Secrets, quoted, to_curl
from runner.messages import Request
from runner.model import AuthSpec

ACCESS_TOKEN: Final = "stands-for-the-access-token"  # noqa: S105  # no token: the command has a variable in its place
VARIABLE: Final = "ACCESS_TOKEN"
Values: TypeAlias = Mapping[str, str]
TAKE_OUT: Final = r"""sed -n 's/.*"access_token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p'"""


class Script(NamedTuple):
    """Lines for comments, and the commands."""

    commands: str
    notes: tuple[str, ...] = ()


class Words(NamedTuple):
    """How a request is written: ``mask`` hides what no variable holds; ``values`` are those of variables, by default of
    the secrets among them; ``files`` say what its body is made of, which else is written as it is."""

    mask: Mask = str
    values: Values | None = None
    files: Files | None = None


def to_commands(request: Request, auth: AuthSpec | None, means: Means, words: Words) -> Script:
    """The commands for ``request`` without its credentials; those of the tokens that ``means`` has are a variable."""
    mask, values, files = words

    def secrets() -> Values:
        return means.variables.secret_texts() if values is None else values

    credentials = credentials_of(auth, means)
    first = _first(authenticate(request, credentials, means))
    if credentials is None or credentials.auth.scheme in ("bearer", "basic", "api_key"):
        return Script(to_curl(first, secrets(), None, mask, files))
    scheme, fields = credentials.auth.scheme, credentials.values
    if scheme == "digest":
        login = Login("--digest", fields["username"], fields["password"])
        return Script(to_curl(request, secrets(), login, mask, files))
    if scheme == "aws_sigv4":
        signed = Secrets(secrets(), mask).split(f"aws:amz:{fields['region']}:{fields['service']}")
        login = Login(f"--aws-sigv4 {quoted(signed)}", fields["access_key"], fields["secret_key"])
        return Script(to_curl(_to_be_signed(first), secrets(), login, mask, files))
    fetching = _first(authenticate(request, credentials, means._replace(tokens=Tokens())))
    token = f'{VARIABLE}="$(\n{to_curl(fetching, secrets(), mask=mask)} |\n  {TAKE_OUT}\n)"'
    use = to_curl(first, {**secrets(), VARIABLE: ACCESS_TOKEN}, None, mask, files)
    return Script(f"{token}\n{use}", ("One command cannot say this: the first gets the token for the second.",))


def _to_be_signed(request: Request) -> Request:
    """A signed request without what curl adds by itself, and without a header that older ones sort wrongly."""
    left_out = ("authorization", "x-amz-date", "accept-encoding")
    return request._replace(headers=tuple(one for one in request.headers if one[0].lower() not in left_out))


def _first(flow: Flow) -> Request:
    with closing(flow):
        return next(flow)
