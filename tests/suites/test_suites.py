"""The suites of others, and cases of our own for the same rules, against our parsers."""

from __future__ import annotations

import json

import pytest

from runner.jsonpath import PathError, compile_path
from runner.llm.sse import SseParser
from runner.strict_json import parse
from tests.fuzz.choices import cut_bytes
from tests.fuzz.events import by_the_rules, read
from tests.fuzz.jsonpath import selected
from tests.fuzz.strict_json import parsed
from tests.suites import event_streams, json_texts, jsonpath

PATHS = tuple(jsonpath.cases())
TEXTS = tuple(json_texts.cases())
GROUPS = sorted({case.name.split(",")[0] for case in PATHS})


@pytest.mark.parametrize("group", GROUPS)
def test_jsonpath(group: str) -> None:
    for case in PATHS:
        if case.name.split(",")[0] != group:
            continue
        if not case.selected:
            with pytest.raises(PathError):
                compile_path(case.path)
            continue
        found = json.dumps(compile_path(case.path).select(case.document))
        assert found in map(json.dumps, case.selected), case.name
        assert json.dumps(selected(case.path, case.document)) == found


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in TEXTS])
def test_json(case: json_texts.Case) -> None:
    found = parse(case.data)
    assert bool(found.error) == bool(case.refused), found
    assert case.refused in found.error
    assert repr(parsed(case.data)) == repr(found)


def test_all_that_is_open_is_decided() -> None:
    names = {case.name for case in TEXTS if case.name.startswith("i_")}
    assert names == {*json_texts.TAKEN, *json_texts.REFUSED}
    assert {*json_texts.DIFFERENT} <= {case.name for case in TEXTS}


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in event_streams.CASES])
def test_event_streams(case: event_streams.Case) -> None:
    """Also byte by byte, and cut in two at any place."""
    assert by_the_rules(case.body) == list(case.events)
    assert [(event.data, event.name) for event in read(case.body, ())] == list(case.events)
    for size in (1, 2, 3, 7):
        parser = SseParser()
        pieces = (case.body[at : at + size] for at in range(0, len(case.body), size))
        assert [(one.data, one.name) for piece in pieces for one in parser.feed(piece)] == list(case.events)
    for place in range(min(len(case.body), 200)):
        parser = SseParser()
        cut = cut_bytes(case.body, [place / len(case.body)])
        assert [(one.data, one.name) for piece in cut for one in parser.feed(piece)] == list(case.events)


def test_the_suites_are_whole() -> None:
    assert len(PATHS) == 687
    assert len(TEXTS) == 318 - 13 + len(json_texts.NOT_UTF8)  # those 13 are not UTF-8 in the original
