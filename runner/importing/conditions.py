"""What a condition in a script says: ``response.status === 200 && response.body.id > 0`` as lines under ``expect``."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from runner.importing.assertions import Subject, absent, expectation, of_property, put
from runner.importing.chai import demanded
from runner.importing.javascript import NO_LITERAL, Step, Syntax, chain_of, literal, text_of
from runner.importing.scripts import Known, value_of
from runner.node import is_number
from runner.writing.layout import Value

COMPARED: Final = {
    "===": "equal",
    "==": "equal",
    "!==": "not equal",
    "!=": "not equal",
    "<": "below",
    "<=": "most",
    ">": "above",
    ">=": "least",
}
TURNED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
ASKED: Final = {
    "includes": "contain",
    "contains": "contain",
    "startsWith": "startWith",
    "endsWith": "endWith",
    "hasOwnProperty": "property",
}


class Check(NamedTuple):
    """What is looked at, and what is said of it."""

    subject: Subject
    words: str
    values: tuple[Any, ...] = ()


def condition(expression: Syntax, known: Known, expect: dict[str, Value]) -> bool:
    """Put what must be true into ``expect``; False, and nothing is put, if it is not understood."""
    checks = _checks(expression, known)
    made = {key: dict(value) if isinstance(value, dict) else value for key, value in expect.items()}
    if not checks or not all(_said(one, made) for one in checks):
        return False
    expect.update(made)
    return True


def _said(check: Check, expect: dict[str, Value]) -> bool:
    words = check.words.split()
    if check.words == "undefined":
        return absent(check.subject, expect)
    if check.words == "not property" and check.subject.part == "json":
        return absent(of_property(check.subject, str(check.values[0])), expect)
    if check.words == "not null or undefined":
        return check.subject.part == "json" and put(check.subject, {"not": None}, expect)
    return demanded(check.subject, words, check.values, expect) and expectation(
        check.subject, words, check.values, expect
    )


def _checks(expression: Syntax, known: Known) -> list[Check] | None:
    kind = expression.type
    if kind == "parenthesized_expression":
        return _checks(expression.named_children[0], known)
    if kind == "unary_expression" and text_of(expression).startswith("!"):
        inner = _checks(expression.named_children[0], known)
        one = inner[0] if inner and len(inner) == 1 and not _is_lax(expression.named_children[0]) else None
        return [one._replace(words=f"not {one.words}")] if one and not one.words.startswith("not") else None
    if kind == "binary_expression":
        return _of_operator(expression, known)
    found = _of_call(expression, known) if kind == "call_expression" else None
    return [found] if found is not None else None


def _is_lax(expression: Syntax) -> bool:
    """Whether the opposite of this holds for more, or for less, than we would say."""
    while expression.type == "parenthesized_expression":
        expression = expression.named_children[0]
    return expression.type == "binary_expression" and expression.child_by_field_name("operator").type in ("==", "in")


def _of_operator(expression: Syntax, known: Known) -> list[Check] | None:
    operator = expression.child_by_field_name("operator").type
    left, right = expression.child_by_field_name("left"), expression.child_by_field_name("right")
    if operator == "&&":
        first, second = _checks(left, known), _checks(right, known)
        return [*first, *second] if first and second else None
    if operator == "in":
        subject, name = known.subject(right), value_of(left, known)
        return [Check(subject, "property", (name,))] if subject and isinstance(name, str) else None
    if operator not in COMPARED:
        return None
    if literal(left) is not NO_LITERAL:
        left, right, operator = right, left, TURNED.get(operator, operator)
    words = COMPARED[operator]
    if left.type == "unary_expression" and text_of(left).startswith("typeof"):
        return _of_type(left.named_children[0], right, words, known)
    subject = known.subject(left)
    if subject is None:
        return None
    if right.type == "undefined":
        return [Check(subject, {"equal": "undefined", "not equal": "not undefined"}.get(words, "?"))]
    value = value_of(right, known)
    if value is NO_LITERAL or (subject.part == "headers" and value is None):
        return None
    if subject == Subject("json", "$") and isinstance(value, str):
        subject = Subject("text")
    return _of_values(subject, operator, value)


def _of_values(subject: Subject, operator: str, value: Any) -> list[Check] | None:
    """Where two things of different kinds are compared, ``===`` and ``==`` are not the same."""
    if isinstance(value, list | dict):
        return None  # equal to nothing but itself
    is_text = subject.part in ("headers", "text") and not subject.length
    if operator == "===" and ((is_text and is_number(value)) or (subject.part == "status" and not is_number(value))):
        return None
    if operator == "!=" and subject.part == "json" and not subject.length:
        return [Check(subject, "not null or undefined")] if value is None else None
    return [Check(subject, COMPARED[operator], (_loosely(value, operator, subject),))]


def _loosely(value: Any, operator: str, subject: Subject) -> Any:
    """``header == 5`` holds for the text ``5``."""
    is_loose = operator in ("==", "!=") and subject.part == "headers" and type(value) in (int, float)
    return str(value) if is_loose else value


def _of_type(expression: Syntax, right: Syntax, words: str, known: Known) -> list[Check] | None:
    """``typeof x === "string"``; what JavaScript calls an object is many things."""
    subject, name = known.subject(expression), value_of(right, known)
    if subject is None or words not in ("equal", "not equal"):
        return None
    if name == "undefined":
        return [Check(subject, "undefined" if words == "equal" else "not undefined")]
    if name not in ("string", "number", "boolean") or words == "not equal":
        return None
    return [Check(subject, "a", (name,))]


def _of_call(expression: Syntax, known: Known) -> Check | None:
    function = expression.child_by_field_name("function")
    arguments = [one for one in expression.child_by_field_name("arguments").named_children if one.type != "comment"]
    if function.type != "member_expression" or len(arguments) != 1:
        return None
    of, name = function.child_by_field_name("object"), text_of(function.child_by_field_name("property"))
    if of.type == "regex" and name == "test":
        subject, pattern = known.subject(arguments[0]), value_of(of, known)
        return Check(subject, "match", (pattern,)) if subject and pattern is not NO_LITERAL else None
    if name == "isArray" and chain_of(of) == (Step("Array"),):
        subject = known.subject(arguments[0])
        return Check(subject, "an", ("array",)) if subject else None
    subject, value = known.subject(of), value_of(arguments[0], known)
    if subject is None or name not in ASKED or value is NO_LITERAL or isinstance(value, list | dict):
        return None
    if name != "hasOwnProperty" and subject == Subject("json", "$") and isinstance(value, str):
        subject = Subject("text")
    return Check(subject, ASKED[name], (value,))
