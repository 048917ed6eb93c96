from __future__ import annotations

import pytest

from runner.checks.expectations import check_response, check_rest, check_status
from runner.checks.query import Captured, NotCaptured, find_value, kept_value
from runner.loading.matchers import decode_matcher, decode_status
from runner.loading.problems import Problems
from runner.messages import Exchange, Headers, Request, Response
from runner.model import Capture, CaptureKind, Expectation, ExpectKind, RequestSpec
from runner.node import Node, Plain
from runner.results import Check
from tests.unit.matching import context, node

JSON: Headers = (("Content-Type", "application/json"),)


def response(body: str = '{"a": [1, 2]}', status: int = 200, headers: Headers = JSON) -> Response:
    return Response(status, headers, body.encode(), "https://example.com/x")


def expectation(kind: ExpectKind, value: str, subject: str | None = None) -> Expectation:
    problems = Problems()
    written = node(value)
    unit = kind if kind in ("duration", "size") else None
    if kind == "schema":
        return Expectation(kind, written)
    matcher = (
        decode_status(written, problems)
        if kind == "status"
        else decode_matcher(written, problems, "duration" if unit == "duration" else "size" if unit else None)
    )
    assert matcher is not None, problems.of("error")
    return Expectation(kind, written, _scalar(subject) if subject else None, matcher)


def _scalar(text: str) -> Node:
    return node(f"- '{text}'").elements[0]


def spec(*expect: Expectation, method: str | None = None) -> RequestSpec:
    return RequestSpec(node("name"), node("{}"), node("x"), _scalar(method) if method else None, expect=expect)


def run(expect: Expectation, answer: Response | None = None, duration: float = 0.5) -> Check:
    checks = check_rest(spec(expect), answer or response(), duration, context())
    return checks[0]


@pytest.mark.parametrize(("status", "passed"), [(200, True), (299, True), (199, False), (300, False), (404, False)])
def test_2xx_is_the_default(status: int, passed: bool) -> None:
    check = check_status(spec(), response(status=status), context())
    assert check.passed is passed
    if not passed:
        assert (check.expected, check.got) == ("2xx", str(status))


def test_status_first_then_all_the_rest() -> None:
    one = spec(expectation("status", "201"), expectation("json", "9", "$.a"), expectation("json", "8", "$.a"))
    checks = check_response(one, response(), 0.1, context())
    assert [(check.subject, check.expected, check.got) for check in checks] == [("status", "201", "200")]
    checks = check_response(one, response(status=201), 0.1, context())
    assert [check.passed for check in checks] == [True, False, False]


@pytest.mark.parametrize(
    ("kind", "value", "subject", "passed"),
    [
        ("json", "[1, 2]", "$.a", True),
        ("json", "[1, 2]", "$.a[*]", True),
        ("json", "{each: {gt: 0}}", "$.a[*]", True),
        ("json", "{each: {gt: 0}}", "$.b[*]", False),
        ("json", "{exists: false}", "$.b[*]", True),
        ("json", "{exists: true}", "$.b[*]", False),
        ("json", "{not: {exists: false}}", "$.b[*]", False),
        ("json", "{not: {exists: true}}", "$.b[*]", False),
        ("json", "{exists: false}", "$.a[*]", False),
        ("json", "{length: 0}", "$.b[*]", True),
        ("json", "{exists: false}", "$.b", True),
        ("json", "{not: 1}", "$.b", False),
        ("headers", "{contains: json}", "content-type", True),
        ("headers", "{contains: xml}", "content-type", False),
        ("headers", "{exists: false}", "x-none", True),
        ("headers", "text", "x-none", False),
        ("text", "{starts_with: '{'}", None, True),
        ("schema", "{required: [a]}", None, True),
        ("schema", "{required: [b]}", None, False),
        ("duration", "{lt: 500ms}", None, False),
        ("duration", "{lte: 500ms}", None, True),
        ("size", "{lt: 1kB}", None, True),
        ("size", "{gt: 13}", None, False),
        ("redirects", "0", None, True),
        ("redirects", "1", None, False),
    ],
)
def test_subjects(kind: ExpectKind, value: str, subject: str | None, passed: bool) -> None:
    check = run(expectation(kind, value, subject))
    assert check.passed is passed
    assert check.subject == {"headers": f"header {subject}", "json": subject}.get(kind, kind)
    assert str(check.location) == "test.yaml:1"
    assert passed or (check.expected and check.got)


def test_a_repeated_header_needs_one_match() -> None:
    answer = response(headers=(("X", "a"), ("x", "b")))
    assert run(expectation("headers", "b", "X"), answer).passed
    failed = run(expectation("headers", "c", "X"), answer)
    assert not failed.passed
    assert failed.got == '"a"\n"b"'


def test_what_must_not_be_is_no_value_of_a_repeated_header() -> None:
    answer = response(headers=(("X", "good"), ("x", "bad")))
    failed = run(expectation("headers", "{not: bad}", "X"), answer)
    assert (failed.passed, failed.got, failed.note) == (False, '"bad"', "it is one of its 2 values")
    assert not run(expectation("headers", "{contains: goo, not: {starts_with: ba}}", "X"), answer).passed
    assert run(expectation("headers", "{contains: goo, not: {starts_with: x}}", "X"), answer).passed


