"""``FILE:LINE`` while the file is edited: the requests that stood there, wherever they stand now."""

from __future__ import annotations

from collections.abc import Sequence

from runner.cli.targets import Target
from runner.engine.places import standing_on
from runner.engine.plan import Selector
from runner.model import Collection
from runner.source import Diagnostic


class Pinned:
    """Selects by name what stood on the lines at first. Only when nothing of that name is left, by line again."""

    def __init__(self) -> None:
        self._lines: dict[str, frozenset[int]] = {}
        self._names: dict[str, frozenset[str]] = {}

    @property
    def is_pointed(self) -> bool:
        """Whether a line stands behind any of the paths."""
        return any(self._lines.values())

    def narrow(self, targets: list[Target]) -> list[Target]:
        """The files as wholes; their lines are kept."""
        self._lines = {target.name: target.lines for target in targets}
        return [target._replace(lines=frozenset()) for target in targets]

    def selected(self, collection: Collection, _row: str) -> Selector:
        """Whether a request is wanted; raises ``NothingToRun`` if none stands there."""
        file = collection.source.name
        lines = self._lines[file]
        if not lines:
            return lambda _spec, _name: True
        names = self._names.get(file, frozenset())
        if names.isdisjoint(str(spec.name.value) for spec in collection.requests):
            stands = standing_on(collection, lines)
            names = frozenset(str(spec.name.value) for spec in collection.requests if stands(spec, ""))
            self._names[file] = names
        return lambda spec, _name: str(spec.name.value) in names

    def warnings(self, _collections: Sequence[Collection]) -> list[Diagnostic]:
        """None."""
        return []
