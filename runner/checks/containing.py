"""The operators that look inside text, lists and objects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from runner.checks.show import SHOWN, listed, show
from runner.checks.trial import Mismatch, Trial
from runner.checks.values import contains as is_in, fold
from runner.node import Plain, scalar_type_name
from runner.patterns import PatternError, PatternTimeout, search

NOT_EMPTY: Final = "what is not empty"
Edge: TypeAlias = Callable[[str, str], bool]


def contains(trial: Trial, actual: Plain) -> Mismatch | None:
    """Text in text, a member in a list, a subset in an object."""
    operand = trial.operand
    if _is_in_all(trial, actual, operand):
        return trial.unusable(actual, NOT_EMPTY)
    found = _is_in(trial, actual, operand)
    if found is None:
        return trial.undecided(actual, _no_container(actual, operand))
    if found:
        return None
    note = ""
    if isinstance(actual, list) and isinstance(operand, list):
        note = "a list as a whole is looked for in the list; contains_all looks for several members"
    return trial.fail_value(actual, note)


def _is_in_all(trial: Trial, actual: Plain, wanted: Plain) -> bool:
    """Whether a placeholder was filled with what is in every text or object, so that nothing would be checked. Whoever
    writes it in the file may mean it."""
    return trial.test.operand.templated and wanted == ("" if isinstance(actual, str) else {})


def _is_in(trial: Trial, actual: Plain, wanted: Plain) -> bool | None:
    return is_in(fold(actual), fold(wanted)) if trial.ignore_case else is_in(actual, wanted)


def _no_container(actual: Plain, wanted: Plain) -> str:
    if isinstance(actual, str | dict):
        container, inside = ("text", "text") if isinstance(actual, str) else ("an object", "an object")
        return f"{container} contains {inside}, and this is {scalar_type_name(wanted)}"
    return f"{scalar_type_name(actual)} contains nothing"


def contains_all(trial: Trial, actual: Plain) -> Mismatch | None:
    """Every one of a list."""
    operand = trial.operand
    if not isinstance(operand, list) or not operand:
        return trial.unusable(actual, "a list")
    if any(_is_in_all(trial, actual, wanted) for wanted in operand):
        return trial.unusable(actual, f"a list of {NOT_EMPTY}")
    found = [_is_in(trial, actual, wanted) for wanted in operand]
    if None in found:
        return trial.undecided(actual, _no_container(actual, operand[found.index(None)]))
    lacking = [wanted for wanted, there in zip(operand, found, strict=True) if not there]
    return trial.fail_value(actual, f"without {listed(lacking)}") if lacking else None


def contains_any(trial: Trial, actual: Plain) -> Mismatch | None:
    """At least one of a list."""
    operand = trial.operand
    if not isinstance(operand, list) or not operand:
        return trial.unusable(actual, "a list")
    if any(_is_in_all(trial, actual, wanted) for wanted in operand):
        return trial.unusable(actual, f"a list of {NOT_EMPTY}")
    found = [_is_in(trial, actual, wanted) for wanted in operand]
    if True in found:
        return None
    if None in found:
        return trial.undecided(actual, _no_container(actual, operand[found.index(None)]))
    return trial.fail_value(actual)


def starts_with(trial: Trial, actual: Plain) -> Mismatch | None:
    return _edge(trial, actual, str.startswith)


def ends_with(trial: Trial, actual: Plain) -> Mismatch | None:
    mismatch = _edge(trial, actual, str.endswith)
    if mismatch is None or not isinstance(actual, str) or len(actual) <= SHOWN:
        return mismatch
    return trial.fail("…" + show(actual[-SHOWN + 3 :]))  # the end is what was looked at


def _edge(trial: Trial, actual: Plain, holds: Edge) -> Mismatch | None:
    operand = trial.operand
    if not isinstance(operand, str):
        return trial.unusable(actual, "text")
    if _is_in_all(trial, actual, operand):
        return trial.unusable(actual, NOT_EMPTY)
    if not isinstance(actual, str):
        kind = scalar_type_name(actual)
        return trial.undecided(actual, f"only text starts and ends with text, and this is {kind}")
    if trial.ignore_case:
        return None if holds(actual.casefold(), operand.casefold()) else trial.fail_value(actual)
    return None if holds(actual, operand) else trial.fail_value(actual)


def matches(trial: Trial, actual: Plain) -> Mismatch | None:
    """A regular expression, searched. One that does not come to an end does not match."""
    operand = trial.operand
    if not isinstance(operand, str):
        return trial.unusable(actual, "a regular expression")
    if _is_in_all(trial, actual, operand):
        return trial.unusable(actual, NOT_EMPTY)
    if not isinstance(actual, str):
        return trial.undecided(actual, f"only text is searched, and this is {scalar_type_name(actual)}")
    try:
        found = search(operand, actual, ignore_case=trial.ignore_case)
    except PatternTimeout as error:
        return trial.undecided(actual, str(error))
    except PatternError as error:
        return trial.undecided(actual, f"this is no regular expression: {error.message}")
    return None if found is not None else trial.fail_value(actual)
