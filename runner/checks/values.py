"""Equality, order and containment of plain JSON values, by the rules that matchers promise."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from decimal import Decimal
from typing import Final, TypeAlias

from runner.jsonpath import path_text
from runner.node import Plain

Number: TypeAlias = "int | float"
Step: TypeAlias = "str | int"
NUMERIC: Final = re.compile(r"-?[0-9]{1,1000}(?:\.[0-9]{1,1000})?")
"""Text that is a number; a longer one is none that anybody counts with."""


def equal(left: Plain, right: Plain) -> bool:
    """``1`` equals ``1.0``; ``true`` is not ``1``; text is never a number; also inside lists and objects."""
    if isinstance(left, dict):
        return (
            isinstance(right, dict)
            and left.keys() == right.keys()
            and all(equal(value, right[key]) for key, value in left.items())
        )
    if isinstance(left, list):
        return (
            isinstance(right, list)
            and len(left) == len(right)
            and all(equal(one, other) for one, other in zip(left, right, strict=True))
        )
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right


def first_twins(elements: Sequence[Plain]) -> tuple[int, int] | None:
    """Where the first element stands that is equal to one before it: that one's place, then its own; else None."""
    seen: dict[Hashable, int] = {}
    for number, element in enumerate(elements):
        first = seen.setdefault(fingerprint(element), number)
        if first != number:
            return first, number
    return None


def fingerprint(value: Plain) -> Hashable:
    """The same for equal values and for no others, so that twins are found without comparing all pairs."""
    if isinstance(value, dict):
        return ("object", frozenset((key, fingerprint(one)) for key, one in value.items()))
    if isinstance(value, list):
        return ("list", tuple(fingerprint(one) for one in value))
    if isinstance(value, bool):
        return ("boolean", value)
    return value


def covers(actual: Plain, wanted: Plain) -> bool:
    """Whether ``wanted`` is in ``actual``: objects may have more keys, at every depth; all else is equal."""
    if isinstance(wanted, dict):
        return isinstance(actual, dict) and all(
            key in actual and covers(actual[key], value) for key, value in wanted.items()
        )
    if isinstance(wanted, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(wanted)
            and all(covers(one, other) for one, other in zip(actual, wanted, strict=True))
        )
    return equal(actual, wanted)


def contains(actual: Plain, wanted: Plain) -> bool | None:
    """Text in text, a member in a list, a subset in an object; None where the question makes no sense."""
    if isinstance(actual, str):
        return wanted in actual if isinstance(wanted, str) else None
    if isinstance(actual, list):
        return any(covers(member, wanted) for member in actual)
    if isinstance(actual, dict):
        return covers(actual, wanted) if isinstance(wanted, dict) else None
    return None


def compare(left: Plain, right: Plain) -> int | None:
    """-1, 0 or 1 for two numbers or two texts; None for what has no order, or two: ``"9"`` and ``"10"``."""
    if isinstance(left, str) and isinstance(right, str):
        return None if has_two_orders(left, right) else (left > right) - (left < right)
    if isinstance(left, bool) or isinstance(right, bool):
        return None
    if isinstance(left, int | float) and isinstance(right, int | float):
        return (left > right) - (left < right)
    return None


def has_two_orders(left: str, right: str) -> bool:
    """Whether two texts are numbers whose order is another than that of their characters."""
    if not (NUMERIC.fullmatch(left) and NUMERIC.fullmatch(right)):
        return False
    one, other = Decimal(left), Decimal(right)
    return (one > other) - (one < other) != (left > right) - (left < right)


def distance(left: Number, right: Number) -> Decimal:
    """How far apart, as written in decimals: 0.4 and 0.3 are 0.1 apart."""
    return abs(Decimal(repr(left)) - Decimal(repr(right)))


def fold(value: Plain) -> Plain:
    """The same with all text folded, keys of objects aside, for comparing without case."""
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, list):
        return [fold(one) for one in value]
    if isinstance(value, dict):
        return {key: fold(one) for key, one in value.items()}
    return value


def first_difference(expected: Plain, actual: Plain) -> tuple[str, str]:
    """Where two unequal values first differ, as a JSONPath, and what is there that should not be, or is missing."""
    steps: list[Step] = []
    while True:
        if isinstance(expected, dict) and isinstance(actual, dict):
            lacking = next((key for key in expected if key not in actual), None)
            if lacking is not None:
                return path_text([*steps, lacking]), "is missing"
            more = next((key for key in actual if key not in expected), None)
            if more is not None:
                return path_text([*steps, more]), "is not expected"
            step: Step = next(key for key in expected if not equal(expected[key], actual[key]))
            expected, actual = expected[str(step)], actual[str(step)]
        elif isinstance(expected, list) and isinstance(actual, list):
            if len(expected) != len(actual):
                return path_text(steps), f"has {len(actual)} elements, not {len(expected)}"
            step = next(i for i, one in enumerate(expected) if not equal(one, actual[i]))
            expected, actual = expected[step], actual[step]
        else:
            return path_text(steps), "differs"
        steps.append(step)
