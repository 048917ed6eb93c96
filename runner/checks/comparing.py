"""The operators that compare with a value: equality and order."""

from __future__ import annotations

import math
from decimal import Decimal
from unicodedata import normalize

from runner.checks.show import Unit, clip, show, show_difference
from runner.checks.trial import Mismatch, Trial
from runner.checks.values import compare, distance, equal, first_difference, fold, has_two_orders
from runner.node import Plain, is_number, scalar_type_name
from runner.units import parse_duration, parse_size


def equals(trial: Trial, actual: Plain) -> Mismatch | None:
    """Equality, by type and value."""
    operand = trial.operand
    unit = trial.context.unit
    wanted = amount(operand, unit) if unit is not None else operand
    if unit is not None and wanted is None:
        return trial.unusable(actual, "an amount")
    if trial.ignore_case:
        if equal(fold(wanted), fold(actual)):
            return None
    elif equal(wanted, actual):
        return None
    if isinstance(operand, str) and isinstance(actual, str):
        expected, got = show_difference(operand, actual)
        return Mismatch(expected, got, text_note(operand, actual))
    return trial.fail_value(actual, inequality_note(operand, actual))


def text_note(wanted: str, actual: str) -> str:
    """What is easily overlooked when two texts differ."""
    if wanted.strip() == actual.strip():
        return "they differ only in white space at the beginning or end"
    if normalize("NFC", wanted) == normalize("NFC", actual):
        return "they look alike, but one has accents as characters of their own (Unicode NFC and NFD)"
    if wanted.casefold() == actual.casefold():
        return "they differ only in upper and lower case; ignore_case: true makes that equal"
    return ""


def inequality_note(wanted: Plain, actual: Plain) -> str:
    """Why two values are not equal, where it is not plain to see."""
    if isinstance(wanted, dict | list) and isinstance(actual, dict | list):
        place, what = first_difference(wanted, actual)
        return "" if place == "$" and what == "differs" else f"{clip(place)} {what}"
    if looks_same(wanted, actual):
        return f"{show(wanted)} is {scalar_type_name(wanted)}, {show(actual)} is {scalar_type_name(actual)}"
    return ""


def looks_same(left: Plain, right: Plain) -> bool:
    """Whether one is text and the other is what it spells."""
    if isinstance(left, list | dict) or isinstance(right, list | dict):
        return False
    of_one_kind = isinstance(left, str) == isinstance(right, str)
    return not of_one_kind and show(left).strip('"').lower() == show(right).strip('"').lower()


def amount(value: Plain, unit: Unit | None) -> int | float | None:
    """A number of seconds or bytes; None for what is no amount. Without a unit a number is itself."""
    if unit is None:
        return value if is_number(value) else None
    try:
        return parse_duration(value) if unit == "duration" else parse_size(value)
    except ValueError:
        return None


def _order(trial: Trial, operand: Plain, actual: Plain) -> int | Mismatch:
    """How ``actual`` stands to ``operand`` (-1, 0, 1), or why that cannot be said."""
    wanted = operand
    if trial.context.unit is not None:
        wanted = amount(operand, trial.context.unit)
        if wanted is None:
            return trial.unusable(actual, "an amount")
    order = compare(actual, wanted)
    if order is None:
        return trial.undecided(actual, incomparable(actual, wanted))
    return order


def incomparable(actual: Plain, wanted: Plain) -> str:
    """Why neither of two values is the greater."""
    if isinstance(actual, str) and is_number(wanted):
        return f"{show(actual)} is text, {show(wanted)} is a number: text is not compared with numbers"
    if isinstance(wanted, str) and is_number(actual):
        return f"{show(wanted)} is text, {show(actual)} is a number: text is not compared with numbers"
    if isinstance(actual, str) and isinstance(wanted, str) and has_two_orders(actual, wanted):
        return f"{show(actual)} and {show(wanted)} are texts, and stand in another order as numbers: which is meant?"
    return f"more or less is for two numbers or two texts, and this is {scalar_type_name(actual)}"


def less(trial: Trial, actual: Plain) -> Mismatch | None:
    order = _order(trial, trial.operand, actual)
    if isinstance(order, Mismatch):
        return order
    return None if order < 0 else _not_within(trial, actual)


