"""HAR files: what is written is read as it was, what others export is read, and what is broken is told."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings, strategies as st

from runner.errors import InvalidFiles
from runner.messages import Arrival, Certificate, Headers, Request, Response, Timings, TransportError
from runner.mock.messages import MockRequest
from runner.recording.entry import Entry, Owner, Recording
from runner.recording.har import har_text
from runner.recording.hiding import Hider
from runner.recording.named import learn
from runner.recording.places import FORM
from runner.recording.reading import read_recording
from runner.recording.served import RecordedAnswers
from runner.recording.stand_ins import filled, filled_headers, like, stand_ins
from runner.redact import Redactor
from tests.pages import blocks
from tests.secret_forms import forms_in, secret_forms

AS_JSON: Headers = (("Content-Type", "application/json"),)
BODIES = {
    "nothing": (b"", ""),
    "text": ("Grüße\n\t\u2028".encode(), "text/plain"),
    "latin": ("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1"),
    "lies": ("Grüße".encode("latin-1"), "text/plain; charset=utf-8"),
    "utf-16": ("Grüße".encode("utf-16"), "text/plain; charset=utf-16"),
    "mark": ("\ufeff{}".encode(), "application/json"),
    "binary": (bytes(range(256)), "application/octet-stream"),
    "zeros": (b"a\0b", "text/plain"),
    "lines": (b"a\r\nb\rc\n", "text/plain"),
    "unknown": (b"abc", "text/plain; charset=klingon"),
}


def read(folder: Path, data: bytes) -> tuple[Entry, ...]:
    (folder / "a.har").write_bytes(data)
    return read_recording(folder / "a.har", "a.har").entries


def read_text(folder: Path, document: object) -> tuple[Entry, ...]:
    return read(folder, json.dumps(document).encode())


@pytest.mark.parametrize("name", BODIES)
def test_bodies_are_read_as_they_were(tmp_path: Path, name: str) -> None:
    body, kind = BODIES[name]
    headers = (("Content-Type", kind),)
    request = Request("POST", "http://a.test/", headers, body)
    response = Response(200, headers, body, "http://a.test/", received=len(body))
    (entry,) = read(tmp_path, har_text([Entry(request, 0.0, response=response)]))
    assert entry.request.body == body
    assert entry.response is not None
    assert entry.response.body == body
    assert entry.response.headers == headers


def test_everything_else_is_read_as_it_was(tmp_path: Path) -> None:
    body = b"data: 1\n\ndata: 2\n\nda"
    response = Response(
        200,
        (("Content-Type", "text/event-stream"), ("X", "1"), ("X", "2")),
        body,
        "http://a.test/?q=1",
        "Fine",
        timings=Timings(0.5, 0.25, 0.01, 0.02, 0.03),
        received=len(body),
        certificate=Certificate("CN=a", "CN=b", 12.5),
        arrivals=(Arrival(0.25, 0), Arrival(0.3, 9), Arrival(0.4, 18)),
    )
    entry = Entry(
        Request("GET", "http://a.test/?q=1"),
        1_800_000_000.25,
        0.5,
        response,
        TransportError("timeout", "It took too long.", "Wait."),
        Owner("f.yaml", "1", "(1 of 2)", "name"),
        {"url": "<<B>>/"},
    )
    assert read(tmp_path, har_text([entry])) == (entry,)


def test_what_a_browser_exports_is_read(tmp_path: Path) -> None:
    """HTTP/2's pseudo headers, fields of a form without text, a request that was blocked, and what is no HTTP."""
    started = {"startedDateTime": "2026-01-15T10:30:00.123+01:00", "time": 12.5, "timings": {"wait": 10, "receive": 2}}
    answer = {"status": 200, "headers": [{"name": ":status", "value": "200"}], "content": {"size": 0}}
    form = {"mimeType": FORM, "params": [{"name": "a b", "value": "ü"}]}
    sent = {"method": "post", "url": "https://a.test/x#part", "headers": [{"name": ":path", "value": "/x"}]}
    entries = [
        {**started, "request": {**sent, "postData": form}, "response": answer},
        {**started, "request": {**sent, "url": "data:text/plain,x"}, "response": answer},
        {**started, "request": {**sent, "url": "wss://a.test/"}, "response": answer},
        {**started, "request": sent, "response": {"status": 0, "_error": "net::ERR_FAILED", "content": {}}},
    ]
    one, blocked = read_text(tmp_path, {"log": {"version": "1.2", "pages": [], "entries": entries}})
    assert one.request == Request("POST", "https://a.test/x", (("Content-Type", FORM),), b"a+b=%C3%BC")
    assert one.response is not None
    assert one.response.headers == ()
    assert one.response.timings.first_byte == 0.01
    assert blocked.response is None
    assert blocked.error == TransportError("connection", "net::ERR_FAILED")
    assert read_recording(tmp_path / "a.har", "a.har").left_out == 2


