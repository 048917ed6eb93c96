"""``defaults`` merged into a request: mappings merge, all else is replaced."""

from __future__ import annotations

from runner.node import Node

BODIES = frozenset({"json", "text", "form", "multipart", "file", "graphql"})
DEPTH = {
    **dict.fromkeys(("headers", "query", "cookies", "form", "multipart"), 1),
    **dict.fromkeys(("timeout", "tls", "retry", "poll", "when", "capture", "expect"), 1),
    **dict.fromkeys(("json", "graphql"), 100),
}
"""How deep the value of a key merges; what is not here is replaced as a whole."""
EXPECT_DEPTH = {"headers": 1, "cookies": 1, "json": 1, "usage": 1, "certificate": 1, "stream": 1}
"""The same below ``expect``, so that a matcher is always replaced as a whole."""


def merge_request(defaults: Node | None, request: Node) -> Node:
    """``request`` with the keys of ``defaults`` that it does not set itself."""
    if defaults is None or request.kind != "mapping":
        return request
    own = {str(pair[0].value): pair for pair in request.items}
    values = {str(pair[0].value): pair for pair in defaults.items}
    if not BODIES.isdisjoint(own):
        values = {name: pair for name, pair in values.items() if name not in BODIES or name in own}
    for name, pair in own.items():
        before = values.get(name)
        values[name] = pair if before is None else (pair[0], _merge(before[1], pair[1], DEPTH.get(name, 0), name))
    return request.with_items(list(values.values()))


def _merge(default: Node, own: Node, depth: int, name: str) -> Node:
    if depth == 0 or default.kind != "mapping" or own.kind != "mapping":
        return own
    if name == "expect" and own.get("error") is not None:
        return own
    fold = name == "headers"
    if fold and len({_folded(key, fold=fold) for key, _ in own.items}) != len(own.items):
        return own  # two that differ in case are one mistake, which the decoder tells
    values = {_folded(key, fold=fold): (key, value) for key, value in default.items}
    for key, value in own.items:
        inner = _folded(key, fold=fold)
        before = values.get(inner)
        deeper = EXPECT_DEPTH.get(inner, 0) if name == "expect" else depth - 1
        merged = value if before is None else _merge(before[1], value, deeper, inner)
        values[inner] = (key, merged)
    return own.with_items(list(values.values()))


def _folded(key: Node, *, fold: bool) -> str:
    """The name that two keys share if they mean the same: headers compare without case."""
    return str(key.value).lower() if fold else str(key.value)
