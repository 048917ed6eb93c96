"""Which variables a variable's default refers to, directly or through others."""

from __future__ import annotations

from collections.abc import Mapping

from runner.model import Collection
from runner.node import Node
from runner.variables.template import TemplateError, is_own, placeholders

Uses = Mapping[str, frozenset[str]]


def direct_uses(variables: Mapping[str, Node]) -> Uses:
    """For each default with placeholders the names that stand in it."""
    return {name: _named(node) for name, node in variables.items() if node.templated}


def reachable(name: str, direct: Uses) -> frozenset[str]:
    """All names that ``name`` may depend on."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        new = direct.get(one, frozenset()) - found
        if new:
            found |= new
            waiting.extend(new)
    return frozenset(found)


def _named(node: Node) -> frozenset[str]:
    try:
        return frozenset(one.name for one, _ in placeholders(node) if not one.name.startswith("$"))
    except TemplateError:
        return frozenset()


def used_names(collection: Collection) -> set[str]:
    """Every variable that a file speaks of, or one that it includes."""
    own = collection.own_requests
    nodes = [node for spec in own for one in (False, True) for node in spec.nodes(response=one)]
    examples = [example.node for spec in own for example in spec.examples]
    given = [node for include in collection.includes for node in include.given.values()]
    written = {
        found.name
        for node in (*nodes, *examples, *given, *collection.variables.values(), *(key for key, _ in collection.prices))
        for found, _ in placeholders(node)
        if not is_own(found.name)
    }
    found = {*written, *collection.variables, *(str(node.value) for node in collection.requires)}
    return found.union(*(used_names(include.collection) for include in collection.includes))
