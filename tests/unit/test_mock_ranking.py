"""Which of several requests to one path is the one that came."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from runner.messages import Headers
from runner.mock.likeness import Likeness
from runner.mock.messages import MockRequest
from runner.mock.ranking import request_likeness
from runner.node import Node, Plain
from runner.variables.template import parts_of
from tests.unit.loading import collection
from tests.unit.mock_routes import not_constant, routes_of

JSON = (("Content-Type", "application/json"),)


def fit(request: str, came: MockRequest) -> Likeness | None:
    """How well what came fits a request, in flow style."""
    spec = collection(f"requests: [{{url: http://h/x, {request}}}]").requests[0]
    return request_likeness(spec, came, not_constant)


def posted(document: Plain, headers: Headers = JSON) -> MockRequest:
    return MockRequest("POST", "/x", headers, json.dumps(document).encode())


@pytest.mark.parametrize(
    ("written", "came", "places", "word_for_word"),
    [
        ("{}", {}, 1, 0),
        ("{}", {"more": [1]}, 1, 0),
        ("{a: 1}", {"a": 1, "b": 2}, 2, 2),
        ("{a: 1.0}", {"a": 1}, 2, 2),
        ("{a: null}", {"a": None}, 2, 2),
        ("{a: {b: {c: x}}}", {"a": {"b": {"c": "x", "d": 1}}}, 4, 2),
        ("[a, b]", ["a", "b"], 3, 4),
        ("{a: <<A>>}", {"a": {"b": [1]}}, 2, 0),
        ("{a: Hello <<NAME>>!}", {"a": "Hello John!"}, 2, 1),
        ("{a: <<A>>-<<B>>}", {"a": "1-2-3"}, 2, 1),
        ("{a: x<<A>>mid<<B>>y}", {"a": "x mid y"}, 2, 1),
        ("{<<KEY>>: 1, a: 1}", {"a": 1}, 2, 2),
        (r"{a: \<<A>>}", {"a": "<<A>>"}, 2, 1),
    ],
)
def test_a_body_fits(written: str, came: Plain, places: int, word_for_word: int) -> None:
    assert fit(f"json: {written}", posted(came)) == (places, word_for_word)


@pytest.mark.parametrize(
    ("written", "came"),
    [
        ("{a: 1}", {}),
        ("{a: 1}", {"a": 2}),
        ("{a: 1}", {"a": "1"}),
        ("{a: 1}", {"a": True}),
        ("{a: null}", {}),
        ("{a: 1}", [1]),
        ("[a, b]", ["a"]),
        ("[a]", ["a", "b"]),
        ("[a]", {"a": "a"}),
        ("{a: Hello <<NAME>>!}", {"a": "Hello John"}),
        ("{a: Hello <<NAME>>!}", {"a": 1}),
        ("{a: ab<<NAME>>bc}", {"a": "abc"}),
        ("{a: x<<A>>mid<<B>>y}", {"a": "x y"}),
        ("{a: x<<A>>xy<<B>>y}", {"a": "xy"}),
        (r"{a: \<<A>>}", {"a": "<<B>>"}),
    ],
)
def test_a_body_does_not_fit(written: str, came: Plain) -> None:
    assert fit(f"json: {written}", posted(came)) is None


def test_what_is_no_json_fits_no_json_body() -> None:
    assert fit("json: {}", MockRequest("POST", "/x", JSON, b"{")) is None
    assert fit("json: <<BODY>>", MockRequest("POST", "/x", JSON, b"")) is None


@pytest.mark.parametrize(
    ("request_", "came", "fits"),
    [
        ("text: say <<WHAT>>", MockRequest("POST", "/x", (), b"say hello"), True),
        ("text: say <<WHAT>>", MockRequest("POST", "/x", (), b"hello"), False),
        ("form: {a: 1, b: [x, y]}", MockRequest("POST", "/x", (), b"b=y&a=1&b=x"), True),
        ("form: {a: true}", MockRequest("POST", "/x", (), b"a=true"), True),
        ("form: {a: 1, b: null}", MockRequest("POST", "/x", (), b"a=1"), True),
        ("form: {a: 1}", MockRequest("POST", "/x", (), b"a=2"), False),
        ("form: {a: 1}", MockRequest("POST", "/x"), False),
        ("query: {a: [x, y]}", MockRequest("GET", "/x?a=x&a=y&b=1"), True),
        ("query: {a: [x, y]}", MockRequest("GET", "/x?a=x"), False),
        ("query: {a: 10}", MockRequest("GET", "/x?a=10"), True),
        ("query: {a: 10}", MockRequest("GET", "/x"), False),
        ("query: {a: null}", MockRequest("GET", "/x"), True),
        ("query: {a: a b}", MockRequest("GET", "/x?a=a%20b"), True),
        ("query: {<<A>>: 1}", MockRequest("GET", "/x"), True),
        ("graphql: {query: q, operation_name: n}", posted({"query": "q", "operationName": "n"}), True),
        ("graphql: {query: q, variables: {a: 1}}", posted({"query": "q", "variables": {"a": 2}}), False),
        ("file: <<NAME>>", MockRequest("POST", "/x", (), b"x"), True),
        ("multipart: {a: 1}", MockRequest("POST", "/x", (), b"x"), True),
    ],
)
def test_queries_and_other_bodies(request_: str, came: MockRequest, fits: bool) -> None:
    assert (fit(request_, came) is not None) is fits


@pytest.mark.parametrize(
    ("query", "target", "fits"),
    [
        ("a=1&b=<<B>>", "/x?b=7&a=1", True),
        ("a=1&b=<<B>>", "/x?a=1", False),
        ("a=1", "/x?a=2", False),
        ("a%20b=c+d", "/x?a+b=c%20d", True),
        ("a=<<A:-?&#>>&b=1", "/x?a=1&b=1", True),
        ("a=<<A:-?&#>>&b=1", "/x?a=1&b=2", False),
        ("a=1#b=2", "/x?a=1", True),
    ],
)
def test_the_query_of_the_url_itself(query: str, target: str, fits: bool) -> None:
    spec = collection(f"requests: [{{url: '<<HOST:-http://h>>/x?{query}'}}]").requests[0]
    assert (request_likeness(spec, MockRequest("GET", target), not_constant) is not None) is fits


@pytest.mark.parametrize(
    ("request_", "headers", "places"),
    [
        ("headers: {Accept: text/plain}", (("accept", "text/plain"),), 1),
        ("headers: {Accept: text/plain}", (("accept", "text/html"),), 0),
        ("headers: {Accept: text/plain}", (), 0),
        ("auth: {bearer: sk-1}", (("Authorization", "Bearer sk-1"),), 1),
        ("auth: {bearer: sk-1}", (("Authorization", "Bearer sk-2"),), 0),
        ("auth: {bearer: <<KEY>>}", (("Authorization", "Bearer sk-2"),), 1),
        ("auth: {api_key: {name: X-Key, value: k}}", (("x-key", "k"),), 1),
        ("auth: {basic: {username: a, password: b}}", (), 0),
    ],
)
def test_headers_count_where_they_fit(request_: str, headers: Headers, places: int) -> None:
    found = fit(request_, MockRequest("GET", "/x", headers))
    assert found is not None
    assert found.places == places


def test_a_key_in_the_query_counts() -> None:
    auth = "auth: {api_key: {name: key, value: k, in: query}}"
    assert fit(auth, MockRequest("GET", "/x?key=k")) == (1, 2)
    assert fit(auth, MockRequest("GET", "/x?key=other")) == (0, 0)


CHATS = """
    requests:
      - name: anything
        url: http://h/chat
        json: {messages: <<MESSAGES>>}
        examples: [{name: anything}]
      - name: talk
        url: http://h/chat
        json: {model: m, messages: [{role: system, content: Be kind}]}
        turns:
          - user: Hello
            examples: [{name: greeting}]
          - user: And now?
            examples: [{name: now}]
          - user: And then?
            examples: [{name: then}]
      - name: about somebody
        url: http://h/chat
        json: {model: m, messages: [{role: user, content: Who is <<NAME>>?}]}
        examples: [{name: somebody}]
      - name: about Ann
        url: http://h/chat
        json: {model: m, messages: [{role: user, content: Who is Ann?}]}
        examples: [{name: Ann}]
      - name: about Ann, streamed
        url: http://h/chat
        json: {model: m, stream: true, messages: [{role: user, content: Who is Ann?}]}
        examples: [{name: streamed}, {name: never}]
