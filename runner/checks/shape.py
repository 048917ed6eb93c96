"""The operators that look at what kind of value there is: type, presence, format, order of a list."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from runner.checks.comparing import incomparable
from runner.checks.describe import TYPE_WORDS
from runner.checks.formats import FORMATS
from runner.checks.show import show
from runner.checks.trial import Mismatch, Trial
from runner.checks.values import compare, first_twins
from runner.node import Plain

TRUE_OR_FALSE: Final = "true or false"


def json_types(value: Plain) -> frozenset[str]:
    """The JSON types that a value has: ``1`` and ``1.0`` are integers and numbers."""
    if value is None:
        return frozenset({"null"})
    if isinstance(value, bool):
        return frozenset({"boolean"})
    if isinstance(value, str):
        return frozenset({"string"})
    if isinstance(value, list):
        return frozenset({"array"})
    if isinstance(value, dict):
        return frozenset({"object"})
    whole = isinstance(value, int) or value.is_integer()
    return frozenset({"number", "integer"} if whole else {"number"})


def has_type(trial: Trial, actual: Plain) -> Mismatch | None:
    """One of the types named; ``null`` may be written without quotes."""
    operand = trial.operand
    names = ["null" if name is None else name for name in (operand if isinstance(operand, list) else [operand])]
    if not names or not all(isinstance(name, str) and name in TYPE_WORDS for name in names):
        return trial.unusable(actual, "the name of a type")
    return None if json_types(actual) & {str(name) for name in names} else trial.fail_value(actual)


def exists(trial: Trial, actual: Plain) -> Mismatch | None:
    """There is a value, null included; one that is missing does not come here."""
    operand = trial.operand
    if not isinstance(operand, bool):
        return trial.unusable(actual, TRUE_OR_FALSE)
    return None if operand else trial.fail_value(actual)


def empty(trial: Trial, actual: Plain) -> Mismatch | None:
    """Text, list or object with nothing in it."""
    operand = trial.operand
    if not isinstance(operand, bool):
        return trial.unusable(actual, TRUE_OR_FALSE)
    if not isinstance(actual, str | list | dict):
        return trial.undecided(actual, "only text, lists and objects can be empty")
    return None if (len(actual) == 0) is operand else trial.fail_value(actual)


def is_format(trial: Trial, actual: Plain) -> Mismatch | None:
    """Text of a known format."""
    operand = trial.operand
    if not isinstance(operand, str) or operand not in FORMATS:
        return trial.unusable(actual, f"one of {', '.join(FORMATS)}")
    if isinstance(actual, str) and FORMATS[operand][1](actual):
        return None
    return trial.fail_value(actual)


def unique(trial: Trial, actual: Plain) -> Mismatch | None:
    """No two elements of a list are equal."""
    operand = trial.operand
    if not isinstance(operand, bool):
        return trial.unusable(actual, TRUE_OR_FALSE)
    if not isinstance(actual, list):
        return trial.undecided(actual, "only a list can have twins")
    twins = first_twins(actual)
    if twins is None:
        return None if operand else trial.fail_value(actual)
    first, second = twins
    return trial.fail(f"[{first}] and [{second}] are both {show(actual[second])}") if operand else None


def in_order(trial: Trial, actual: Plain) -> Mismatch | None:
    """Ascending (``true`` or ``asc``) or descending; equal neighbours are in order."""
    operand = trial.operand
    if not (isinstance(operand, bool) or operand in ("asc", "desc")):
        return trial.unusable(actual, "true, false, asc or desc")
    if not isinstance(actual, list):
        return trial.undecided(actual, "only a list is in order")
    if len(actual) == 1 and compare(actual[0], actual[0]) is None:
        return trial.undecided(actual, incomparable(actual[0], actual[0]))
    fault = ""
    for number, (one, other) in enumerate(pairwise(actual), start=1):
        order = compare(one, other)
        if order is None:
            return trial.undecided(actual, incomparable(one, other))
        if not fault and (order < 0 if operand == "desc" else order > 0):
            fault = f"[{number}] is {show(other)}, after {show(one)}"
    if operand is False:
        return None if fault else trial.fail_value(actual)
    return trial.fail(fault) if fault else None
