"""Whether a planned request is to be sent: what it needs, and what its ``when`` says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from runner.checks.matchers import MatchContext, evaluate
from runner.engine.job import Planned
from runner.model import Condition
from runner.results import Check, Status
from runner.source import Location
from runner.variables.template import is_own


class Unmet(NamedTuple):
    """A condition that does not hold, in words; ``doubt`` is set where that cannot be said: the value is none that
    the matcher can be asked about, which must not pass as a reason to skip."""

    reason: str
    doubt: Check | None = None


def unmet_need(planned: Planned, ended: Mapping[str, Status]) -> str:
    """Which request that must have passed did not; empty if all did."""
    for name in planned.needs:
        if ended.get(name) is not Status.PASS:
            return f'needs "{name}", which {_how(ended.get(name))}'
    for name, source in planned.sources.items():
        if ended.get(source) is not Status.PASS:
            return f"needs {taken(name, source)}, which {_how(ended.get(source))}"
    return ""


def taken(name: str, source: str) -> str:
    """What a request takes from the response to another, in words."""
    return f'the reply to "{source}"' if is_own(name) else f'"{name}" from "{source}"'


def _how(ended: Status | None) -> str:
    if ended is None:
        return "did not run"
    return "was skipped" if ended is Status.SKIP else "failed"


def unmet_condition(conditions: Sequence[Condition], context: MatchContext) -> Unmet | None:
    """The first condition that does not hold; raises ``RenderError`` where a placeholder cannot be filled."""
    for condition in conditions:
        subject = condition.subject
        mismatch = evaluate(condition.matcher, context.render(subject), context)
        if mismatch is None:
            continue
        name = str(subject.value).strip().removeprefix("<<").removesuffix(">>").strip()
        got, expected = " ".join(mismatch.got.split()), " ".join(mismatch.expected.split())
        reason = f"when: {name} is {got}, expected {expected}"
        if not mismatch.undecided:
            return Unmet(reason)
        place = Location(subject.source.name, subject.line)
        check = Check(f"when {name}", passed=False, location=place, expected=mismatch.expected, got=mismatch.got)
        return Unmet(reason, check._replace(note=mismatch.note))
    return None
