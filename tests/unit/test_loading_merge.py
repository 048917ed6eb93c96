from __future__ import annotations

from typing import Final

import pytest
from hypothesis import given, strategies as st

from runner.loading.merge import merge_request
from runner.node import Node, Plain
from runner.strict_json import dumps
from tests.unit.loading import collection, read, wrong


def merged(defaults: str, request: str) -> Plain:
    return merge_request(read(defaults), read(request)).plain()


TABLE: Final = {
    "what a request does not say": ("{timeout: 5s}", "{url: x}", {"timeout": "5s", "url": "x"}),
    "what it says wins": ("{timeout: 5s, delay: 1}", "{timeout: 6s}", {"timeout": "6s", "delay": 1}),
    "headers merge without case": (
        "{headers: {X-A: 1, X-B: 2}}",
        "{headers: {x-a: 3, c: 4}}",
        {"headers": {"x-a": 3, "X-B": 2, "c": 4}},
    ),
    "null takes a header away": ("{headers: {A: 1}}", "{headers: {a: null}}", {"headers": {"a": None}}),
    "query merges with case": ("{query: {A: 1}}", "{query: {a: 2}}", {"query": {"A": 1, "a": 2}}),
    "a list in a mapping is replaced": ("{query: {a: [1, 2]}}", "{query: {a: [3]}}", {"query": {"a": [3]}}),
    "tags are replaced": ("{tags: [a]}", "{tags: [b]}", {"tags": ["b"]}),
    "auth is replaced as a whole": (
        "{auth: {basic: {username: a, password: b}}}",
        "{auth: {bearer: c}}",
        {"auth": {"bearer": "c"}},
    ),
    "auth of one scheme too": (
        "{auth: {api_key: {name: a, value: b, in: query}}}",
        "{auth: {api_key: {name: c, value: d}}}",
        {"auth": {"api_key": {"name": "c", "value": "d"}}},
    ),
    "auth can be taken away": ("{auth: {bearer: a}}", "{auth: none}", {"auth": "none"}),
    "timeouts merge": ("{timeout: {idle: 1}}", "{timeout: {total: 2}}", {"timeout": {"idle": 1, "total": 2}}),
    "another kind replaces": ("{timeout: {idle: 1}}", "{timeout: 3}", {"timeout": 3}),
    "and the other way round": ("{timeout: 3}", "{timeout: {idle: 1}}", {"timeout": {"idle": 1}}),
    "tls merges": ("{tls: {verify: false}}", "{tls: {ca: x}}", {"tls": {"verify": False, "ca": "x"}}),
    "captures merge": ("{capture: {a: $.a}}", "{capture: {b: $.b}}", {"capture": {"a": "$.a", "b": "$.b"}}),
    "json merges all the way down": (
        "{json: {a: {b: {c: 1, d: [1]}}}}",
        "{json: {a: {b: {d: [2]}}, e: 1}}",
        {"json": {"a": {"b": {"c": 1, "d": [2]}}, "e": 1}},
    ),
    "json that is no mapping is replaced": ("{json: {a: 1}}", "{json: [1]}", {"json": [1]}),
    "one body replaces another": ("{json: {a: 1}, delay: 1}", "{text: x}", {"delay": 1, "text": "x"}),
    "whatever it is": ("{file: x, form: {a: 1}}", "{json: null}", {"json": None}),
    "a form merges": ("{form: {a: 1}}", "{form: {b: 2}}", {"form": {"a": 1, "b": 2}}),
    "expect merges by key": (
        "{expect: {status: 200, size: 1}}",
        "{expect: {status: 201, text: x}}",
        {"expect": {"status": 201, "size": 1, "text": "x"}},
    ),
    "its headers without case": (
        "{expect: {headers: {A: 1, B: 2}}}",
        "{expect: {headers: {a: 3}}}",
        {"expect": {"headers": {"a": 3, "B": 2}}},
    ),
    "its paths one by one": (
        "{expect: {json: {$.a: 1, $.b: 2}}}",
        "{expect: {json: {$.a: 3}}}",
        {"expect": {"json": {"$.a": 3, "$.b": 2}}},
    ),
    "a matcher is replaced as a whole": (
        "{expect: {json: {$.a: {gt: 1}}, duration: {lt: 5}}}",
        "{expect: {json: {$.a: {lt: 3}}, duration: {gt: 1}}}",
        {"expect": {"json": {"$.a": {"lt": 3}}, "duration": {"gt": 1}}},
    ),
    "an inline schema too": (
        "{expect: {schema: {type: object, required: [a]}}}",
        "{expect: {schema: {type: array}}}",
        {"expect": {"schema": {"type": "array"}}},
    ),
    "an error stands alone": ("{expect: {status: 200}}", "{expect: {error: dns}}", {"expect": {"error": "dns"}}),
}


@pytest.mark.parametrize(("defaults", "request_", "wanted"), TABLE.values(), ids=TABLE)
def test_defaults_are_merged(defaults: str, request_: str, wanted: Plain) -> None:
    assert merged(defaults, request_) == wanted


KEYS: Final = ("headers", "query", "timeout", "json", "text", "form", "expect", "auth", "tags", "delay")
VALUES: st.SearchStrategy[Plain] = st.integers(0, 9) | st.dictionaries(
    st.sampled_from("abC"),
    st.integers(0, 9) | st.dictionaries(st.sampled_from("abC"), st.integers(0, 9), max_size=2),
    max_size=3,
)
REQUESTS: st.SearchStrategy[dict[str, Plain]] = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)


def node(value: Plain) -> Node:
    return read(dumps(value))


@given(REQUESTS)
def test_nothing_merged_is_nothing_changed(request_: dict[str, Plain]) -> None:
    assert merge_request(node({}), node(request_)).plain() == request_
    assert merge_request(None, node(request_)).plain() == request_
    assert merge_request(node(request_), node({})).plain() == request_


@given(REQUESTS)
def test_merging_with_itself_changes_nothing(request_: dict[str, Plain]) -> None:
    """But for several bodies, which a request cannot have."""
    assert merge_request(node(request_), node(request_)).plain() == request_


@given(REQUESTS, REQUESTS)
def test_what_a_request_says_is_what_it_gets(defaults: dict[str, Plain], own: dict[str, Plain]) -> None:
    before = node(defaults)
    result = merge_request(before, node(own)).plain()
    assert isinstance(result, dict)
    assert set(own) <= set(result) <= set(own) | set(defaults)
    assert {key: result[key] for key in own if not isinstance(own[key], dict)} == {
        key: value for key, value in own.items() if not isinstance(value, dict)
    }
    assert before.plain() == defaults


def test_a_merged_value_keeps_its_own_place() -> None:
    found = collection("defaults:\n  headers: {A: 1}\nrequests:\n  - url: http://h/\n    headers: {B: 2}\n")
    [request] = found.requests
    assert {str(key.value): value.line for key, value in request.headers} == {"A": 2, "B": 5}
    assert request.node.line == 4


def test_headers_that_differ_in_case_are_not_merged_away() -> None:
    request = "requests: [{url: 'http://h/', headers: {X-A: 1, x-a: 2}}]"
    assert [one.rule for one in wrong(request)] == ["duplicate-key"]
    assert [one.rule for one in wrong(f"defaults: {{headers: {{b: 1}}}}\n{request}")] == ["duplicate-key"]
