"""What can be mended safely where a cursor stands, as ``runner check --fix`` mends it."""

from __future__ import annotations

from typing import NamedTuple

from runner.language_server.analysis import Analysis
from runner.language_server.edits import Edit, edits_between
from runner.lint.finding import Finding
from runner.lint.mending import mended
from runner.report.style import printable


class Fix(NamedTuple):
    """A mistake by its rule and message, and what mends it; nothing else in the document changes its meaning."""

    title: str
    finding: Finding
    edits: list[Edit]


def fixes(text: str, lines: tuple[int, int], known: Analysis) -> list[Fix]:
    """Those for what is told on some lines, counted from 0, of a text which must be the one that is known."""
    found: list[Fix] = []
    for finding in known.fixes:
        span = finding.diagnostic.span
        if span is None or not lines[0] <= span.line - 1 <= lines[1] or text != known.source.text:
            continue
        new, done = mended(text, [finding])
        if done:
            title = known.mask(printable(f"Mend: {finding.diagnostic.message}".split("\n")[0]))
            found.append(Fix(title, finding, edits_between(text, new)))
    return found
