from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings, strategies as st

from runner import strict_json
from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.engine.streaming import streamed
from runner.folder import Folder
from runner.learning.examples import example_of, with_example
from runner.learning.in_collection import CollectionChanges
from runner.learning.lesson import Unlearnable
from runner.learning.masking import Masker
from runner.loading.collection import load_collection
from runner.messages import Exchange, Headers, Request, Response
from runner.mock.bodies import Filling, response_of
from runner.node import Plain
from runner.redact import Redactor
from runner.variables.environment import Outside
from runner.variables.generators import Generators
from runner.variables.scope import Defaults, Variables
from runner.writing.alike import is_same
from tests.command import StillClock

START = "# mine\nrequests:\n  - name: a   # one\n    url: http://x.test/\n  - {name: b, url: http://x.test/}\n"
TEXTS = st.text(max_size=20) | st.sampled_from(["<<a>>", r"\<<", "<<<<", "a: b", "- x", "no", "1e3", "<<", "\n\n x\n"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def served(folder: Path, response: Response) -> tuple[bytes, Headers]:
    """What the mock server sends, once the response was written as an example and the file was read again."""
    path = folder / "c.yaml"
    path.write_text(START, encoding="utf-8")
    before = load_collection(path, "c.yaml")
    file = CollectionChanges(before.source, path)
    for spec in before.own_requests:
        file.add_example(spec.node, "x", example_of(response, (), Masker(Redactor())), before.folder)
    change = file.change()
    assert change is not None
    path.write_bytes(change.data)
    after = load_collection(path, "c.yaml")
    assert change.data.decode().startswith(START.partition("  - {name")[0])
    variables = Variables(Defaults({}, after.secrets), Outside(), Generators(StillClock(), Random(1)), lambda _: None)  # noqa: S311
    context = MatchContext(variables.render, SchemaChecker(Folder.of(folder)))
    filling = Filling(context, lambda node: str(node.value).encode(), lambda node: str(node.value))
    first, second = (response_of(spec.examples[0], filling) for spec in after.own_requests)
    assert (first.body, first.chunks) == (second.body, second.chunks)
    return first.body or b"".join(one.data for one in first.chunks or ()), first.headers


def answer(body: bytes, kind: str, status: int = 200) -> Response:
    return Response(status, (("Content-Type", kind),), body, "http://x.test/")


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_the_mock_answers_with_the_json_that_came(tmp_path_factory: pytest.TempPathFactory, value: Plain) -> None:
    body, headers = served(
        tmp_path_factory.getbasetemp(), answer(strict_json.dumps(value).encode(), "application/json")
    )
    assert is_same(strict_json.loads(body), value)
    assert headers == (("Content-Type", "application/json"),)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]) | st.sampled_from("\n\t<"), min_size=1))
