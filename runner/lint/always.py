"""Expectations that hold of whatever comes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runner.lint.finding import Finding, Subject, found
from runner.model import Matcher, Test
from runner.node import Node, is_number
from runner.patterns import PatternError, PatternTimeout, search

RULE: Final = "always-holds"
ANY_TEXT: Final = ("", ".*", ".*?", "^", "$", "^.*", ".*$", "^.*$", "[\\s\\S]*", "(?s).*")
BEHIND: Final = re.compile(r"\(\?<[=!]|\\[bBG]")
AHEAD: Final = re.compile(r"\(\?[=!]|\\[bBG]")
"""What looks at the text before a place, or behind it."""
ODD: Final = "\ue000"
"""A character that no pattern speaks of."""
INSIDE: Final = ("length", "each", "any")
LEAST: Final = {"status": 100, "duration": 0, "size": 0, "redirects": 0}
"""Numbers that are there whatever is answered, and what they are at least."""


def always_holds(subject: Subject) -> Iterator[Finding]:
    """An operator that nothing can fail but what has another type."""
    told: set[int] = set()
    for spec in subject.collection.own_requests:
        for one in spec.expect:
            least = LEAST.get(one.kind)
            for node, what in _empty(one.matcher, least) if one.matcher is not None else ():
                if id(node) not in told and node.source is subject.source:
                    told.add(id(node))
                    hint = "Say what the value must be, or write exists: true or type: … if that is meant."
                    yield found(RULE, node, f"{what} holds of whatever comes", hint)


def _empty(matcher: Matcher, least: int | None = None) -> Iterator[tuple[Node, str]]:
    """Operands that say nothing. ``least`` is what the value is at least, if it is a number that is always there."""
    for test in matcher.tests:
        said = _any_text(test) or (_any_number(test, least) if least is not None else "")
        if said:
            yield test.operand, said
        elif isinstance(test.inner, Matcher) and test.operator in INSIDE:
            yield from _empty(test.inner, 0 if test.operator == "length" else None)
        elif test.operator == "json" and isinstance(test.inner, tuple):
            for _, inner in test.inner:
                yield from _empty(inner)


def _any_text(test: Test) -> str:
    """How a message calls a test that every text or list passes; empty for another one."""
    value = test.operand.value
    if test.operator in ("starts_with", "ends_with", "contains") and value == "":
        return f'{test.operator}: ""'
    if test.operator == "matches" and isinstance(value, str) and not test.operand.templated:
        return f'matches: "{value}"' if value in ANY_TEXT or _fits_an_edge(value) else ""
    return ""


def _fits_an_edge(pattern: str) -> bool:
    """Whether a pattern fits before the first character of any text or behind its last, without one of them:
    ``[0-9]*``, ``^[a-z]*`` and ``(?!.*error)`` do."""
    edges = [rf"\A(?:{pattern})(?={ODD})"] if not AHEAD.search(pattern) else []
    edges += [rf"(?<={ODD})(?:{pattern})\Z"] if not BEHIND.search(pattern) else []
    try:
        return search(pattern, "") is not None and any(search(edge, ODD) is not None for edge in edges)
    except (PatternError, PatternTimeout):
        return False


def _any_number(test: Test, least: int) -> str:
    """The same for numbers."""
    value = test.operand.value
    if test.operator == "exists":
        return "exists: true" if value is True else ""
    if not is_number(value):
        return ""
    is_low = (test.operator == "gte" and value <= least) or (test.operator == "gt" and value < least)
    return f"{test.operator}: {value}" if is_low else ""
