"""Names that are given once each, and what comes under one name more than once."""

from __future__ import annotations

from runner.writing.layout import Value


class Taken:
    """Names that are given once each: the second of a name gets a number."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._numbers: dict[str, int] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def take(self, name: str) -> str:
        """``name``, with a number behind it if it is taken."""
        found, number = name, self._numbers.get(name, 2)
        while found in self._names:
            found, number = f"{name} {number}", number + 1
        self._numbers[name] = number
        self._names.add(found)
        return found


def add(made: dict[str, Value], key: str, value: Value) -> None:
    """One more value of ``key``: of several it has a list."""
    known = made.get(key)
    if isinstance(known, list):
        known.append(value)
    else:
        made[key] = [known, value] if key in made else value
