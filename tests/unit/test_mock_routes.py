from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.errors import RenderError
from runner.messages import Headers
from runner.mock.messages import MockRequest, MockResponse
from runner.mock.routes import Routes
from runner.node import Node, Plain
from runner.source import Diagnostic
from tests.unit.mock_routes import routes_of

TODOS = """
    variables: {BASE_URL: http://localhost/api}
    requests:
      - name: read
        url: <<BASE_URL>>/todos/<<id>>
        examples:
          - {name: found, json: {id: 7}}
          - {name: gone, status: 404, text: not here}
      - name: search
        url: <<BASE_URL>>/todos/search
        examples:
          - {name: results, json: []}
      - name: create
        url: <<BASE_URL>>/todos
        json: {title: x}
        examples:
          - {name: invalid, status: 422, when: {json: {$.title: {empty: true}}}}
          - name: created
            status: 201
            when: {headers: {authorization: {starts_with: Bearer}}}
            json: {id: 8}
          - {name: paged, when: {query: {page: 2}}, json: {page: 2}}
          - {name: greeting, when: {text: {contains: hello}}, text: hi}
      - name: bare
        url: <<BASE_URL>>/bare
"""


def ask(routes: Routes, method: str, target: str, headers: Headers = (), body: bytes = b"") -> MockResponse:
    return routes.answer(MockRequest(method, target, headers, body))


def document(response: MockResponse) -> Plain:
    value: Plain = json.loads(response.body)
    return value


def message(response: MockResponse) -> str:
    return str(json.loads(response.body)["error"]["message"])


def header(response: MockResponse, name: str) -> str | None:
    return next((value for key, value in response.headers if key.lower() == name), None)


def test_the_first_example_answers() -> None:
    response = ask(routes_of(TODOS), "GET", "/todos/7?x=1")
    assert (response.status, response.example) == (200, "found")
    assert document(response) == {"id": 7}
    assert header(response, "content-type") == "application/json"


def test_a_path_without_placeholders_is_more_exact() -> None:
    assert ask(routes_of(TODOS), "GET", "/todos/search").example == "results"


@pytest.mark.parametrize(
    ("prefer", "example"),
    [
        ("example=gone", "gone"),
        ("code=404", "gone"),
        ("code=200", "found"),
        ("code=404, example=gone", "gone"),
    ],
)
def test_prefer_picks(prefer: str, example: str) -> None:
    assert ask(routes_of(TODOS), "GET", "/todos/7", (("Prefer", prefer),)).example == example


def test_prefer_for_what_is_not_there_says_what_is() -> None:
    for prefer in ("example=lost", "code=500", "example=found, code=404"):
        response = ask(routes_of(TODOS), "GET", "/todos/7", (("Prefer", prefer),))
        assert response.status == 404
        assert json.loads(response.body)["serves"] == [
            {"method": "GET", "path": "/todos/<<id>>", "examples": ["found", "gone"]}
        ]
        assert prefer.split(",")[0] in message(response)


def test_prefer_wins_over_when() -> None:
    assert ask(routes_of(TODOS), "POST", "/todos", (("Prefer", "example=created"),)).example == "created"


def test_of_equally_named_examples_prefer_takes_the_one_that_fits() -> None:
    routes = routes_of("""
        requests:
          - {name: a, url: http://h/x, examples: [{name: ok, when: {query: {q: "1"}}, text: one}]}
          - {name: b, url: http://h/x, examples: [{name: ok, when: {query: {q: "2"}}, text: two}]}
    """)
    assert ask(routes, "GET", "/x?q=2", (("Prefer", "example=ok"),)).body == b"two"
    assert ask(routes, "GET", "/x", (("Prefer", "example=ok"),)).body == b"one"


