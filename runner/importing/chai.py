"""What the chain behind ``expect(…)`` says, as strictly as Chai takes it: what would fail there whatever comes, or what
we cannot say as strictly, is not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from runner.importing.assertions import FILLERS, Subject, absent, expectation, of_property, put
from runner.importing.javascript import NO_LITERAL, Step, Syntax
from runner.node import is_number
from runner.writing.layout import Value

NUMBERS: Final = frozenset("below lessThan lt above greaterThan gt least gte most lte within length lengthOf".split())
EQUAL: Final = frozenset("equal equals eq".split())
INCLUDED: Final = frozenset("include includes contain contains".split())
CALLED: Final = frozenset(
    (*NUMBERS, *EQUAL, *INCLUDED, "eql", "eqls", "a", "an", "string", "match", "matches", "oneOf", "members")
)
ALONE: Final = frozenset("exist undefined null true false empty".split())
FLAGS: Final = frozenset(("not", "deep", "own", "nested", "include", "length", "lengthOf", "property"))
SIZED: Final[list[Value]] = ["array", "string"]
NESTED: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class Check(NamedTuple):
    """One link of a chain: its words, and the values in brackets behind the last, None where there are none."""

    words: tuple[str, ...]
    values: tuple[Any, ...] | None = None


def checks_of(steps: Sequence[Step], value_of: Callable[[Syntax], Any]) -> list[Check]:
    """The links of ``.to.be.a("string").and.not.empty``."""
    found: list[Check] = []
    words: list[str] = []
    for step in steps:
        words.append(str(step.name))
        if step.arguments is not None:
            found.append(Check(tuple(words), tuple(value_of(one) for one in step.arguments)))
            words = []
    if words and (not found or words != ["and"]):
        found.append(Check(tuple(words)))
    return found


def all_said(subject: Subject, checks: Sequence[Check], expect: dict[str, Value]) -> bool:
    """Put the checks of one chain into ``expect``: behind ``property`` they are about its value, and a ``not`` holds
    for all that follows, which nobody means."""
    negated = deep = False
    for check in checks:
        deep = deep or "deep" in check.words
        if negated or not _said(subject, check, expect, deep=deep):
            return False
        negated = "not" in check.words
        if check.words[-1] == "property":
            subject = _property(subject, check)
    return bool(checks)


def _said(subject: Subject, check: Check, expect: dict[str, Value], *, deep: bool) -> bool:
    word, values = check.words[-1], check.values or ()
    if not _is_known(check) or NO_LITERAL in values:
        return False
    if word == "property":
        return _property_said(subject, check, expect, deep=deep)
    if not _can_hold(subject, check, deep=deep):
        return False
    negated = "not" in check.words
    if word == "exist" and subject.part == "json":
        return absent(subject, expect) if negated else put(subject, {"not": None}, expect)
    if word == "undefined" and not negated and not absent(subject, expect):
        return False
    words = tuple(one for one in check.words if one != "deep")
    return demanded(subject, words, values, expect) and expectation(subject, words, values, expect)


def _is_known(check: Check) -> bool:
    """Whether Chai has these words, with brackets where they belong."""
    word = check.words[-1]
    known = word in CALLED or word == "property" if check.values else word in ALONE and check.values is None
    return known and all(one in FILLERS or one in FLAGS for one in check.words[:-1])


def _can_hold(subject: Subject, check: Check, *, deep: bool) -> bool:
    """Whether there is an answer for which this holds, and we take it as strictly."""
    word, values = check.words[-1], check.values or ()
    if word in NUMBERS and not all(map(is_number, values)):
        return False
    if word in ("oneOf", "members") and not (len(values) == 1 and isinstance(values[0], list) and values[0]):
        return False
    listed = values[0] if word in ("oneOf", "members") else values
    if word == "members" and "include" not in check.words and any(one in listed[:at] for at, one in enumerate(listed)):
        return False
    if subject.length and word not in NUMBERS and word not in EQUAL and word not in ("eql", "eqls", "oneOf"):
        return False
    if any(isinstance(one, dict | list) for one in listed) and not _is_deep(check, deep=deep):
        return False
    if subject.part == "status":
        return (word in NUMBERS or word in EQUAL or word in ("eql", "eqls", "oneOf")) and all(map(_is_whole, listed))
    if subject.part in ("headers", "text") and not subject.length:
        return not any(map(is_number, listed)) or word in ("length", "lengthOf")
    return True


def _is_deep(check: Check, *, deep: bool) -> bool:
    """Whether lists and objects are compared by what is in them; ``include`` compares the values of one at once."""
    word, value = check.words[-1], (check.values or (None,))[0]
    if word in INCLUDED:
        return isinstance(value, dict) and not any(isinstance(one, dict | list) for one in value.values())
    if word == "members":
        return False  # an object is found in one that has more
    return word in ("eql", "eqls") or (deep and word != "oneOf")


def demanded(subject: Subject, words: Sequence[str], values: Sequence[Any], expect: dict[str, Value]) -> bool:
    """What a word asks of the kind of value: ``length`` and so on are not of objects there."""
    if subject.part != "json":
        return True
    if subject.length or "length" in words or "lengthOf" in words:
        return put(subject._replace(length=False), {"type": SIZED}, expect)
    if words[-1] == "string":
        return put(subject, {"type": "string"}, expect)
    if words[-1] == "members":
        return put(subject, {"type": "array"}, expect)
    if words[-1] in INCLUDED and isinstance(values[0], dict):
        return put(subject, {"type": "object"}, expect)
    return True


def _property_said(subject: Subject, check: Check, expect: dict[str, Value], *, deep: bool) -> bool:
    name, *values = check.values or ()
    nested = "nested" in check.words
    if subject.part != "json" or subject.length or not isinstance(name, str) or name == "length" or len(values) > 1:
        return False
    if (nested and not NESTED.fullmatch(name)) or (values and isinstance(values[0], dict | list) and not deep):
        return False
    inner = _property(subject, check)
    if "not" in check.words and not values:
        return absent(inner, expect)
    words = ("not", "eql") if "not" in check.words else ("eql",)
    return expectation(inner, words, values, expect) if values else put(inner, {"exists": True}, expect)


def _property(subject: Subject, check: Check) -> Subject:
    """What stands under that name; under several, one in another, where it says ``nested``."""
    name = (check.values or ("",))[0]
    for one in name.split(".") if "nested" in check.words else (name,):
        subject = of_property(subject, one)
    return subject


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
