from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import given, settings, strategies as st

from runner.report.github import SHOWN, annotation_lines, render_summary, report_annotations
from runner.report.record import FileRecord, Record, Report
from runner.results import Check, RequestResult, RunResult, Status
from runner.source import Location
from tests.unit.told_reports import FILE, HOSTILE, UNWELL, of_statuses, report_of, wrong_report

COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")


class Read(NamedTuple):
    """A command as GitHub's runner reads it."""

    level: str
    properties: dict[str, str]
    message: str


def read(line: str) -> Read:
    found = COMMAND.fullmatch(line)
    assert found is not None
    properties = dict(one.split("=", 1) for one in found[2].split(","))
    return Read(found[1], {name: unquote(value) for name, value in properties.items()}, unquote(found[3]))


def marks(report: Report) -> list[Read]:
    return [read(line) for line in annotation_lines(report_annotations(report), lambda file: f"top/{file}")]


def failing(*lines: int) -> Report:
    """A request that fails, for each of these lines."""
    results = [
        RequestResult(f"r{at}", Status.FAIL, Location(FILE, 1), "GET", "/", 500, 0.1,
                      (Check("status", False, Location(FILE, line, 3), "200", "500"),))
        for at, line in enumerate(lines)
    ]  # fmt: skip
    records = tuple(Record(number, one) for number, one in enumerate(results, 1))
    return Report(1.0, RunResult({Status.FAIL: len(lines)}, 1.0), (FileRecord(FILE, requests=records),))


def test_each_failed_expectation_is_marked_at_its_line() -> None:
    place = {"file": f"top/{FILE}", "line": "41", "col": "7"}
    name = "failed plain plain (1 of 2)"
    said = "plain\nexpected  plain\ngot       plain\nplain\nThe API says: plain\nplain"
    assert marks(report_of()) == [
        Read("error", {"title": "runner run"}, 'stopped by --max-cost before "plain"'),
        Read("error", {**place, "title": name}, said),
        Read("error", {**place, "title": name}, "size\nexpected  1\ngot       2"),
        Read("error", {**place, "title": "broken plain plain (1 of 2)"}, "plain\nplain"),
        Read("warning", {**place, "title": "rule"}, "plain\nplain"),
        Read("warning", {"title": "rule"}, "plain\nplain"),
        Read("warning", {**place, "title": name}, "plain"),
    ]


def test_wrong_files_are_marked() -> None:
    assert marks(wrong_report())[:2] == [
        Read("error", {"file": f"top/{FILE}", "line": "3", "col": "5", "title": "kind"}, "plain\nplain"),
        Read("error", {"title": "data"}, "plain"),
    ]


@pytest.mark.parametrize("report", UNWELL)
def test_a_run_that_is_no_success_is_marked(report: Report) -> None:
    assert [one.level for one in marks(report)] == ["error"]
    assert marks(of_statuses(Status.PASS)) == []


def test_a_file_outside_of_the_repository_is_named_in_the_message() -> None:
    first = next(annotation_lines(report_annotations(failing(7)), lambda _file: ""))
    assert read(first) == Read("error", {"title": "r0"}, f"{FILE}:7:3:\nstatus\nexpected  200\ngot       500")


def test_as_many_as_github_shows_and_how_many_more() -> None:
    found = marks(failing(*range(1, SHOWN + 6)))
    assert [one.properties.get("line") for one in found] == [*map(str, range(1, SHOWN + 1)), None]
    assert found[-1] == Read(
        "notice", {"title": "runner"}, "5 more errors: the summary of the job and the log have all"
    )


def test_each_place_comes_once_before_any_comes_again() -> None:
    found = marks(failing(*[1] * 20, 2, *[3] * 20))
    assert [one.properties["line"] for one in found[:SHOWN]] == ["1", "2", "3", *["1", "3"] * 3, "1"]


@given(st.one_of(st.text(), st.sampled_from([HOSTILE, "%0A::error::x", "a,line=9", "a::b", ","])))
@settings(max_examples=60)
def test_nothing_from_outside_is_a_command(text: str) -> None:
    for report in (report_of(text, f"{text}.yaml"), wrong_report(text, text)):
        lines = list(annotation_lines(report_annotations(report), lambda file: file))
        for line in lines:
            assert line.splitlines() == [line]
            assert not set(read(line).properties) - {"file", "line", "col", "title"}
            assert read(line).properties.get("line") in ("3", "41", None)


def test_the_summary_keeps_within_the_limit_in_whole_sections() -> None:
    report = failing(*range(1, 40))
    whole = "".join(render_summary(report))
    for most in range(1_000, len(whole.encode()), 500):
        cut = "".join(render_summary(report, most))
        kept, _, last = cut.rpartition("… ")
        assert len(cut.encode()) <= most
        assert whole.startswith(kept)
        assert re.fullmatch(r"\d+ more parts are left out: .*\n", last)
    assert "left out" not in whole
    assert "".join(render_summary(report, 0)).endswith("bytes\n")
