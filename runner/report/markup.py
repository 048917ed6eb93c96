"""Text from outside as Markdown in which nothing of it comes alive: no markup, HTML, link or mention."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from runner.report.cells import clip
from runner.report.style import printable

CODE_MOST: Final = 120
PIPE: Final = "\\x7c"
"""In a table a pipe ends the cell, also in code, and readers differ in how it is escaped."""


def code(text: str, most: int = CODE_MOST) -> str:
    """One line of text as code, also for a table; a dash for none. In code nothing else is read as markup, and
    GitHub and GitLab look for no mentions and links."""
    shown = clip(printable(" ".join(text.split())), most).replace("|", PIPE)
    if not shown:
        return "-"
    mark = "`" * (_longest(shown) + 1)
    blank = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{mark}{blank}{shown}{blank}{mark}"


def block(lines: Iterable[str], most: int) -> str:
    """Printable lines as a block of code, cut after ``most`` characters."""
    text = "\n".join(line.rstrip() for line in lines)
    if len(text) > most:
        text = f"{text[:most]}\n… {len(text) - most:,} characters more"
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}text\n{text}\n{fence}\n"


def _longest(text: str) -> int:
    """The length of the longest run of backticks."""
    return max(map(len, re.findall("`+", text)), default=0)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A table of cells that are Markdown already; columns named in ``right`` are flush right."""
    lines = [headings, ["---:" if number in right else "---" for number in range(len(headings))], *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
