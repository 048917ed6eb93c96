"""Secrets that stand on the lines which messages about files show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runner.source import Diagnostic
from runner.variables.secrets import written_secrets

WINDOW: Final = 50_000
"""Characters on each side of a place at least in which a secret is looked for."""


def secrets_shown(problems: Iterable[Diagnostic]) -> Iterator[str]:
    """A file that cannot be read may hold a secret on the very line that a message shows."""
    for problem in problems:
        if problem.source is None or problem.span is None:
            continue
        line = problem.source.line(problem.span.line)
        around = (problem.span.column // WINDOW - 1) * WINDOW  # a line can be the whole file
        near = line[max(0, around) : around + 3 * WINDOW]
        path = line[problem.span.column - 1 : problem.span.end_column - 1] if problem.rule == "jsonpath" else ""
        yield from (value for value in written_secrets(near, problem.source.text) if value != path)