def test_cookies_that_a_tool_put_into_one_header_are_several(tmp_path: Path) -> None:
    headers = [{"name": "set-cookie", "value": "a=1; Path=/\nb=2; Path=/"}, {"name": "X-Empty", "value": ""}]
    asked = {"method": "GET", "url": "https://a.test/"}
    moment = "2026-01-15T10:30:00.123Z"
    entry = {"startedDateTime": moment, "request": asked, "response": {"status": 200, "headers": headers}}
    (found,) = read_text(tmp_path, {"log": {"entries": [entry]}})
    assert found.response is not None
    assert found.response.headers == (("set-cookie", "a=1; Path=/"), ("set-cookie", "b=2; Path=/"), ("X-Empty", ""))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"startedDateTime": "yesterday"}, "startedDateTime is no date"),
        ({"request": {"method": "GET"}}, "request.url is to be text and is not there"),
        ({"request": {"method": "A B", "url": "http://a/"}}, "no name of a method"),
        ({"request": {"method": "GET", "url": "http://[::1/"}}, "request.url is no URL"),
        ({"response": {"status": "200"}}, "response.status is to be a number"),
        ({"response": {"status": 7}}, "response.status is 7"),
        ({"response": {"status": 200, "content": {"text": "%", "encoding": "base64"}}}, "is not base64"),
        ({"response": {"status": 200, "headers": [{"name": "A"}]}}, "the header A of response"),
        ({"_runner": {"error": {"kind": "bad"}}}, "_runner.error.kind"),
        ({"_runner": {"dynamic": {"url": "<<$nothing>>"}}}, "there is no dynamic value $nothing"),
        ({"startedDateTime": "0001-01-01T00:00:00+14:00"}, "startedDateTime is no date"),
        ({"startedDateTime": "9999-12-31T23:59:59Z"}, "startedDateTime is no date"),
        ({"request": {"method": "GET", "url": "http://a/\ud800"}}, "request.url is no URL"),
        ({"_runner": {"dynamic": {"url": "<<A>>/\ud800"}}}, "half a character"),
        ({"time": "long"}, "time is to be a number"),
        ({"response": {"status": 200.5}}, "response.status is 200.5, which is no whole number"),
        ({"response": {"status": 200, "headers": {"A": "b"}}}, "response.headers is to be a list"),
        ({"response": {"status": 200, "content": "hi"}}, "response.content is to be an object"),
        ({"request": {"method": "GET", "url": "http://a/", "headers": "A: b"}}, "request.headers is to be a list"),
        ({"request": {"method": "GET", "url": "http://a/", "postData": "hi"}}, "request.postData is to be an object"),
        ({"timings": [1]}, "timings is to be an object"),
        ({"_runner": []}, "_runner is to be an object"),
        ({"_runner": {"dynamic": ["url"]}}, "_runner.dynamic is to be an object"),
        ({"_runner": {"stand_ins": ["url"]}}, "_runner.stand_ins is to be an object"),
        ({"_runner": {"arrivals": 5}}, "_runner.arrivals is to be a list"),
        ({"_runner": {"verbatim": "url"}}, "_runner.verbatim is to be a list"),
    ],
)
def test_a_broken_exchange_is_told_with_its_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    good = {"startedDateTime": "2026-01-01T00:00:00Z", "request": {"method": "GET", "url": "http://a/"}}
    good |= {"response": {"status": 200}}
    text = json.dumps({"log": {"entries": [good, {**good, **change}]}}, indent=1)
    with pytest.raises(InvalidFiles) as raised:
        read(tmp_path, text.encode())
    (problem,) = raised.value.diagnostics
    assert said in problem.message
    assert "exchange 2" in problem.message
    assert problem.span is not None
    second = [number for number, line in enumerate(text.splitlines(), 1) if "startedDateTime" in line][1]
    assert second - 1 <= problem.span.line < len(text.splitlines())
    assert text.splitlines()[problem.span.line - 1][problem.span.column - 1] in '{"'


