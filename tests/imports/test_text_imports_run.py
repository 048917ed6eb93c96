"""One story in each tongue, imported and run against a real server: it sends what the source says, hands on what was
answered, and a check that does not hold fails. And no secret of any of them gets out."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from tests.command import Program
from tests.echo_server import serve_echo

KEY: Final = "sk-0123456789-abcdef"
HTTP: Final = """
@host = HOST
### first
# @name first
POST {{host}}/first?kind=green tea&n=5
Content-Type: application/json
X-Key: KEY

{"name": "ann", "count": 3}

> {%
client.assert(response.status === 200);
client.assert(response.body.json.name === "NAME");
client.assert(response.body.json.count >= 3 && response.body.method.startsWith("PO"));
%}

### second
PUT {{host}}/second
Content-Type: application/x-www-form-urlencoded

a={{first.response.body.$.json.count}}&b=x+y

> {% client.assert(response.body.body.includes("a=3")); %}
"""
HURL: Final = """
# first
POST HOST/first?n=5
X-Key: KEY
[Query]
kind: green tea
{"name": "ann", "count": 3}
HTTP 200
Content-Type: application/json
[Captures]
count: jsonpath "$.json.count"
[Asserts]
jsonpath "$.json.name" == "NAME"
jsonpath "$.json.count" >= 3
jsonpath "$.method" startsWith "PO"
body contains "ann"
body contains "green"

# second
PUT HOST/second
[Form]
a: {{count}}
b: x y
HTTP *
[Asserts]
jsonpath "$.body" contains "a=3"
"""
BRU: Final = """meta {
  name: first
  seq: 1
}

post {
  url: HOST/first?kind=green tea&n=5
  body: json
}

headers {
  X-Key: KEY
}

body:json {
  {"name": "ann", "count": 3}
}

vars:post-response {
  count: res.body.json.count
}

assert {
  res.status: eq 200
  res.body.json.name: eq NAME
  res.body.json.count: gte 3
}

tests {
  test("posted", () => expect(res.getBody().method).to.match(/^PO/));
}
"""
BRU_SECOND: Final = """meta {
  name: second
  seq: 2
}

put {
  url: HOST/second
  body: formUrlEncoded
}

body:form-urlencoded {
  a: {{count}}
  b: x y
}