@pytest.mark.parametrize(
    ("target", "headers", "body", "example"),
    [
        ("/todos", (), b'{"title": ""}', "invalid"),
        ("/todos", (("Authorization", "Bearer x"),), b'{"title": "x"}', "created"),
        ("/todos", (("authorization", "Basic y"), ("AUTHORIZATION", "Bearer x")), b"", "created"),
        ("/todos?page=2", (), b"", "paged"),
        ("/todos?page=1&page=2", (), b"", "paged"),
        ("/todos", (), b"say hello", "greeting"),
    ],
)
def test_when(target: str, headers: Headers, body: bytes, example: str) -> None:
    assert ask(routes_of(TODOS), "POST", target, headers, body).example == example


@pytest.mark.parametrize("body", [b"", b"no json", b'{"title": "x"}', b'{"other": ""}'])
def test_when_nothing_fits_what_there_is_is_told(body: bytes) -> None:
    response = ask(routes_of(TODOS), "POST", "/todos", (("Authorization", "Basic x"),), body)
    assert response.status == 404
    assert response.example == ""
    assert json.loads(response.body)["serves"] == [
        {"method": "POST", "path": "/todos", "examples": ["invalid", "created", "paged", "greeting"]}
    ]


def test_all_matchers_of_when_must_hold() -> None:
    routes = routes_of("""
        requests:
          - url: http://h/x
            examples:
              - {name: both, when: {query: {a: "1"}, headers: {x-b: {exists: false}}}}
              - {name: else}
    """)
    assert ask(routes, "GET", "/x?a=1").example == "both"
    assert ask(routes, "GET", "/x?a=1", (("X-B", "2"),)).example == "else"
    assert ask(routes, "GET", "/x?a=2").example == "else"


def test_an_unknown_path_lists_what_is_served() -> None:
    response = ask(routes_of(TODOS), "GET", "/nowhere")
    assert response.status == 404
    served = json.loads(response.body)["serves"]
    assert {"method": "POST", "path": "/todos"}.items() <= next(
        one for one in served if "created" in one["examples"]
    ).items()
    assert [one["path"] for one in served] == ["/todos/search", "/todos", "/todos/<<id>>"]
    assert "/nowhere" in message(response)


def test_another_method() -> None:
    response = ask(routes_of(TODOS), "PUT", "/todos/7")
    assert response.status == 405
    assert header(response, "allow") == "GET, HEAD"
    response = ask(routes_of(TODOS), "GET", "/todos")
    assert (response.status, header(response, "allow")) == (405, "POST")


def test_head_is_answered_as_get() -> None:
    assert ask(routes_of(TODOS), "HEAD", "/todos/7").example == "found"
    assert ask(routes_of(TODOS), "HEAD", "/todos").status == 405


def test_a_request_of_the_run_is_answered_from_its_own_examples() -> None:
    routes = routes_of("""
        requests:
          - {name: a, url: http://h/x, examples: [{name: one, text: a}]}
          - name: b
            url: http://h/x
            examples: [{name: two, text: b}, {name: three, text: c, when: {query: {q: "1"}}}]
          - {name: c, url: http://h/x}
    """)
    assert ask(routes, "GET", "/x", (("Runner-Request", "0.0"),)).example == "one"
    assert ask(routes, "GET", "/elsewhere", (("runner-request", "0.1"),)).example == "two"
    preferred = (("Runner-Request", "0.1"), ("Prefer", "example=three"))
    assert ask(routes, "GET", "/x", preferred).example == "three"
    assert ask(routes, "GET", "/x", (("Runner-Request", "0.1"), ("Prefer", "example=one"))).status == 404
    without = ask(routes, "GET", "/x", (("Runner-Request", "0.2"),))
    assert without.status == 404
    assert 'The request "c" has no examples' in message(without)
    assert "examples:" in message(without)
    for index in ("3", "-1", "x", "", "²"):
        assert ask(routes, "GET", "/x", (("Runner-Request", index),)).status == 400


def test_a_host_variable_with_a_path_of_its_own() -> None:
    def constant(node: Node) -> str | None:
        text = str(node.value)
        return None if "<<id>>" in text else text.replace("<<BASE_URL>>", "http://localhost/api")

    routes = routes_of(TODOS, constant=constant)
    for target in ("/api/todos/search", "/todos/search"):
        assert ask(routes, "GET", target).example == "results"


