"""What no report lets through, whoever writes it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings, strategies as st

from runner.report.kinds import KINDS
from tests.unit.told_reports import HOSTILE, rendered, report_of, wrong_report

UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")
COMMAND = re.compile(r"^\s*::|##\w*\[")


@pytest.mark.parametrize("kind", KINDS)
@given(st.one_of(st.text(), st.just(HOSTILE)))
@settings(max_examples=30)
def test_no_report_has_characters_that_act(kind: str, text: str) -> None:
    for report in (report_of(text), wrong_report(text)):
        whole = rendered(kind, report)
        assert not UNSAFE.search(whole)
        whole.encode("utf-8")


@pytest.mark.parametrize("kind", ["junit", "tap", "markdown", "github"])
def test_no_line_is_a_command(kind: str) -> None:
    for report in (
        report_of(HOSTILE),
        wrong_report(HOSTILE),
        report_of(f"{'x' * 95} ::error::x {'y ' * 200}::error::"),
    ):
        assert [line for line in rendered(kind, report).split("\n") if COMMAND.search(line)] == []
