"""Text that looks like requests of other tools, with anything in the place of anything: a collection that the program
reads, or a message; never a fault of the program."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.errors import InvalidFiles
from runner.importing.bruno.collection import read_bruno
from runner.importing.http.collection import read_http
from runner.importing.hurl.collection import read_hurl
from runner.source import Source
from tests.imports.made import read_again

ANYTHING = st.text(max_size=6)
COMMON = st.sampled_from(
    [
        *"\n{}[]<>\"'`#/:;,=?&@%$~()\\ \t",
        "\n\n",
        "\r\n",
        "GET http://h/a?b=c&d",
        "POST {{host}}/x",
        "\nContent-Type: application/json\n",
        "\nAuthorization: Basic a b\n",
        '{"a": {{b}}, "c": "{{$guid}}"}',
        "{{a b}}",
        "<<x>>",
        "\u2028\u202e\x00\ud83d",
    ]
)
HTTP = st.sampled_from(
    [
        "\n### ",
        "\n# @name a\n",
        "\n@v = {{a.response.body.$.x}}\n",
        "{{a.response.headers.X}}",
        "\n> {%",
        "%}\n",
        "client.assert(response.status === 200 && response.body.a.length > 1);",
        "client.global.set('t', response.body.a[0]);",
        "\n< {% ",
        "\n< ./f.json\n",
        "\n>> o.json\n",
        "multipart/form-data; boundary=B\n\n--B\n",
        'Content-Disposition: form-data; name="x"; filename="y"\n\n',
        "X-REQUEST-TYPE: GraphQL\n",
    ]
)
HURL = st.sampled_from(
    [
        "\nHTTP 200\n",
        "\nHTTP *\n",
        "\n[Asserts]\n",
        "\n[Captures]\n",
        "\n[Options]\n",
        "\n[Form]\n",
        "\n[Multipart]\n",
        "\n```json\n",
        "\n```",
        "\nretry: 3\n",
        "base64,aGk=;",
        "file,a.txt;",
        'jsonpath "$.a[0]" == 5',
        'x: jsonpath "$.a" nth 0 toInt\n',
        'header "A" not contains "b"\n',
        "body matches /a(/",
    ]
)


BRU = st.sampled_from(
    [
        "\nmeta {\n  seq: 1\n}\n",
        "\nget {\n  url: {{a}}/:id?b=c\n  body: json\n  auth: bearer\n}\n",
        "\nparams:path {\n  id: 5\n",
        "\nheaders {\n  ~a: b\n  ",
        "\nauth:bearer {\n  token: {{t}}",
        "\nbody:json {\n  ",
        "\nvars:pre-request {\n  a: {{a}}\n",
        "\nvars:post-response {\n  x: res.body.a[0]\n",
        "\nassert {\n  res.body.a: ",
        "\n  res.status: in [200, 201]\n",
        "\ntests {\n  expect(res.body.a).to.be.a('string').and.not.to.be.empty;\n",
        "'''",
        "@file(a|b)",
        "\n}\n",
        "\n]\n",
    ]
)
OPEN = st.sampled_from(
    [
        "\ninfo: {name: a, type: http, seq: 1}\n",
        "\nhttp: {method: GET, url: 'h/:a?b=c', params: [{name: a, value: 1, type: path}], body: {type: json}}\n",
        "\nhttp: {url: h, auth: {type: basic, username: a}, headers: [{name: b}], body: [{selected: true, body: 5}]}\n",
        "\nruntime: {assertions: [{expression: res.body.a, operator: eq, value: 5}]}\n",
        "\nruntime: {scripts: [{type: tests, code: 'a('}], variables: [{name: a, value: {data: 5}}], actions: [5]}\n",
        "\nsettings: {timeout: 5, maxRedirects: []}\n",
        "\nexamples: [{response: {status: x, headers: {}}}]\n",
        "\nitems: [{items: [{http: 5}]}, 7]\n",
    ]
)


def readable(parts: list[str]) -> str:
    return "".join(parts).encode("utf-8", "replace").decode("utf-8")


@given(st.lists(COMMON | HTTP | ANYTHING, max_size=25).map(readable))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("GET http://h\n\n> {% " + "client.assert(" + "(" * 3000 + " %}")
@example("POST http://h\n\n" + "[" * 3000)
@example("### a\nGET http://h\n" * 200)
def test_http_of_anything(text: str) -> None:
    try:
        draft = read_http(Source("x.http", text))
    except InvalidFiles:
        return
    read_again(draft)


@given(st.lists(COMMON | HURL | ANYTHING, max_size=25).map(readable))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("POST http://h\n" + "[" * 3000)
@example("GET http://h\nHTTP 200\n[Asserts]\n" + 'body contains "a"\n' * 300)
def test_hurl_of_anything(text: str) -> None:
    try:
        draft = read_hurl(Source("x.hurl", text))
    except InvalidFiles:
        return
    read_again(draft)


@given(st.lists(COMMON | BRU | ANYTHING, max_size=25).map(readable))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("get {\n  url: h\n}\ntests {\n  a(\x1b);\n}\n")
@example("get {\n  url: h\n}\nassert {\n  res.body" + ".a" * 3000 + ": eq 1\n}\n")
@example("get {\n  url: h/{{a}}\n}\nvars:pre-request {\n  a: {{b}}{{b}}\n  b: {{a}}{{a}}\n}\n")
def test_bru_of_anything(text: str) -> None:
    try:
        draft = read_bruno(Source("x.bru", text))
    except InvalidFiles:
        return
    read_again(draft)


@given(st.lists(OPEN | ANYTHING, max_size=6).map(readable))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("http: {url: h, body: " + "[" * 90 + "]" * 90 + "}")
def test_bruno_yaml_of_anything(text: str) -> None:
    try:
        draft = read_bruno(Source("x.yml", text))
    except InvalidFiles:
        return
    read_again(draft)
