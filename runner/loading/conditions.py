"""Decodes ``when`` and ``needs``: under which conditions a request is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runner.loading.fields import read_texts
from runner.loading.matchers import decode_matcher
from runner.loading.problems import Problems, suggestion
from runner.loading.schemas import SchemaFiles
from runner.model import Condition, Include, RequestSpec
from runner.node import Node
from runner.variables.template import NAME, Placeholder, TemplateError, parse_template

IN_ORDER = "requests are sent in the order of the file."
WHEN_HINT = "Write <<NAME>>: value, or <<NAME>>: {operator: …}, one a line."


def decode_when(node: Node | None, schemas: SchemaFiles, problems: Problems) -> tuple[Condition, ...]:
    """Each variable and what its value must be."""
    if node is None:
        return ()
    if node.kind != "mapping" or not node.items:
        shown = "empty" if node.kind == "mapping" else node.type_name
        problems.error("kind", node, f"when is a mapping of variables, this is {shown}", WHEN_HINT)
        return ()
    found = []
    for key, value in node.items:
        _check_subject(key, problems)
        matcher = decode_matcher(value, problems)
        schemas.check_named(matcher)
        if matcher is not None:
            found.append(Condition(key, matcher))
    return tuple(found)


def _check_subject(key: Node, problems: Problems) -> None:
    """A key is one placeholder; one that cannot be read is told with all others."""
    text = str(key.value)
    try:
        parts = parse_template(text)
    except TemplateError:
        return
    if len(parts) != 1 or not isinstance(parts[0], Placeholder):
        hint = f"Write <<{text}>>: …" if NAME.fullmatch(text) else WHEN_HINT
        problems.error("when", key, f'"{text}" is not a variable', hint)


def decode_needs(node: Node | None, problems: Problems) -> tuple[Node, ...]:
    """The names, each a node at its own place; a single one may stand without the list."""
    if node is None:
        return ()
    if node.kind == "mapping":
        message = "needs is a list of names of requests, this is a mapping"
        problems.error("kind", node, message, "Write needs: [name, name].")
        return ()
    read_texts(node, "the name of a request", problems)
    return tuple(node.as_list)


def without_early_needs(items: Sequence[RequestSpec | Include], defaults: Node | None) -> list[RequestSpec | Include]:
    """``needs`` of ``defaults`` hold for the requests behind those that they name: what everything needs does not
    need itself, and what leads there does not either."""
    shared = defaults.get("needs") if defaults is not None else None
    if shared is None:
        return list(items)
    common = {id(node) for node in shared.as_list}
    order = _order([spec for item in items for spec in item.requests])
    found: list[RequestSpec | Include] = []
    position = 0
    for item in items:
        if isinstance(item, RequestSpec):
            needs = (one for one in item.needs if id(one) not in common or order.get(str(one.value), -1) < position)
            found.append(item._replace(needs=tuple(needs)))
        else:
            found.append(item)
        position += len(item.requests)
    return found


def _order(specs: Sequence[RequestSpec]) -> dict[str, int]:
    """The position of each name, of a conversation that of its last turn."""
    order: dict[str, int] = {}
    for position, spec in enumerate(specs):
        order.setdefault(str(spec.name.value), position)  # that of an included file may stand several times
    order |= {str(spec.conversation.value): at for at, spec in enumerate(specs) if spec.conversation is not None}
    return order


def check_needs(specs: Sequence[RequestSpec], problems: Problems) -> None:
    """Each name is that of a request which runs before; ``specs`` are in the order in which they run. Names are
    compared as they are written, before their placeholders are filled."""
    if not any(spec.needs for spec in specs):
        return
    order = _order(specs)
    circles = {id(node): names for node, names in _circles(specs, order)}
    for position, spec in enumerate(specs):
        for node in spec.needs:
            name = str(node.value)
            if name not in order and isinstance(node.value, str) and name.strip():
                hint = suggestion(name, order, "Requests here")
                problems.error("needs", node, f'there is no request named "{name}"', hint)
            elif id(node) in circles:
                message = f"requests need each other in a circle: {' → '.join(circles[id(node)])}"
                problems.error("needs", node, message, "Take one of these needs out.")
            elif order.get(name, -1) >= position and not any(name in names for names in circles.values()):
                found = specs[order[name]]
                hint = f'Move "{name}" (line {(found.conversation or found.node).line}) up: {IN_ORDER}'
                if found.phase != spec.phase:
                    hint = f"It is part of {found.phase}, which runs after {spec.phase}."
                problems.error("needs", node, f'"{name}" runs after the request that needs it', hint)


def with_whole_conversations(items: Sequence[RequestSpec | Include]) -> tuple[RequestSpec | Include, ...]:
    """``items`` in which the need for a conversation is one for each of its turns."""
    turns: dict[str, list[str]] = {}
    for spec in (one for item in items for one in item.requests):
        if spec.conversation is not None:
            turns.setdefault(str(spec.conversation.value), []).append(str(spec.name.value))
    if not turns:
        return tuple(items)

    def needs(spec: RequestSpec) -> Iterator[Node]:
        for node in spec.needs:
            yield from (node.renamed(name) for name in turns.get(str(node.value), [str(node.value)]))

    return tuple(
        item._replace(needs=tuple(needs(item))) if isinstance(item, RequestSpec) and item.needs else item
        for item in items
    )


def _circles(specs: Sequence[RequestSpec], order: dict[str, int]) -> Iterator[tuple[Node, list[str]]]:
    """Each circle once: the need that closes it, and the names on the way round."""
    done: set[str] = set()
    for start in order:
        if start not in done:
            yield from _walk(start, specs, order, done)


def _walk(
    start: str, specs: Sequence[RequestSpec], order: dict[str, int], done: set[str]
) -> Iterator[tuple[Node, list[str]]]:
    """Depth first, without recursion: a file may have thousands of requests, each in need of the one before."""
    path = [start]
    waiting = [iter(specs[order[start]].needs)]
    while path:
        node = next(waiting[-1], None)
        if node is None:
            done.add(path.pop())
            waiting.pop()
            continue
        name = str(node.value)
        if name in path:
            yield node, [*path[path.index(name) :], name]
        elif name in order and name not in done:
            path.append(name)
            waiting.append(iter(specs[order[name]].needs))
