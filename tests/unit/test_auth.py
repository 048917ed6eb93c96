from __future__ import annotations

from base64 import b64decode
from pathlib import Path

import pytest

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Means
from runner.auth.tokens import Tokens
from runner.errors import RenderError
from runner.folder import Folder
from runner.messages import Request
from runner.node import Plain
from runner.resolve import Resolver
from runner.source import Diagnostic
from tests.command import StillClock
from tests.unit.loading import one_request, scope


def sent(written: str, **outside: str) -> tuple[Request, list[Plain]]:
    """The request with its credentials, and the values that were marked as secret on the way."""
    [spec] = one_request(written).requests
    marked: list[Plain] = []
    variables = scope(options=outside)
    request = Resolver(Folder.of(Path("/nowhere")), variables).request(spec)
    means = Means(variables, StillClock(), Tokens(), marked.append)
    return next(authenticate(request, credentials_of(spec.auth, means), means)), marked


def refused(written: str, **outside: str) -> Diagnostic:
    with pytest.raises(RenderError) as caught:
        sent(written, **outside)
    return caught.value.diagnostic


def test_bearer() -> None:
    request, marked = sent("auth: {bearer: <<T>>}", T="a-token")
    assert request.header("authorization") == "Bearer a-token"
    assert marked == ["a-token"]


def test_basic() -> None:
    request, marked = sent("auth: {basic: {username: ann, password: 'pä:ss'}}")
    scheme, _, pair = (request.header("authorization") or "").partition(" ")
    assert (scheme, b64decode(pair).decode()) == ("Basic", "ann:pä:ss")
    assert marked == ["pä:ss", pair]


def test_basic_with_an_empty_password() -> None:
    request, _ = sent("auth: {basic: {username: ann, password: ''}}")
    assert request.header("authorization") == "Basic YW5uOg=="


def test_an_api_key_in_a_header_by_default() -> None:
    request, marked = sent("auth: {api_key: {name: X-Key, value: <<V>>}}", V="value")
    assert (request.header("x-key"), marked) == ("value", ["value"])


def test_an_api_key_in_the_query() -> None:
    request, marked = sent("query: {a: 1}, auth: {api_key: {name: k y, value: 'v&', in: query}}")
    assert (request.url, marked) == ("http://h.example/x?a=1&k%20y=v%26", ["v&"])


def test_none() -> None:
    request, marked = sent("auth: none")
    assert request.header("authorization") is None
    assert marked == []


def test_auth_takes_the_place_of_a_header() -> None:
    request, _ = sent("headers: {authorization: by hand}, auth: {bearer: a-token}")
    assert [value for name, value in request.headers if name.lower() == "authorization"] == ["Bearer a-token"]


@pytest.mark.parametrize(
    ("header", "marked"),
    [
        ("Authorization: Bearer literal-token", ["literal-token"]),
        ("authorization: literal-token", ["literal-token"]),
        ("Proxy-Authorization: Basic bGl0ZXJhbDo=", ["bGl0ZXJhbDo="]),
        ("x-api-key: a key of words", ["a key of words"]),
        ("API-Key: literal-token", ["literal-token"]),
        ("X-Goog-Api-Key: literal-token", ["literal-token"]),
        ("Authorization: Bearer short", []),
        ("X-Other: literal-token", []),
    ],
)
def test_credentials_in_the_clear_are_marked(header: str, marked: list[str]) -> None:
    assert sent(f"headers: {{{header}}}")[1] == marked


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        ("{bearer: <<V>>}", "", "the bearer value is empty"),
        ("{bearer: <<V>>}", "a\nb", "the bearer value is more than one line"),
        ("{bearer: <<V>>}", "a\0b", "the bearer value is more than one line"),
        ("{api_key: {name: k, value: <<V>>}}", "", "the api_key value is empty"),
        ("{api_key: {name: k, value: <<V>>, in: query}}", "", "the api_key value is empty"),
        ("{api_key: {name: k, value: v, in: <<V>>}}", "cookie", 'the api_key value cannot be sent in "cookie"'),
        ("{basic: {username: <<V>>, password: p}}", "a:b", "a user name with a colon in it"),
        ("{basic: {username: <<V|json>>, password: p}}", '"\\ud800"', "half a character"),
        ("{api_key: {name: k, value: <<V|json>>, in: query}}", '"\\ud800"', "half a character"),
    ],
    ids=range(9),
)
def test_what_cannot_be_sent(written: str, value: str, message: str) -> None:
    problem = refused(f"auth: {written}", V=value)
    assert (problem.rule, message in problem.message) == ("auth", True), problem.message
    assert problem.span is not None