def test_base_url_and_methods() -> None:
    routes = routes_of("""
        defaults: {base_url: https://api.example.com/v1}
        requests:
          - {name: a, url: /a, method: delete, examples: [{name: gone, status: 204}]}
          - {name: b, url: https://other.example.com/b, text: x, examples: [{name: posted}]}
    """)
    assert ask(routes, "DELETE", "/v1/a").status == 204
    assert ask(routes, "POST", "/b").example == "posted"


def test_bodies_headers_and_delay(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(b"<p>\xff")
    routes = routes_of(
        """
        requests:
          - url: http://h/x
            examples:
              - {name: empty}
              - {name: "null", json: null}
              - {name: text, text: "grüß", delay: 50ms}
              - {name: file, file: page.html, headers: {content-encoding: identity}}
              - {name: typed, json: [1.5, "<<x>>"], headers: {Content-Type: application/problem+json}}
              - name: headers
                text: x
                headers:
                  x-a: [1, b]
                  x-n: null
                  content-length: 999
                  Transfer-Encoding: chunked
                  Content-Encoding: gzip
        """,
        folder=tmp_path,
    )

    def pick(name: str) -> MockResponse:
        return ask(routes, "GET", "/x", (("Prefer", f"example={name}"),))

    assert (pick("empty").body, pick("empty").headers) == (b"", ())
    assert pick("null").body == b"null"
    assert pick("text").body == "grüß".encode()
    assert pick("text").delay == pytest.approx(0.05)
    assert header(pick("text"), "content-type") == "text/plain; charset=utf-8"
    assert pick("file").body == b"<p>\xff"
    assert pick("file").headers == (
        ("Content-Type", "text/html; charset=utf-8"),
        ("content-encoding", "identity"),
    )
    assert document(pick("typed")) == [1.5, "<<x>>"]
    assert pick("typed").headers == (("Content-Type", "application/problem+json"),)
    assert pick("headers").headers[1:] == (("x-a", "1"), ("x-a", "b"))


def test_events() -> None:
    routes = routes_of("""
        requests:
          - url: http://h/x
            examples:
              - name: stream
                events:
                  - {delta: hi, id: 1}
                  - "[DONE]"
                  - "two\\nlines"
                  - {event: ping, data: {a: 1}, id: 7, retry: 100, comment: note}
                  - {data: plain}
                  - {comment: ""}
                  - {}
                  - 5
    """)
    response = ask(routes, "GET", "/x")
    assert header(response, "content-type") == "text/event-stream"
    assert response.chunks is not None
    assert tuple(chunk.data for chunk in response.chunks) == (
        b'data: {"delta": "hi", "id": 1}\n\n',
        b"data: [DONE]\n\n",
        b"data: two\ndata: lines\n\n",
        b': note\nevent: ping\nid: 7\nretry: 100\ndata: {"a": 1}\n\n',
        b"data: plain\n\n",
        b": \n\n",
        b"data: {}\n\n",
        b"data: 5\n\n",
    )


def test_what_cannot_be_filled_is_told() -> None:
    def render(node: Node) -> Plain:
        if node.templated:
            raise RenderError(Diagnostic("missing", "<<x>> has no value"))
        return node.plain()

    routes = routes_of("{requests: [{url: http://h/x, examples: [{json: {a: '<<x>>'}}]}]}", render)
    response = ask(routes, "GET", "/x")
    assert response.status == 500
    assert "<<x>> has no value" in message(response)


def test_a_file_that_has_gone_is_told(tmp_path: Path) -> None:
    saved = tmp_path / "a.json"
    saved.write_text("{}")
    routes = routes_of("{requests: [{url: http://h/x, examples: [{file: a.json}]}]}", folder=tmp_path)
    assert ask(routes, "GET", "/x").body == b"{}"
    saved.unlink()
    response = ask(routes, "GET", "/x")
    assert response.status == 500
    assert str(tmp_path) not in message(response)
