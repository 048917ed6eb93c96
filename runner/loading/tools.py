"""Whether calls of tools can hold: a request whose body is written out and offers no tools never gets a valid one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from runner.loading.problems import Problems
from runner.model import Body, Expectation
from runner.node import Node

OFFERS: Final = ("tools", "functions")
"""Keys of a JSON body that calls are held against."""
VALID: Final = "valid"
UNREAD: Final = ("text", "file")
"""Bodies that may be JSON of any kind."""


def check_offer(name: Node, expected: Iterable[Expectation], body: Body | None, problems: Problems) -> None:
    """``tool_calls: valid`` is a mistake where the request that it is expected of has nothing to call."""
    for one in expected:
        if one.kind == "tool_calls" and one.node.value == VALID and not may_offer(body):
            message = f'this can never hold: "{name.value}" sends no tools'
            hint = "Write json: {tools: [...]} for what may be called, or leave tool_calls out."
            problems.error("no-tools", one.node, message, hint)


def may_offer(body: Body | None) -> bool:
    """Whether there may be tools in a body, once its placeholders are filled."""
    if body is None:
        return False
    if body.kind != "json":
        return body.kind in UNREAD
    node = body.node
    if node.kind != "mapping":
        return node.kind == "scalar" and node.templated
    return any(key.templated or (key.value in OFFERS and _is_offer(value)) for key, value in node.items)


def _is_offer(value: Node) -> bool:
    return bool(value.elements) if value.kind == "list" else value.kind == "scalar" and value.templated
