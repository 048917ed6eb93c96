"""What an operator may be compared with, said as checks on one node; a placeholder is checked when it is filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple

from runner.loading.problems import Problems, suggestion
from runner.node import Node, is_number
from runner.patterns import PatternError, check_pattern
from runner.units import DURATION_HINT, SIZE_HINT, doubt, doubtful_seconds, parse_duration, parse_size

RULE: Final = "matcher-operand"
TYPES: Final = ("string", "number", "integer", "boolean", "null", "array", "object")
FORMATS: Final = ("uuid", "url", "email", "date", "datetime", "ipv4", "ipv6", "json", "base64")
ORDERS: Final = ("asc", "desc")
OTHER_TYPES: Final = {
    "text": "string",
    "str": "string",
    "int": "integer",
    "float": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
    "mapping": "object",
    "none": "null",
}
DIGITS: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")
SIGNS: Final = {"<": "lt", "<=": "lte", ">": "gt", ">=": "gte"}
COMPARISON: Final = re.compile(r"\s*([<>]=?)\s*([0-9]+(?:\.[0-9]+)?\s?[A-Za-z]{0,3})\s*")
IN_QUOTES: Final = "Write it without quotes; if a variable holds it, <<NAME|int>> or <<NAME|float>> make it a number."
STATUS_CLASS: Final = re.compile("[1-5]xx", re.IGNORECASE)
STATUS_NUMBER: Final = re.compile("[1-5][0-9]{2}")


class Reading(NamedTuple):
    """What is known while a matcher is read: where faults go, and what its numbers measure."""

    problems: Problems
    unit: Literal["duration", "size", "number", "status"] | None

    def error(self, rule: str, node: Node, message: str, hint: str) -> bool:
        """Note a fault; False, so that a check can return it."""
        self.problems.error(rule, node, message, hint)
        return False


def text(node: Node, reading: Reading) -> bool:
    """Text; a number in YAML is none."""
    if node.templated and node.kind == "scalar":
        return True
    if node.kind == "scalar" and isinstance(node.value, str):
        return True
    hint = 'Put it in quotes: "…".' if node.kind == "scalar" else "Write a text."
    return reading.error(RULE, node, f"this operator takes text, not {node.type_name}", hint)


def number(node: Node, reading: Reading) -> bool:
    """A number."""
    if node.templated and node.kind == "scalar":
        return True
    if node.kind == "scalar" and is_number(node.value):
        return True
    in_quotes = isinstance(node.value, str) and DIGITS.fullmatch(node.value)
    hint = _compared(node) or (IN_QUOTES if in_quotes else "Write a number without quotes.")
    return reading.error(RULE, node, f"this takes a number, not {node.type_name}", hint)


def boolean(node: Node, reading: Reading) -> bool:
    """``true`` or ``false``."""
    if node.templated and node.kind == "scalar":
        return True
    if node.kind == "scalar" and isinstance(node.value, bool):
        return True
    return reading.error(RULE, node, f"this takes true or false, not {node.type_name}", "Write true or false.")


def order(node: Node, reading: Reading) -> bool:
    """``true``, ``false``, ``asc`` or ``desc``."""
    if node.templated and node.kind == "scalar":
        return True
    if node.kind == "scalar" and (isinstance(node.value, bool) or node.value in ORDERS):
        return True
    return reading.error(RULE, node, "sorted does not know this order", "Write true, false, asc or desc.")


def pattern(node: Node, reading: Reading) -> bool:
    """A regular expression."""
    if not text(node, reading) or node.templated:
        return node.templated
    try:
        check_pattern(str(node.value))
    except PatternError as error:
        place = f" at character {error.offset + 1}" if error.offset is not None else ""
        return reading.error(
            "matcher-pattern", node, f"this is no regular expression: {error.message}{place}",
            "A character with a meaning of its own (. * + ? ( [ {) is written with a backslash before it.",
        )  # fmt: skip
    return True


def type_names(node: Node, reading: Reading) -> bool:
    """The name of a JSON type, or a list of them. ``null`` without quotes is the name too."""
    if node.kind == "list" and node.elements:
        return all([_type_name(element, reading) for element in node.elements])  # noqa: C419  # a list: every one is looked at and told
    return _type_name(node, reading)


def _type_name(node: Node, reading: Reading) -> bool:
    if node.kind == "scalar" and (node.templated or node.value is None or node.value in TYPES):
        return True
    if node.kind == "scalar" and isinstance(node.value, str):
        meant = OTHER_TYPES.get(node.value.lower())
        hint = f'Did you mean "{meant}"?' if meant else suggestion(node.value, TYPES, "Types")
        return reading.error(RULE, node, f'there is no type "{node.value}"', hint)
    return reading.error(RULE, node, f"a type is a name, not {node.type_name}", f"Types: {', '.join(TYPES)}.")


def format_name(node: Node, reading: Reading) -> bool:
    """What ``is`` can look for."""
    if node.kind == "scalar" and (node.templated or node.value in FORMATS):
        return True
    shown = f'"{node.value}"' if node.kind == "scalar" and isinstance(node.value, str) else node.type_name
    return reading.error(
        RULE, node, f'"is" does not know {shown}', suggestion(str(node.value or ""), FORMATS, "It knows")
    )


def status_or_list(node: Node, reading: Reading) -> bool:
    """A status, a class of them (``2xx``), or a list of these."""
    if node.kind == "list":
        if not node.elements:
            return reading.error("status", node, "no status is listed here", "Write status: [200, 201].")
        return all([_status(element, reading) for element in node.elements])  # noqa: C419  # a list: every one is looked at and told
    return _status(node, reading)


def _status(node: Node, reading: Reading) -> bool:
    hint = "Write a number from 100 to 599, a class like 2xx, or a list of these."
    if node.kind != "scalar":
        return reading.error("status", node, f"a status is a number or a class, not {node.type_name}", hint)
    if node.templated or is_status(node.value):
        return True
    shown = f'"{node.value}"' if isinstance(node.value, str) else node.value
    shown = node.type_name if node.value is None or isinstance(node.value, bool) else shown
    return reading.error("status", node, f"{shown} is not an HTTP status", hint)


def is_status(value: object) -> bool:
    """Whether a value says a status or a class of them: 200, "200" or "2xx"."""
    if isinstance(value, str):
        return bool(STATUS_NUMBER.fullmatch(value) or STATUS_CLASS.fullmatch(value))
    return isinstance(value, int) and not isinstance(value, bool) and 100 <= value <= 599


def _duration(node: Node, reading: Reading) -> bool:
    if not _amount(node, reading, parse_duration, ("a duration", DURATION_HINT)):
        return False
    warn_of_seconds(node, reading.problems)
    return True


def warn_of_seconds(node: Node, problems: Problems) -> None:
    """Tell of a limit that has no unit and is of so many seconds that nothing would ever be beyond it."""
    seconds = doubtful_seconds(node.value) if node.kind == "scalar" and not node.templated else None
    if seconds is not None:
        message, hint = doubt(seconds)
        problems.warning("duration-unit", node, message, hint)


def _size(node: Node, reading: Reading) -> bool:
    return _amount(node, reading, parse_size, ("a size", SIZE_HINT))


def _amount(node: Node, reading: Reading, parse: Callable[[object], float], words: tuple[str, str]) -> bool:
    what, hint = words
    if node.templated and node.kind == "scalar":
        return True
    if node.kind != "scalar" or node.value is None:
        return reading.error(RULE, node, f"{what} is a number or text, not {node.type_name}", hint)
    try:
        parse(node.value)
    except ValueError as error:
        return reading.error(RULE, node, f"this is not {what}: {error}", _compared(node) or hint)
    return True


def _compared(node: Node) -> str:
    """How to write a comparison that stands there as text: ``<= 200``."""
    match = COMPARISON.fullmatch(node.value) if isinstance(node.value, str) else None
    return f"A comparison is written {{{SIGNS[match[1]]}: {match[2]}}}." if match else ""


AMOUNTS: Final[Mapping[str, Callable[[Node, Reading], bool]]] = {
    "duration": _duration,
    "size": _size,
    "number": number,
}