def test_the_mock_answers_with_the_text_that_came(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    assume("\ufffd" not in text)
    folder = tmp_path_factory.getbasetemp()
    assert served(folder, answer(text.encode(), "text/plain; charset=utf-8"))[0] == text.encode()
    latin = text.encode("latin-1", "ignore")
    if latin:
        body, headers = served(folder, answer(latin, "text/html; charset=iso-8859-1"))
        assert body == latin.decode("latin-1").encode()
        assert headers == (("content-type", "text/html; charset=utf-8"),)


@settings(max_examples=100, deadline=None)
@given(st.lists(VALUES | st.just("[DONE]"), min_size=1, max_size=5), st.sampled_from(["", "delta"]))
def test_the_mock_sends_the_events_that_came(
    tmp_path_factory: pytest.TempPathFactory, values: Sequence[Plain], name: str
) -> None:
    head = f"event: {name}\n" if name else ""
    texts = [one if one == "[DONE]" else strict_json.dumps(one) for one in values]
    body = "".join(f"{head}data: {text}\n\n" for text in texts).encode()
    response = _read(answer(body, "text/event-stream"))
    data, _ = served(tmp_path_factory.getbasetemp(), response)
    again = _read(answer(data, "text/event-stream"))
    assert response.stream is not None
    assert again.stream is not None
    assert [one.name for one in again.stream.events] == [one.name for one in response.stream.events]
    for one, other in zip(again.stream.events, response.stream.events, strict=True):
        first, second = strict_json.parse(one.data), strict_json.parse(other.data)
        assert one.data == other.data if second.error else is_same(first.value, second.value)


def test_the_mock_sends_the_lines_that_came(tmp_path: Path) -> None:
    body = b'{"a":1}\n{"data":[1]}\n"x"\n'
    data, headers = served(tmp_path, _read(answer(body, "application/x-ndjson")))
    assert [json.loads(line) for line in data.splitlines()] == [{"a": 1}, {"data": [1]}, "x"]
    assert headers == (("content-type", "application/x-ndjson"),)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60) | VALUES.map(lambda one: strict_json.dumps(one).encode()) | st.just(b'"\\ud800"'),
    st.sampled_from(
        ["application/json", "text/plain", "text/event-stream", "application/x-ndjson", "image/png", "", "x"]
    ),
    st.integers(200, 599),
)
def test_any_answer_is_an_example_or_has_a_reason(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, kind: str, status: int
) -> None:
    try:
        served(tmp_path_factory.getbasetemp(), _read(answer(body, kind, status)))
    except Unlearnable as error:
        assert str(error)  # noqa: PT017  # either will do


def _read(response: Response) -> Response:
    exchange = streamed(Exchange(Request("GET", "http://x.test/"), response, None, 0, 0))
    assert exchange.response is not None
    return exchange.response


SECRET = "pa55-wörd/+x y"
HIDDEN = {
    "as it is": SECRET,
    "in a text": f"it was {SECRET}, was it not",
    "in base64": b64encode(f"ann:{SECRET}".encode()).decode(),
    "in a URL": "https://x.test/?q=pa55-w%C3%B6rd%2F%2Bx%20y",
    "in JSON in JSON": json.dumps({"a": SECRET}),
    "in hexadecimal digits": SECRET.encode().hex(),
}


@pytest.mark.parametrize("kind", HIDDEN)
@pytest.mark.parametrize("place", ["value", "key", "header", "text", "event"])
def test_no_form_of_a_secret_is_written(kind: str, place: str) -> None:
    redactor = Redactor()
    redactor.add(SECRET)
    held = HIDDEN[kind]
    body = {
        "value": json.dumps({"a": [held]}),
        "key": json.dumps({held: 1}),
        "header": "{}",
        "text": held,
        "event": f"data: {json.dumps(held)}\n\n",
    }[place]
    kinds = {"text": "text/plain", "event": "text/event-stream"}
    response = answer(body.encode(), kinds.get(place, "application/json"))
    if place == "header":
        response = Response(200, (*response.headers, ("X-It", held)), response.body, response.url)
    masker = Masker(redactor)
    example = example_of(_read(response), ["x-it"], masker)
    assert masker.count > 0
    assert "***" in json.dumps(example)
    for form in (held, "pa55", b64encode(SECRET.encode()).decode()[:12]):
        assert form not in json.dumps(example, ensure_ascii=False)


