"""Saved reports: what is none is refused in plain words, what was cut off or contradicts itself is never a pass."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

import pytest

from runner.errors import ExitCode
from runner.report.json_report import render_json
from runner.report.ndjson import render_ndjson
from runner.report.read_report import NotAReport
from runner.report.record import FileRecord, Record, Report, verdict
from runner.report.saved import read_saved
from runner.results import RequestResult, RunResult, Status
from runner.source import Location
from runner.usage import ModelSum, Usage
from tests.unit.made_reports import consistent

PLACE: Final = Location("a.yaml", 3, 5)
USAGE: Final = Usage(total_tokens=7, asked="m")


def record(number: int, status: Status = Status.PASS) -> Record:
    result = RequestResult(f"r{number}", status, PLACE, "GET", "/x", 200, 0.5, usages=(USAGE,), model="m")
    return Record(number, result, at=float(number), costs=(Decimal("0.25"),))


REPORT: Final = consistent(
    Report(
        1_728_017_290.25,
        RunResult({}, 3.0, models=(ModelSum("m", 3, 3, 3, tokens=21, cost=Decimal("0.75")),)),
        (
            FileRecord("a.yaml", requests=(record(1), record(2))),
            FileRecord("b.yaml", skipped="not here"),
            FileRecord("a.yaml", row="[2]", requests=(record(3),)),
        ),
    )
)
JSON: Final = "".join(render_json(REPORT)).encode()
LINES: Final = "".join(render_ndjson(REPORT)).encode()


def changed(change: Callable[[Any], object]) -> bytes:
    document = json.loads(JSON)
    change(document)
    return json.dumps(document).encode()


def refused(data: bytes) -> str:
    with pytest.raises(NotAReport) as caught:
        read_saved(data)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "it is not JSON: it is empty"),
        (b"\xff\xfe{", "it is not JSON: it is not UTF-8: byte 0 is 0xff"),
        (b"requests: []", 'it is not JSON: line 1, column 1: a value is expected, not "r"'),
        (b"[" * 100_000, "it is not JSON: it is nested too deeply"),
        (b'{"format": ' + b"[" * 300 + b"]" * 300 + b"}", "it is not JSON: it is nested more than 200 levels deep"),
        (b'{"a": 1, "a": 2}', 'it is not JSON: the key "a" stands twice in one object'),
        (b"[]", 'its "format" is not "collection-runner-report"'),
        (b'{"format": "other"}', 'its "format" is not "collection-runner-report"'),
        (changed(lambda one: one.update(version=2)), "its version is 2, and only version 1 is known here"),
        (changed(lambda one: one.update(version=True)), "its version is true, and only version 1 is known here"),
        (changed(lambda one: one.update(version="x" * 99)), f'its version is "{"x" * 59}, and only version 1 is known'),
        (changed(lambda one: one.pop("files")), 'at $: has no "files"'),
        (
            changed(lambda one: one["files"][0]["requests"][1].update(status="fine")),
            'at $.files[0].requests[1].status: "fine" is not one of',
        ),
        (changed(lambda one: one.update(duration=-1)), "at $.duration: -1 is "),
        (changed(lambda one: one.update(duration=10**400)), "duration is larger than anything that can be counted"),
        (changed(lambda one: one.update(started="yesterday")), 'at $.started: "yesterday" is not of the format'),
        (changed(lambda one: one.update(started="0001-01-01T00:00:00+23:00")), "started is no date and time"),
        (changed(lambda one: one.update(started="1969-12-31T23:59:59Z")), "started is not between 1970 and 9000"),
        (changed(lambda one: one.update(started="9999-12-31T00:00:00Z")), "started is not between 1970 and 9000"),
        (changed(lambda one: one["files"][0]["requests"][0].update(at=1e14)), "no run takes as long as 1e+14 seconds"),
        (
            changed(lambda one: one["files"][0]["requests"][0].update(checks=[{"subject": "status", "passed": False}])),
            'it contradicts itself: "r1" passed, and a check of it did not hold',
        ),
        (
            changed(lambda one: one["counts"].update(passed=4)),
            "it contradicts itself: it counts 4 as passed and has 3",
        ),
        (
            changed(lambda one: one["files"][0]["requests"][0].update(status="failed")),
            "it contradicts itself: it counts 3 as passed and has 2",
        ),
        (changed(lambda one: one.update(exit_code=1)), "its exit_code is 1, and what it has comes to 0"),
    ],
    ids=range(24),
)  # fmt: skip
def test_what_is_no_report_is_refused(data: bytes, says: str) -> None:
    assert says in refused(data)


def test_a_report_is_read() -> None:
    assert read_saved(JSON) == REPORT
    assert read_saved(LINES) == REPORT
    assert read_saved(b"\xef\xbb\xbf" + JSON) == REPORT


def test_keys_that_are_not_known_are_passed_over() -> None:
    """A later program may write more of them."""

    def add(value: Any) -> None:
        if isinstance(value, dict):
            for one in list(value.values()):
                add(one)
            value["later"] = {"x": [1]}
        elif isinstance(value, list):
            for one in value:
                add(one)

    response = {
        "status": 200,
        "headers": [["a", "b"]],
        "timings": {"total": 1},
        "certificate": {"subject": "s", "issuer": "i", "expires_in": -5},
        "stream": {"shape": "openai", "done": True, "events": [{"data": "x"}]},
    }
    before = changed(lambda one: one["files"][0]["requests"][0].update(response=response))
    document = json.loads(before)
    add(document)
    assert read_saved(json.dumps(document).encode()) == read_saved(before)
    received = read_saved(before).files[0].requests[0].received
    assert received is not None
    assert received.certificate is not None
    assert received.certificate.expires_in == -5


def test_whole_numbers_may_be_written_as_others() -> None:
    found = read_saved(changed(lambda one: one["files"][0]["requests"][0].update(http_status=200.0, number=1.0)))
    assert repr(found.files[0].requests[0].result.http_status) == "200"


def test_lines_that_end_anywhere_are_never_a_pass() -> None:
    """The only whole run is the one whose last line is there."""
    breaks = [at for at, byte in enumerate(LINES) if byte == 10]
    near = {at + off for at in breaks for off in (-1, 0, 1, 2)}
    for end in sorted((near | set(range(0, len(LINES), 97))) - set(range(len(LINES) - 1, len(LINES) + 3))):
        try:
            report = read_saved(LINES[:end])
        except NotAReport:
            assert end < LINES.index(b"\n") + 1
            continue
        assert verdict(report) == "interrupted"
        assert report.exit_code is ExitCode.TERMINATED
        told = LINES[:end].count(b'{"type": "request"') - (
            LINES[:end].rfind(b"\n") < LINES[:end].rfind(b'{"type": "req')
        )
        assert len(list(report.records)) in (told, told + 1)
        assert report.result.not_run == 3 - len(list(report.records))
    assert verdict(read_saved(LINES[:-1])) == "passed"


def test_what_was_told_before_the_end_is_added_up() -> None:
    report = read_saved(LINES[: LINES.index(b'{"type": "end"')])
    assert report.started == REPORT.started
    assert report.result.count(Status.PASS) == 3
    assert report.result.duration == 3.5
    assert report.result.files_skipped == 1
    assert report.result.models == (ModelSum("m", 3, 3, 3, tokens=21, cost=Decimal("0.75")),)


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (LINES + LINES, "line 9: another run begins here; each run is a report of its own"),
        (LINES + LINES[: LINES.index(b"\n") + 1].replace(b"start", b"file"), "line 9: the run has ended before this"),
        (LINES.replace(b'"type": "file"', b'"type": "folder"', 1), "line 2: its type is none of start, file, request"),
        (LINES.replace(b'{"type": "request"', b'{type: "request"', 1), "line 3: line 1, column 2: a key in double"),
        (b"\n".join(LINES.split(b"\n")[:1] + LINES.split(b"\n")[2:]), "line 2: a request stands before the file"),
        (LINES.replace(b'"passed"', b'"great"', 1), 'at $.files[0].requests[0].status: "great" is not one of'),
        (LINES[: LINES.index(b'{"type": "end"')].replace(b'"requests": 3', b'"requests": "x"'), ""),
        (LINES[: LINES.index(b"\n") + 1].replace(b'"version": 1', b'"version": 7'), "its version is 7"),
        (LINES.replace(b'"duration": 0.5', b'"duration": true', 1), "is not"),
    ],
    ids=range(9),
)
def test_lines_that_are_none_of_a_run_are_refused(lines: bytes, says: str) -> None:
    if says:
        assert says in refused(lines)
    else:
        assert read_saved(lines).result.not_run == 0
