"""What has changed from one run to another, as lines for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from runner.report.cells import cells, pad
from runner.report.compare import ORDER
from runner.report.json_report import moment
from runner.report.record import WORDS, Change, ChangeKind, Comparison, Glance, Report, verdict
from runner.report.spending import counted
from runner.report.style import Role, Style, guarded, printable
from runner.report.summary import summary_line
from runner.results import RunResult
from runner.units import format_duration
from runner.usage import dollars

MOST_SHOWN: Final = 20
"""Of one kind; the rest is counted."""
ROLES: Final[Mapping[ChangeKind, Role]] = {
    "newly failing": "fail",
    "still failing": "fail",
    "fixed": "pass",
    "slower": "warning",
    "dearer": "warning",
    "new": "dim",
    "gone": "dim",
}
WIDEST: Final = 40
WIDTH: Final = max(map(len, ORDER))


def change_lines(comparison: Comparison, report: Report, style: Style) -> list[str]:
    """The run that ``report`` was held against, each change, and how many there are."""
    before = summary_line(RunResult(comparison.counts, comparison.duration), "", style)
    lines = [f"{style.paint('bold', f'Compared with the run of {when(comparison.started)}')}: {before}"]
    shown = {kind: [one for one in comparison.changes if one.kind == kind] for kind in ORDER}
    columns = _widths(one for changes in shown.values() for one in changes[:MOST_SHOWN])
    for kind, changes in shown.items():
        lines += _kind_lines(kind, changes, columns, style)
    counts = Counter(one.kind for one in comparison.changes)
    told = [style.paint(ROLES[kind], f"{counts[kind]:,} {kind}") for kind in ORDER if counts[kind]]
    lines += ["", ", ".join(told) or "nothing has changed"]
    if not is_whole(report):
        lines.append(f"The new run is not whole ({_why_not_whole(report)}): what it did not come to is not compared.")
    return [guarded(line.rstrip()) for line in lines]


def is_whole(report: Report) -> bool:
    """Whether everything ran that was to run."""
    return verdict(report) in ("passed", "failed") and not report.result.not_run


def is_worse(comparison: Comparison, old: Report, new: Report) -> bool:
    """Whether something fails that did not: a request, or the run as a whole. What did not run has not passed."""
    failing = any(change.kind == "newly failing" for change in comparison.changes)
    return failing or not is_whole(new) or (verdict(old) == "passed" and verdict(new) != "passed")


def when(started: float) -> str:
    """``2024-10-04 04:48:10 UTC``."""
    return f"{moment(started)[:19].replace('T', ' ')} UTC"


def _why_not_whole(report: Report) -> str:
    word = verdict(report)
    return f"{report.result.not_run} not sent" if word in ("passed", "failed") else word


def _widths(changes: Iterable[Change]) -> tuple[int, int]:
    """Of the columns of files and of names, as far as they are not too long to stand in one."""
    files: list[int] = [0]
    names: list[int] = [0]
    for one in changes:
        files.append(cells(_place(one)))
        names.append(cells(printable(one.name)))
    return max(width for width in files if width <= WIDEST), max(width for width in names if width <= WIDEST)


def _place(change: Change) -> str:
    return printable(" ".join(filter(None, (change.file, change.row, change.round))))


def _kind_lines(kind: ChangeKind, changes: list[Change], widths: tuple[int, int], style: Style) -> Iterator[str]:
    label = style.paint(ROLES[kind], kind) + " " * (WIDTH - len(kind))
    for change in changes[:MOST_SHOWN]:
        place, name = pad(_place(change), widths[0]), pad(printable(change.name), widths[1])
        yield f"  {label}  {place}  {name}  {_detail(change)}"
    if len(changes) > MOST_SHOWN:
        yield f"  {label}  … and {len(changes) - MOST_SHOWN:,} more"


def _detail(change: Change) -> str:
    """What was, and what is."""
    before, after = change.before, change.after
    if change.kind == "still failing":
        since = f"since {when(change.since)}" if change.since is not None else ""
        skipped = "skipped now" if after is not None and WORDS[after.status] == "skipped" else ""
        return ", ".join(filter(None, (since, skipped)))
    if before is None or after is None:
        was = "" if before is None else f"{WORDS[before.status]} before"
        return was or ("was not there before" if change.kind == "newly failing" else "")
    if change.kind == "slower":
        return f"{format_duration(before.duration)} → {format_duration(after.duration)}"
    if change.kind == "dearer":
        return f"{_price(before, after)} → {_price(after, before)}"
    return f"{WORDS[before.status]} before" + (", skipped now" if change.kind == "gone" else "")


def _price(one: Glance, other: Glance) -> str:
    """Its cost if that is known of both, else its tokens."""
    if one.cost is not None and other.cost is not None:
        return dollars(one.cost)
    return counted(one.tokens or 0, "token")