@pytest.mark.parametrize(
    ("value", "masked"),
    [
        ({"access_token": "abcdefghijk"}, True),
        ({"refreshToken": ["abcdefghijk"]}, True),
        ({"user": {"password": "hunter-22"}}, True),
        ({"any": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"}, True),
        ({"any": "see ghp_abcdefghijklmnopqrstuvwxyz0123456789"}, True),
        ({"client_secret": {"value": "abcdefghijk", "expires_at": 1}}, True),
        ({"client_secret": {"name": "web", "value": "abcdefghijk"}}, True),
        ({"headers": {"Authorization": "Bearer abcdefghijk"}}, True),
        ([{"name": "API_KEY", "value": "abcdefghijk"}], True),
        ([{"key": "sort_key", "value": "abcdefghijk"}], False),
        ({"pin": 1234567}, True),
        ({"next": "https://x.test/a?page=2&api_key=abcdefghijk"}, True),
        ({"next": "https://x.test/a?key=abcdefghijk#top"}, True),
        ({"at": "https://ann:abcdefghijk@x.test/"}, True),
        ({"next": "https://x.test/a?page_token=abcdefghijk&sort_key=abcdefghijk"}, False),
        ({"token_type": "Bearer token"}, False),
        ({"next_page_token": "abcdefghijk"}, False),
        ({"total_tokens": 1234}, False),
        ({"public_key": "abcdefghijk"}, False),
        ({"author": "abcdefghijk"}, False),
    ],
)
def test_what_is_a_secret_by_its_name_or_look_is_masked(value: Plain, masked: bool) -> None:
    redactor = Redactor()
    redactor.add("1234567")
    masker = Masker(redactor)
    assert (masker.plain(value) != value) is masked
    assert (masker.count > 0) is masked


def test_keys_that_are_secrets_do_not_become_one() -> None:
    redactor = Redactor()
    redactor.add("abcd-1234")
    assert Masker(redactor).plain({"abcd-1234": 1, "b": 2}) == {"***": 1, "b": 2}
    redactor.add("efgh-5678")
    with pytest.raises(Unlearnable, match="several of its keys"):
        Masker(redactor).plain({"abcd-1234": 1, "efgh-5678": 2})


def test_a_cookie_that_somebody_looks_at_is_masked() -> None:
    redactor = Redactor()
    redactor.add("abcd-1234")
    response = Response(
        204, (("Set-Cookie", "sid=abcd-1234; Path=/"), ("Set-Cookie", "lang=en")), b"", "http://x.test/"
    )
    example = example_of(response, ["set-cookie"], Masker(redactor))
    assert example == {"status": 204, "headers": {"set-cookie": ["sid=***; Path=/", "lang=en"]}}


def test_a_form_as_text_keeps_no_token() -> None:
    response = answer(b"access_token=gho_16C7e42F292c6912&scope=repo&token_type=bearer", "text/plain")
    example = example_of(response, (), Masker(Redactor()))
    assert "16C7e" not in str(example)


ONE: dict[str, Plain] = {"json": 1}
CREATED: dict[str, Plain] = {"status": 201, "headers": {"location": "/2"}, "json": {"id": 2}}
WHEN: dict[str, Plain] = {"query": {"a": 1}}


@pytest.mark.parametrize(
    ("known", "new", "made"),
    [
        ([], ONE, [{"name": "ok", "json": 1}]),
        ([{"status": 401}], ONE, [{"name": "ok", "json": 1}, {"status": 401}]),
        (
            [{"name": "x", "when": WHEN, "json": 3}],
            ONE,
            [{"name": "x", "when": WHEN, "json": 3}, {"name": "ok", "json": 1}],
        ),
        ([{"name": "ok", "when": WHEN}], ONE, [{"name": "ok", "when": WHEN}, {"name": "ok 2", "json": 1}]),
        (
            [{"status": 500, "when": WHEN}, {"status": 201, "text": "x", "delay": 1, "name": "made"}, {"json": 3}],
            CREATED,
            [
                {"status": 500, "when": WHEN},
                {"name": "made", "status": 201, "headers": {"location": "/2"}, "json": {"id": 2}, "delay": 1},
                {"json": 3},
            ],
        ),
        ([{"events": [1], "event_delay": 1, "headers": {"a": "b"}}], ONE, [{"json": 1}]),
        ([{"name": "x", "when": WHEN, "json": 1}], ONE, [{"name": "x", "when": WHEN, "json": 1}]),
        ([], {"status": 299}, [{"name": "status 299", "status": 299}]),
    ],
)
def test_an_example_has_one_place(known: list[Plain], new: dict[str, Plain], made: list[Plain]) -> None:
    assert with_example(known, new)[0] == made


def test_what_cannot_be_an_example_says_why() -> None:
    with pytest.raises(Unlearnable, match="status 600"):
        example_of(answer(b"{}", "application/json", 600), (), Masker(Redactor()))
