"""A value held against a JSON Schema, and the problems found as a failure shows them."""

from __future__ import annotations

from collections.abc import Sequence

from runner.checks.schema import SchemaProblem
from runner.checks.trial import Mismatch, Trial
from runner.node import Plain

SHOWN_PROBLEMS = 5


def check_schema(trial: Trial, actual: Plain) -> Mismatch | None:
    """Valid by a schema. A schema that cannot be used holds for nothing."""
    problems = trial.context.schemas.check(trial.test.operand, trial.operand, actual)
    if not problems:
        return None
    unusable = any(not problem.path for problem in problems)
    return trial.fail(problem_lines(problems))._replace(undecided=unusable)


def problem_lines(problems: Sequence[SchemaProblem]) -> str:
    """One line a problem, the most telling first, and how many are not shown."""
    lines = [
        f"{problem.path}: {problem.message}" if problem.path else problem.message
        for problem in problems[:SHOWN_PROBLEMS]
    ]
    more = len(problems) - SHOWN_PROBLEMS
    return "\n".join([*lines, f"and {more} more"] if more > 0 else lines)
