"""What the engine needs from anything that answers requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol, TypeAlias

from runner.messages import Exchange, Request, Response
from runner.transport.jar import CookieJar

Hear: TypeAlias = Callable[[str], Callable[[bytes], None]]
"""Called with the media type of a stream that begins; what it gives is called with each piece of the decompressed body,
in the thread that sends."""


class Step(NamedTuple):
    """One request on the wire, with its cookies, sent ``at`` seconds after the exchange began; ``redirect`` is the
    answer to it if that led on to the next step."""

    request: Request
    at: float = 0.0
    redirect: Response | None = None


class Transport(Protocol):
    """Sends one request at a time. What goes wrong on the way is an ``Exchange`` with an error, not an exception;
    only KeyboardInterrupt and faults of the program itself are raised."""

    def send(self, request: Request, jar: CookieJar | None = None, hear: Hear | None = None) -> Exchange:
        """Send, follow redirects, read the body whole; with the cookies of ``jar``, which keeps those that are set.
        ``hear`` is told of a stream as it comes."""
        ...

    def abort(self) -> None:
        """Called from another thread: the exchange under way, if there is one, ends soon, as an error."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Stepping(Transport, Protocol):
    """A transport that knows how it came to the last answer: ``steps`` are those of the last exchange."""

    steps: list[Step]
