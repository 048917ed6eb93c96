"""Nodes to matchers: which operators there are, and what each may be compared with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from runner.loading.operands import (
    AMOUNTS,
    Reading,
    boolean,
    format_name,
    number,
    order,
    pattern,
    status_or_list,
    text,
    type_names,
)
from runner.loading.other_words import operator_in_other_words
from runner.loading.paths import check_path
from runner.loading.problems import Problems, close_to
from runner.loading.schema_shape import check_schema_shape
from runner.model import Matcher, Test
from runner.node import Node

__all__ = ["OPERATORS", "TEXT_OPERATORS", "check_path", "decode_matcher", "decode_status"]

Inner: TypeAlias = "Matcher | tuple[tuple[Node, Matcher], ...] | None"

TEXT_OPERATORS: Final = frozenset(
    {"equals", "one_of", "contains", "contains_all", "contains_any", "starts_with", "ends_with", "matches"}
)
NEARLY: Final = 0.75
"""How like an operator a key must be, so that it is one misspelt and not a key of an object."""
AMOUNT_OPERATORS: Final = frozenset(
    {"equals", "not", "lt", "lte", "gt", "gte", "between", "approx", "one_of", "exists"}
)
SUBJECTS: Final = {"duration": "a duration", "size": "a size", "number": "a number", "status": "a status"}


def decode_matcher(
    node: Node, problems: Problems, unit: Literal["duration", "size", "number"] | None = None
) -> Matcher | None:
    """The matcher that ``node`` says; None if it is wrong, with the reasons among the problems."""
    if unit is None and node.kind != "mapping":
        return Matcher(node, (Test("equals", node),))
    return _decode(node, Reading(problems, unit))


def decode_status(node: Node, problems: Problems) -> Matcher | None:
    """The matcher under ``expect.status``: where a value stands it may be ``2xx`` or a list as well.

    Such values become the operator ``status``, which is not written by its name.
    """
    return _decode(node, Reading(problems, "status"))


def _decode(node: Node, reading: Reading) -> Matcher | None:
    if node.kind != "mapping":
        return _decode_value(node, reading)
    if not node.items:
        reading.error("matcher-empty", node, "there is no operator here", "An empty object is {equals: {}}.")
        return None
    names = [key.value for key, _ in node.items]
    if OPERATORS_OR_CASE.isdisjoint(names) and not _nearly_an_operator(node):
        reading.error(
            "matcher-operator",
            node,
            "a mapping here holds operators, and none of these keys is one",
            "To compare with an object write equals: {…}; for some of its keys, contains: {…}.",
        )
        return None
    before = reading.problems.count
    tests = [test for key, operand in node.items if (test := _decode_test(key, operand, reading)) is not None]
    ignore_case = "ignore_case" in names and _decode_ignore_case(node, reading)
    return Matcher(node, tuple(tests), ignore_case) if reading.problems.count == before else None


def _nearly_an_operator(node: Node) -> bool:
    names = [str(key.value) for key, _ in node.items]
    return any(operator_in_other_words(name) or close_to(name, OPERATORS, NEARLY) for name in names)


def _meant(name: str) -> str:
    close = close_to(name, [*OPERATORS, "ignore_case"], NEARLY)
    listed = f"Operators: {', '.join(sorted(OPERATORS))}. To compare with an object write equals: {{…}}."
    return f'Did you mean "{close}"?' if close else listed


def _decode_value(node: Node, reading: Reading) -> Matcher | None:
    """A bare scalar or list: equality."""
    if reading.unit == "status":
        return Matcher(node, (Test("status", node),)) if status_or_list(node, reading) else None
    if reading.unit is not None and not _equals(node, reading):
        return None
    if reading.unit == "duration":
        reading.problems.warning(
            "duration-equals",
            node,
            "a duration is hardly ever exactly this long",
            "Write {lt: …} for a limit.",
        )
    return Matcher(node, (Test("equals", node),))


def _decode_test(key: Node, operand: Node, reading: Reading) -> Test | None:
    name = str(key.value)
    if name == "ignore_case":
        return None
    if name not in OPERATORS:
        reading.error(
            "matcher-operator",
            key,
            f'there is no operator "{name}"',
            operator_in_other_words(name) or _meant(name),
        )
        return None
    if reading.unit is not None and name not in AMOUNT_OPERATORS:
        reading.error(
            "matcher-operator",
            key,
            f'"{name}" says nothing about {SUBJECTS[reading.unit]}',
            f"Operators here: {', '.join(sorted(AMOUNT_OPERATORS))}.",
        )
        return None
    if name in INNER:
        inner = INNER[name](operand, reading)
        return Test(name, operand, inner) if inner is not None else None
    if not SHAPES[name](operand, reading):
        return None
    if reading.unit == "status" and name in {"equals", "one_of"}:
        return Test("status", operand)
    return Test(name, operand)


def _decode_ignore_case(node: Node, reading: Reading) -> bool:
    value = node.get("ignore_case")
    if value is None:
        return False
    if not isinstance(value.value, bool) or value.kind != "scalar":
        reading.error("matcher-operand", value, "ignore_case is true or false", "Write ignore_case: true.")
        return False
    if not any(key.value in TEXT_OPERATORS for key, _ in node.items):
        reading.error(
            "matcher-operand",
            value,
            "ignore_case stands beside an operator on text, and there is none here",
            f"Put it into the same mapping as one of: {', '.join(sorted(TEXT_OPERATORS))}.",
        )
    return value.value


def _anything(_node: Node, _reading: Reading) -> bool:
    return True


def _equals(node: Node, reading: Reading) -> bool:
    if reading.unit == "status":
        return status_or_list(node, reading)
    return reading.unit is None or AMOUNTS[reading.unit](node, reading)


def _comparable(node: Node, reading: Reading) -> bool:
    """What ``lt`` and its like take: a number, or text for text (dates); an amount where there is a unit."""
    if reading.unit is not None:
        return AMOUNTS.get(reading.unit, number)(node, reading)
    if node.kind == "scalar" and (node.templated or _has_order(node.value)):
        return True
    return reading.error(
        "matcher-operand",
        node,
        f"this is {node.type_name}, and more or less is for numbers and text",
        "Write a number.",
    )


def _has_order(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)


def _between(node: Node, reading: Reading) -> bool:
    if node.kind == "scalar" and node.templated:
        return True
    if node.kind != "list" or len(node.elements) != 2:
        return reading.error(
            "matcher-operand",
            node,
            "between takes the two ends",
            "Write between: [1, 10]; both ends count as in.",
        )
    low, high = node.elements
    if not (_comparable(low, reading) and _comparable(high, reading)):
        return False
    return _ordered(node, low, high, reading)


def _ordered(node: Node, low: Node, high: Node, reading: Reading) -> bool:
    """Whether two constant ends can have anything between them."""
    if low.templated or high.templated or reading.unit not in (None, "number"):
        return True
    first, second = low.value, high.value
    if isinstance(first, str) != isinstance(second, str):
        return reading.error("matcher-operand", node, "one end is text, the other a number", "Write both alike.")
    if isinstance(first, str) and isinstance(second, str):
        wrong = first > second
    else:
        wrong = isinstance(first, int | float) and isinstance(second, int | float) and first > second
    if wrong:
        return reading.error(
            "matcher-operand", node, "nothing is between these: the first end is the greater", "Swap the two."
        )
    return True


def _approx(node: Node, reading: Reading) -> bool:
    if node.kind == "scalar" and node.templated:
        return True
    value, within = node.get("value"), node.get("within")
    if node.kind != "mapping" or value is None or within is None or len(node.items) != 2:
        return reading.error(
            "matcher-operand", node, "approx takes a value and how far off is still right",
            "Write approx: {value: 0.7, within: 0.05}.",
        )  # fmt: skip
    check = AMOUNTS.get(reading.unit or "", number)
    if not (check(value, reading) and check(within, reading)):
        return False
    if isinstance(within.value, int | float) and within.value < 0:
        return reading.error("matcher-operand", within, "a distance is not negative", "Leave out the sign.")
    return True


def _list(node: Node, reading: Reading) -> bool:
    if node.kind == "scalar" and node.templated:
        return True
    if node.kind != "list" or not node.elements:
        return reading.error(
            "matcher-operand", node, f"this takes a list of values, not {_what(node)}", "Write [a, b, c]."
        )
    return True


def _one_of(node: Node, reading: Reading) -> bool:
    if reading.unit is None or (node.templated and node.kind == "scalar"):
        return _list(node, reading)
    return _list(node, reading) and all([_equals(element, reading) for element in node.elements])  # noqa: C419  # a list: every one is looked at and told


def _what(node: Node) -> str:
    return "an empty list" if node.kind == "list" else node.type_name


def _schema(node: Node, reading: Reading) -> bool:
    """A path (whether there is such a file is looked at elsewhere), or a schema that stands here."""
    if node.kind == "mapping" or isinstance(node.value, bool):
        before = reading.problems.count
        if not node.templated:
            check_schema_shape(node, reading.problems)
        return reading.problems.count == before
    if node.kind == "scalar" and isinstance(node.value, str) and node.value:
        return True
    return reading.error(
        "matcher-operand", node, f"a schema is a path or a mapping, not {node.type_name}",
        "Write schema: schemas/name.json, or the schema itself.",
    )  # fmt: skip


def _matcher(node: Node, reading: Reading) -> Inner:
    return _decode(node, reading)


def _plain_matcher(node: Node, reading: Reading) -> Inner:
    return _decode(node, Reading(reading.problems, None))


def _paths(node: Node, reading: Reading) -> Inner:
    if node.kind != "mapping" or not node.items:
        reading.error(
            "matcher-operand", node, f"json takes JSONPaths and what each must be, not {node.type_name}",
            "Write json: {$.name: matcher}; that it is JSON at all is {is: json}.",
        )  # fmt: skip
        return None
    pairs: list[tuple[Node, Matcher]] = []
    for path, value in node.items:
        before = reading.problems.count
        check_path(path, reading.problems)
        matcher = _plain_matcher(value, reading)
        if isinstance(matcher, Matcher) and reading.problems.count == before:
            pairs.append((path, matcher))
    return tuple(pairs) if len(pairs) == len(node.items) else None


INNER: Final[Mapping[str, Callable[[Node, Reading], Inner]]] = {
    "not": _matcher,
    "length": _plain_matcher,
    "each": _plain_matcher,
    "any": _plain_matcher,
    "json": _paths,
}
"""Operators whose operand holds matchers."""

SHAPES: Final[Mapping[str, Callable[[Node, Reading], bool]]] = {
    "equals": _equals,
    "lt": _comparable,
    "lte": _comparable,
    "gt": _comparable,
    "gte": _comparable,
    "between": _between,
    "approx": _approx,
    "one_of": _one_of,
    "contains": _anything,
    "contains_all": _list,
    "contains_any": _list,
    "starts_with": text,
    "ends_with": text,
    "matches": pattern,
    "type": type_names,
    "exists": boolean,
    "empty": boolean,
    "unique": boolean,
    "sorted": order,
    "is": format_name,
    "schema": _schema,
}
"""Whether an operand is usable; if not, the reason is among the problems."""

OPERATORS: Final = frozenset(SHAPES) | frozenset(INNER)
OPERATORS_OR_CASE: Final = OPERATORS | {"ignore_case"}
