"""An answer that is there already, for the engine to judge."""

from __future__ import annotations

from runner.messages import Exchange, Request
from runner.transport.base import Hear
from runner.transport.jar import CookieJar


class Given:
    """A transport that has the answer already."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:  # noqa: ARG002  # as in Transport
        """The answer."""
        return self._exchange

    def abort(self) -> None:
        """Nothing is under way."""

    def close(self) -> None:
        """Nothing is open."""
