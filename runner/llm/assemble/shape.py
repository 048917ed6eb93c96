"""What is needed of a shape: chunks in, a message out."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from runner.node import Plain


class Delta(NamedTuple):
    """What a chunk brings: ``text`` for people to read, and whether it is ``content`` at all: text, a refusal,
    reasoning or a part of a tool call."""

    text: str = ""
    content: bool = False


NOTHING = Delta()


class Shape(Protocol):
    """The message of one provider on its way. ``name`` is what messages call it; ``end_mark`` is the event that ends
    it whole, empty where the chunks themselves say that they end."""

    name: str
    end_mark: str

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        """Whether a chunk is of this shape; some are of every shape (pings) and are taken by none."""
        ...

    def add(self, chunk: dict[str, Plain]) -> Delta:
        """The next chunk."""
        ...

    @property
    def ended(self) -> bool:
        """Whether the chunks themselves have said that they end."""
        ...

    def missing(self) -> str:
        """What a whole message would have and this one has not; empty if nothing is missing."""
        ...

    def document(self) -> Plain:
        """The message as far as it has come."""
        ...
