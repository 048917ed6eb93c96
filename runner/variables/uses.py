"""Which variables a variable's default refers to, directly or through others."""

from __future__ import annotations

from collections.abc import Mapping

from runner.node import Node
from runner.variables.template import TemplateError, placeholders


def uses(variables: Mapping[str, Node]) -> dict[str, frozenset[str]]:
    """For each default with placeholders all names it depends on; those of a circle are each other's."""
    direct = {name: _named(node) for name, node in variables.items() if node.templated}
    return {name: _reachable(name, direct) for name in direct}


def _named(node: Node) -> frozenset[str]:
    try:
        return frozenset(one.name for one, _ in placeholders(node) if not one.name.startswith("$"))
    except TemplateError:
        return frozenset()


def _reachable(name: str, direct: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found: set[str] = set()
    waiting = list(direct[name])
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(direct.get(one, ()))
    return frozenset(found)