@pytest.mark.parametrize(
    ("old", "new", "column", "hint"),
    [
        ('"status": 200', '"stauts": 200', '"stauts"', 'There is "stauts" in its place.'),
        ('"url": "http://a/"', '"ulr": "http://a/?key=abcdefgh"', '"ulr"', 'There is "ulr" in its place.'),
        ('"response": {', '"respnse": {', '"respnse"', 'There is "respnse" in its place.'),
        ('"status": 200', '"status": "200"', '"status"', "Mend it"),
        ('"method": "GET",', "", '"request"', "Mend it"),
        ('"startedDateTime": "2026-01-01T00:00:00Z"', '"startedDateTime": "x"', '"startedDateTime"', "Mend it"),
    ],
)
def test_a_misspelt_field_is_told_at_its_line(tmp_path: Path, old: str, new: str, column: str, hint: str) -> None:
    good = {"startedDateTime": "2026-01-01T00:00:00Z", "request": {"method": "GET", "url": "http://a/"}}
    good |= {"response": {"status": 200}}
    text = json.dumps({"log": {"entries": [good, good]}}, indent=1)
    at = text.rindex(old)
    text = text[:at] + new + text[at + len(old) :]
    with pytest.raises(InvalidFiles) as raised:
        read(tmp_path, text.encode())
    (problem,) = raised.value.diagnostics
    assert problem.span is not None
    assert problem.source is not None
    assert text.splitlines()[problem.span.line - 1].strip().startswith(column)
    assert text.count("\n", 0, text.rindex(column)) + 1 == problem.span.line
    assert hint in problem.hint
    assert "abcdefgh" not in problem.source.text.splitlines()[problem.span.line - 1]


def test_a_key_that_stands_twice_is_told_and_not_the_last_taken(tmp_path: Path) -> None:
    good = {"startedDateTime": "2026-01-01T00:00:00Z", "request": {"method": "GET", "url": "http://a/"}}
    good |= {"response": {"status": 200, "mark": 1}}
    text = json.dumps({"log": {"entries": [good, good, good]}}, indent=1)
    at = text.index('"mark"', text.index('"mark"') + 1)
    with pytest.raises(InvalidFiles) as raised:
        read(tmp_path, f'{text[:at]}"status": 500, {text[at:]}'.encode())
    (problem,) = raised.value.diagnostics
    assert problem.message == "exchange 2 of the recording: status stands twice in one object"
    assert problem.span is not None
    assert text.splitlines()[problem.span.line].strip().startswith('"startedDateTime"')


