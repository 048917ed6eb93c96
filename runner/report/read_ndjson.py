"""Makes of the lines of a run, as JSON Lines tell them, the document that the whole run would have been saved as."""

from __future__ import annotations

from typing import Final, NamedTuple, cast

from runner import strict_json
from runner.errors import ExitCode
from runner.node import Plain, is_number
from runner.report.json_report import FORMAT, VERSION
from runner.report.read_report import NotAReport
from runner.report.record import WORDS

TYPES: Final = ("start", "file", "request", "end")
LONGEST_START: Final = 10_000
"""Bytes of the first line."""
PLACE: Final = ("type", "file", "row", "round")
"""What a line has beside what a request has in a document."""


class Lines(NamedTuple):
    """The document, and whether the lines end before the run did."""

    document: dict[str, Plain]
    cut_off: bool


def is_ndjson(data: bytes) -> bool:
    """Whether the first line is the beginning of a run, as it is written while the run goes on."""
    line = data[:LONGEST_START].partition(b"\n")[0]
    first = strict_json.parse(line).value
    return isinstance(first, dict) and first.get("type") == "start"


def read_lines(data: bytes) -> Lines:
    """The document of the lines; raises ``NotAReport``. A last line that breaks off is passed over."""
    start: dict[str, Plain] = {}
    end: dict[str, Plain] = {}
    files: list[Plain] = []
    requests: list[Plain] = []
    for number, line in _parsed(data):
        kind = line["type"]
        if end or (kind == "start" and start):
            what = "another run begins here" if kind == "start" else "the run has ended before this line"
            raise NotAReport(f"line {number}: {what}; each run is a report of its own")
        if kind == "start":
            start = line
        elif kind == "end":
            end = {name: value for name, value in line.items() if name != "type"}
        elif kind == "file":
            requests = []
            files.append({**_without(line, "type"), "requests": requests})
        elif not files:
            raise NotAReport(f"line {number}: a request stands before the file that it is of")
        else:
            requests.append(_without(line, *PLACE))
    return Lines({**(end or _interrupted(start, files)), "files": files}, not end)


def _parsed(data: bytes) -> list[tuple[int, dict[str, Plain]]]:
    """The lines with their numbers, empty ones left out."""
    lines = data.split(b"\n")
    whole = lines.pop()  # what follows the last line break
    found: list[tuple[int, dict[str, Plain]]] = []
    for number, text in enumerate([*lines, whole], 1):
        if not text.strip():
            continue
        parsed = strict_json.parse(text)
        if parsed.error and number > len(lines):
            break
        if parsed.error:
            raise NotAReport(f"line {number}: {parsed.error}")
        if not isinstance(parsed.value, dict) or parsed.value.get("type") not in TYPES:
            raise NotAReport(f"line {number}: its type is none of {', '.join(TYPES)}")
        found.append((number, parsed.value))
    return found


def _without(line: dict[str, Plain], *names: str) -> dict[str, Plain]:
    return {name: value for name, value in line.items() if name not in names}


def _interrupted(start: dict[str, Plain], files: list[Plain]) -> dict[str, Plain]:
    """What the last line would have said if the run had been ended when the lines do."""
    told = [one for file in files for one in cast("list[dict[str, Plain]]", cast("dict[str, Plain]", file)["requests"])]
    ends = [_number(one, "at") + _number(one, "duration") for one in told]
    statuses = [one.get("status") for one in told]
    return {
        "format": FORMAT,
        "version": VERSION,
        **_without(start, "type", "requests"),
        "duration": max(ends, default=0),
        "verdict": "interrupted",
        "exit_code": int(ExitCode.TERMINATED),
        "interrupted": int(ExitCode.TERMINATED),
        "counts": {
            **{word: statuses.count(word) for word in WORDS.values()},
            "not_run": max(int(_number(start, "requests")) - len(told), 0),
        },
    }


def _number(value: dict[str, Plain], name: str) -> float:
    """What the schema would refuse counts as nothing here: it is refused when the document is looked at."""
    found = value.get(name)
    return found if is_number(found) and found >= 0 else 0
