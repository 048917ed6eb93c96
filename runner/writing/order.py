"""Which mappings of a collection have an order of keys, and which key goes where."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from runner.loading.collection import PHASES, TOP_KEYS
from runner.loading.expect import EXPECT_KEYS
from runner.loading.outline import Block, Item, Named, Outline
from runner.loading.request import DEFAULTS_KEYS, REQUEST_KEYS
from runner.node import Plain

Order = Mapping[str, int]


def _places(keys: Sequence[str]) -> Order:
    return {key: place for place, key in enumerate(keys)}


TOP: Final = _places(TOP_KEYS)
REQUEST: Final = _places(tuple(REQUEST_KEYS))
DEFAULTS: Final = _places(DEFAULTS_KEYS)
EXPECT: Final = _places(tuple(EXPECT_KEYS))


def place_in(order: Order) -> Callable[[str], int]:
    """Where a key goes, as ``sorted`` wants it; one that has no place goes behind all others."""
    return lambda key: order.get(key, len(order))


def order_keys(outline: Outline) -> None:
    """Bring the keys of the file, of ``defaults``, of requests and of what they expect into their order, where that
    changes nothing."""
    for block, order in _ordered(outline.root):
        if block.has_name or any(item.key is None or item.key not in order for item in block.items):
            continue
        items = sorted(block.items, key=lambda item: order[str(item.key)])
        if items == block.items or not _keeps_names(block.items, items, outline.names):
            continue
        _trade_space(block.items[0], items[0], outline.lines)
        block.items = items


def requests(root: Block) -> Iterator[Block]:
    """The lists of requests of a file."""
    if root.kind == "mapping":
        for item in root.items:
            if item.key in PHASES and item.child is not None and item.child.kind == "list":
                yield item.child


def _ordered(root: Block) -> Iterator[tuple[Block, Order]]:
    """The mappings that have an order, with it; the outer ones last, since those are found by their place."""
    for one in requests(root):
        for entry in one.items:
            if entry.child is not None and entry.child.kind == "mapping":
                yield from _of_request(entry.child, REQUEST)
    if root.kind == "mapping":
        for item in root.items:
            if item.key == "defaults" and item.child is not None and item.child.kind == "mapping":
                yield from _of_request(item.child, DEFAULTS)
        yield root, TOP


def _of_request(request: Block, order: Order) -> Iterator[tuple[Block, Order]]:
    for item in request.items:
        if item.child is None:
            continue
        if item.key == "expect" and item.child.kind == "mapping":
            yield item.child, EXPECT
        if item.key == "turns" and item.child.kind == "list":
            for turn in item.child.items:
                if turn.child is not None and turn.child.kind == "mapping":
                    yield from _of_turn(turn.child)
    yield request, order


def _of_turn(turn: Block) -> Iterator[tuple[Block, Order]]:
    for item in turn.items:
        if item.key == "expect" and item.child is not None and item.child.kind == "mapping":
            yield item.child, EXPECT


def _trade_space(first: Item, new: Item, lines: Sequence[str]) -> None:
    """What comes first now has no empty line above it, but what was first does, if there was one."""
    space = [line for line in new.above if not lines[line].strip()]
    if space and new.above[0] == space[0] and not any(not lines[line].strip() for line in first.above):
        first.above = [space[0], *first.above]
    while new.above and not lines[new.above[0]].strip():
        new.above = new.above[1:]


def _keeps_names(before: Sequence[Item], after: Sequence[Item], names: Sequence[Named]) -> bool:
    """Whether each alias still names the same anchor, and the last anchor of a name is the same for what follows."""
    if not names or before[0].first_name == before[-1].last_name:
        return True
    return _named(before, names) == _named(after, names)


def _named(items: Sequence[Item], names: Sequence[Named]) -> tuple[dict[int, int | None], dict[str, int]]:
    anchors: dict[str, int] = {}
    meant: dict[int, int | None] = {}
    for item in items:
        for one in names[item.first_name : item.last_name]:
            if one.uses:
                meant[one.number] = anchors.get(one.name)
            else:
                anchors[one.name] = one.number
    return meant, anchors


def in_order(collection: Plain) -> Plain:
    """What a file says, with the keys that have an order in it; all other data stays in its own."""
    return _sorted(collection, TOP, _of_key)


def _of_key(key: str, value: Plain) -> Plain:
    if key == "defaults":
        return _sorted(value, DEFAULTS, _in_request)
    if key in PHASES and isinstance(value, list):
        return [_sorted(one, REQUEST, _in_request) for one in value]
    return value


def _in_request(key: str, value: Plain) -> Plain:
    if key == "expect":
        return _sorted(value, EXPECT)
    if key == "turns" and isinstance(value, list):
        return [_with_each(one, _in_request) if isinstance(one, dict) and "turns" not in one else one for one in value]
    return value


def _sorted(value: Plain, order: Order, change: Callable[[str, Plain], Plain] = lambda _, one: one) -> Plain:
    if not isinstance(value, dict):
        return value
    return {key: change(key, value[key]) for key in sorted(value, key=place_in(order))}


def _with_each(value: dict[str, Plain], change: Callable[[str, Plain], Plain]) -> Plain:
    return {key: change(key, one) for key, one in value.items()}
