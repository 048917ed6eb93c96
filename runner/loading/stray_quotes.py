"""Quotes that are closed and were never opened: YAML takes ``content": "Hello"`` for a key that ends in a quote."""

from __future__ import annotations

from typing import Final

from runner.loading.foreign import NEVER_SENT
from runner.loading.problems import Problems
from runner.node import Node

QUOTE: Final = '"'


def warn_of_stray_quotes(request: Node, problems: Problems) -> None:
    """A warning for each text of what is sent that ends in the only double quote it has; ``19"`` is inches."""
    for key, value in request.items:
        if key.value not in NEVER_SENT:
            for scalar in filter(_is_stray, value.scalars()):
                message = f"{scalar.value} ends in a quote that is not opened, and is sent so"
                problems.warning("stray-quote", scalar, message, "Put a quote before it, or take this one away.")


def _is_stray(scalar: Node) -> bool:
    text = scalar.value
    if not isinstance(text, str) or not text.endswith(QUOTE) or text.count(QUOTE) > 1:
        return False
    is_plain = scalar.source.line(scalar.line)[scalar.column - 1 :].startswith(text)
    return is_plain and not text[-2:-1].isdigit()
