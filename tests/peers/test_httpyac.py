"""Our .http files sent by httpyac, and its own sent by us: the same goes over the wire, or it is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from tests.command import Program
from tests.echo_server import serve_echo
from tests.peers.programs import run_peer
from tests.peers.wire import Sent, sent

COLLECTION: Final = r"""
variables: {BASE: HOST, word: tea, n: 5, odd: "a&b"}
secrets: [API_KEY, PW]
defaults: {base_url: <<BASE>>}
requests:
  - {name: lines, url: /lines, text: "a\n\n  two\n\n\n-- c\ntab\there <<word>> \"q\" 'z' \\ $x ${y} `b`"}
  - {name: xml, url: /xml, text: "<?xml version=\"1.0\"?>\n<!-- c -->\n<a>é</a>"}
  - {name: pairs, url: /pairs, text: "&a=b\n?c=d\nX-A: b\n---\n* list"}
  - {name: json, url: /json, json: {a: é, b: [2.5, null, true], c: {"k k": "l1\nl2"}, d: <<word>>, e: <<n>>}}
  - {name: scalar, url: /scalar, json: just text}
  - {name: form, url: /form, form: {a: "1 2&3=4", b: [x, y], c: "é+%", d: "", e: <<word>>}}
  - {name: parts, url: /parts, multipart: {a: "1", f: {file: pic.txt, type: image/png}, h: "l1\nl2", u: é, w: <<word>>}}
  - {name: file, url: /file, file: pic.txt}
  - {name: graphql, url: /graphql, graphql: {query: "query q {\n  a # c\n}", variables: {id: <<n>>}, operation_name: q}}
  - {name: query, url: "/query?x=1", query: {a: b c, d: [1, 2], e: é&=, f: <<word>>, h: "a/b:c,d;e@f", i: ""}}
  - {name: path, url: "/path/a b/é/%20/<<word>>"}
  - {name: long, url: /long, query: {q: LONG}}
  - {name: headers, url: /headers, headers: {X-A: "a: b", X-Q: "\"q\" 'z' \\", X-S: "// c # d", X-V: <<word>>}}
  - {name: basic, url: /basic, auth: {basic: {username: u ser, password: <<PW>>}}}
  - {name: colon, url: /colon, auth: {basic: {username: ann, password: "b:<<PW>>"}}}
  - {name: bearer, url: /bearer, auth: {bearer: <<API_KEY>>}}
  - {name: in query, url: /in-query, auth: {api_key: {name: k, value: <<API_KEY>>, in: query}}}
  - {name: put, url: /put, method: PUT}
  - {name: delete, url: /delete, method: DELETE, json: {a: 1}}
  - {name: get, url: /get, method: GET, json: {a: 1}}
  - {name: "weird ### name {{x}} # @no-log", url: /weird, description: "@name foo\n### x\nGET http://a/b"}
  - {name: told hash, url: /told-hash, text: "# heading\nreal"}
  - {name: told at, url: /told-at, text: "@ann hello\nreal"}
  - {name: told check, url: /told-check, text: "?? status == 500\nreal"}
  - {name: told query, url: /told-query, text: "query { a }"}
  - {name: told blanks, url: /told-blanks, text: "\n\n  lead\n\n"}
  - {name: told form, url: /told-form, form: {a: <<odd>>}}
  - {name: left request, url: /left, text: "GET http://127.0.0.1:1/\nPOST /z"}
  - {name: left separator, url: /left, text: "a\n###\nb"}
  - {name: left script, url: /left, text: "> {%\nx\n%}"}
"""
FILE: Final = """
@host = HOST
@word = tea
@n = 5
@made = {{word}}-{{n}}

###
# @name login
POST {{host}}/login
Content-Type: application/json

{
  "token": "tk1", "deep": {"list": [{"id": 7}]},
  "n": {{n}}, "m": "{{made}}"
}

### query
GET {{host}}/query
  ?a=1
  &b={{word}}
  &c=x y
// a comment
X-A: {{made}}
# another
Authorization: Bearer {{word}}

### no method
{{host}}/plain

### text
POST {{host}}/text HTTP/1.1
Content-Type: text/plain

line 1

line 3

### form
PUT {{host}}/form
Content-Type: application/x-www-form-urlencoded

a=1
&b={{word}}
&c=x+y

### parts
POST {{host}}/parts
Content-Type: multipart/form-data; boundary=Bnd

--Bnd
Content-Disposition: form-data; name="a"

1
--Bnd
Content-Disposition: form-data; name="f"; filename="pic.txt"
Content-Type: image/png

< ./pic.txt
--Bnd--

### file
POST {{host}}/file
Content-Type: application/json

< ./body.json

### filled
POST {{host}}/filled
Content-Type: application/json

<@ ./body.json

