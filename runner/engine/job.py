"""What a plan consists of: the requests of one file's run."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from runner.engine.scope import Scope
from runner.model import Collection, Phase, RequestSpec
from runner.variables.template import placeholders


class Planned(NamedTuple):
    """One request to run. ``position`` is its place among all requests of its file's run, from 0; ``families`` are
    the numbers of the includes around it, from the outside (0 is the file itself), ``cleans`` is the one that its
    teardown belongs to; ``sources`` maps each variable that it takes from a response to the request that captures it;
    ``needs`` are the other requests that must have passed; ``setup`` prepares the included file that it stands in."""

    spec: RequestSpec
    name: str
    position: int
    scope: Scope
    phase: Phase = "requests"
    families: tuple[int, ...] = (0,)
    cleans: int = 0
    sources: Mapping[str, str] = MappingProxyType({})
    needs: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()


class Job(NamedTuple):
    """One file's run: its own variables, its requests in order. ``skipped`` is why none of them runs; ``round`` says
    which repetition it is."""

    collection: Collection
    scope: Scope
    requests: tuple[Planned, ...] = ()
    skipped: str = ""
    round: str = ""

    @property
    def label(self) -> str:
        """How reports name the data row, empty without one."""
        return self.scope.variables.label


def names_read(spec: RequestSpec, scope: Scope) -> dict[str, frozenset[str]]:
    """Every variable that stands in a request, with those that its value is made from."""
    if not spec.node.templated:
        return {}
    nodes = [node for response in (False, True) for node in spec.nodes(response=response)]
    written = dict.fromkeys(found.name for node in nodes for found, _ in placeholders(node))
    return {name: scope.variables.uses(name) for name in written}
