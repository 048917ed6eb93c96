"""What the engine needs from anything that answers requests."""

from __future__ import annotations

from typing import Protocol

from runner.messages import Exchange, Request
from runner.transport.jar import CookieJar


class Transport(Protocol):
    """Sends one request at a time. What goes wrong on the way is an ``Exchange`` with an error, not an exception;
    only KeyboardInterrupt and faults of the program itself are raised."""

    def send(self, request: Request, jar: CookieJar | None = None) -> Exchange:
        """Send, follow redirects, read the body whole; with the cookies of ``jar``, which keeps those that are set."""
        ...

    def abort(self) -> None:
        """Called from another thread: the exchange under way, if there is one, ends soon, as an error."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
