"""Whether a value is what a matcher says: the operators by name, each holds or says why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from runner import strict_json
from runner.checks import comparing, containing, shape
from runner.checks.describe import describe
from runner.checks.show import clip, show
from runner.checks.trial import MatchContext, Mismatch, Missing, Trial
from runner.checks.validity import check_schema
from runner.jsonpath import JsonPath, PathError, compile_path
from runner.model import Matcher
from runner.node import Node, Plain, scalar_type_name

__all__ = ["OPERATORS", "MatchContext", "Mismatch", "Missing", "evaluate", "evaluate_at"]

Operator: TypeAlias = Callable[[Trial, Plain], Mismatch | None]

NO_MATCHER: Final = "this operator takes a matcher"

NEEDS_NODES: Final = frozenset({"exists", "each", "unique", "sorted", "type", "schema"})
"""Operators that would, or could, hold for an empty list by themselves: of nothing selected they do not."""


def evaluate(matcher: Matcher, actual: Plain | Missing, context: MatchContext) -> Mismatch | None:
    """Why ``actual`` is not what the matcher says; None if it is. The first operator that fails is told."""
    if isinstance(actual, Missing):
        return _evaluate_missing(matcher, actual, context)
    for test in matcher.tests:
        mismatch = OPERATORS[test.operator](Trial(test, matcher.ignore_case, context), actual)
        if mismatch is not None:
            return mismatch
    return None if matcher.tests else Mismatch("an operator", "a matcher without one")


def _evaluate_nothing(matcher: Matcher, path: JsonPath, document: Plain, context: MatchContext) -> Mismatch | None:
    """The same where a path that can select several selects nothing, which is an empty list.

    ``length: 0`` and the like hold. ``each`` and its like do not, and ``not`` only if there is nothing to select
    from: a misspelt path would pass.
    """
    if _needs_nodes(matcher):
        return evaluate(matcher, Missing("nothing: the path selects nothing here"), context)
    missed = path.missed(document) if any(test.operator == "not" for test in matcher.tests) else ""
    return evaluate(matcher, Missing(missed) if missed else [], context)


def _needs_nodes(matcher: Matcher) -> bool:
    return any(
        test.operator in NEEDS_NODES
        or (test.operator == "not" and isinstance(test.inner, Matcher) and _needs_nodes(test.inner))
        for test in matcher.tests
    )


def _evaluate_missing(matcher: Matcher, actual: Missing, context: MatchContext) -> Mismatch | None:
    """What is not there is ``exists: false`` and nothing else."""
    if matcher.tests and all(
        test.operator == "exists" and context.render(test.operand) is False for test in matcher.tests
    ):
        return None
    note = ""
    if any(test.operator == "equals" and context.render(test.operand) is None for test in matcher.tests):
        note = "null is a value; that something is not there is exists: false"
    return Mismatch(describe(matcher, context.render, context.unit), actual.why, note, undecided=True)


def _not(trial: Trial, actual: Plain) -> Mismatch | None:
    inner = trial.test.inner
    if not isinstance(inner, Matcher):
        return trial.undecided(actual, NO_MATCHER)
    mismatch = evaluate(inner, actual, trial.context)
    if mismatch is None:
        return trial.fail_value(actual)
    return trial.undecided(actual, mismatch.note) if mismatch.undecided else None


def _length(trial: Trial, actual: Plain) -> Mismatch | None:
    inner = trial.test.inner
    if not isinstance(inner, Matcher):
        return trial.undecided(actual, NO_MATCHER)
    if not isinstance(actual, str | list | dict):
        return trial.undecided(actual, "only text, lists and objects have a length")
    mismatch = evaluate(inner, len(actual), trial.context)
    if mismatch is None:
        return None
    return mismatch._replace(expected=f"length {mismatch.expected}", got=f"length {mismatch.got}: {show(actual)}")


def _each(trial: Trial, actual: Plain) -> Mismatch | None:
    inner = trial.test.inner
    if not isinstance(inner, Matcher):
        return trial.undecided(actual, NO_MATCHER)
    if not isinstance(actual, list):
        return trial.undecided(actual, "only a list has elements")
    for number, element in enumerate(actual):
        mismatch = evaluate(inner, element, trial.context)
        if mismatch is not None:
            return mismatch._replace(expected=f"each element {mismatch.expected}", got=f"[{number}] is {mismatch.got}")
    return None


def _any(trial: Trial, actual: Plain) -> Mismatch | None:
    inner = trial.test.inner
    if not isinstance(inner, Matcher):
        return trial.undecided(actual, NO_MATCHER)
    if not isinstance(actual, list):
        return trial.undecided(actual, "only a list has elements")
    doubt: Mismatch | None = None
    for element in actual:
        mismatch = evaluate(inner, element, trial.context)
        if mismatch is None:
            return None
        if mismatch.undecided:
            doubt = mismatch
    if doubt is not None:
        return trial.undecided(actual, doubt.note)
    return trial.fail_value(actual, "" if actual else "the list is empty")


def evaluate_at(path: Node, matcher: Matcher, document: Plain, context: MatchContext) -> Mismatch | None:
    """Why what the JSONPath ``path`` selects in ``document`` is not what the matcher says."""
    text = context.render(path)
    try:
        compiled = compile_path(text if isinstance(text, str) else strict_json.dumps(text))
        selected = compiled.select(document)
    except PathError as error:
        expected = describe(matcher, context.render)
        return Mismatch(expected, f"{show(text)} cannot be looked up: {error.message}", undecided=True)
    if not compiled.singular:
        return (
            evaluate(matcher, selected, context)
            if selected
            else _evaluate_nothing(matcher, compiled, document, context)
        )
    found = selected[0] if selected else Missing(compiled.explain_missing(document))
    return evaluate(matcher, found, context)


def _json(trial: Trial, actual: Plain) -> Mismatch | None:
    """Text that is JSON, looked into by paths."""
    if not isinstance(actual, str):
        return trial.undecided(actual, f"this looks into text that is JSON, and this is {scalar_type_name(actual)}")
    parsed = strict_json.parse(actual)
    if parsed.error:
        fenced = actual.strip().startswith("```")
        note = f"it is not JSON: {parsed.error}" + ("; it stands between ``` marks" if fenced else "")
        return trial.undecided(actual, note)
    inner = trial.test.inner
    if not isinstance(inner, tuple):
        return trial.undecided(actual, NO_MATCHER)
    for path, matcher in inner:
        mismatch = evaluate_at(path, matcher, parsed.value, trial.context)
        if mismatch is not None:
            where = clip(str(trial.context.render(path)))
            return mismatch._replace(expected=f"{where} {mismatch.expected}", got=f"{where} is {mismatch.got}")
    return None


OPERATORS: Final[Mapping[str, Operator]] = {
    "equals": comparing.equals,
    "not": _not,
    "lt": comparing.less,
    "lte": comparing.less_or_equal,
    "gt": comparing.greater,
    "gte": comparing.greater_or_equal,
    "between": comparing.between,
    "approx": comparing.approx,
    "one_of": comparing.one_of,
    "contains": containing.contains,
    "contains_all": containing.contains_all,
    "contains_any": containing.contains_any,
    "starts_with": containing.starts_with,
    "ends_with": containing.ends_with,
    "matches": containing.matches,
    "type": shape.has_type,
    "length": _length,
    "exists": shape.exists,
    "empty": shape.empty,
    "each": _each,
    "any": _any,
    "unique": shape.unique,
    "sorted": shape.in_order,
    "is": shape.is_format,
    "schema": check_schema,
    "json": _json,
    "status": comparing.status,
}
"""``status`` is the loader's own, for values under ``expect.status``; the others are as written."""
