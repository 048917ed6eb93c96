"""What Bruno's assertions and scripts say of a response, as lines under ``expect`` and ``capture``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from runner.importing.assertions import Subject, expectation, inside
from runner.importing.javascript import Step, chain_of, literal, statements
from runner.importing.scripts import Dialect
from runner.node import is_number
from runner.writing.layout import Value

SIMPLE: Final = {
    "status": "status",
    "getStatus": "status",
    "responseTime": "duration",
    "getResponseTime": "duration",
}
WORDS: Final[Mapping[str, str]] = {
    "eq": "equal",
    "neq": "not equal",
    "gt": "above",
    "gte": "least",
    "lt": "below",
    "lte": "most",
    "in": "oneOf",
    "notIn": "not oneOf",
    "contains": "contain",
    "notContains": "not contain",
    "length": "length",
    "matches": "match",
    "notMatches": "not match",
    "startsWith": "startWith",
    "endsWith": "endWith",
    "between": "within",
}
ALONE: Final[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    "isEmpty": ("empty", ()),
    "isNotEmpty": ("not empty", ()),
    "isNull": ("null", ()),
    "isUndefined": ("undefined", ()),
    "isDefined": ("exist", ()),
    "isTruthy": ("true", ()),
    "isFalsy": ("false", ()),
    "isJson": ("json", ()),
    "isNumber": ("a", ("number",)),
    "isString": ("a", ("string",)),
    "isBoolean": ("a", ("boolean",)),
    "isArray": ("an", ("array",)),
}
OF_TEXT: Final = frozenset("eq neq contains notContains matches notMatches startsWith endsWith".split())
"""What, said of the whole body with a text, is said of its text."""
NUMBER: Final = re.compile(r"[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,3})?", re.ASCII)
OTHER_NUMBER: Final = re.compile(r"0[xXoObB][0-9a-fA-F]+|[+-]?Infinity")
LARGEST: Final = 2**53 - 1
"""Above it, Bruno compares with the text."""


def subject_of(steps: Sequence[Step]) -> Subject | None:
    """The part of the response that a chain of names stands for."""
    if not steps or steps[0].name != "res":
        return None
    if steps[0].arguments is not None:
        return _asked(steps)
    if len(steps) < 2:
        return None
    step, rest = steps[1], steps[2:]
    called = step.arguments == () if str(step.name).startswith("get") else step.arguments is None
    if step.name in SIMPLE and called and not rest:
        return Subject(SIMPLE[str(step.name)])
    if step.name in ("body", "getBody") and called:
        return inside("$", rest)
    if step.name == "headers" and called and len(rest) == 1 and rest[0].arguments is None:
        name = rest[0].name
        return Subject("headers", name) if isinstance(name, str) and name == name.lower() else None
    if step.name == "getHeader" and len(step.arguments or ()) == 1 and not rest:
        name = literal((step.arguments or ())[0])
        return Subject("headers", name.lower()) if isinstance(name, str) else None
    return None


def _asked(steps: Sequence[Step]) -> Subject | None:
    """``res("order.items[0].id")``."""
    arguments = steps[0].arguments or ()
    path = literal(arguments[0]) if len(arguments) == 1 else None
    if not isinstance(path, str) or not re.fullmatch(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\d+\])*", path):
        return None
    return inside(f"$.{path}", steps[1:])


DIALECT: Final = Dialect(
    subject=subject_of,
    tests=(("test",),),
    expects=(("expect",),),
    keeps=(("bru", "setVar"), ("bru", "setEnvVar"), ("bru", "setGlobalEnvVar")),
)


class Words(NamedTuple):
    """How text of an assertion becomes ours: ``text`` makes its placeholders ours, ``value`` does so with one that
    stands alone and has the value of a variable, which may be a number."""

    text: Callable[[str], str]
    value: Callable[[str], str]


def subject_in(expression: str) -> Subject | None:
    """What an expression stands for, such as ``res.body.items[0].id``. Outside of scripts there is no
    ``res.getBody()``."""
    try:
        found = list(statements(expression))
        chain = chain_of(found[0].value) if len(found) == 1 and found[0].value is not None else None
    except RecursionError:
        return None
    if chain is None or found[0].target or any(step.arguments is not None for step in chain[1:]):
        return None
    return subject_of(chain)


def asserted(expression: str, said: str, change: Words, expect: dict[str, Value]) -> bool:
    """Put one assertion into ``expect``; False if it cannot be said."""
    subject = subject_in(expression)
    operator, _, text = said.strip().partition(" ")
    if operator not in WORDS and operator not in ALONE:
        operator, text = "eq", said.strip()
    if subject is None:
        return False
    if operator in ALONE:
        words, values = ALONE[operator]
    else:
        words, values = WORDS[operator], _values(operator, text.strip(), change)
        if not _fits(operator, values):
            return False
    if subject == Subject("json", "$") and operator in OF_TEXT and isinstance(values[0], str):
        subject = Subject("text")
    return expectation(subject, words.split(), values, expect)


def _fits(operator: str, values: tuple[Any, ...]) -> bool:
    if operator in ("matches", "notMatches"):
        return _is_pattern(values[0])
    if operator in ("gt", "gte", "lt", "lte", "length", "between"):
        return all(is_number(one) or "<<" in str(one) for one in values)
    return ... not in values and not any(isinstance(one, list) and ... in one for one in values)


def _is_pattern(text: object) -> bool:
    try:
        re.compile(str(text))
    except (re.error, RecursionError, OverflowError):
        return False
    return "<<" not in str(text)


def _values(operator: str, text: str, change: Words) -> tuple[Any, ...]:
    if operator in ("matches", "notMatches"):
        bare = text[1:-1] if len(text) > 1 and text.startswith("/") and text.endswith("/") else text
        return (change.text(bare),)
    if operator in ("in", "notIn", "between"):
        inner = text[1:-1] if text.startswith("[") and text.endswith("]") else text
        listed = [_value(one.strip(), change) for one in inner.split(",")]
        return tuple(listed) if operator == "between" else (listed,)
    return (_value(text, change),)


def _value(text: str, change: Words) -> Any:
    """What is written behind an operator; ``...`` for what has no word here."""
    if text in ("true", "false", "null"):
        return {"true": True, "false": False, "null": None}[text]
    if text == "undefined" or any(one in text for one in ("${", "`", "\\")) or OTHER_NUMBER.fullmatch(text):
        return ...
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return change.text(text[1:-1])
    if NUMBER.fullmatch(text) and float(text) <= LARGEST:
        return int(float(text)) if float(text).is_integer() else float(text)
    return change.value(text)


def is_literal(text: str) -> bool:
    """Whether a variable with this text is a number, or true, false or null, where Bruno compares with it; and in
    JSON as well."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return value is None or isinstance(value, bool) or (isinstance(value, int | float) and value <= LARGEST)