def test_a_key_that_stands_twice_around_exchanges_is_told_too(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as raised:
        read(tmp_path, b'{"log": {"entries": [], "entries": [{}]}}')
    assert raised.value.diagnostics[0].message == "the recording: entries stands twice in one object"


def test_a_comma_that_is_missing_is_told_in_its_line(tmp_path: Path) -> None:
    with pytest.raises(InvalidFiles) as raised:
        read(tmp_path, b'{"log": {\n  "version": "1.2"\n\n  "entries": []}}')
    (problem,) = raised.value.diagnostics
    assert problem.message == "this is no JSON, so it is no recording: a comma is missing behind this"
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (2, 18)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["request", "response", "startedDateTime", "time", "timings", "_runner"])
INNER = st.sampled_from(
    ["method", "url", "headers", "postData", "status", "content", "text", "encoding", "dynamic", "arrivals", "error"]
)
ENTRY = st.dictionaries(KEYS, PLAIN | st.dictionaries(INNER, PLAIN, max_size=5), max_size=6)
GOOD: dict[str, Any] = {
    "startedDateTime": "2026-01-01T00:00:00Z",
    "request": {"method": "GET", "url": "http://a/"},
    "response": {"status": 200},
}


@given(st.lists(ENTRY, max_size=2), st.booleans())
@settings(max_examples=150, deadline=None)
def test_nothing_that_is_read_is_a_fault_of_the_program(entries: list[dict[str, Any]], whole: bool) -> None:
    """In a file of its own: hypothesis takes no folder of a test."""
    made = [{**GOOD, **one} if whole else one for one in entries]
    text = json.dumps({"log": {"entries": made}})
    with tempfile.TemporaryDirectory() as folder, suppress(InvalidFiles):
        assert read(Path(folder), text.encode())


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp")), min_size=4, max_size=14)


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for name, one in value.items() for text in (name, *leaves(one))]
    if isinstance(value, list):
        return [text for one in value for text in leaves(one)]
    return [str(value)]


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_no_form_of_any_secret_is_written(text: str) -> None:
    secret = f"Zq{text}qZ"
    redactor = Redactor()
    redactor.add(secret)
    forms = secret_forms(secret)
    plain = "\n".join(forms.values())
    document = json.dumps({"all": list(forms.values()), secret: {"whole": secret, "part": f"a {secret} b"}}).encode()
    url = f"http://a.test/{quote(secret, safe='')}?q={quote(secret, safe='')}"
    headers = tuple((f"X-{number}", form) for number, form in enumerate(forms.values()))
    event = (("Content-Type", "text/event-stream"),)
    data = b"".join(b"data: " + json.dumps({"a": one}).encode() + b"\n\n" for one in forms.values())
    entries = [
        Entry(
            Request("POST", url, (*headers, *AS_JSON), document), 0.0, response=Response(200, AS_JSON, document, url)
        ),
        Entry(Request("PUT", url, headers, plain.encode()), 1.0, response=Response(200, headers, plain.encode(), url)),
        Entry(Request("PUT", url, (), b"\0" + plain.encode()), 2.0, response=Response(200, event, data, url)),
        Entry(Request("GET", url), 3.0, error=TransportError("dns", plain, plain), owner=Owner(*[secret] * 4)),
        Entry(Request("GET", url), 4.0, error=TransportError("dns", ""), marks={f"body $.{secret}": f"{secret} <<a>>"}),
    ]
    hider = Hider(redactor)
    written = har_text([hider.entry(one) for one in entries]).decode()
    assert not forms_in(written, secret)
    for leaf in leaves(json.loads(written)):
        assert not forms_in(leaf, secret)


def came(body: bytes, *headers: tuple[str, str]) -> Response:
    return Response(200, headers, body, "http://a.test/")


def test_stand_ins_of_headers_and_cookies() -> None:
    given_ = (
        ("Set-Cookie", "sid=abcdef123; Path=/"),
        ("X-Token", "abcdefghi"),
        ("X-Other", "short"),
        ("X-Same", "same"),
    )
    masked = (("Set-Cookie", "sid=***; Path=/"), ("X-Token", "***"), ("X-Other", "***"), ("X-Same", "same"))
    found = stand_ins(came(b"", *given_), came(b"", *masked), Redactor())
    assert found == {"cookie sid": "aaaaaa000", "header X-Token": "aaaaaaaaa"}
    again = filled_headers(masked, found)
    assert again == (("Set-Cookie", "sid=aaaaaa000; Path=/"), ("X-Token", "aaaaaaaaa"), *masked[2:])