### basic
GET {{host}}/basic
Authorization: Basic ann pw-123456

### colon
GET {{host}}/colon
Authorization: Basic ann:p:w-123456

### path
GET {{host}}/path/{{login.json.token}}
X-Id: {{login.json.deep.list[0].id}}

### xml
POST {{host}}/xml
Content-Type: application/xml

<a>
  <b>{{word}}</b>
</a>

### script
{{
exports.unused = 1;
}}
GET {{host}}/script

{{
test("x", () => {});
}}

### checks
GET {{host}}/checks

CHECKS

### last
HEAD {{host}}/last
"""
CHECKS: Final = (
    """status == 200|status == 201|status >= 200|status < 200|header content-type includes json
header content-type == text/html|header content-type startsWith application|header x-gone exists
header content-type exists
body includes checks|body includes nowhere|js response.parsedBody.method == GET|js response.parsedBody.method == PUT
js response.parsedBody.names.length == 0|js response.parsedBody.names.length < 1
js response.parsedBody.names.length >= 1
js response.parsedBody.names isArray|js response.parsedBody.names isString|js response.parsedBody.method isString
js response.parsedBody.gone isNumber|js response.parsedBody.path matches ^/c|js response.parsedBody.path endsWith x
body path startsWith /ch|body path == /checks|duration < 60000|duration > 60000
js response.parsedBody.gone isFalse|js response.parsedBody.gone == null|xpath //a exists|status isNumber|status != 200
""".replace("\n", "|")
    .strip("|")
    .split("|")
)
FILES: Final = {"pic.txt": "--x\nhello {{word}}\n", "body.json": '{"v": "{{word}}"}\n'}


def written(folder: Path, **files: str) -> None:
    for name, text in {**FILES, **files}.items():
        (folder / name.replace("_", ".")).write_text(text, encoding="utf-8")


def by_path(found: tuple[Sent, ...]) -> dict[str, Sent]:
    return {one.path: one for one in found}


@pytest.fixture(autouse=True)
def here(tmp_path: Path) -> None:
    written(tmp_path, _env="API_KEY=key-123456\nPW=p w-123456\n")


def test_what_we_export_is_sent_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_echo() as server:
        text = COLLECTION.replace("HOST", server.url).replace("LONG", "x" * 5000)
        written(tmp_path, c_yaml=text)
        program = Program(monkeypatch, tmp_path)
        assert program.run("run", "c.yaml").code == 0
        ours = by_path(sent(server.received))
        server.received.clear()
        exported = program.run("export", "http", "c.yaml", "-o", "c.http")
        ended = run_peer("httpyac", "send", "c.http", "--all", "-o", "none", cwd=tmp_path)
        theirs = by_path(sent(server.received))
    del ours["/left"]
    assert theirs.keys() == ours.keys(), ended.stdout + ended.stderr
    differ = {path for path, one in ours.items() if theirs[path] != one}
    assert differ == {path for path in ours if path.startswith("/told")}, exported.text
    for name in ("told hash", "told at", "told check", "told query", "told blanks", "told form"):
        line = next(number for number, one in enumerate(text.splitlines(), 1) if f"name: {name}," in one)
        assert f"c.yaml:{line}: " in exported.err
    assert exported.err.count("is left out: a line of its body would be read as something else") == 3


def test_what_it_sends_we_send(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_echo() as server:
        lines = "\n".join(f"?? {one}" for one in CHECKS)
        written(tmp_path, a_http=FILE.replace("HOST", server.url).replace("CHECKS", lines))
        ended = run_peer("httpyac", "send", "a.http", "--all", "--json", cwd=tmp_path)
        theirs = by_path(sent(server.received))
        server.received.clear()
        program = Program(monkeypatch, tmp_path)
        imported = program.run("import", "http", "a.http", "-o", "c.yaml")
        assert imported.code == 0, imported.text
        program.run("run", "c.yaml", "--report", "json=o.json")
        ours = by_path(sent(server.received))
        assert ours == theirs, imported.text + ended.stderr
        assert imported.err.count("a script of httpyac is left out") == 2
        tested = [one.get("testResults", ()) for one in json.loads(ended.stdout)["requests"]]
        verdicts = next([one["status"] for one in found] for found in tested if len(found) == len(CHECKS))
        said = 0
        for check, verdict in zip(CHECKS, verdicts, strict=True):
            text = f"### one\nGET {server.url}/checks\n\n?? {check}\n"
            written(tmp_path, one_http=text)
            found = program.run("import", "http", "one.http", "-o", "one.yaml", "--force")
            if check in found.err:
                continue
            said += 1
            passed = program.run("run", "one.yaml").code == 0
            assert passed == (verdict == "SUCCESS"), check
        assert said == len(CHECKS) - 5
