"""Saved reports: a report or a message; what is read is written as it was, and can be shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache

from runner.node import Plain
from runner.report.json_report import render_json
from runner.report.ndjson import render_ndjson
from runner.report.read_report import NotAReport
from runner.report.record import Report
from runner.report.saved import read_saved
from tests.fuzz.choices import Choices
from tests.unit.told_reports import report_of, wrong_report

VALUES: tuple[Plain, ...] = (
    None, True, 0, -1, 1.5, 10**16, 1e300, "", "x", "pass", "2024-10-04T04:48:10.250Z", "\ud800", [], {}, [{}], [None],
)  # fmt: skip


def seeds() -> Iterator[bytes]:
    for report in (report_of(), wrong_report()):
        yield written(report).encode()
        yield "".join(render_ndjson(report)).encode()
    yield from (bytes([place, 7, value, 1]) for place in range(0, 250, 25) for value in range(len(VALUES)))


def fuzz(data: bytes) -> None:
    """A few bytes are changes of a good report; all else is a report itself."""
    if len(data) <= 60:
        choices = Choices(data)
        document = good()
        for _ in range(choices.number(4)):
            value = choices.pick(VALUES)
            document = changed(document, choices.number(65535), value)
        data = json.dumps(document).encode()
    read(data)


def read(data: bytes) -> Report | None:
    """The report that was saved; None where it is none."""
    try:
        report = read_saved(data)
    except NotAReport as error:
        assert str(error)
        return None
    text = written(report)
    assert written(read_saved(text.encode())) == text
    return report


@cache
def good() -> Plain:
    document: Plain = json.loads(written(report_of()))
    return document


def written(report: Report) -> str:
    return "".join(render_json(report))


def changed(document: Plain, place: int, value: Plain) -> Plain:
    """``document`` with ``value`` at one of its places, counted from the outside."""
    count = size(document)
    return _changed(document, place % count, value)


def size(value: Plain) -> int:
    """How many places there are."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(size, inner))


def _changed(document: Plain, place: int, value: Plain) -> Plain:
    if place == 0:
        return value
    place -= 1
    if isinstance(document, list):
        elements: list[Plain] = []
        for one in document:
            elements.append(_changed(one, place, value) if 0 <= place < size(one) else one)
            place -= size(one)
        return elements
    if isinstance(document, dict):
        members: dict[str, Plain] = {}
        for key, one in document.items():
            members[key] = _changed(one, place, value) if 0 <= place < size(one) else one
            place -= size(one)
        return members
    return document