@pytest.mark.parametrize(
    ("body", "masked", "again"),
    [
        (
            '{"id":1,"pin":48151623,"key":"sk-12345678",\n  "n": 1.10, "list":["sk-12345678" , "***"]}',
            '{"id":1,"pin":"***","key":"***",\n  "n": 1.10, "list":["***" , "***"]}',
            '{"id":1,"pin":11111111,"key":"aa-00000000",\n  "n": 1.10, "list":["aa-00000000" , "***"]}',
        ),
        ('"sk-12345678"', '"***"', '"aa-00000000"'),
        (
            '{"said": "[\\"sk-12345678\\", 1]", "key":"sk-12345678"}',
            '{"said": "[\\"***\\", 1]", "key":"***"}',
            '{"said": "[\\"***\\", 1]", "key":"aa-00000000"}',
        ),
        ('{"sk-12345678": {"a" :48151623}}', '{"***": {"a" :"***"}}', '{"***": {"a" :11111111}}'),
    ],
    ids=["layout", "alone", "inside", "name"],
)
def test_the_layout_of_an_answer_stays(tmp_path: Path, body: str, masked: str, again: str) -> None:
    """Nothing but the secrets is another text, so that what is expected of the text holds."""
    redactor = Redactor()
    redactor.add_all(("sk-12345678", "48151623"))
    response = Response(200, (("Content-Type", "application/json"),), body.encode(), "http://a.test/x")
    kept = Hider(redactor).entry(Entry(Request("GET", "http://a.test/x"), 0.0, response=response))
    assert kept.response is not None
    assert kept.response.body.decode() == masked
    (read_again,) = read(tmp_path, har_text([kept]))
    assert read_again.response is not None
    assert read_again.response.body.decode() == again


def test_stand_ins_look_like_what_they_stand_for() -> None:
    redactor = Redactor()
    assert like("t-4f9aÜ_2c") == "a-0a0aA_0a"
    assert like(48151623) == 11111111
    assert like(1111) == 2222
    assert like("aaaa-0000") == "bbbb_1111"
    assert like("!§$%&\u0663\u0664") == "-----00"
    assert stand_ins(came(b'["!-------"]'), came(b'["***"]'), redactor) == {"$[0]": "--------"}
    redactor.add("--------")
    assert stand_ins(came(b'["!-------"]'), came(b'["***"]'), redactor) == {}
    body, masked = b'{"a": {"b c": ["x", "secret-9Z"]}, "n": 12, "m": "short"}', b""
    masked = b'{"a": {"b c": ["x", "***"]}, "n": "***", "m": "***"}'
    found = stand_ins(came(body), came(masked), redactor)
    assert found == {"$.a['b c'][1]": "aaaaaa-0A", "$.n": 11}
    assert json.loads(filled(masked, found)) == {"a": {"b c": ["x", "aaaaaa-0A"]}, "n": 11, "m": "***"}
    assert filled(masked.replace(b"***", b"mine"), found) == masked.replace(b"***", b"mine").replace(b", ", b", ")


def test_names_give_a_secret_away() -> None:
    request = Request(
        "POST",
        "http://a.test/?api_key=abc&page_token=7&q=1",
        (("X-Api-Key", "literal"), ("Cookie", "a=1; theme=dark"), ("Idempotency-Key", "k1"), *AS_JSON),
        b'{"password": "hunter", "max_tokens": 5, "token": "Hello", "key": "a"}',
    )
    response = Response(
        200, AS_JSON, b'{"token": "Hel", "session": {"auth_token": "0123456789abcdef0"}}', "http://a.test/"
    )
    entry = Entry(request, 0.0, response=response)
    later = Entry(Request("GET", "http://a.test/0123456789abcdef0"), 1.0)
    redactor = Redactor()
    learn([entry, later], redactor)
    hider = Hider(redactor)
    hidden = hider.entry(entry)
    assert hidden.request.url == "http://a.test/?api_key=***&page_token=7&q=1"
    assert dict(hidden.request.headers)["X-Api-Key"] == "***"
    assert dict(hidden.request.headers)["Cookie"] == "a=***; theme=***"
    assert dict(hidden.request.headers)["Idempotency-Key"] == "k1"
    sent = json.loads(hidden.request.body or b"")
    assert sent == {"password": "***", "max_tokens": 5, "token": "***", "key": "a"}
    assert hidden.response is not None
    assert json.loads(hidden.response.body) == {"token": "Hel", "session": {"auth_token": "***"}}
    assert hider.entry(later).request.url == "http://a.test/***"


