"""What ``show --as curl`` prints of a request: one command, or two where the first gets what the second needs."""

from __future__ import annotations

from contextlib import closing
from typing import Final, NamedTuple

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Flow, Means
from runner.auth.tokens import Tokens
from runner.convert.curl import Login, Mask, to_curl
from runner.messages import Request
from runner.model import AuthSpec

ACCESS_TOKEN: Final = "stands-for-the-access-token"  # noqa: S105  # no token: the command has a variable in its place
VARIABLE: Final = "ACCESS_TOKEN"
TAKE_OUT: Final = r"""sed -n 's/.*"access_token"[[:space:]]*:[[:space:]]*"\([^"]*\)".*/\1/p'"""


class Script(NamedTuple):
    """Lines for comments, and the commands."""

    commands: str
    notes: tuple[str, ...] = ()


def to_commands(request: Request, auth: AuthSpec | None, means: Means, mask: Mask) -> Script:
    """The commands for ``request`` without its credentials; those of the tokens that ``means`` has are a variable.
    ``mask`` hides what no variable holds."""
    variables = means.variables
    credentials = credentials_of(auth, means)
    first = _first(authenticate(request, credentials, means))
    if credentials is None or credentials.auth.scheme in ("bearer", "basic", "api_key"):
        return Script(to_curl(first, variables.secret_texts(), mask=mask))
    scheme, values = credentials.auth.scheme, credentials.values
    if scheme == "digest":
        login = Login("--digest", values["username"], values["password"])
        return Script(to_curl(request, variables.secret_texts(), login, mask))
    if scheme == "aws_sigv4":
        option = f"--aws-sigv4 'aws:amz:{values['region']}:{values['service']}'"
        login = Login(option, values["access_key"], values["secret_key"])
        return Script(to_curl(_to_be_signed(first), variables.secret_texts(), login, mask))
    fetching = _first(authenticate(request, credentials, means._replace(tokens=Tokens())))
    secrets = variables.secret_texts()
    token = f'{VARIABLE}="$(\n{to_curl(fetching, secrets, mask=mask)} |\n  {TAKE_OUT}\n)"'
    use = to_curl(first, {**secrets, VARIABLE: ACCESS_TOKEN}, mask=mask)
    return Script(f"{token}\n{use}", ("One command cannot say this: the first gets the token for the second.",))


def _to_be_signed(request: Request) -> Request:
    """A signed request without what curl adds by itself, and without a header that older ones sort wrongly."""
    left_out = ("authorization", "x-amz-date", "accept-encoding")
    return request._replace(headers=tuple(one for one in request.headers if one[0].lower() not in left_out))


def _first(flow: Flow) -> Request:
    with closing(flow):
        return next(flow)
