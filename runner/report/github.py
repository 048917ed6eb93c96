"""What a GitHub job shows of a run: annotations at the lines that failed, and the summary of the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from runner.report.cells import clip
from runner.report.failure import headline, one_line
from runner.report.markdown import sections
from runner.report.record import Problem, Report
from runner.report.record_text import failure_text, record_name, whole_run
from runner.report.style import printable, printable_lines
from runner.results import RequestResult, Status
from runner.source import Location

SUMMARY_MOST: Final = 1024 * 1024
"""The bytes that the summary of one step may have; of a longer one GitHub shows nothing."""
ROOM: Final = 200
"""Bytes for what is said of sections that are left out."""
SHOWN: Final = 10
"""How many errors, and how many warnings, GitHub shows of one step."""
MESSAGE_MOST: Final = 4_000
TITLE_MOST: Final = 200

Level: TypeAlias = Literal["error", "warning"]
PathOf: TypeAlias = Callable[[str], str]
"""The path of a file from the top of the repository, empty if it is not in there."""


class Annotation(NamedTuple):
    """One remark at a place, or of the whole run."""

    level: Level
    title: str
    message: str
    location: Location | None = None


def render_summary(report: Report, most: int = SUMMARY_MOST) -> Iterator[str]:
    """The report as Markdown, as many whole sections as fit into ``most`` bytes."""
    room = most - ROOM
    left_out = 0
    for section in sections(report):
        text = f"{section}\n"
        size = len(text.encode("utf-8", "replace"))
        if left_out or size > room:
            left_out += 1
            continue
        room -= size
        yield text
    if left_out:
        yield f"… {left_out:,} more parts are left out: the summary of a step has at most {SUMMARY_MOST:,} bytes\n"


def report_annotations(report: Report) -> list[Annotation]:
    """What failed or is doubtful in a run."""
    found = problem_annotations(report.problems)
    found += [Annotation("error", "runner run", note) for note in whole_run(report)]
    for file, record in report.records:
        result = record.result
        found += [
            Annotation("warning", record_name(file, record), warning, result.location) for warning in result.warnings
        ]
        if result.status in (Status.FAIL, Status.ERROR):
            found += _failures(result, record_name(file, record))
    return found


def _failures(result: RequestResult, name: str) -> Iterator[Annotation]:
    """One for each check that does not hold; what the API says, and what to do, goes with the first."""
    failed = result.failed_checks
    if not failed:
        said = failure_text(result._replace(warnings=()))
        lines = said[1:] if result.error is not None else said
        yield Annotation("error", name, _unindented(lines) or headline(result), result.location)
    for number, check in enumerate(failed):
        alone = result._replace(checks=(check,), warnings=())
        if number:
            alone = alone._replace(advice=None, reason="")
        message = "\n".join([one_line(check.subject), _unindented(failure_text(alone)[1:])])
        yield Annotation("error", name, message, check.location or result.location)


def _unindented(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def problem_annotations(problems: Iterable[Problem]) -> list[Annotation]:
    """What is wrong or doubtful in files."""
    return [
        Annotation(one.severity, one.rule, "\n".join(filter(None, (one.message, one.hint))), one.location)
        for one in problems
    ]


def annotation_lines(annotations: Sequence[Annotation], path_of: PathOf) -> Iterator[str]:
    """Commands for GitHub: errors first, as many of each level as it shows, each place once before any comes again;
    then how many more there are."""
    more: list[str] = []
    for level in ("error", "warning"):
        chosen = _each_place_first([one for one in annotations if one.level == level])
        yield from (_command(one, path_of) for one in chosen[:SHOWN])
        rest = len(chosen) - SHOWN
        more += [f"{rest:,} more {level}{'' if rest == 1 else 's'}"] if rest > 0 else []
    if more:
        yield f"::notice title=runner::{_data(' and '.join(more))}: the summary of the job and the log have all"


def _each_place_first(annotations: Sequence[Annotation]) -> list[Annotation]:
    seen: Counter[Location | None] = Counter()
    turns: list[int] = []
    for one in annotations:
        turns.append(seen[one.location])
        seen[one.location] += 1
    order = sorted(range(len(turns)), key=turns.__getitem__)
    return [annotations[place] for place in order]


def _command(one: Annotation, path_of: PathOf) -> str:
    place = one.location
    path = path_of(place.file) if place is not None else ""
    properties = {"title": clip(one_line(one.title), TITLE_MOST)}
    message = printable_lines(clip(one.message, MESSAGE_MOST))
    if place is not None and path:
        column = {"col": str(place.column)} if place.column else {}
        properties = {"file": printable(path), "line": str(place.line), **column, **properties}
    elif place is not None:
        message = [printable(f"{place}:"), *message]
    told = ",".join(f"{name}={_property(value)}" for name, value in properties.items() if value)
    return f"::{one.level} {told}::{_data(chr(10).join(message))}"


def _data(text: str) -> str:
    """A message as the runner of the job reads it back."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
