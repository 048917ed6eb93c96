"""What the engine needs from anything that answers requests."""

from __future__ import annotations

from typing import Protocol

from runner.messages import Exchange, Request


class Transport(Protocol):
    """Sends one request at a time. What goes wrong on the way is an ``Exchange`` with an error, not an exception;
    only KeyboardInterrupt and faults of the program itself are raised."""

    def send(self, request: Request) -> Exchange:
        """Send, follow redirects, read the body whole."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...