"""


def said(*texts: str, **more: Plain) -> dict[str, Plain]:
    """A chat: first the system, then in turns the user and the assistant."""
    roles = ["system", *["user", "assistant"] * len(texts)]
    return {
        "model": "m",
        "messages": [{"role": role, "content": text} for role, text in zip(roles, texts, strict=False)],
        **more,
    }


def asked(text: str, **more: Plain) -> dict[str, Plain]:
    return {"model": "m", "messages": [{"role": "user", "content": text}], **more}


@pytest.mark.parametrize(
    ("body", "example"),
    [
        (said("Be kind", "Hello"), "greeting"),
        (said("Be kind", "Hello", "Hi.", "And now?"), "now"),
        (said("Be kind", "Hello", "Hi.", "And now?", "Well.", "And then?"), "then"),
        (said("Be kind", "Else"), "anything"),
        (asked("Who is Ann?"), "Ann"),
        (asked("Who is Bob?"), "somebody"),
        (asked("Who is Ann?", stream=True), "streamed"),
        (asked("Who is Ann?", stream=False, user="me"), "Ann"),
        (asked("Who?"), "anything"),
        ({"messages": []}, "anything"),
        ({"prompt": "x"}, "anything"),  # nothing fits: the first in the file
    ],
)
def test_the_request_that_came_answers(body: Plain, example: str) -> None:
    routes = routes_of(CHATS)
    request = MockRequest("POST", "/chat", JSON, json.dumps(body).encode())
    assert routes.answer(request).example == example


def test_of_those_that_fit_as_well_the_first_in_the_file_answers() -> None:
    routes = routes_of("""
        requests:
          - {url: http://h/x, json: {a: <<A>>}, examples: [{name: first}]}
          - {url: http://h/x, json: {a: <<B>>}, examples: [{name: second}]}
    """)
    assert routes.answer(MockRequest("POST", "/x", JSON, b'{"a": 1}')).example == "first"


def test_a_placeholder_whose_value_came_is_worth_as_much_as_the_value() -> None:
    def constant(node: Node) -> str | None:
        return {"<<A>>": "1", "<<B>>": "2"}.get(str(node.value))

    routes = routes_of(
        """
        requests:
          - {url: http://h/x, json: {a: <<A>>}, examples: [{name: first}]}
          - {url: http://h/x, json: {a: <<B>>}, examples: [{name: second}]}
        """,
        constant=constant,
    )
    answers = [routes.answer(MockRequest("POST", "/x", JSON, b'{"a": %d}' % number)).example for number in (1, 2, 3)]
    assert answers == ["first", "second", "first"]


def test_values_made_up_anew_are_not_asked_for() -> None:
    def constant(node: Node) -> str | None:
        assert not any("$guid" in str(part) for part in parts_of(node))
        return None

    routes = routes_of(
        """
        requests:
          - {url: http://h/x, json: {a: <<$guid>>}, examples: [{name: first}]}
          - {url: http://h/x, json: {b: 1}, examples: [{name: second}]}
        """,
        constant=constant,
    )
    assert routes.answer(MockRequest("POST", "/x", JSON, b'{"a": "x"}')).example == "first"


def test_when_still_decides() -> None:
    routes = routes_of("""
        requests:
          - {url: http://h/x, json: {a: 1}, examples: [{name: first}]}
          - {url: http://h/x, json: {a: 1, b: 2}, examples: [{name: second, when: {query: {q: "1"}}}]}
    """)
    body = b'{"a": 1, "b": 2}'
    assert routes.answer(MockRequest("POST", "/x?q=1", JSON, body)).example == "second"
    assert routes.answer(MockRequest("POST", "/x", JSON, body)).example == "first"


def test_prefer_takes_the_example_of_the_request_that_came() -> None:
    routes = routes_of("""
        requests:
          - {url: http://h/x, json: {a: 1}, examples: [{name: ok, text: one}]}
          - {url: http://h/x, json: {a: 2}, examples: [{name: ok, text: two}]}
    """)
    prefer = (*JSON, ("Prefer", "example=ok"))
    assert routes.answer(MockRequest("POST", "/x", prefer, b'{"a": 2}')).body == b"two"


def test_an_exact_path_goes_before_what_is_written() -> None:
    routes = routes_of("""
        requests:
          - {url: http://h/<<ID>>, json: {a: 1, b: 2}, examples: [{name: open}]}
          - {url: http://h/x, json: {c: 3}, examples: [{name: exact}]}
    """)
    assert routes.answer(MockRequest("POST", "/x", JSON, b'{"a": 1, "b": 2}')).example == "exact"


def test_a_form_is_told_from_another() -> None:
    routes = routes_of("""
        requests:
          - {url: http://h/token, form: {grant_type: password}, examples: [{name: by password}]}
          - {url: http://h/token, form: {grant_type: refresh_token}, examples: [{name: by token}]}
    """)
    body = urlencode({"grant_type": "refresh_token", "refresh_token": "t"}).encode()
    assert routes.answer(MockRequest("POST", "/token", (), body)).example == "by token"
