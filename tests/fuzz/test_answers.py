"""Answers and streams of model APIs, with every value in turn replaced by others."""

from __future__ import annotations

import json
from typing import Final

import pytest

from runner.node import Plain
from runner.strict_json import dumps, parse
from tests.fuzz.answers import DOCUMENTS, STATUSES, understood
from tests.fuzz.events import KINDS, assembled
from tests.fuzz.reports import changed, size
from tests.streams import SAMPLES, Sample

OTHERS: Final[tuple[Plain, ...]] = (None, True, 0, -1, 10**400, 1e300, "", "x", "\ud800", [], [None], {}, {"a": [{}]})


@pytest.mark.parametrize("document", DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_any_value_of_an_answer_may_be_another(document: Plain) -> None:
    for place in range(size(document)):
        for number, value in enumerate(OTHERS):
            understood(changed(document, place, value), STATUSES[(place + number) % len(STATUSES)])


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_any_value_of_a_stream_may_be_another(sample: Sample) -> None:
    lines = sample.body.decode().splitlines()
    for number, line in enumerate(lines):
        begin = "data: " if line.startswith("data: ") else ""
        parsed = parse(line.removeprefix("data: "))
        if parsed.error:
            continue
        for place in range(size(parsed.value)):
            for value in OTHERS[(place + number) % 4 :: 4]:
                other = (
                    begin
                    + dumps(json.loads(json.dumps(changed(parsed.value, place, value))))
                    .encode("utf-8", "replace")
                    .decode()
                )
                body = "\n".join([*lines[:number], other, *lines[number + 1 :], ""]).encode()
                stream = assembled(body, KINDS[0] if begin else KINDS[1], ())
                understood(stream.document.value)
