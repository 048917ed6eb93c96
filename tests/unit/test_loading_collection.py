from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.loading import collection, one_request, wrong

REQUEST = "requests: [{url: 'http://h.example/a'}]"

TOP = {
    "secrets as a placeholder": ("secrets: [<<API_KEY>>]", '"<<API_KEY>>" cannot be the name of a variable'),
    "secrets as a shell writes them": ("secrets: [$PIN]", '"$PIN" cannot be the name of a variable'),
    "what is no secret": ("secrets: {not: ['A B']}", '"A B" cannot be the name of a variable'),
    "requires as a shell writes it": ("requires: $API_KEY", '"$API_KEY" cannot be the name of a variable'),
    "one of several": ("requires: [A, <<B>>]", '"<<B>>" cannot be the name of a variable'),
    "secrets with values": ("secrets: {API_KEY: sk-1234}", "secrets is a list of names"),
    "a number": ("requires: [5]", "a variable's name is text, this is a number"),
    "a base with a query": ("defaults: {base_url: 'http://h/v1?a=1'}", "base_url ends with its path"),
    "a base with a wrong port": ("defaults: {base_url: 'http://h:99999'}", "its port is not a number"),
    "a base without a host": ("defaults: {base_url: /v1}", "base_url starts with http:// or https://"),
    "a huge timeout": (f"defaults: {{timeout: 1{'0' * 400}}}", "longer than 30 days"),
    "a huge size": (f"defaults: {{max_size: 1{'0' * 400}}}", "more than 1000 GB"),
    "a path of 300 characters": (f"defaults: {{tls: {{ca: {'a' * 300}}}}}", "ca: there is no file aaa"),
}


@pytest.mark.parametrize(("text", "message"), TOP.values(), ids=TOP)
def test_mistakes_beside_the_requests(text: str, message: str) -> None:
    found = wrong(f"{text}\n{REQUEST}")
    assert [message in one.message for one in found] == [True], found
    assert found[0].span is not None
    assert found[0].span.line == 1


def test_a_request_without_url_is_looked_at_all_the_same() -> None:
    text = "requests:\n- {timeout: x, expect: {status: 999}, auth: {foo: 1}, headers: {'a b': 1}}\n- {url: 'http://h/'}"
    assert sorted(one.rule for one in wrong(text)) == [
        "header",
        "missing-key",
        "status",
        "unknown-key",
        "value",
    ]


def test_every_mistake_of_a_file_is_told_in_its_order() -> None:
    text = "nmae: x\nvariables: {1A: 1}\nrequests:\n- {url: 5}\n- {url: 'ftp://h/', method: 'a b', delay: x}\n- 7\n"
    assert [(one.rule, one.span.line) for one in wrong(text) if one.span] == [
        ("unknown-key", 1),
        ("name", 2),
        ("kind", 4),
        ("url", 5),
        ("value", 5),
        ("value", 5),
        ("kind", 6),
    ]


@pytest.mark.parametrize("name", ["USER", "HOME", "PATH", "LANG", "PWD", "HOSTNAME"])
def test_a_name_of_the_system_is_warned_of(name: str) -> None:
    [warning] = collection(f"variables: {{{name}: x}}\n{REQUEST}").warnings
    assert (warning.rule, warning.severity) == ("system-name", "warning")


def test_names_are_made_of_method_and_path() -> None:
    found = collection(
        "defaults: {base_url: 'http://b.example'}\nrequests: ["
        "{url: 'http://h.example/a?b=1#c'}, {url: <<BASE>>/a}, {url: /a, text: x}, {url: /, method: put},"
        "{url: 'http://h.example/a', method: get}]"
    )
    assert [str(one.name.value) for one in found.requests] == [
        "GET /a",
        "GET /a (2)",
        "POST /a",
        "PUT /",
        "GET /a (3)",
    ]


@pytest.mark.parametrize("body", ["json: null", "json: []", "text: ''", "form: {}", "file: c.yaml"])
def test_a_body_is_posted(body: str, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("x")
    [request] = collection(f"requests: [{{url: 'http://h.example/', {body}}}]", tmp_path).requests
    assert request.target == "POST /"
    assert request.body is not None
    assert request.body.kind == body.partition(":")[0]


def test_what_is_not_said_is_none() -> None:
    [request] = one_request("name: x").requests
    assert (request.method, request.body, request.auth, request.timeout, request.expect) == (None, None, None, None, ())
    assert (request.tags, request.captures, request.examples, request.skip) == ((), (), (), None)


def test_expectations_are_in_the_order_in_which_they_are_checked() -> None:
    [request] = one_request("expect: {size: 1, json: {$.b: 1, $.a: 2}, text: x, headers: {h: 1}, status: 200}").requests
    kinds = [(one.kind, one.subject.value if one.subject else None) for one in request.expect]
    assert kinds == [
        ("status", None),
        ("headers", "h"),
        ("json", "$.b"),
        ("json", "$.a"),
        ("text", None),
        ("size", None),
    ]
