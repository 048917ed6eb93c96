"""What is imported means what it meant where it came from: no check is weaker, no value is another's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.node import Plain
from tests.command import Ended, Program
from tests.unit.loading import read

SCRIPTED: Final = """get {
  url: https://h.example/a
}

assert {
  ASSERTED
}

tests {
  const d = res.getBody();
  SCRIPT
}
"""


def imported(kind: str, text: str, folder: Path, patch: pytest.MonkeyPatch, *more: str) -> Ended:
    (folder / f"source.{kind}").write_text(text, encoding="utf-8")
    ended = Program(patch, folder).run("import", kind, f"source.{kind}", *more)
    assert ended.code == ExitCode.OK
    return ended


def first(ended: Ended) -> dict[str, Plain]:
    """The first request that came out."""
    collection = read(ended.out).plain()
    assert isinstance(collection, dict)
    requests = collection["requests"]
    assert isinstance(requests, list)
    assert isinstance(requests[0], dict)
    return requests[0]


@pytest.mark.parametrize(
    ("script", "json_checks"),
    [
        ('expect(d).to.have.property("user").that.is.an("object");', {"$.user": {"type": "object"}}),
        ('expect(d).to.have.property("list").that.is.not.empty;', {"$.list": {"empty": False}}),
        ('expect(d).to.have.property("a").and.have.property("b", 5);', {"$.a": {"exists": True}, "$.a.b": 5}),
        ('expect(d).to.not.have.property("a").and.be.an("object");', None),
        ("expect(d.n).to.not.equal(2).and.equal(3);", None),
        ('let e = d.a; e = e.filter(x => x); expect(e).to.be.an("array");', None),
        ("const unused = d.a.b.c;", {"$.a.b": {"not": None}}),
        ("console.log(`${d.a.b}`, 1);", {"$.a": {"not": None}}),
        ("const unused = d.a.b; expect(d.a.c).to.equal(1);", {"$.a.c": 1}),
        ("console.log(d.a && d.a.b);", None),
        ("let n = 5; n = n + 1; expect(d.n).to.be.above(n);", None),
        ("let n = d.a; n = 7; expect(d.n).to.equal(n);", {"$.n": 7}),
    ],
)
def test_a_chain_of_a_script_checks_what_it_did(
    script: str, json_checks: dict[str, Plain] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = SCRIPTED.replace("assert {\n  ASSERTED\n}\n\n", "").replace("SCRIPT", script)
    ended = imported("bruno", source, tmp_path, monkeypatch)
    expect = first(ended).get("expect")
    assert expect == (None if json_checks is None else {"json": json_checks})
    assert ("not understood" in ended.err) is (json_checks is None or "filter" in script or "+" in script)


@pytest.mark.parametrize(
    ("asserted", "expect"),
    [
        ("res.body: isString", {"json": {"$": {"type": "string"}}}),
        ("res.body: isJson", {"json": {"$": {"type": ["object", "array"]}}}),
        ("res.body: contains abc", {"text": {"contains": "abc"}}),
        ("res.body: eq abc", {"text": "abc"}),
    ],
)
def test_an_assertion_of_the_whole_body(
    asserted: str, expect: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That a text is a text holds of all that comes."""
    ended = imported("bruno", SCRIPTED.replace("ASSERTED", asserted).replace("  SCRIPT\n", ""), tmp_path, monkeypatch)
    assert first(ended)["expect"] == expect


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("http", "GET https://h.example/{{API_KEY}}\n\n###\nGET https://other.example/?api_key=clear-12345678\n"),
        ("http", "GET https://h.example/{{$dotenv API_KEY}}\n###\nGET https://o.example/?api_key=clear-12345678\n"),
        ("http", "GET https://o.example/?api_key=clear-12345678\n\n###\nGET https://h.example/{{API_KEY}}\n"),
        ("hurl", "GET https://h.example/{{API_KEY}}\n\nGET https://other.example/?api_key=clear-12345678\n"),
        ("bruno", "get {\n  url: https://h.example/{{process.env.API_KEY}}?api_key=clear-12345678\n}\n"),
    ],
)
def test_a_secret_in_the_clear_is_not_called_like_another_one(
    kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be sent to where the other one is meant."""
    imported(kind, text, tmp_path, monkeypatch, "-o", "c.yaml")
    assert "clear" not in (tmp_path / "c.yaml").read_text("utf-8")
    assert "h.example/<<API_KEY>>" in (tmp_path / "c.yaml").read_text("utf-8")
    assert set((tmp_path / ".env").read_text("utf-8").splitlines()) == {"API_KEY=", "API_KEY_2=clear-12345678"}


LEAKS: Final = re.compile("clear-[a-z]+-[0-9]+|ghp_[a-z0-9]+")
TOKEN: Final = "ghp_abcdefghijklmnopqrstuvwxyz0123456789"


def archive(request: Plain, answer: str = "", kind: str = "application/json", **more: Plain) -> str:
    """One call as a browser keeps it."""
    response: Plain = {"status": 200, "headers": [], "content": {"mimeType": kind, "text": answer}, **more}
    return json.dumps({"log": {"entries": [{"request": request, "response": response}]}})


def posted(kind: str, text: str, **more: Plain) -> Plain:
    return {
        "method": "POST",
        "url": "https://h.example/a",
        "headers": [],
        "postData": {"mimeType": kind, "text": text},
        **more,
    }


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("har", archive(posted("text/plain", '{"password": "clear-words-1"}'))),
        ("har", archive(posted("application/xml", "<l><password>clear-words-1</password></l>"))),
        ("har", archive(posted("application/json", '{"back": "https://h.example/?api_key=clear-words-1"}'))),
        ("har", archive(posted("application/json", '{"back": "https://u:clear-words-1@h.example/"}'))),
        ("har", archive(posted("application/json", json.dumps({"note": TOKEN})))),
        ("har", archive(posted("text/plain", "a", headers=[{"name": "X-Custom", "value": TOKEN}]))),
        ("har", archive(posted("text/plain", "a"), '{"token": "clear-tok-1"}')),
        ("har", archive(posted("text/plain", "a"), "<r><token>clear-tok-1</token></r>", "text/xml")),
        ("har", archive(posted("text/plain", "a"), "access_token=clear-tok-1&x=1", "text/plain")),
        ("har", archive(posted("text/plain", "a"), json.dumps({"a": "b" * 10_000, "c": TOKEN}))),
        ("har", archive(posted("text/plain", "a"), f"{'b' * 10_000} password='clear-words-1'", "text/plain")),
        (
            "har",
            archive(
                posted("text/plain", "a"),
                headers=[{"name": "Location", "value": "https://h.example/?access_token=clear-tok-1"}],
            ),
        ),
        ("http", f"GET https://h.example\nX-Custom: {TOKEN}\n"),
        ("http", f"# as {TOKEN} does\nGET https://h.example\n"),
        ("http", 'POST https://h.example\n\n{"a": "https://a/?token=clear-tok-1"}\n'),
        ("hurl", f'GET https://h.example\nHTTP 200\n[Asserts]\nbody utf8 == "{TOKEN}"\n'),
    ],
)  # fmt: skip
def test_a_key_is_found_wherever_it_stands(
    kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = imported(kind, text, tmp_path, monkeypatch, "-o", "out/c.yaml")
    files = [one for one in (tmp_path / "out").rglob("*") if one.is_file() and one.name != ".env"]
    assert not LEAKS.search(ended.text + "".join(one.read_text("utf-8") for one in files))
    assert LEAKS.search((tmp_path / "out" / ".env").read_text("utf-8"))


def test_a_form_of_an_archive_is_what_was_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chrome keeps the parameters as they were encoded."""
    request: Plain = {
        "method": "POST",
        "url": "https://h.example/a",
        "headers": [],
        "postData": {
            "mimeType": "application/x-www-form-urlencoded",
            "text": "b=2+3&c=%C3%A9",
            "params": [{"name": "b", "value": "2+3"}, {"name": "c", "value": "%C3%A9"}],
        },
    }
    ended = imported("har", archive(request), tmp_path, monkeypatch)
    assert first(ended)["form"] == {"b": "2 3", "c": "é"}


@pytest.mark.parametrize(
    ("kind", "text", "has"),
    [
        (
            "hurl",
            'GET https://h.example\nHTTP 200\n[Captures]\ncsrf_token: xpath "string(//meta)"\n',
            '#   csrf_token: xpath "string(//meta)"',
        ),
        ("hurl", "GET https://h.example\nHTTP 200\n[Captures]\nwithout a colon\n", "#   without a colon"),
        (
            "hurl",
            "GET https://h.example/1\n[Options]\nvariable: id=1\n\nGET https://h.example/2\n[Options]\nvariable: id=2",
            "source.hurl:7: id has another value above; this one holds everywhere",
        ),
        (
            "hurl",
            'GET https://h.example\nHTTP 200\n{"a": 1}\n',
            "source.hurl:3: the body is compared as JSON: spaces and the order of keys do not matter here",
        ),
        ("hurl", "# one\n# <<two>>\nGET https://h.example\n", "description: <<two>>"),
        ("http", "### one\n# <<two>>\nGET https://h.example\n", "description: <<two>>"),
        ("http", "WEBSOCKET wss://h.example\n\n###\nGET https://h.example\n", "a request of WEBSOCKET is left out"),
        (
            "http",
            '@type = application/json\nPOST https://h.example\nContent-Type: {{type}}\n\n{"a": 1}\n',
            "    headers:\n      Content-Type: <<type>>\n    json:\n      a: 1",
        ),
        ("bruno", "get {\n  url: https://h.example\n}\n\ndocs {\n  Hello <<two>>\n}\n", "description: Hello <<two>>"),
    ],
)
def test_what_comes_out(kind: str, text: str, has: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = imported(kind, text, tmp_path, monkeypatch)
    assert has in ended.text
    assert "nothing gives two a value" not in ended.text
    assert "Put into .env" not in ended.text
    assert "needs a hand" not in ended.text


def test_a_cookie_that_nobody_gave_a_value_is_no_secret_in_the_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = {"name": "session", "in": "cookie", "required": True, "schema": {"type": "string"}}
    operation = {"parameters": [cookie], "responses": {"200": {"description": "ok"}}}
    document = {"openapi": "3.0.3", "info": {"title": "t", "version": "1"}, "paths": {"/a": {"get": operation}}}
    ended = imported("openapi", json.dumps(document), tmp_path, monkeypatch, "-o", "c.yaml")
    assert (tmp_path / ".env").read_text("utf-8") == "SESSION=\n"
    assert "stood in the clear" not in ended.err


BUNDLE: Final = """opencollection: 1.0.0
info: {name: Bundle}
config:
  environments:
    - name: dev
      variables:
        - {name: baseUrl, value: https://h.example}
        - {name: pin, value: clear-pin-1, secret: true}
items:
  - info: {name: A, type: http}
    http: {method: GET, url: "{{baseUrl}}/a?pin={{pin}}"}
    runtime:
      actions:
        - {type: set-variable, phase: before-request, selector: {expression: "5"}, variable: {name: early}}
      scripts:
        - {type: hooks, code: later()}
"""


@pytest.mark.parametrize("folder", [False, True])
def test_a_collection_of_bruno_in_one_file(folder: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ("b/opencollection.yml" if folder else "b.yml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(BUNDLE, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("import", "bruno", "b" if folder else "b.yml")
    assert first(ended) == {"name": "A", "url": "<<baseUrl>>/a", "query": {"pin": "<<pin>>"}}
    assert "name: Bundle\nvariables:\n  baseUrl: https://h.example\nsecrets: [pin]\n" in ended.out
    assert "the action set-variable early (before-request) is left out" in ended.err
    assert "a script of the kind hooks is left out" in ended.err
    assert "clear" not in ended.text


@pytest.mark.parametrize(("behaviour", "is_sent"), [({}, False), ({"disableBodyPruning": True}, True)])
def test_a_body_that_postman_prunes_is_not_sent(
    behaviour: dict[str, Plain], is_sent: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: Plain = {"method": "GET", "url": "http://h.example/", "body": {"mode": "raw", "raw": '{"a": 1}'}}
    item: Plain = {"name": "r", "request": request, "protocolProfileBehavior": behaviour}
    ended = imported("postman", json.dumps({"info": {"name": "c"}, "item": [item]}), tmp_path, monkeypatch)
    assert ("json" in first(ended)) is is_sent
    assert ("its body is not sent by Postman" in ended.err) is not is_sent


@pytest.mark.parametrize(("language", "kind"), [("xml", "application/xml"), ("html", "text/html"), ("text", None)])
def test_a_text_has_the_type_of_its_language(
    language: str, kind: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body: Plain = {"mode": "raw", "raw": "<a/>", "options": {"raw": {"language": language}}}
    request: Plain = {"method": "POST", "url": "http://h.example/", "body": body}
    item: Plain = {"name": "r", "request": request}
    ended = imported("postman", json.dumps({"info": {"name": "c"}, "item": [item]}), tmp_path, monkeypatch)
    assert first(ended).get("headers") == (None if kind is None else {"Content-Type": kind})


def test_a_header_that_may_come_several_times_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = "pm.expect(pm.response.headers.get('Set-Cookie')).to.include('a'); pm.response.to.have.header('Link');"
    event = [{"listen": "test", "script": {"exec": script}}]
    document = {"info": {"schema": "v2.1.0"}, "item": [{"name": "a", "event": event, "request": "https://h.example"}]}
    ended = imported("postman", json.dumps(document), tmp_path, monkeypatch)
    assert "where set-cookie comes several times, one that fits is enough here; Postman looks at the last" in ended.err
    assert "where link" not in ended.err


@pytest.mark.parametrize(
    ("listed", "url", "query"),
    [
        ([("flag", None)], "https://h.example/a?flag", None),
        ([("a", "b+c")], "https://h.example/a?a=b+c", None),
        ([(None, "v"), ("a", "1")], "https://h.example/a?=v&a=1", None),
        ([("a", "1"), ("b", "2"), ("a", "3")], "https://h.example/a?a=1&b=2&a=3", None),
        ([("a", "1"), ("a", "2")], "https://h.example/a", {"a": [1, 2]}),
        ([("f", None), ("a", "x&y#z w"), ("b=", "=")], "https://h.example/a?f&a=x%26y%23z%20w&b%3D==", None),
        ([("f", None), ("a", "{{x&y}}"), ("access_token", "sk-0123456789-abcdef")], None, None),
    ],
)
def test_a_query_of_postman_is_sent_as_it_is_there(
    listed: list[tuple[str | None, str | None]],
    url: str | None,
    query: Plain,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = [{"key": name, "value": value} for name, value in listed]
    request = {"url": {"raw": "https://h.example/a?x", "query": entries}}
    document = {"info": {"schema": "v2.1.0"}, "item": [{"name": "a", "request": request}]}
    made = first(imported("postman", json.dumps(document), tmp_path, monkeypatch))
    assert made["url"] == url or (
        url is None and made["url"] == "https://h.example/a?f&a=<<x_y>>&access_token=<<ACCESS_TOKEN>>"
    )
    assert made.get("query") == query
