"""What every authentication scheme is: a generator of requests that is given their exchanges and does no I/O itself."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from typing import NamedTuple, TypeAlias

from runner.auth.tokens import Tokens
from runner.clock import Clock
from runner.errors import RenderError
from runner.messages import Exchange, Request
from runner.model import AuthSpec
from runner.node import Plain
from runner.resolve import with_header
from runner.variables.scope import Variables

Flow: TypeAlias = Generator[Request, Exchange, Exchange]
"""Yields each request to send, is given its exchange, and returns the one that is the answer. Raises ``RenderError``
where there is nothing to send."""


class Means(NamedTuple):
    """What schemes work with, beside a request and what the file says."""

    variables: Variables
    clock: Clock
    tokens: Tokens
    mark_secret: Callable[[Plain], None]


class Credentials(NamedTuple):
    """What the file says, its placeholders filled."""

    auth: AuthSpec
    values: Mapping[str, str]

    def get(self, name: str) -> str:
        """A value; empty if there is none."""
        return self.values.get(name, "")

    def problem(self, name: str, message: str, hint: str) -> RenderError:
        """The error that points at a value, or at all of it where that is not written."""
        node = self.auth.fields.get(name, self.auth.node)
        return RenderError(node.diagnostic("auth", message, hint))

    def wrong(self, what: str) -> RenderError:
        """The error of a value that cannot be sent."""
        return self.problem("", f"the {self.auth.scheme} value {what}", "Look at the variable it comes from.")


Scheme: TypeAlias = Callable[[Request, Credentials, Means], Flow]


def with_credentials(request: Request, credentials: Credentials, header: tuple[str, str, str]) -> Request:
    """``request`` with a header of name, prefix and value; a value that no header can carry is an error."""
    name, prefix, value = header
    if not value or any(char in value for char in "\r\n\0"):
        raise credentials.wrong("is more than one line" if value else "is empty")
    return with_header(request, name, prefix + value)
