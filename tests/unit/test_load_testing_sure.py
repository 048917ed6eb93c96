"""What is sure to pass, against what the engine says: never more, and the same each time."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings, strategies as st

from runner.auth.tokens import Tokens
from runner.checks.expectations import check_response, passed
from runner.clock import SystemClock
from runner.engine.execute import execute
from runner.engine.halt import Halt
from runner.engine.job import Job
from runner.engine.plan import plan_job
from runner.engine.sending import Execution, Means
from runner.errors import InvalidFiles
from runner.load_testing.fixed import fixed, sure_requests
from runner.load_testing.given import Given
from runner.load_testing.sure import Sure
from runner.loading.collection import decode_collection
from runner.messages import Exchange, Headers, Response
from runner.results import Status
from runner.source import Source
from runner.transport.jar import CookieJar
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables

JSON: Headers = (("Content-Type", "application/json"),)
EXPECT = """
    expect:
      status: [200, 201]
      headers: {content-type: {contains: json}}
      json:
        $.a: {gt: 0, lt: 10}
        $.b: {not: {equals: x}}
        $.c: {type: [integer, boolean]}
        $.d: {exists: false}
        $.e[*]: {each: {type: integer}}
        $.f: {matches: "^[a-z]*$", length: {lt: 5}}
        $.g: <<WANTED>>
