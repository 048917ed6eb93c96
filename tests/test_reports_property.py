"""Whatever texts a run has, every kind of report made of it can be read, has every request, and nothing in it is
obeyed."""

from __future__ import annotations

import re
from typing import cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from runner import registry
from runner.report.kinds import KINDS, Render
from runner.report.record import Report
from tests.report_readers import COMMAND, OBEYED, READERS
from tests.test_reports_hostile import HOSTILE
from tests.unit.made_reports import ANY_TEXT, reports


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=40,
    phases=[Phase.generate],  # to make a report that fails smaller takes minutes, and its text says what is wrong
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(report=reports(ANY_TEXT | st.sampled_from(HOSTILE)))
def test_any_report_can_be_read(kind: str, report: Report) -> None:
    render = cast(Render, registry.load(KINDS[kind].render))
    text = "".join(render(report))
    text.encode("utf-8")
    assert READERS[kind](text) == sum(len(file.requests) for file in report.files)
    assert not re.findall(OBEYED, text)
    if kind != "html":  # a page is not looked at in a log, and its style sheet has lines that begin with ::
        assert not re.findall(COMMAND, text)
