"""What reading a value demands in a script, whether something is said of it or not: ``answer.user.id`` is a mistake
where there is no user."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final, TypeAlias

from runner.importing.assertions import NOT_NULL, Subject, before_last, is_no_null, put
from runner.importing.javascript import NO_LITERAL, Statement, Syntax, literal, text_of
from runner.jsonpath import compile_path
from runner.writing.layout import Value

Needed: TypeAlias = dict[Subject, Statement]
"""What is read, and where first."""
THROUGH: Final = frozenset(
    ("template_string", "template_substitution", "parenthesized_expression", "object", "pair", "array", "arguments")
)
"""What is made of all that stands in it."""
BOTH: Final = frozenset("+ - * / % == === != !== < > <= >=".split())
"""Operators that look at both sides."""


def demand(
    needed: Needed, expect: dict[str, Value], capture: Mapping[str, Value], *, is_strict: bool
) -> Iterator[Statement]:
    """Put what holds the values that are read into ``expect``, where nothing there says as much; gives the statements
    with which that cannot be. ``is_strict`` says that an answer that is no JSON is a mistake, too."""
    for subject, statement in needed.items():
        held = _held(subject) if subject.part == "json" else ""
        if not held or (held == "$" and not is_strict) or _is_said(held, expect, capture):
            continue
        if not put(Subject("json", held), NOT_NULL, expect):
            yield statement
    read = any(subject.part == "json" for subject in needed)
    kept = any(isinstance(one, str) for one in capture.values())
    if read and is_strict and not kept and {"json", "schema"}.isdisjoint(expect):
        put(Subject("json", "$"), {"exists": True}, expect)


def _held(subject: Subject) -> str:
    """The place of what a value is read from; empty where nothing has to be there."""
    if subject.length or subject.held is not None:
        return subject.name if subject.length else subject.held or ""
    steps = compile_path(subject.name).steps
    return before_last(subject.name, steps[-1]) if steps else ""


def _is_said(held: str, expect: Mapping[str, Value], capture: Mapping[str, Value]) -> bool:
    """Whether something is there only if this is, or says so itself."""
    said = expect.get("json")
    checks = said if isinstance(said, dict) else {}
    paths = [path for path, matcher in checks.items() if matcher != {"exists": False}]
    paths += [path for path in capture.values() if isinstance(path, str)]
    if any(path.startswith((f"{held}.", f"{held}[")) for path in paths):
        return True
    return held in checks and (checks[held] == NOT_NULL or is_no_null(checks[held]))


def shown(arguments: Iterable[Syntax], subject_of: Callable[[Syntax], Subject | None]) -> list[Subject] | None:
    """What is read to be shown; None where it is not sure that it is."""
    found: list[Subject] = []
    for one in arguments:
        subject = subject_of(one)
        inner: list[Subject] | None = []
        if subject is not None:
            found.append(subject)
        elif _is_made_of_all(one):
            inner = shown(one.named_children, subject_of)
        elif literal(one) is NO_LITERAL and any(_held(two) for two in _all_in(one, subject_of) if two.part == "json"):
            return None
        if inner is None:
            return None
        found += inner
    return found


def _is_made_of_all(expression: Syntax) -> bool:
    if expression.type == "call_expression":
        return text_of(expression.child_by_field_name("function")) == "JSON.stringify"
    if expression.type == "binary_expression":
        return expression.child_by_field_name("operator").type in BOTH
    return expression.type in THROUGH


def _all_in(expression: Syntax, subject_of: Callable[[Syntax], Subject | None]) -> Iterator[Subject]:
    for one in expression.named_children:
        found = subject_of(one)
        if found is None:
            yield from _all_in(one, subject_of)
        else:
            yield found