"""
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.sampled_from([0.0, -0.0, 1.0, 9.5, 10.0, 1e300]),
    st.sampled_from(["", "x", "abc", "ABC", "abcdef", "1", "true"]),
    st.lists(st.sampled_from([1, True, "1", None]), max_size=3),
    st.dictionaries(st.sampled_from(["a", "b"]), st.integers(0, 2), max_size=2),
)
DOCUMENTS = st.dictionaries(st.sampled_from("abcdefg"), VALUES)
ANSWERS = st.tuples(
    st.sampled_from([200, 201, 204, 404, 500]),
    st.sampled_from([JSON, (), (("Content-Type", "text/plain"),), (("Content-Type", "text/event-stream"),)]),
    st.one_of(DOCUMENTS.map(json.dumps), st.sampled_from(["", "{", "[]", '{"a": 1, "a": 2}', '{"a": NaN}', "null"])),
)


def job_of(text: str, **variables: str) -> Job:
    collection = decode_collection(Source("a.yaml", text), Path())
    generators = Generators(SystemClock(), Random(3))  # noqa: S311  # no secret
    outside = Outside(variables, {}, (), ())
    found = Variables(Defaults(collection.variables, collection.secrets), outside, generators, lambda _value: None)
    job, problems = plan_job(collection, found, lambda _spec, _name: True)
    assert problems == []
    return job


def request(more: str, **variables: str) -> tuple[Job, dict[str, Sure]]:
    job = fixed(job_of(f"requests:\n  - name: a\n    url: http://127.0.0.1:9/\n{more}", **variables))
    return job, sure_requests(job)


THE_JOB, THE_SURE = request(EXPECT, WANTED="7")


@settings(deadline=None, max_examples=300)
@given(st.lists(ANSWERS, min_size=1, max_size=6))
def test_nothing_is_sure_that_the_engine_does_not_pass(answers: list[tuple[int, Headers, str]]) -> None:
    [planned] = THE_JOB.requests
    for status, headers, text in [*answers, *answers]:
        response = Response(status, headers, text.encode(), "http://127.0.0.1:9/")
        judged = passed(check_response(planned.spec, response, 0.1, planned.scope.context))
        if THE_SURE["a"].passes(response, 0.1, lambda: 0.0):
            assert judged


LITERALS = st.sampled_from(
    ("1", "0", "1.0", "-0.0", "true", "null", '""', "x", '"1"', "[]", "{}", '[1, "1", true]', '"<<V>>"', '"\\u00e9"')
)
NUMBERS = st.sampled_from(["0", "1", "1.0", "-1", "10", "9007199254740993"])
TYPES = st.sampled_from(["integer", "number", "string", "boolean", "null", "array", "object"])
PLAIN = st.one_of(
    LITERALS.map(lambda value: f"equals: {value}"),
    st.tuples(st.sampled_from(["gt", "gte", "lt", "lte"]), NUMBERS).map(": ".join),
    st.tuples(LITERALS, LITERALS).map(lambda pair: f"one_of: [{pair[0]}, {pair[1]}]"),
    TYPES.map(lambda name: f"type: {name}"),
    TYPES.map(lambda name: f"schema: {{type: {name}}}"),
    st.tuples(st.sampled_from(["exists", "empty", "unique", "sorted"]), st.sampled_from(["true", "false"])).map(
        ": ".join
    ),
    LITERALS.map(lambda value: f"contains: {value}"),
    st.sampled_from(["matches: ^a", "matches: ^$", "length: 0", "length: {gt: 0}", "is: date", "between: [0, 1]"]),
    st.sampled_from(["approx: {value: 1, within: 0.5}", "starts_with: a", "json: {$.a: 1}"]),
)
NESTING = st.sampled_from(["not", "each", "any"])
TESTS = st.recursive(
    PLAIN,
    lambda inner: st.tuples(NESTING, inner).map(lambda pair: f"{pair[0]}: {{{pair[1]}}}"),
    max_leaves=3,
)
PATHS = st.sampled_from(["$.a", "$['a']", "$.a.a", "$.a[0]", "$.a[-1]", "$", "$.a[*]", "$..a"])
EXPECTED = st.tuples(
    st.sampled_from(["", "status: 200, ", "status: [200, 404], ", "status: 4xx, ", "status: {not: 500}, "]),
    st.one_of(
        st.lists(st.tuples(PATHS, TESTS), min_size=1, max_size=2, unique_by=lambda pair: pair[0]).map(
            lambda pairs: "json: {" + ", ".join(f'"{path}": {{{test}}}' for path, test in pairs) + "}"
        ),
        TESTS.map(lambda test: f"headers: {{x-a: {{{test}}}}}"),
        TESTS.map(lambda test: f"cookies: {{c: {{{test}}}}}"),
        st.sampled_from(["text: {contains: a}", "size: {lt: 5}", "duration: {lt: 200ms}", "redirects: 0"]),
        st.just("schema: {type: object, required: [a]}"),
    ),
).map("".join)
SHORT = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 0.0, -0.0, 1.0, 0.5, 9007199254740993, 9007199254740992.0]),
    st.sampled_from(["", "1", "x", "abc", "v", "é", "2024-01-01", '{"a": 1}']),
    st.sampled_from([[], {}, [1], [1, 1.0, True], [[1]], {"a": 1}, {"a": None}]),
)
BROKEN = [b"", b"null", b"[]", b'{"a": NaN}', b'{"a": 1, "a": 1}', b"{", b"\xff", b'{"a": 1e999}', b'{"a": 1} x']
BODIES = st.one_of(SHORT.map(lambda value: json.dumps({"a": value}).encode()), st.sampled_from(BROKEN))
HEADERS: st.SearchStrategy[Headers] = st.tuples(
    st.sampled_from([JSON, (), (("Content-Type", "text/plain"),), (("Content-Type", "application/x-ndjson"),)]),
    st.sampled_from([(), (("X-A", "1"),), (("X-A", "x"), ("x-a", "1")), (("Set-Cookie", "c=1"),)]),
).map(lambda parts: parts[0] + parts[1])
RESPONSES = st.tuples(st.sampled_from([200, 200, 200, 204, 404, 500]), HEADERS, BODIES)


@settings(deadline=None, max_examples=400)
@given(EXPECTED, st.sampled_from(["GET", "HEAD", "POST"]), st.lists(RESPONSES, min_size=4, max_size=12))
def test_what_the_engine_fails_is_never_sure(
    expected: str, method: str, answers: list[tuple[int, Headers, bytes]]
) -> None:
    text = f"requests:\n  - {{name: a, method: {method}, url: http://127.0.0.1:9/, expect: {{{expected}}}}}\n"
    try:
        job = fixed(job_of(text, V="v"))
    except InvalidFiles:
        assume(False)
    sure = sure_requests(job)["a"]
    [planned] = job.requests
    clock = SystemClock()
    means = Means(clock, lambda _value: None, Tokens(), Halt(), lambda _status: True, lambda: 0.5)
    for number, (status, headers, body) in enumerate([*answers, *answers]):
        response = Response(status, headers, body, "http://127.0.0.1:9/")
        duration = 0.1 if number % 2 else 0.3
        if sure.passes(response, duration, clock.monotonic):
            exchange = Exchange(sure.request, response, None, 0.0, duration)
            result = execute(Execution(means, CookieJar(clock)), planned, Given(exchange))
            assert result.status is Status.PASS


def answer(document: object, status: int = 200) -> Response:
    return Response(status, JSON, json.dumps(document).encode(), "http://127.0.0.1:9/")


def test_what_holds_is_sure() -> None:
    whole = {"a": 1, "b": "y", "c": True, "e": [1, 2], "f": "abc", "g": "7"}
    for _ in range(2):
        assert THE_SURE["a"].passes(answer(whole), 0.1, lambda: 0.0)
        assert not THE_SURE["a"].passes(answer({**whole, "a": True}), 0.1, lambda: 0.0)
        assert not THE_SURE["a"].passes(answer({**whole, "g": 7}), 0.1, lambda: 0.0)
        assert not THE_SURE["a"].passes(answer({**whole, "d": None}), 0.1, lambda: 0.0)
        assert not THE_SURE["a"].passes(answer(whole, 202), 0.1, lambda: 0.0)


def test_a_duration_is_looked_at_each_time() -> None:
    _, sure = request("    expect: {duration: {lt: 1s}}\n")
    assert sure["a"].passes(answer({}), 0.9, lambda: 0.0)
    assert not sure["a"].passes(answer({}), 1.1, lambda: 0.0)


def test_a_token_goes_along_where_it_never_changes() -> None:
    _, sure = request("    auth: {bearer: <<KEY>>}\n", KEY="key-12345678")
    assert sure["a"].request.header("authorization") == "Bearer key-12345678"


@pytest.mark.parametrize(
    "more",
    [
        "    delay: 1s\n",
        "    retry: {attempts: 3}\n",
        "    poll: {every: 1s, for: 2s}\n",
        "    skip: not today\n",
        '    when: {<<W>>: "yes"}\n',
        "    headers: {X: <<$guid>>}\n",
        "    expect: {json: {$.a: <<$randomInt>>}}\n",
        "    expect: {error: any}\n",
        "    expect: {pass_rate: 2/3}\n",
        "    expect: {usage: {total_tokens: {lt: 5}}}\n",
        "    auth: {digest: {username: a, password: b}}\n",
        "    capture: {b: $.b}\n",
        "    json: {model: m, messages: [{role: user, content: hi}]}\n",
    ],
)
def test_what_is_not_plain_is_left_to_the_engine(more: str) -> None:
    job, sure = request(more, W="yes")
    assert sure == {}
    assert len(job.requests) == 1


def test_an_answer_that_tells_of_tokens_is_left_to_the_engine() -> None:
    _, sure = request("")
    assert sure["a"].passes(answer({"a": 1}), 0.1, lambda: 0.0)
    assert not sure["a"].passes(answer({"usage": {"total_tokens": 3}}), 0.1, lambda: 0.0)
