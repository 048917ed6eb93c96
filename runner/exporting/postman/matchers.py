"""What a matcher says in the words of Chai: only what means the same there, or more."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from runner.exporting.postman.javascript import literal, pattern, pattern_of_text
from runner.model import Matcher, Test
from runner.node import Node, Plain, is_number

Convert = Callable[[Node], Plain]


class Words(NamedTuple):
    """How one test reads behind ``pm.expect(…).to.``; ``negated`` behind ``to.not.``. ``needs_value`` says that it
    would hold there, too, where nothing is, ``needs_kind`` what it has to be: a number that is written like a text is
    taken for it, and a text for a list of its letters."""

    text: str
    negated: bool = False
    needs_value: bool = False
    needs_kind: str = ""

    @property
    def chain(self) -> str:
        return f"to.not.{self.text}" if self.negated else f"to.{self.text}"


def words_of(matcher: Matcher, plain: Convert) -> list[Words | None]:
    """One for each test in order, None for what cannot be said; ``plain`` gives the value of an operand."""
    if matcher.ignore_case:
        return [None]
    sized = any(map(_asks_for_length, matcher.tests))
    return [_of(test, plain) for test in matcher.tests if not (sized and _is_sized(test, plain))]


def _asks_for_length(test: Test) -> bool:
    inner = test.inner
    if test.operator == "not" and isinstance(inner, Matcher):
        return [one.operator for one in inner.tests] == ["length"]
    return test.operator == "length"


def _is_sized(test: Test, plain: Convert) -> bool:
    """Whether this asks for what ``lengthOf`` asks for by itself."""
    return test.operator == "type" and not test.operand.templated and plain(test.operand) == ["array", "string"]


def _of(test: Test, plain: Convert) -> Words | None:
    if test.operator == "not":
        return _not(test, plain)
    if test.operator == "length":
        return _length(test, plain)
    if test.inner is not None:
        return None
    make = MAKERS.get(test.operator)
    if make is None or test.operand.templated:
        return None
    try:
        return make(plain(test.operand))
    except ValueError:
        return None


def _not(test: Test, plain: Convert) -> Words | None:
    """Not one thing: of several it would be neither."""
    inner = test.inner
    if not isinstance(inner, Matcher) or len(inner.tests) != 1 or inner.tests[0].operator in NOT_NEGATED:
        return None
    found = words_of(inner, plain)[0]
    if found is None or found.text.startswith("have.lengthOf."):
        return None
    return found._replace(negated=not found.negated, needs_value=True)


def _length(test: Test, plain: Convert) -> Words | None:
    inner = test.inner
    if not isinstance(inner, Matcher) or len(inner.tests) != 1:
        return None
    operator, operand = inner.tests[0].operator, inner.tests[0].operand
    if operand.templated or not is_number(value := plain(operand)):
        return None
    if operator == "equals":
        return Words(f"have.lengthOf({value})")
    return Words(f"have.lengthOf.{NUMBERS[operator]}({value})") if operator in NUMBERS else None


NOT_NEGATED: Final = frozenset(("not", "exists", "matches", "starts_with", "ends_with"))
"""Operators that hold there of what they cannot be about, if they are negated."""
NUMBERS: Final = {"lt": "below", "lte": "at.most", "gt": "above", "gte": "at.least"}


def _equals(value: Plain) -> Words | None:
    if value is None:
        return Words("be.null")
    written = literal(value)
    if written is None:
        return None
    return Words(f"eql({written})" if isinstance(value, dict | list) else f"equal({written})")


def _number(word: str) -> Callable[[Plain], Words | None]:
    return lambda value: Words(f"be.{word}({literal(value)})") if is_number(value) and literal(value) else None


def _between(value: Plain) -> Words | None:
    if not isinstance(value, list) or len(value) != 2 or not all(map(is_number, value)):
        return None
    low, high = map(literal, value)
    return Words(f"be.within({low}, {high})") if low and high else None


def _one_of(value: Plain) -> Words | None:
    return Words(f"be.oneOf({literal(value)})") if _is_flat(value) else None


def _contains(value: Plain) -> Words | None:
    if not isinstance(value, str | int | float) or literal(value) is None:
        return None
    return Words(f"include({literal(value)})", needs_kind="" if isinstance(value, str) else "array")


def _contains_all(value: Plain) -> Words | None:
    return Words(f"include.members({literal(value)})") if _is_flat(value) else None


def _matches(value: Plain) -> Words | None:
    return _match(pattern(value) if isinstance(value, str) else None)


def _starts(value: Plain) -> Words | None:
    return _match(pattern_of_text(value, begins=True) if isinstance(value, str) else None)


def _ends(value: Plain) -> Words | None:
    return _match(pattern_of_text(value, ends=True) if isinstance(value, str) else None)


def _match(written: str | None) -> Words | None:
    return Words(f"match({written})", needs_kind="string") if written else None


def _type(value: Plain) -> Words | None:
    known = ("string", "number", "boolean", "array", "object", "null")
    return Words(f'be.a("{value}")') if value in known else None


def _exists(value: Plain) -> Words | None:
    return Words("be.undefined", negated=value is True) if isinstance(value, bool) else None


def _empty(value: Plain) -> Words | None:
    return Words("be.empty", negated=value is False) if isinstance(value, bool) else None


def _status(value: Plain) -> Words | None:
    """A status in an operator; ``2xx`` is no number there."""
    if isinstance(value, list):
        return _one_of(value) if all(map(is_number, value)) else None
    return _equals(value) if is_number(value) else None


MAKERS: Final[Mapping[str, Callable[[Plain], Words | None]]] = {
    "equals": _equals,
    "status": _status,
    "lt": _number("below"),
    "lte": _number("at.most"),
    "gt": _number("above"),
    "gte": _number("at.least"),
    "between": _between,
    "one_of": _one_of,
    "contains": _contains,
    "contains_all": _contains_all,
    "matches": _matches,
    "starts_with": _starts,
    "ends_with": _ends,
    "type": _type,
    "exists": _exists,
    "empty": _empty,
}


def _is_flat(value: Plain) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and not any(isinstance(one, dict | list) for one in value)
        and literal(value) is not None
    )
