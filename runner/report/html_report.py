"""Reports as HTML: one page with everything in it that looks at the JSON document inside it, and needs no network."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import quote

from runner.report.failure import failure_lines
from runner.report.json_report import moment, render_json
from runner.report.record import WORDS, Problem, Report, verdict
from runner.report.style import Style, printable
from runner.results import Status
from runner.units import format_duration

FOLDER: Final = Path(__file__).with_name("html")
SCRIPTS: Final = (
    "text.js",
    "diff.js",
    "json.js",
    "report.js",
    "state.js",
    "list.js",
    "detail.js",
    "overview.js",
    "timeline.js",
    "models.js",
    "changes.js",
    "main.js",
)
"""In this order one script; each says in its first line what it is there for."""
PLACE: Final = re.compile(r"@([a-z]+)@")
COLORS: Final = {"passed": "#17713a", "nothing run": "#5d6670"}
BROKEN: Final = "#b3231b"
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="{color}"/>'
    '<path d="{sign}" fill="none" stroke="#fff" stroke-width="2"/></svg>'
)
TICK: Final = "M4 8.5l2.7 2.7L12 5.5"
CROSS: Final = "M4.5 4.5l7 7m0-7l-7 7"
MOST_LINES: Final = 2000
"""Of the text for browsers without scripts."""


def render_html(report: Report) -> Iterator[str]:
    """The whole page."""
    style = (FOLDER / "page.css").read_text(encoding="utf-8")
    script = "".join((FOLDER / name).read_text(encoding="utf-8") for name in SCRIPTS)
    whole = verdict(report)
    pieces: dict[str, Iterable[str]] = {
        "policy": [_policy(script, style)],
        "title": [escape(_title(report))],
        "icon": [_icon(whole)],
        "style": [style],
        "plain": ["<pre>\n", *(f"{escape(line)}\n" for line in _plain_lines(report)), "</pre>"],
        "data": map(_inert, render_json(report)),
        "script": [script],
    }
    page = (FOLDER / "page.html").read_text(encoding="utf-8")
    for position, part in enumerate(PLACE.split(page)):
        yield from pieces[part] if position % 2 else [part]


def _inert(text: str) -> str:
    """JSON in which a browser sees no markup; U+2028 and U+2029 are escaped in it as all that is not printable."""
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _policy(script: str, style: str) -> str:
    """Nothing is loaded, and nothing runs but these two."""
    ours = f"script-src {_hash(script)}; style-src {_hash(style)}"
    return f"default-src 'none'; {ours}; img-src data:; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _title(report: Report) -> str:
    """What a row of tabs shows: the verdict, how many failed, when."""
    result = report.result
    broken = result.count(Status.FAIL) + result.count(Status.ERROR)
    whole = verdict(report).capitalize()
    return (
        f"{whole}: {broken} failed · {moment(report.started)[:16]}"
        if broken
        else f"{whole} · {moment(report.started)[:16]}"
    )


def _icon(whole: str) -> str:
    icon = ICON.format(color=COLORS.get(whole, BROKEN), sign=TICK if whole == "passed" else CROSS)
    return f"data:image/svg+xml,{quote(icon)}"


def _plain_lines(report: Report) -> Iterator[str]:
    """Verdict, wrong files and failures for a browser that runs no script."""
    result = report.result
    counts = [f"{result.count(status)} {word}" for status, word in WORDS.items() if result.count(status)]
    told = ", ".join(counts) or "no request was sent"
    yield f"{verdict(report).capitalize()}, exit code {int(report.exit_code)}: {told}"
    yield f"Started {moment(report.started)}, took {format_duration(result.duration)}"
    yield "This page needs JavaScript for the rest."
    yield ""
    yield from _cut([*map(_problem_line, report.problems), *_failures(report)])


def _problem_line(problem: Problem) -> str:
    where = f"{problem.location.file}:{problem.location.line}: " if problem.location else ""
    return printable(f"{where}{problem.severity}: {problem.message}")


def _failures(report: Report) -> Iterator[str]:
    style = Style()
    for file, record in report.records:
        if record.result.status in (Status.FAIL, Status.ERROR):
            yield printable(f"{record.result.status.value}  {record.result.name}  ({file.title})")
            yield from failure_lines(record.result, style, excerpt=False)


def _cut(lines: list[str]) -> list[str]:
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], f"… {left} more lines, cut"]
