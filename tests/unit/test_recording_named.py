"""What lets somebody in is in no recording, also where only its name or its looks say so."""

from __future__ import annotations

import json

import pytest

from runner.messages import Headers, Request, Response
from runner.recording.entry import Entry
from runner.recording.har import har_text
from runner.recording.hiding import Hider
from runner.recording.named import learn
from runner.redact import Redactor

KEY = "Zq9xW7vK3mT5pL1nR8"
URL = "http://a.test/x"
JSON: Headers = (("Content-Type", "application/json"),)
PARTS: Headers = (("Content-Type", "multipart/form-data; boundary=x"),)
PART = '--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'


def written(request: Request, response: Response) -> str:
    entry = Entry(request, 0.0, response=response)
    redactor = Redactor()
    learn([entry], redactor)
    return har_text([Hider(redactor).entry(entry)]).decode()


def came(body: str = "", kind: str = "application/json", status: int = 200, **headers: str) -> Response:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status, (("Content-Type", kind), *named), body.encode(), URL)


@pytest.mark.parametrize(
    "response",
    [
        came(status=302, Location=f"/cb?state=1&access_token={KEY}"),
        came(status=302, Location=f"http://b.test/cb#access_token={KEY}&x=1"),
        came(f"access_token={KEY}&token_type=bearer", "application/x-www-form-urlencoded"),
        came(f'data: {{"api_key": "{KEY}"}}\n\n', "text/event-stream"),
        came(f'{{"a": 1}}\n{{"api_key": "{KEY}"}}\n', "application/x-ndjson"),
        came(f'{{"a": 1}}\n{{"api_key": "{KEY}"}}\n', "text/plain"),
        came(json.dumps({"arguments": json.dumps({"api_key": KEY})})),
        came(json.dumps({"link": f"https://s3.test/x?X-Amz-Signature={KEY}"})),
        came(json.dumps({"database": f"postgres://ann:{KEY}@db.test/x"})),
        came(json.dumps({"token": [KEY]})),
        came(json.dumps({"data": f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{KEY}"})),
        came(f"<r><a:access_token>{KEY}</a:access_token></r>", "application/xml"),
    ],
    ids="query fragment form events lines text json-in-json link database list looks xml".split(),
)
def test_answers_are_searched(response: Response) -> None:
    assert KEY not in written(Request("GET", URL), response)


@pytest.mark.parametrize(
    ("request_", "secret"),
    [
        (
            Request("POST", URL, PARTS, (PART % ("password", "hunter2") + PART % ("b", "1") + "--x--\r\n").encode()),
            "hunter2",
        ),
        (Request("POST", URL, JSON, b'{"password": "hunter2", "b": 1}'), "hunter2"),
        (Request("POST", URL, JSON, b'{"password": "correct horse"}'), "correct horse"),
        (Request("POST", URL, JSON, json.dumps({"arguments": json.dumps({"token": KEY})}).encode()), KEY),
        (Request("POST", URL, JSON, b'{"token": ["hunter2"]}'), "hunter2"),
        (
            Request("POST", URL, (("Content-Type", "application/x-ndjson"),), f'{{"token": "{KEY}"}}\n{{}}'.encode()),
            KEY,
        ),
        (Request("GET", f"{URL}?next=http%3A%2F%2Fb.test&password=hunter2", JSON), "hunter2"),
        (Request("GET", URL, (("Authorization", "Basic YW5uOmNvcnJlY3QgaG9yc2U="),)), "correct horse"),
        (Request("GET", URL, (("Referer", f"http://b.test/?access_token={KEY}"),)), KEY),
    ],
    ids="part short words json-in-json list lines query basic referer".split(),
)
def test_requests_are_searched_and_so_is_what_repeats_them(request_: Request, secret: str) -> None:
    echo = came(json.dumps({"seen": {"password": secret, "token": secret}}))
    assert secret not in written(request_, echo)


def test_what_keeps_nobody_out_stays() -> None:
    body = {
        "token": " the",
        "errors": {"password": "is too short: at least 8 characters"},
        "next": "https://a.test/x?page_token=abcdefghijklmnopqrst",
        "max_tokens": 100,
        "id": "2c1743a3-91fc-4a5b-a0a3-5a6a4c2b9f10",
    }
    assert "***" not in written(Request("POST", URL, JSON, b'{"a": "token"}'), came(json.dumps(body)))


def test_a_bare_word_is_masked_where_it_is_sent() -> None:
    sent, echo = {"user": "ann", "password": "password"}, {"seen": {"password": "password"}, "hint": "no password"}
    text = written(Request("POST", URL, JSON, json.dumps(sent).encode()), came(json.dumps(echo)))
    (entry,) = json.loads(text)["log"]["entries"]
    assert json.loads(entry["request"]["postData"]["text"]) == {"user": "ann", "password": "***"}
    assert json.loads(entry["response"]["content"]["text"]) == {"seen": {"password": "***"}, "hint": "no password"}


def test_a_stream_that_cannot_be_searched_is_not_kept() -> None:
    pieces = "".join(f"data: {one}\n\n" for one in "my-secret")
    response = came(pieces + "\n" * 300_001, "text/event-stream")
    redactor = Redactor()
    redactor.add("my-secret")
    kept = Hider(redactor).entry(Entry(Request("GET", URL), 0.0, response=response))
    assert "too many lines" in kept.withheld
    assert kept.response is not None
    assert not kept.response.body


def test_parts_stay_what_they_are() -> None:
    body = PART % ("password", "hunter2") + PART % ("b", "1") + "--x--\r\n"
    text = written(Request("POST", URL, PARTS, body.encode()), came())
    assert json.loads(text)["log"]["entries"][0]["request"]["postData"]["text"] == body.replace("hunter2", "***")
