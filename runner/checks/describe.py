"""A matcher in words: what a failure shows as expected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from runner.checks.formats import FORMATS
from runner.checks.show import Unit, clip, listed, show
from runner.model import Matcher, Test
from runner.node import Node, Plain

Render = Callable[[Node], Plain]

TYPE_WORDS: Final = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def describe(matcher: Matcher, render: Render, unit: Unit | None = None) -> str:
    """Everything that the matcher asks for, one line."""
    said = " and ".join(describe_test(test, render, unit) for test in matcher.tests)
    return clip(said + (", case ignored" if matcher.ignore_case else ""))


def describe_test(test: Test, render: Render, unit: Unit | None = None) -> str:
    """What one operator asks for."""
    if isinstance(test.inner, Matcher):
        inner = describe(test.inner, render, unit if test.operator == "not" else None)
        return {
            "not": f"not {inner}",
            "length": f"length {inner}",
            "each": f"each element {inner}",
            "any": f"at least one element {inner}",
        }[test.operator]
    if test.inner is not None:
        return "text that is JSON in which " + " and ".join(
            f"{render(path)} {_copula(inner)}{describe(inner, render)}" for path, inner in test.inner
        )
    return describe_operand(test.operator, render(test.operand), unit)


def _copula(matcher: Matcher) -> str:
    """``is``, where the words that follow have no verb of their own."""
    return "" if any(test.operator in VERBS for test in matcher.tests[:1]) else "is "


def describe_operand(operator: str, operand: Plain, unit: Unit | None = None) -> str:
    """What an operator that is compared with a plain value asks for."""
    if operator in WORDS:
        return f"{WORDS[operator]}{show(operand, unit)}"
    return PHRASES[operator](operand, unit)


def _between(operand: Plain, unit: Unit | None) -> str:
    if not isinstance(operand, list) or len(operand) != 2:
        return f"between {show(operand)}"
    return f"between {show(operand[0], unit)} and {show(operand[1], unit)}"


def _approx(operand: Plain, unit: Unit | None) -> str:
    if not isinstance(operand, dict):
        return f"about {show(operand)}"
    return f"{show(operand.get('value'), unit)}, give or take {show(operand.get('within'), unit)}"


def _several(words: str) -> Callable[[Plain, Unit | None], str]:
    def say(operand: Plain, unit: Unit | None) -> str:
        return f"{words} {listed(operand, unit) if isinstance(operand, list) else show(operand)}"

    return say


def _one_or_other(yes: str, no: str) -> Callable[[Plain, Unit | None], str]:
    def say(operand: Plain, _unit: Unit | None) -> str:
        return yes if operand is True else no

    return say


def _type(operand: Plain, _unit: Unit | None) -> str:
    names = operand if isinstance(operand, list) else [operand]
    return " or ".join(TYPE_WORDS.get(str(name or "null"), show(name)) for name in names) or "a type"


def _is(operand: Plain, _unit: Unit | None) -> str:
    return FORMATS[operand][0] if isinstance(operand, str) and operand in FORMATS else show(operand)


def _sorted(operand: Plain, _unit: Unit | None) -> str:
    if operand is False:
        return "a list that is not in ascending order"
    return f"a list in {'descending' if operand == 'desc' else 'ascending'} order"


def _status(operand: Plain, _unit: Unit | None) -> str:
    statuses = operand if isinstance(operand, list) else [operand]
    return " or ".join(clip(str(status)) for status in statuses) or "a status"


def _schema(operand: Plain, _unit: Unit | None) -> str:
    return f"valid by {clip(operand)}" if isinstance(operand, str) else "valid by the schema"


WORDS: Final = {
    "equals": "",
    "lt": "less than ",
    "lte": "at most ",
    "gt": "more than ",
    "gte": "at least ",
    "contains": "contains ",
    "starts_with": "starts with ",
    "ends_with": "ends with ",
    "matches": "matches ",
}

VERBS: Final = frozenset({"contains", "contains_all", "contains_any", "ends_with", "matches", "starts_with"})

PHRASES: Final[Mapping[str, Callable[[Plain, Unit | None], str]]] = {
    "between": _between,
    "approx": _approx,
    "one_of": _several("one of"),
    "contains_all": _several("contains all of"),
    "contains_any": _several("contains one of"),
    "exists": _one_or_other("something", "nothing"),
    "empty": _one_or_other("empty", "not empty"),
    "unique": _one_or_other("a list without twins", "a list with twins"),
    "type": _type,
    "is": _is,
    "sorted": _sorted,
    "status": _status,
    "schema": _schema,
}
