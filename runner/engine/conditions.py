"""Whether a planned request is to be sent: what it needs, and what its ``when`` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from runner.checks.comparing import inequality_note, looks_same
from runner.checks.describe import describe
from runner.checks.matchers import MatchContext, Mismatch, evaluate
from runner.checks.show import show
from runner.checks.values import equal
from runner.engine.job import Planned
from runner.model import Condition, Matcher
from runner.node import Plain
from runner.results import Check, Status
from runner.variables.template import is_own

COMPARED: Final = frozenset({"equals", "one_of"})
FILTERS: Final = ((bool, "bool"), (int, "int"), (float, "float"), (str, "string"))
FAILED = (Status.FAIL, Status.ERROR)


class Unmet(NamedTuple):
    """A condition that does not hold, in words; ``doubt`` is set where that cannot be said: the value is none that
    the matcher can be asked about, which must not pass as a reason to skip."""

    reason: str
    doubt: Check | None = None


class Ended(NamedTuple):
    """How an earlier request ended; ``held_up`` as in its result."""

    status: Status
    held_up: bool = False


class Lost(NamedTuple):
    """Why a request cannot be sent; ``held_up`` unless what it needs was skipped for a reason of its own."""

    reason: str
    held_up: bool = True


def unmet_need(planned: Planned, ended: Mapping[str, Ended]) -> Lost | None:
    """Which request that must have passed did not; None if all did."""
    sources = ((taken(name, source), source) for name, source in planned.sources.items())
    for what, source in (*((f'"{name}"', name) for name in planned.needs), *sources):
        found = ended.get(source)
        if found is None:
            return Lost(f"needs {what}, which did not run")
        if found.status is Status.SKIP:
            return Lost(f"needs {what}, which was skipped", found.held_up)
        if found.status is not Status.PASS:
            return Lost(f"needs {what}, which failed")
    return None


def failed_setup(planned: Planned, ended: Mapping[str, Ended]) -> str:
    """The name of what was to prepare the included file of a request, and failed; empty if nothing did."""
    return next((name for name in planned.setup if name in ended and ended[name].status in FAILED), "")


def taken(name: str, source: str) -> str:
    """What a request takes from the response to another, in words."""
    return f'the reply to "{source}"' if is_own(name) else f'"{name}" from "{source}"'


def unmet_condition(conditions: Sequence[Condition], context: MatchContext) -> Unmet | None:
    """The first condition that does not hold; raises ``RenderError`` where a placeholder cannot be filled."""
    for condition in conditions:
        subject = condition.subject
        value = context.render(subject)
        mismatch = evaluate(condition.matcher, value, context)
        name = str(subject.value).strip().removeprefix("<<").removesuffix(">>").strip()
        alike = _alike(condition.matcher, value, context)
        if alike is not None:
            note = f"{inequality_note(alike, value)}: <<{name}|{_filter_for(alike)}>> is what it says"
            mismatch = Mismatch(describe(condition.matcher, context.render), show(value), note, undecided=True)
        if mismatch is None:
            continue
        got, expected = " ".join(mismatch.got.split()), " ".join(mismatch.expected.split())
        reason = f"when: {name} is {got}, expected {expected}"
        if not mismatch.undecided:
            return Unmet(reason)
        place = subject.location
        check = Check(f"when {name}", passed=False, location=place, expected=mismatch.expected, got=mismatch.got)
        return Unmet(reason, check._replace(note=mismatch.note))
    return None


def _alike(matcher: Matcher, value: Plain, context: MatchContext) -> Plain:
    """What is compared with ``value`` and differs from it in its type alone, as ``true`` from the text of a variable of
    the environment; None if nothing does."""
    for test in matcher.tests:
        if isinstance(test.inner, Matcher):
            found = _alike(test.inner, value, context) if test.operator == "not" else None
        else:
            operand = context.render(test.operand) if test.operator in COMPARED else None
            members = operand if test.operator == "one_of" and isinstance(operand, list) else [operand]
            equals = any(equal(one, value) for one in members)
            found = None if equals else next((one for one in members if looks_same(one, value)), None)
        if found is not None:
            return found
    return None


def _filter_for(alike: Plain) -> str:
    """What makes the type of a value that of ``alike``."""
    return next(name for kind, name in FILTERS if isinstance(alike, kind))
