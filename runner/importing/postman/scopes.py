"""Postman's scopes while scripts are read in their order: which has the value of a name, and who has asked for it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from runner.importing.draft import USED
from runner.importing.scripts import Script
from runner.writing.layout import Value

GLOBALS, COLLECTION, ENVIRONMENT, LOCAL = range(4)
"""Scopes, the wider before the narrower."""
CALLED: Final = ("the globals", "the collection", "the environment", "pm.variables")
WRITERS: Final[Mapping[tuple[str, ...], int]] = {
    ("pm", "globals", "set"): GLOBALS,
    ("pm", "collectionVariables", "set"): COLLECTION,
    ("pm", "environment", "set"): ENVIRONMENT,
    ("pm", "variables", "set"): LOCAL,
    ("postman", "setGlobalVariable"): GLOBALS,
    ("postman", "setEnvironmentVariable"): ENVIRONMENT,
}
"""What a script calls to put a value into a scope."""


class Scopes:
    """Which scope has each name's value, while the scripts are read in their order."""

    def __init__(self) -> None:
        self._of: dict[str, int] = {}
        self._given: Counter[str] = Counter()
        self._before: set[str] = set()
        self._read: set[str] = set()

    def reads(self, *values: Value) -> None:
        """The next request, or what stands before all of them, fills in the names in it."""
        self._before |= self._read
        self._read = set(USED.findall(json.dumps(values, default=str)))

    def may_fix(self, script: Script, name: str) -> bool:
        """Whether a value that a script gives, and which stands there, may hold from the beginning: nothing else has
        given the name one before, and nothing has asked for it. A script of several requests gives it again and
        again."""
        is_read = name in self._before or (script.when != "prerequest" and name in self._read)
        return self._given[name] == 1 and not (is_read or script.is_of_all or script.folder)

    def give(self, names: Iterable[str], scope: int) -> None:
        """These have a value in a scope; where a narrower one has one, that changes nothing."""
        for name in names:
            self._of[name] = max(scope, self._of.get(name, scope))
            self._given[name] += 1

    def hidden_by(self, writer: Sequence[str | int], name: str) -> str:
        """The scope that goes before that which a script puts the name's value into; if none does, it is that one."""
        scope = WRITERS[tuple(map(str, writer))]
        self.give((name,), scope)
        return CALLED[self._of[name]] if self._of[name] > scope else ""
