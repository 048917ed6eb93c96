"""Text that looks like requests of other tools, with anything in the place of anything: a collection that the program
reads, or a message; never a fault of the program."""

from __future__ import annotations

from hypothesis import HealthCheck, example, given, settings, strategies as st

from runner.errors import InvalidFiles
from runner.importing.draft import Draft
from runner.importing.http.collection import read_http
from runner.importing.hurl.collection import read_hurl
from runner.loading.document import read_document
from runner.loading.problems import Problems
from runner.source import Source
from runner.writing.collection import collection_text

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


def loads(draft: Draft) -> None:
    draft.settle()
    text = collection_text(draft.collection())
    problems = Problems()
    node = read_document(Source("c.yaml", text), problems)
    assert node is not None, (text, problems.of("error"))


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
    loads(draft)


@given(st.lists(COMMON | HURL | ANYTHING, max_size=25).map(readable))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example("POST http://h\n" + "[" * 3000)
@example("GET http://h\nHTTP 200\n[Asserts]\n" + 'body contains "a"\n' * 300)
def test_hurl_of_anything(text: str) -> None:
    try:
        draft = read_hurl(Source("x.hurl", text))
    except InvalidFiles:
        return
    loads(draft)
