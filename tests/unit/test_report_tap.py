from __future__ import annotations

import re

import pytest
import yaml
from hypothesis import given, settings, strategies as st
from tap.line import Bail, Line, Plan, Result  # type: ignore[import-untyped]
from tap.parser import Parser  # type: ignore[import-untyped]

from runner.report.record import Report
from runner.results import Status
from tests.unit.told_reports import (
    FILE,
    HOSTILE,
    INTERRUPTED,
    NOTHING,
    UNWELL,
    of_statuses,
    rendered,
    report_of,
    wrong_report,
)


def lines(report: Report) -> list[Line]:
    return list(Parser().parse_text(rendered("tap", report)))


def points(report: Report) -> list[Result]:
    """The test points, held against the plan."""
    found = lines(report)
    results = [line for line in found if isinstance(line, Result)]
    plans = [line.expected_tests for line in found if isinstance(line, Plan)]
    assert plans == [len(results)]
    assert [one.number for one in results] == list(range(1, len(results) + 1))
    assert {line.category for line in found} <= {"version", "plan", "test", "diagnostic", "bail"}
    return results


def test_points_are_what_became_of_the_requests() -> None:
    found = points(report_of())
    assert [(one.ok, one.skip) for one in found] == [
        (False, False), (False, False), (True, True), (True, False), (True, True), (False, False),
    ]  # fmt: skip
    assert found[3].description == f"- {FILE}: passed plain plain (1 of 2)"
    assert found[2].directive.reason == "plain"
    assert found[5].description == '- stopped by --max-cost before "plain"'


def test_a_failure_says_why() -> None:
    details = points(report_of())[0].yaml_block
    assert details == {
        "message": "plain: expected plain, got plain (and 1 more)",
        "severity": "fail",
        "at": {"file": FILE, "line": 41, "column": 7},
        "request": "POST https://api.example.com/plain",
        "status": 200,
        "duration_ms": 500.0,
        "checks": [
            {
                "subject": "plain", "expected": "plain", "got": "plain", "note": "plain",
                "at": {"file": FILE, "line": 41, "column": 7},
            },
            {"subject": "size", "expected": "1", "got": "2", "at": {"file": FILE, "line": 41, "column": 7}},
        ],
        "console": [
            "warning: plain", f"{FILE}:41  plain", "  expected  plain", "  got       plain", "  plain",
            f"{FILE}:41  size", "  expected  1", "  got       2", "The API says: plain", "plain",
        ],
    }  # fmt: skip


def test_wrong_files_are_points() -> None:
    found = points(wrong_report())
    assert [one.ok for one in found] == [False, False]
    assert found[0].yaml_block["at"] == {"file": FILE, "line": 3, "column": 5}


@pytest.mark.parametrize("report", UNWELL)
def test_a_run_that_is_no_success_has_a_point_that_is_not_ok(report: Report) -> None:
    assert [one.ok for one in points(report)].count(False) == 1


def test_an_interrupt_is_the_last_word() -> None:
    last = lines(INTERRUPTED)[-1]
    assert isinstance(last, Bail)
    assert last.reason == "interrupted, 2 not sent"
    assert not any(isinstance(line, Bail) for line in lines(NOTHING))


def test_number_signs_and_backslashes_are_escaped() -> None:
    report = of_statuses(Status.FAIL)
    file = report.files[0]
    named = file.requests[0]._replace(result=file.requests[0].result._replace(name="a #1 \\ b # skip"))
    text = rendered("tap", report._replace(files=(file._replace(requests=(named,)),)))
    assert text.splitlines()[3] == rf"not ok 1 - {FILE}: a \#1 \\ b \\x23 skip"


@given(st.one_of(st.text(), st.sampled_from([HOSTILE, "# SKIP", "#todo", "\\# SKIP", "a\n  ...\nok 7", "::x"])))
@settings(max_examples=60)
def test_nothing_from_outside_counts(text: str) -> None:
    for report in (report_of(text), wrong_report(text)):
        found = points(report)
        plain = points(report_of() if report.files else wrong_report())
        assert [(one.ok, one.todo) for one in found] == [(one.ok, one.todo) for one in plain]
        assert [one.skip for one in found if not one.ok] == [False for one in found if not one.ok]
        for one in found:
            if not one.ok:
                assert isinstance(one.yaml_block, dict)


def test_yaml_blocks_are_read_by_others() -> None:
    whole = rendered("tap", report_of(HOSTILE))
    blocks = re.findall(r"^  ---\n(.*?)^  \.\.\.\n", whole, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 3
    for block in blocks:
        assert yaml.safe_load(block)["severity"] in ("fail", "error")
