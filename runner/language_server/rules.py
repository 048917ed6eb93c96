"""What is told of a collection besides its mistakes: the one place where rules of style are added."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runner.lint.finding import Finding
from runner.lint.findings import findings
from runner.model import Collection
from runner.source import Diagnostic


def remarks(collection: Collection, told: Sequence[Diagnostic], working: Path) -> list[Finding]:
    """What is doubtful in a collection and what is ``told`` of it already, without what a comment in it silences. Where
    something is wrong that comes first, as in ``runner check``."""
    if any(one.severity == "error" for one in told):
        return [Finding(one) for one in (*collection.warnings, *told)]
    return findings(collection, (collection,), working, told)
