"""What responses gave to the run of one file: shared by all of its scopes, and by the threads that send."""

from __future__ import annotations

from threading import RLock
from typing import NamedTuple

from runner.node import Plain


class Found(NamedTuple):
    """A variable's value and where it came from, as a message names it."""

    value: Plain
    origin: str


class Captures:
    """Values by name, the latest of each. ``order`` has the name of every capture, so that a scope can tell what is
    new to it; ``declared`` are names that are secret for how they are used; ``lock`` guards what scopes remember."""

    def __init__(self) -> None:
        self.values: dict[str, Found] = {}
        self.order: list[str] = []
        self.declared: set[str] = set()
        self.lock = RLock()

    def keep(self, name: str, found: Found) -> None:
        """From now on ``name`` is this value."""
        with self.lock:
            self.values[name] = found
            self.order.append(name)