def test_the_mock_serves_what_was_recorded() -> None:
    def entry(path: str, *headers: tuple[str, str], body: bytes = b"", status: int = 200, method: str = "GET") -> Entry:
        url = f"https://api.test{path}"
        return Entry(Request(method, url), 0.0, response=Response(status, headers, body, url))

    stream = (("Content-Type", "text/event-stream"), ("Transfer-Encoding", "chunked"))
    packed = (("Content-Encoding", "gzip"), ("Content-Length", "999"), ("X", "1"))
    away = (("Location", "https://api.test/b?c=1"), ("Set-Cookie", "a=1; Domain=api.test; Path=/"))
    cut = entry("/cut", *stream, body=b"data: 1\n\nda")._replace(error=TransportError("response", "cut"))
    gone = Entry(Request("GET", "https://api.test/gone"), 0.0, error=TransportError("dns", "nobody"))
    entries = (
        entry("/a", *packed, body=b"{}"),
        entry("/go", *away, status=302),
        entry("/s", *stream, body=b"data: 1\n\ndata: 2\n\n"),
        cut,
        gone,
    )
    answers = RecordedAnswers(Recording("r.har", entries))

    def ask(target: str, method: str = "GET") -> Any:
        return answers.answer(MockRequest(method, target, (("Host", "127.0.0.1:1"),)))

    assert (ask("/a").headers, ask("/a").body, ask("/a", "HEAD").status) == ((("X", "1"),), b"{}", 200)
    assert ask("/go").headers == (("Location", "/b?c=1"), ("Set-Cookie", "a=1; Path=/"))
    assert [one.data for one in ask("/s").chunks] == [b"data: 1\n\n", b"data: 2\n\n"]
    assert [one.cut for one in ask("/cut").chunks] == [False, False, True]
    assert ask("/gone").status == 502
    assert b"nobody" in ask("/gone").body
    assert ask("/none").status == 404
    assert ask("/a?b=1").status == 404


def test_the_mock_keeps_time_if_wanted() -> None:
    stream = (("Content-Type", "text/event-stream"),)
    body = b"data: 1\n\ndata: 2\n\n"
    arrivals = (Arrival(0.5, 0), Arrival(0.75, 9))
    one = Response(200, stream, body, "http://a.test/s", timings=Timings(1.0, 0.25), arrivals=arrivals)
    two = Response(200, (), b"", "http://a.test/p", timings=Timings(1.5, 0.25))
    entries = tuple(Entry(Request("GET", each.url), 0.0, response=each) for each in (one, two))
    answers = RecordedAnswers(Recording("r.har", entries), waits=True)
    answer = answers.answer(MockRequest("GET", "/s"))
    assert answer.chunks is not None
    assert (answer.delay, [each.delay for each in answer.chunks]) == (0.25, [0.25, 0.25])
    assert answers.answer(MockRequest("GET", "/p")).delay == 1.5


def test_the_example_in_the_docs_is_a_recording(tmp_path: Path) -> None:
    (block,) = [one for one in blocks("json") if one.page.name == "recordings.md"]
    (entry,) = read(tmp_path, block.text.encode())
    assert entry.owner.request == "order"
    assert entry.response is not None
    assert entry.response.document.value == {"id": 17, "item": "tea"}
