from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings, strategies as st
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase
from lxml import etree

from runner.report.record import Body, Report
from runner.results import Status
from tests.unit.told_reports import FILE, HOSTILE, NOTHING, UNWELL, of_statuses, rendered, report_of, wrong_report

SCHEMA: Final = etree.XMLSchema(etree.parse(Path(__file__).with_name("files") / "junit-10.xsd"))
"""Jenkins' own."""


def parsed(report: Report) -> etree._Element:
    return etree.fromstring(rendered("junit", report).encode("utf-8"))


def valid(report: Report) -> etree._Element:
    """The document, held against the schema without what GitLab, GitHub's actions and pytest have beyond it: file and
    line of a test case, and its properties."""
    root, shown = parsed(report), parsed(report)
    for case in root.iter("testcase"):
        case.attrib.pop("file", "")
        case.attrib.pop("line", "")
        for properties in case.findall("properties"):
            case.remove(properties)
    SCHEMA.assertValid(root)
    return shown


def cases(report: Report) -> list[TestCase]:
    return [case for suite in JUnitXml.fromstring(rendered("junit", report).encode()) for case in suite]


def test_failures_errors_and_skips_are_told_apart() -> None:
    read = JUnitXml.fromstring(rendered("junit", report_of()).encode())
    assert (read.tests, read.failures, read.errors, read.time) == (6, 1, 2, 2.5)
    first = next(iter(read))
    assert (first.name, first.tests, first.failures, first.errors, first.skipped) == (
        f"{FILE} plain (1 of 2)", 4, 1, 1, 1,
    )  # fmt: skip
    assert (first.timestamp, first.hostname) == ("2024-10-04T04:48:10", None)
    kinds = [[type(one) for one in case.result] for case in first]
    assert kinds == [[Failure], [Error], [Skipped], []]


def test_a_case_says_where_it_stands_and_what_was_sent() -> None:
    case = parsed(report_of()).findall(".//testcase")[0]
    assert {str(name): str(value) for name, value in case.items()} == {
        "classname": "collections.chat", "name": "failed plain plain (1 of 2)", "file": FILE, "line": "41",
        "time": "0.500",
    }  # fmt: skip
    properties = [[str(one.get(key)) for key in ("name", "value")] for one in case.findall("properties/property")]
    assert dict(properties) == {
        "method": "POST", "url": "https://api.example.com/plain", "status": "200", "tags": "plain", "model": "plain",
        "tokens": "22", "cost": "0.01", "attempts": "2 attempts",
    }  # fmt: skip
    assert case.findtext("failure") == (
        f"{FILE}:41  plain\n  expected  plain\n  got       plain\n  plain\n{FILE}:41  size\n  expected  1\n"
        "  got       2\nThe API says: plain\nplain"
    )
    assert case.findtext("system-out") == (
        "attempt 1  timeout      1.0 s  plain\nattempt 2  200         500 ms  plain\n\n"
        "> POST https://api.example.com/plain\n> x-text: plain\n>\n> plain\n\n"
        "< redirected from plain to https://api.example.com/plain\n< 200 plain\n< x-text: plain\n<\n< plain"
    )
    assert case.findtext("system-err") == "warning: plain"


def test_wrong_files_are_errors() -> None:
    found = cases(wrong_report())
    assert [(case.classname, case.name) for case in found] == [
        ("collections.chat", "3:5 plain"), ("runner", "plain"),
    ]  # fmt: skip
    assert [type(case.result[0]) for case in found] == [Error, Error]
    assert found[0].result[0].text == f"{FILE}:3:5: error: plain\nplain"


@pytest.mark.parametrize("report", UNWELL)
def test_a_run_that_is_no_success_has_an_error(report: Report) -> None:
    read = JUnitXml.fromstring(rendered("junit", report).encode())
    assert read.errors == 1


def test_a_run_that_went_well_has_none() -> None:
    read = JUnitXml.fromstring(rendered("junit", of_statuses(Status.PASS, Status.SKIP)).encode())
    assert (read.tests, read.failures, read.errors) == (2, 0, 0)


def test_every_case_has_a_name_of_its_own() -> None:
    """GitLab takes the first of those with the same class and name."""
    report = report_of()
    twice = report._replace(files=(report.files[0], report.files[0]._replace(round="(2 of 2)"), *report.files[1:]))
    names = [(case.classname, case.name) for case in cases(twice)]
    assert len(set(names)) == len(names)


def test_files_that_differ_in_little_have_classes_of_their_own() -> None:
    first = report_of().files[0]
    names = ["a/b.yaml", "a/b.yml", "a.b.yaml", "./c.yaml", "<stdin>"]
    report = report_of()._replace(files=tuple(first._replace(file=name) for name in names), problems=())
    assert list(dict.fromkeys(case.classname for case in cases(report))) == [
        "a/b.yaml", "a/b.yml", "a.b.yaml", "c", "<stdin>", "runner",
    ]  # fmt: skip


def test_a_suite_counts_its_own_cases() -> None:
    for suite in valid(report_of()).findall("testsuite"):
        found = [len(suite.findall(path)) for path in ("testcase", "testcase/failure", "testcase/error")]
        assert [int(suite.get(name, "")) for name in ("tests", "failures", "errors")] == found


@pytest.mark.parametrize("report", [report_of(HOSTILE), wrong_report(HOSTILE), NOTHING, report_of("")])
def test_it_is_valid_whatever_comes(report: Report) -> None:
    text = "".join(map(str, valid(report).itertext()))
    assert "[[ATTACHMENT" not in text
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.split("\n"))


@given(st.text())
@settings(max_examples=60)
def test_it_is_valid_with_any_text(text: str) -> None:
    valid(report_of(text))


def test_what_is_no_character_in_xml_is_shown() -> None:
    told = parsed(report_of("\x00 \ufffe \ud800 ]]>")).findtext(".//testcase/failure") or ""
    assert "\\x00 \\ufffe \\ud800 ]]>" in told


def test_large_bodies_do_not_add_up() -> None:
    report = report_of()
    file = report.files[0]
    large = file.requests[0]._replace(sent=None)
    assert large.received is not None
    body = Body("x" * 64_000, "text/plain", 64_000)
    large = large._replace(received=large.received._replace(body=body))
    whole = rendered("junit", report._replace(files=(file._replace(requests=(large,) * 5000),)))
    assert "… 60,000 characters more" in whole
    assert "… 63,800 characters more" in whole
    assert len(whole) < 20_000_000
