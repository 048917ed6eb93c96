from __future__ import annotations

import time
from pathlib import Path

from runner.errors import InvalidFiles
from runner.loading.collection import decode_collection
from runner.source import Source

URL = "url: http://127.0.0.1/"


def messages(*requests: str, defaults: str = "{}") -> list[str]:
    """What is said of a collection of these requests."""
    text = f"defaults: {defaults}\nrequests:\n" + "".join(f"  - {{{URL}, {one}}}\n" for one in requests)
    try:
        decode_collection(Source("c.yaml", text), Path())
    except InvalidFiles as error:
        return [one.message for one in error.diagnostics]
    return []


def test_names_may_stand_in_any_order_above() -> None:
    assert messages("name: a", "name: b, needs: a", "name: c, needs: [b, a, a]") == []


def test_a_default_name_is_a_name() -> None:
    assert messages("method: PUT", "name: b, needs: [PUT /]") == []


def test_each_circle_is_told_once() -> None:
    said = messages(
        "name: a, needs: [b]", "name: b, needs: [a]", "name: c, needs: [c]", "name: d, needs: [e]", "name: e"
    )
    assert said == [
        "requests need each other in a circle: a → b → a",
        "requests need each other in a circle: c → c",
        '"e" runs after the request that needs it',
    ]


def needs(*requests: str) -> list[list[str]]:
    """What each request needs where ``defaults`` say that everything needs "a"."""
    text = f"defaults: {{needs: [a]}}\nsetup: [{{name: first, {URL}}}]\nrequests:\n"
    found = decode_collection(Source("c.yaml", text + "".join(f"- {{{URL}, {one}}}\n" for one in requests)), Path())
    return [[str(node.value) for node in spec.needs] for spec in found.requests]


def test_what_everything_needs_does_not_need_itself() -> None:
    assert needs("name: before", "name: a", "name: b", "name: c, needs: [b]") == [[], [], [], ["a"], ["b"]]


def test_what_everything_needs_may_need_what_stands_before() -> None:
    assert needs("name: before", "name: a, needs: before", "name: b") == [[], [], ["before"], ["a"]]


def test_a_name_that_there_is_not_cannot_be_needed_by_everything() -> None:
    assert messages("name: before", "name: b", defaults="{needs: [a]}") == ['there is no request named "a"']


def test_a_request_that_says_itself_that_it_needs_itself_is_a_circle() -> None:
    said = messages("name: a, needs: [a]", defaults="{needs: [a]}")
    assert said == ["requests need each other in a circle: a → a"]


def test_a_long_chain_is_quick() -> None:
    backwards = [f"name: r{number}, needs: [r{number + 1}]" for number in range(2000)]
    started = time.perf_counter()
    said = messages(*backwards, "name: r2000, needs: [r0]")
    assert len([one for one in said if "circle" in one]) == 1
    assert time.perf_counter() - started < 5
