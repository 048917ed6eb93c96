"""The entry to the rules: everything about a collection that loads, but may not be what was meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from runner.lint.always import always_holds
from runner.lint.expecting import checks_nothing
from runner.lint.finding import Finding, Subject
from runner.lint.ignoring import read_ignores, without_ignored, wrong_ignores
from runner.lint.numbers import quoted_numbers
from runner.lint.plain_http import keys_over_http
from runner.lint.rules import RULES
from runner.lint.schemas import old_words, unknown_formats, unused_schemas
from runner.lint.secrets import secrets_in_file
from runner.lint.using import unused_captures, unused_variables
from runner.model import Collection
from runner.source import Diagnostic

CHECKS: Final[Sequence[Callable[[Subject], Iterator[Finding]]]] = (
    secrets_in_file,
    keys_over_http,
    checks_nothing,
    always_holds,
    unused_variables,
    unused_captures,
    quoted_numbers,
    unused_schemas,
    old_words,
    unknown_formats,
)
"""What is not told by the loading of a file already."""
STEADY: Final = {rule.id: rule.is_steady for rule in RULES}
MOST: Final = 500
"""How many are told of one file."""


def findings(
    collection: Collection,
    others: Sequence[Collection] = (),
    top: Path | None = None,
    told: Iterable[Diagnostic] = (),
) -> list[Finding]:
    """What is doubtful in a collection, warnings of its loading among it, in the order of its lines, without what a
    comment in it silences. ``others`` are read with it; ``top`` is the folder above which nobody looks for a file that
    includes it; ``told`` is what else is known of it, which can be silenced as well unless it is an error."""
    subject = Subject(collection, others, top)
    every = [Finding(one) for one in (*collection.warnings, *told)]
    every += [one for check in CHECKS for one in check(subject)]
    left, used = without_ignored(every, subject)
    more, _ = without_ignored(list(wrong_ignores(read_ignores(subject), used, STEADY, subject)), subject)
    names = [one.diagnostic.source.name if one.diagnostic.source else "" for one in (*left, *more)]
    ranks = {name: rank for rank, name in enumerate([collection.source.name, *dict.fromkeys(names)][::-1])}
    return sorted((*left, *more), key=lambda one: _place(one.diagnostic, ranks))[:MOST]


def _place(diagnostic: Diagnostic, ranks: dict[str, int]) -> tuple[int, int, int]:
    rank = -ranks[diagnostic.source.name] if diagnostic.source is not None else 1
    return (rank, *diagnostic.span[:2]) if diagnostic.span is not None else (rank, 0, 0)