assert {
  res.body.body: contains a=3
}
"""
STORIES: Final = {
    "http": {"x.http": HTTP},
    "hurl": {"x.hurl": HURL},
    "bruno": {"x/bruno.json": "{}", "x/first.bru": BRU, "x/second.bru": BRU_SECOND},
}


def written(folder: Path, kind: str, host: str, name: str) -> str:
    """The files of a story; gives the one to import."""
    for file, text in STORIES[kind].items():
        path = folder / file
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("HOST", host).replace("KEY", KEY).replace("NAME", name), encoding="utf-8")
    return next(iter(STORIES[kind])).partition("/")[0]


@pytest.mark.parametrize("kind", STORIES)
def test_it_sends_what_the_source_says(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_echo() as server:
        program = Program(monkeypatch, tmp_path)
        imported = program.run("import", kind, written(tmp_path, kind, server.url, "ann"), "-o", "c.yaml")
        assert KEY not in (tmp_path / "c.yaml").read_text("utf-8") + imported.text
        ended = program.run("run", "c.yaml")
        assert ended.code == ExitCode.OK, ended.text
        first, second = server.received
    assert (first["method"], second["method"]) == ("POST", "PUT")
    assert first["json"] == {"name": "ann", "count": 3}
    query = first["query"]
    assert isinstance(query, list)
    assert sorted(query) == [["kind", "green tea"], ["n", "5"]]
    assert second["body"] == "a=3&b=x+y"
    headers = first["header"]
    assert isinstance(headers, dict)
    assert headers["x-key"] == KEY


@pytest.mark.parametrize("kind", STORIES)
def test_a_check_that_does_not_hold_fails(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_echo() as server:
        program = Program(monkeypatch, tmp_path)
        program.run("import", kind, written(tmp_path, kind, server.url, "bob"), "-o", "c.yaml")
        ended = program.run("run", "c.yaml")
    assert ended.code == ExitCode.CHECK_FAILED
    assert 'expected  "bob"' in ended.out


SECRETS: Final = {
    "http": [
        "@token = KEY\nGET http://h.example/{{token}}",
        "@auth = Bearer KEY\nGET http://h.example/",
        "@db = https://bob:KEY@h.example/x\nGET {{db}}",
        "@db = https://h.example/x?api_key=KEY\nGET {{db}}",
        "# curl -H 'X-Api-Key: KEY'\n# Authorization: Bearer KEY\nGET http://h.example",
        "GET http://bob:KEY@h.example?flag&token=KEY",
        "GET http://h.example\nX-Api-Key: KEY\nCookie: session=KEY",
        "POST http://h.example\nContent-Type: text/xml\n\n<a token='KEY'><password>KEY</password></a>",
        'POST http://h.example\n\n{"a": [{"secret": "KEY"}]}',
        "POST http://h.example\nContent-Type: application/x-www-form-urlencoded\n\na=b\n&password=KEY",
        "GET http://h.example\n\n> {%\nclient.global.set('token', 'KEY');\nsend('Authorization: Bearer KEY');\n%}",
        "GET http://h.example\n\n> {%\nclient.assert(response.body.access_token === 'KEY');\n%}",
        "GET http://h.example\n\n> {%\nclient.assert(response.body.token.trim() === 'KEY');\n%}",
    ],
    "hurl": [
        "GET http://bob:KEY@h.example?a&token=KEY\nAuthorization: Bearer KEY",
        "GET http://h.example\n[Options]\nuser: ann:KEY\nvariable: api_key=KEY\nproxy: http://u:KEY@p:1",
        "GET http://h.example\n[Cookies]\nsession: KEY\n[BasicAuth]\nann: KEY",
        'GET http://h.example\nHTTP 200\nX-Auth-Token: KEY\n[Asserts]\nheader "X-Auth-Token" == "KEY"',
        'GET http://h.example\nHTTP 200\n[Asserts]\nxpath "//token" == "KEY"\njsonpath "$.secret" == "KEY"',
        "POST http://h.example\n```\npassword: 'KEY'\n```\nHTTP 200\n`<token>KEY</token>`",
    ],
    "bruno": [
        "get {\n  url: h.example\n}\nvars:pre-request {\n  apiKey: KEY\n}",
        "get {\n  url: h.example\n  auth: bearer\n}\nauth:bearer {\n  token: KEY\n}",
        "get {\n  url: h.example\n  auth: awsv4\n}\nauth:awsv4 {\n  secretAccessKey: KEY\n  sessionToken: KEY\n}",
        "get {\n  url: h.example\n}\nassert {\n  res.body.token: eq KEY\n  res.body.token + 1: eq KEY\n}",
        "get {\n  url: h.example\n}\ndocs {\n  Authorization: Bearer KEY\n}\nheaders {\n  X-Token: KEY\n}",
        "get {\n  url: h.example\n}\ntests {\n  bru.setEnvVar('token', 'KEY');\n  login({password: 'KEY'});\n}",
    ],
}


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in SECRETS.items() for text in texts])
def test_no_secret_gets_out(kind: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_text(text.replace("KEY", KEY) + "\n", encoding="utf-8")
    program = Program(monkeypatch, tmp_path)
    printed = program.run("import", kind, "x")
    ended = program.run("import", kind, "x", "-o", "c.yaml")
    assert (printed.code, ended.code) == (ExitCode.OK, ExitCode.OK)
    assert KEY not in printed.text + ended.text + (tmp_path / "c.yaml").read_text("utf-8")
