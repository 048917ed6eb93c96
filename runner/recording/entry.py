"""What a recording holds, as plain values: each exchange with whose it was, and what its values stood for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from runner.messages import Request, Response, TransportError
from runner.node import Plain

URL_MARK = "url"
"""The place under which an entry's marks have the template of its URL; others are those of query and body."""


class Owner(NamedTuple):
    """The request of a collection that an exchange was sent for; ``file`` as the user named it."""

    file: str = ""
    row: str = ""
    round: str = ""
    request: str = ""


NOBODY = Owner()


class Entry(NamedTuple):
    """One request on the wire and what became of it: a response, an error, or both for a stream that broke off.

    ``started`` is in seconds since the Unix epoch, ``duration`` and the times in ``response`` are in seconds from
    there. ``marks`` says of places in the request which placeholders stood there, where their values are not the same
    in every run; ``verbatim`` are those where what looks like a mask is none. ``withheld`` says why the answer could
    not be kept; ``stand_ins`` have what a replay puts in the place of secrets in it."""

    request: Request
    started: float
    duration: float = 0.0
    response: Response | None = None
    error: TransportError | None = None
    owner: Owner = NOBODY
    marks: Mapping[str, str] = MappingProxyType({})
    verbatim: tuple[str, ...] = ()
    withheld: str = ""
    stand_ins: Mapping[str, Plain] = MappingProxyType({})

    @property
    def shown(self) -> str:
        """As messages name it."""
        named = f' ("{self.owner.request}")' if self.owner.request else ""
        return f"{self.request.method} {self.request.url}{named}"


class Recording(NamedTuple):
    """A recording that was read; ``name`` is the file as the user named it, ``left_out`` how many exchanges in it went
    over no HTTP."""

    name: str
    entries: tuple[Entry, ...]
    left_out: int = 0

    @property
    def started(self) -> float:
        """When the first exchange began, in seconds since the Unix epoch."""
        return min(one.started for one in self.entries)
