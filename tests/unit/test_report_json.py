"""Reports as JSON: what is written is read again without loss, and is what the schema says."""

from __future__ import annotations

import json
import re
from typing import Any, Final

import jsonschema
from hypothesis import HealthCheck, given, settings

from runner.errors import ExitCode
from runner.report.json_report import render_json
from runner.report.ndjson import render_ndjson
from runner.report.read_report import SCHEMA, report_of
from runner.report.record import Problem, Report, verdict
from runner.report.saved import read_saved
from runner.report.style import UNPRINTABLE
from runner.results import RunResult, Status
from tests.unit.made_reports import ANY_TEXT, WHOLE_TEXT, reports


def closed(schema: Any) -> Any:
    """The schema, no key allowed in an object that it does not describe."""
    if isinstance(schema, dict):
        inner = {name: closed(value) for name, value in schema.items()}
        if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
            inner["additionalProperties"] = False
        return inner
    return [closed(one) for one in schema] if isinstance(schema, list) else schema


OURS: Final = json.loads(SCHEMA.read_text(encoding="utf-8"))
CLOSED: Final = jsonschema.Draft202012Validator(closed(OURS))


def written(report: Report) -> str:
    return "".join(render_json(report))


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(reports(WHOLE_TEXT))
def test_a_report_is_read_as_it_was(report: Report) -> None:
    assert report_of(json.loads(written(report))) == report


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(reports(ANY_TEXT))
def test_any_text_can_stand_in_it(report: Report) -> None:
    text = written(report)
    assert not re.search(UNPRINTABLE.replace("\n", ""), text.replace("\n", ""))
    text.encode("utf-8")
    document = json.loads(text)
    CLOSED.validate(document)
    again = read_saved(text.encode())
    assert written(again) == text
    assert verdict(again) == verdict(report)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(reports(ANY_TEXT))
def test_lines_have_the_same(report: Report) -> None:
    text = "".join(render_ndjson(report))
    assert not re.search(UNPRINTABLE.replace("\n", ""), text.replace("\n", ""))
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())
    assert written(read_saved(text.encode())) == written(report)


def test_the_schema_is_one_and_describes_what_says_little_by_its_name() -> None:
    jsonschema.Draft202012Validator.check_schema(OURS)
    top = {name: one.get("description", "") for name, one in OURS["properties"].items()}
    assert [name for name, words in top.items() if not words] == ["format", "version", "budget"]


def test_the_whole_run_is_judged_as_the_exit_code_has_it() -> None:
    passed = Report(0.0, RunResult({Status.PASS: 1}, 1.0))
    wrong = passed._replace(problems=(Problem("error", "yaml", "what"),))
    assert [json.loads(written(one))["verdict"] for one in (passed, wrong)] == ["passed", "invalid"]
    assert json.loads(written(wrong))["exit_code"] == ExitCode.INVALID


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(reports(WHOLE_TEXT))
def test_a_line_for_each_request(report: Report) -> None:
    """So that tools for lines can be used on a large one, and a diff of two says something."""
    lines = [line for line in written(report).split("\n") if line.startswith('{"number"')]
    assert len(lines) == sum(len(file.requests) for file in report.files)