def test_a_missing_header_names_those_that_are_there() -> None:
    assert run(expectation("headers", "a", "x-id")).got == 'nothing: no header "x-id"; there are content-type'


def test_a_body_that_is_no_json_is_told_once() -> None:
    answer = response("<html>", headers=(("content-type", "text/html; charset=utf-8"),))
    one = spec(expectation("json", "1", "$.a"), expectation("schema", "true"), expectation("text", "'<html>'"))
    checks = check_rest(one, answer, 0.1, context())
    assert [check.passed for check in checks] == [False, True]
    assert checks[0].got.startswith("text/html that is not JSON: line 1, column 1: ")
    assert "<html>" not in checks[0].got
    empty = check_rest(spec(expectation("json", "{exists: false}", "$.a")), response(""), 0.1, context())
    assert not empty[0].passed


@pytest.mark.parametrize(
    ("answer", "method", "fails"),
    [
        (response("{"), None, True),
        (response("{", headers=(("content-type", "application/problem+json; charset=utf-8"),)), None, True),
        (response('{"a": NaN}'), "POST", True),
        (response("{", headers=(("content-type", "text/plain"),)), None, False),
        (response("{", headers=()), None, False),
        (response("{"), "HEAD", False),
        (response("{", status=204), None, False),
        (response("{", status=304), None, False),
        (response(""), None, False),
        (response("{}"), None, False),
    ],
)
def test_what_says_it_is_json_must_be(answer: Response, method: str | None, fails: bool) -> None:
    checks = check_rest(spec(method=method), answer, 0.1, context())
    assert [check.passed for check in checks] == ([False] if fails else [])


def capture(kind: CaptureKind, argument: str | None = None, **more: str) -> Capture:
    made = Capture("name", kind, node("x"), _scalar(argument) if argument else None)
    if "filter" in more:
        made = made._replace(filters=(more["filter"],))
    return made._replace(default=node(more["default"])) if "default" in more else made


def captured(one: Capture, answer: Response | None = None) -> Captured | NotCaptured:
    answer = answer or response()
    exchange = Exchange(Request("GET", answer.url), answer, None, 0.0, 0.25)
    return kept_value(one, find_value(one, exchange, answer, Node.plain), Node.plain)


COOKIES: Headers = (
    ("Set-Cookie", 'sid="a=b"; Path=/; HttpOnly'),
    ("set-cookie", "other=1"),
    ("Set-Cookie", "sid=last"),
)


@pytest.mark.parametrize(
    ("one", "answer", "value"),
    [
        (capture("json", "$.a"), None, [1, 2]),
        (capture("json", "$.a[0]"), None, 1),
        (capture("json", "$.a[*]"), None, [1, 2]),
        (capture("json", "$.x", default="5"), None, 5),
        (capture("json", "$.x[*]", default="none"), None, "none"),
        (capture("json", "$.n", default="5"), response('{"n": null}'), None),
        (capture("header", "content-type"), None, "application/json"),
        (capture("header", "x", default="d"), None, "d"),
        (capture("cookie", "sid"), response(headers=COOKIES), "last"),
        (capture("cookie", "sid"), response(headers=COOKIES[:2]), "a=b"),
        (capture("cookie", "Path", default="no"), response(headers=COOKIES), "no"),
        (capture("status"), None, 200),
        (capture("text"), response("hi"), "hi"),
        (capture("regex", "h(.)"), response("hi"), "i"),
        (capture("regex", "h."), response("hi"), "hi"),
        (capture("regex", "h(x)?", default="d"), response("hi"), "d"),
        (capture("duration"), None, 0.25),
        (capture("url"), None, "https://example.com/x"),
        (capture("regex", "([0-9]+)", filter="int"), response("n=12"), 12),
    ],
)
def test_captures(one: Capture, answer: Response | None, value: Plain) -> None:
    assert captured(one, answer) == Captured(value)


@pytest.mark.parametrize(
    ("one", "answer", "reason"),
    [
        (capture("json", "$.b"), None, 'nothing: $ has no "b"; it has "a"'),
        (capture("json", "$..b"), None, "selects nothing"),
        (capture("json", "$.b", default="1"), response("<"), "the body is not JSON"),
        (capture("json", "$["), None, "cannot be looked up"),
        (capture("header", "x-id"), None, 'no header "x-id"'),
        (capture("cookie", "sid"), None, 'sets no cookie "sid"'),
        (capture("regex", "x(.)"), response("hi"), "matches nowhere"),
        (capture("regex", "("), response("hi"), "is no regular expression"),
        (capture("text", filter="int"), response("hi"), 'the filter "int"'),
    ],
)
def test_captures_that_fail(one: Capture, answer: Response | None, reason: str) -> None:
    found = captured(one, answer)
    assert isinstance(found, NotCaptured)
    assert reason in found.reason
