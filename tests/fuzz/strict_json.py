"""JSON: nothing is taken that Python refuses, and what both take is the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from runner.strict_json import NotJson, Parsed, dumps, loads, parse
from tests.suites.json_texts import cases

DELIBERATE = re.compile(
    r"\S+ is not a JSON value|the number .* is too large|a number of \d+ digits is too large"
    r"|the key .* stands twice in one object|it is nested more than \d+ levels deep|it is nested too deeply|it is empty"
)
"""What is refused though Python takes it."""


def seeds() -> Iterator[bytes]:
    return (case.data for case in cases() if len(case.data) < 5000)


def fuzz(data: bytes) -> None:
    parsed(data)


def parsed(data: bytes) -> Parsed:
    """The value of ``data``, or why it has none."""
    found = parse(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        assert found.error.startswith("it is not UTF-8")
        return found
    try:
        theirs = json.loads(text)
    except (ValueError, RecursionError):
        assert found.error
        return found
    if found.error:
        assert DELIBERATE.fullmatch(found.error), found.error
        return found
    assert repr(found.value) == repr(theirs)
    try:
        assert repr(loads(dumps(found.value))) == repr(found.value)
    except NotJson as error:
        raise AssertionError(error) from error
    return found
