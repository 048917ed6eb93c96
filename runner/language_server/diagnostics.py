"""What is wrong with a document, at the lines that an editor marks."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from runner.language_server.analysis import Analysis
from runner.language_server.texts import Area
from runner.report.style import printable, printable_lines
from runner.source import Diagnostic, Severity


class Mistake(NamedTuple):
    """One mistake; ``elsewhere`` is where it stands if that is another file, which this one includes."""

    rule: str
    message: str
    severity: Severity
    area: Area
    elsewhere: tuple[Path, Area] | None = None


def mistakes(known: Analysis) -> list[Mistake]:
    """All that ``runner check`` tells, in the same words; secrets are masked."""
    return [_mistake(one, known) for one in known.problems]


def _mistake(problem: Diagnostic, known: Analysis) -> Mistake:
    text = "\n".join((printable(problem.message), *(printable_lines(problem.hint) if problem.hint else ())))
    source, span = problem.source, problem.span
    if source is None or span is None:
        return Mistake(problem.rule, known.mask(text), problem.severity, Area(0, 0, 0, 0))
    area = Area.of(span)
    if source.path is None or known.source.path is None or source.path.resolve() == known.source.path.resolve():
        return Mistake(problem.rule, known.mask(text), problem.severity, _shown(area))
    text = f"{printable(source.name)}:{span.line}: {text}"
    return Mistake(problem.rule, known.mask(text), problem.severity, _include(source.path, known), (source.path, area))


def _shown(area: Area) -> Area:
    """At most the rest of one line: all of a long mapping would be underlined."""
    if area.end_line > area.line:
        return Area(area.line, area.column, area.line + 1, 0)
    return area._replace(end_column=max(area.end_column, area.column + 1))


def _include(path: Path, known: Analysis) -> Area:
    """Where a file comes in, directly or through others."""
    for entry in known.entries:
        if entry.include and (known.folder.path / entry.include).resolve() == path.resolve():
            return _shown(Area.of(entry.label.span))
    found = next((one for one in known.entries if one.include), None)
    return _shown(Area.of(found.label.span)) if found is not None else Area(0, 0, 0, 0)
