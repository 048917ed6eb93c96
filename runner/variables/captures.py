"""What responses gave to the run of one file: shared by all of its scopes, and by the threads that send."""

from __future__ import annotations

from collections.abc import Mapping
from threading import RLock
from typing import NamedTuple

from runner.node import Plain


class Found(NamedTuple):
    """A variable's value and where it came from, as a message names it."""

    value: Plain
    origin: str


class Captures:
    """Values by name, the latest of each. ``count`` says how often one has changed and ``changed`` which change was the
    last of a name, so that a scope can tell what is new to it; ``declared`` are names that are secret for how they are
    used; ``lock`` guards what scopes remember."""

    def __init__(self) -> None:
        self.values: dict[str, Found] = {}
        self.count = 0
        self.changed: dict[str, int] = {}
        self.declared: set[str] = set()
        self.lock = RLock()

    def keep(self, name: str, found: Found) -> None:
        """From now on ``name`` is this value."""
        with self.lock:
            self.values[name] = found
            self._change(name)

    def go_back(self, values: Mapping[str, Found]) -> None:
        """From now on there are these values alone, some of those that there were."""
        with self.lock:
            for name, found in list(self.values.items()):
                before = values.get(name)
                if before is None:
                    del self.values[name]
                elif before is not found:
                    self.values[name] = before
                else:
                    continue
                self._change(name)

    def since(self, count: int) -> set[str]:
        """The names that have changed since there were ``count`` changes."""
        return {name for name, number in self.changed.items() if number > count}

    def _change(self, name: str) -> None:
        self.count += 1
        self.changed[name] = self.count