def less_or_equal(trial: Trial, actual: Plain) -> Mismatch | None:
    order = _order(trial, trial.operand, actual)
    if isinstance(order, Mismatch):
        return order
    return None if order <= 0 else _not_within(trial, actual)


def greater(trial: Trial, actual: Plain) -> Mismatch | None:
    order = _order(trial, trial.operand, actual)
    if isinstance(order, Mismatch):
        return order
    return None if order > 0 else _not_within(trial, actual)


def greater_or_equal(trial: Trial, actual: Plain) -> Mismatch | None:
    order = _order(trial, trial.operand, actual)
    if isinstance(order, Mismatch):
        return order
    return None if order >= 0 else _not_within(trial, actual)


def between(trial: Trial, actual: Plain) -> Mismatch | None:
    """Both ends count as in."""
    ends = trial.operand
    if not isinstance(ends, list) or len(ends) != 2:
        return trial.unusable(actual, "a list of two")
    low, high = (_order(trial, end, actual) for end in ends)
    if isinstance(low, Mismatch):
        return low
    if isinstance(high, Mismatch):
        return high
    return None if low >= 0 >= high else _not_within(trial, actual)


def _not_within(trial: Trial, actual: Plain) -> Mismatch:
    """An amount is shown exactly: rounded it may look as if it were within."""
    unit = trial.context.unit
    note = f"exactly {actual} {'s' if unit == 'duration' else 'bytes'}" if unit is not None else ""
    return trial.fail_value(actual, note if unit and _rounded(actual, unit) else "")


def _rounded(actual: Plain, unit: Unit) -> bool:
    return amount(show(actual, unit).replace("bytes", "B").replace("byte", "B"), unit) != actual


def approx(trial: Trial, actual: Plain) -> Mismatch | None:
    """Within a distance, ends included, reckoned in decimals."""
    operand = trial.operand
    unit = trial.context.unit
    if not isinstance(operand, dict):
        return trial.unusable(actual, "a value and within")
    value, within = amount(operand.get("value"), unit), amount(operand.get("within"), unit)
    if value is None or within is None or not (_is_finite(value) and _is_finite(within)):
        return trial.unusable(actual, "two numbers, value and within")
    if not is_number(actual):
        return trial.undecided(actual, f"only numbers are nearly equal, and this is {scalar_type_name(actual)}")
    return None if distance(actual, value) <= Decimal(repr(within)) else trial.fail_value(actual)


def _is_finite(number: float) -> bool:
    """A whole number always is, also one that is too large for ``math.isfinite``."""
    return isinstance(number, int) or math.isfinite(number)


def one_of(trial: Trial, actual: Plain) -> Mismatch | None:
    """Equal to a member of a list."""
    members = trial.operand
    if not isinstance(members, list):
        return trial.unusable(actual, "a list")
    unit = trial.context.unit
    wanted = [amount(member, unit) for member in members] if unit is not None else members
    if unit is not None and None in wanted:
        return trial.unusable(actual, "a list of amounts")
    if trial.ignore_case:
        if any(equal(fold(member), fold(actual)) for member in wanted):
            return None
    elif any(equal(member, actual) for member in wanted):
        return None
    notes = (inequality_note(member, actual) for member in members if not isinstance(member, list | dict))
    return trial.fail_value(actual, next((note for note in notes if note), ""))


def status(trial: Trial, actual: Plain) -> Mismatch | None:
    """A status, a class of them such as ``2xx``, or a list of these."""
    operand = trial.operand
    wanted = operand if isinstance(operand, list) else [operand]
    fits = [_status_fits(one, actual) for one in wanted]
    if not wanted or None in fits:
        note = f"a status is a number or a class like 2xx, and this was filled with {show(operand)}"
        return trial.undecided(actual, note)
    return None if True in fits else trial.fail_value(actual)


def _status_fits(wanted: Plain, actual: Plain) -> bool | None:
    """None if ``wanted`` is no status."""
    if isinstance(wanted, str) and wanted.isascii() and len(wanted) == 3 and wanted[0] in "12345":
        if wanted.isdigit():
            return int(wanted) == actual
        if wanted[1:].lower() == "xx" and isinstance(actual, int):
            return actual // 100 == int(wanted[0])
    if isinstance(wanted, int) and not isinstance(wanted, bool):
        return wanted == actual if 100 <= wanted <= 599 else None
    return None
