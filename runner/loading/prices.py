"""Decodes ``prices``: what a file says of the price of models."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Final

from runner.loading.fields import check_templates, read_fields
from runner.loading.problems import Problems
from runner.node import Node, is_number
from runner.usage import Price

SIDES: Final = ("input", "output")
HINT: Final = "Write MODEL: {input: 0.4, output: 1.6}, in dollars for a million tokens."


def read_prices(node: Node, problems: Problems) -> tuple[tuple[Node, Price], ...]:
    """Each with the name of its model, those first whose name has to be filled: what is written out goes before
    them."""
    if node.kind != "mapping":
        problems.error("kind", node, f"prices is a mapping of models, this is {node.type_name}", HINT)
        return ()
    check_templates(node, problems)
    found = [(key, _price(key, value, problems)) for key, value in node.items]
    return tuple(sorted(found, key=lambda pair: not pair[0].templated))


def _price(key: Node, node: Node, problems: Problems) -> Price:
    if node.kind != "mapping":
        message = f"the price of {key.value} is a mapping, this is {node.type_name}"
        problems.error("kind", node, message, HINT)
        return Price()
    fields = read_fields(node, SIDES, "a price", problems)
    if not node.items:
        problems.error("value", node, f"there is no price for {key.value}", HINT)
    return Price(*(_amount(fields.get(side), side, problems) for side in SIDES))


def _amount(node: Node | None, side: str, problems: Problems) -> Decimal | None:
    if node is None:
        return None
    value = node.value if node.kind == "scalar" else None
    if not is_number(value) or not 0 <= value < math.inf:
        shown = f'"{value}"' if isinstance(value, str) else node.type_name
        shown = "less than zero" if isinstance(value, int | float) and value < 0 else shown
        message = f"{side} is dollars for a million tokens, this is {shown}"
        problems.error("value", node, message, "Write a number, 0 if it costs nothing.")
        return None
    return Decimal(repr(value))
