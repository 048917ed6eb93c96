"""Diagnostics as text: what is wrong, under the user's own line, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from runner.redact import MASK, Redactor
from runner.report.cells import ELLIPSIS, cells, clip, wrap
from runner.report.style import (
    CI_COMMAND_WITHIN,
    HASH,
    PROSE_WIDTH,
    TAB_WIDTH,
    Role,
    Style,
    guarded,
    printable,
    printable_lines,
)
from runner.source import Diagnostic, Severity, Source, Span

GUTTER = 5
REACH = 500
"""How many characters on either side of the place are looked at: a line can be the whole file."""
LONGEST = 2000
"""Columns of a message: it may quote a name of any length."""
COLORS: dict[Severity, Role] = {"error": "fail", "warning": "warning"}


def render_diagnostics(diagnostics: Sequence[Diagnostic], style: Style, redactor: Redactor) -> str:
    """All of them, a blank line after each, then how many there are; ends with a line break."""
    blocks = ["\n".join(_lines(one, style, redactor)) for one in diagnostics]
    return "\n\n".join([*blocks, count_diagnostics(diagnostics)]) + "\n"


def count_diagnostics(diagnostics: Iterable[Diagnostic]) -> str:
    """``2 errors, 1 warning in 1 file``."""
    found = list(diagnostics)
    counts = [_plural(sum(one.severity == kind for one in found), kind) for kind in ("error", "warning")]
    text = ", ".join(count for count in counts if not count.startswith("0 ")) or "no errors"
    files = {one.source.name for one in found if one.source}
    return f"{text} in {_plural(len(files), 'file')}" if files else text


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _lines(diagnostic: Diagnostic, style: Style, redactor: Redactor) -> list[str]:
    place = diagnostic.location or (diagnostic.source.name if diagnostic.source else "")
    start = f"{style.paint('bold', printable(redactor.text(str(place))) + ':')} " if place else ""
    first, *more = (clip(line, LONGEST) for line in printable_lines(redactor.text(diagnostic.message)))
    lines = [f"{start}{style.paint(COLORS[diagnostic.severity], diagnostic.severity + ':')} {first}"]
    lines += [f"      {line}" for line in more]
    if diagnostic.source is not None and diagnostic.span is not None:
        lines += _quote(diagnostic, diagnostic.source, diagnostic.span, style, redactor)
    if diagnostic.hint:
        hint = [clip(line, LONGEST) for line in printable_lines(redactor.text(diagnostic.hint))]
        lines += [guarded(f"      {part}") for line in hint for part in wrap(line, style.prose_width - 6)]
    return lines


def _quote(diagnostic: Diagnostic, source: Source, span: Span, style: Style, redactor: Redactor) -> list[str]:
    """The line that is meant, and marks below what is meant in it; of several lines the first."""
    line = source.line(span.line)
    if not line.strip():
        return []
    end = span.end_column - 1 if span.end_line == span.line else len(line)
    masked, start, end = _masked(line, span.column - 1, end, redactor)
    number = f"{span.line:>{GUTTER}}"
    shown, before, marks = _window(masked, start, end, (style.width or PROSE_WIDTH) - len(number) - 3)
    return [
        f"{style.paint('dim', number + ' |')} {shown}".rstrip(),
        f"{style.paint('dim', ' ' * len(number) + ' |')} {' ' * before}"
        + style.paint(COLORS[diagnostic.severity], "^" * marks),
    ]


def _masked(line: str, start: int, end: int, redactor: Redactor) -> tuple[str, int, int]:
    """The line without secrets, and where in it the place that is meant now stands."""
    end = max(start, end)
    parts = [redactor.text(part) for part in (line[:start], line[start:end], line[end:])]
    masked = redactor.text(line)
    if "".join(parts) == masked:
        return masked, len(parts[0]), len(parts[0]) + len(parts[1])
    same = 0  # a secret reaches beyond the place: mark where it stands
    while same < min(start, len(masked)) and line[same] == masked[same]:
        same += 1
    return masked, same, same + len(MASK)


def _window(line: str, start: int, end: int, width: int) -> tuple[str, int, int]:
    """The part of ``line`` that fits into ``width`` columns, the columns before the place, and its own."""
    near = max(0, start - REACH)
    piece = line[near : start + REACH]
    shown = [_visible(character) for character in piece]
    for command in re.finditer(CI_COMMAND_WITHIN, piece):
        shown[command.start()] = HASH
    start, end = start - near, min(end - near, len(shown))
    first = 0
    if near or cells("".join(shown[:end])) >= width:
        while cells("".join(shown[first:start])) > width // 3:
            first += 1
    left = ELLIPSIS if near or first else ""
    before = cells(left + "".join(shown[first:start]))
    text = clip(left + "".join(shown[first:]), width)
    marks = min(cells("".join(shown[start:end])), cells(text) - before)
    return text, before, max(1, marks)


def _visible(character: str) -> str:
    return " " * TAB_WIDTH if character == "\t" else printable(character)
