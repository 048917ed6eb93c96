"""Quotes that are closed and were never opened: YAML takes ``content": "Hello"`` for a key that ends in a quote."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runner.loading.foreign import NEVER_SENT
from runner.loading.problems import Problems
from runner.node import Node

QUOTE: Final = '"'


def warn_of_stray_quotes(request: Node, problems: Problems) -> None:
    """A warning for each text of what is sent that ends in the only double quote it has; ``19"`` is inches."""
    for key, value in request.items:
        if key.value not in NEVER_SENT:
            for node in _stray(value):
                message = f"{node.value} ends in a quote that is not opened, and is sent so"
                problems.warning("stray-quote", node, message, "Put a quote before it, or take this one away.")


def _stray(node: Node) -> Iterator[Node]:
    if isinstance(node.value, str) and node.value.endswith(QUOTE) and _is_stray(node, node.value):
        yield node
    for element in node.elements:
        yield from _stray(element)
    for key, value in node.items:
        yield from _stray(key)
        yield from _stray(value)


def _is_stray(node: Node, text: str) -> bool:
    is_plain = node.source.line(node.line)[node.column - 1 :].startswith(text)
    return is_plain and text.count(QUOTE) == 1 and not text[-2:-1].isdigit()
