"""The values that are set outside of a file's ``variables``, first hit first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from runner.node import Node, Plain
from runner.variables.captures import Found
from runner.variables.environment import Outside

Render = Callable[[Node], Plain]


class Given(NamedTuple):
    """A value that holds in one scope only: of a row, or what ``render`` makes of the ``node`` of a ``with``."""

    value: Plain
    origin: str
    node: Node | None = None
    render: Render | None = None
    used_in: Callable[[Node], frozenset[str]] | None = None

    @property
    def uses(self) -> frozenset[str]:
        """The variables, outside of the scope, that it is made from."""
        return self.used_in(self.node) if self.node is not None and self.used_in is not None else frozenset()


class Layers(NamedTuple):
    """``--var``, then what holds in this scope only, the environment, env files. Of an outer scope the values are in
    ``local``, too, behind those of this one."""

    outside: Outside
    local: Mapping[str, Given]

    def values(self, name: str) -> Iterator[Found]:
        """Every value of a name, empty ones too; raises ``RenderError`` where a ``with`` cannot be filled."""
        outside = self.outside
        if name in outside.options:
            yield Found(outside.options[name], "--var")
        if name in self.local:
            given = self.local[name]
            if given.node is not None and given.render is not None:
                given = given._replace(value=given.render(given.node))
            yield Found(given.value, given.origin)
        if name in outside.environ:
            yield Found(outside.environ[name], "the environment")
        for file in outside.files:
            if name in file.values:
                yield Found(file.values[name], file.name)

    def empty_in(self, name: str) -> list[str]:
        """Where a name is set to nothing."""
        plain = self._replace(local={key: one for key, one in self.local.items() if one.node is None})
        return [found.origin for found in plain.values(name) if found.value == ""]

    def searched(self) -> list[str]:
        """The places that are looked at for a value, as a message names them."""
        files = [file.name for file in self.outside.files]
        local = dict.fromkeys(given.origin for given in self.local.values())
        return ["captures of earlier requests", "--var", *local, "the environment", *files, *self.outside.searched]

    def names(self) -> set[str]:
        """All that somebody who misspelt one may have meant; the environment has too many."""
        return {*self.outside.options, *self.local}.union(*(file.values for file in self.outside.files))
