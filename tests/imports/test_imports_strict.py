"""What the peers' own programs refuse does not pass here, and no key goes where they send none; those programs said so
(tests/peers), here it holds without them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from runner.node import Plain
from tests.command import Ended, Program
from tests.unit.loading import read

REQUEST: Final = "get {{\n  url: https://h.example/a\n}}\n\n{}\n"


def imported(folder: Path, patch: pytest.MonkeyPatch, name: str, text: str) -> tuple[Ended, list[Plain]]:
    """What was printed, and the requests that came out, which a run would take."""
    (folder / name).write_text(text, encoding="utf-8")
    program = Program(patch, folder)
    kind = "http" if name.endswith(".http") else "bruno"
    ended = program.run("import", kind, name, "-o", "c.yaml", "--force")
    assert ended.code == ExitCode.OK, ended.text
    assert "What came out needs a hand" not in ended.text
    collection = read((folder / "c.yaml").read_text("utf-8")).plain()
    assert isinstance(collection, dict)
    requests = collection["requests"]
    assert isinstance(requests, list)
    return ended, requests


@pytest.mark.parametrize(
    ("asserted", "expect"),
    [
        ("res.body.a: startsWith 5", None),
        ("res.status: eq abc", None),
        ('res.status: eq "200"', None),
        ("res.status: isNumber", None),
        ("res.headers['x-count']: eq 5", None),
        ("res.headers['x-count']: eq \"5\"", {"headers": {"x-count": "5"}}),
        ("res.headers['X-Count']: isDefined", None),
        ("res.getHeader('x-count'): isDefined", None),
        ("res.body.a: eq `b`", None),
        (r"res.body.a: eq a\nb", None),
        ("res.body.a: eq 0x5", None),
        ("res.body.a: eq 05", {"json": {"$.a": 5}}),
        ("res.body.a: eq 5e1", {"json": {"$.a": 50}}),
        ("res.body.a: eq 1234567890123456", {"json": {"$.a": 1234567890123456}}),
        ("res.body.a: eq 12345678901234567890", {"json": {"$.a": "12345678901234567890"}}),
        ("res.body.a: isUndefined", {"json": {"$": {"not": None}, "$.a": {"exists": False}}}),
        ("res.body.a.b: isUndefined", {"json": {"$.a": {"not": None}, "$.a.b": {"exists": False}}}),
        ("res.body.a[3]: isUndefined", {"json": {"$.a": {"type": "array"}, "$.a[3]": {"exists": False}}}),
        ("res.body.a: isJson", {"json": {"$.a": {"type": ["object", "array"]}}}),
    ],
)
def test_an_assertion_of_bruno(asserted: str, expect: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = REQUEST.format(f"assert {{\n  {asserted}\n}}")
    ended, requests = imported(tmp_path, monkeypatch, "a.bru", text)
    assert isinstance(requests[0], dict)
    assert requests[0].get("expect") == expect
    assert ("not understood" in ended.err) is (expect is None)


@pytest.mark.parametrize(
    ("script", "expect"),
    [
        ('expect(res.getHeader("x-count")).to.equal(5)', None),
        ('expect(res.getHeader("x-count")).to.equal("5")', {"headers": {"x-count": "5"}}),
        ('expect(res.status).to.equal("200")', None),
        ("expect(res.status).to.equal(200)", {"status": 200}),
        (
            'expect(res.body.a).to.not.have.property("b")',
            {"json": {"$.a": {"not": None}, "$.a.b": {"exists": False}}},
        ),
    ],
)
def test_a_script_of_bruno(script: str, expect: Plain, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, requests = imported(tmp_path, monkeypatch, "a.bru", REQUEST.format(f"tests {{\n  {script}\n}}"))
    assert isinstance(requests[0], dict)
    assert requests[0].get("expect") == expect
    assert ("not understood" in ended.err) is (expect is None)


@pytest.mark.parametrize(("value", "expected"), [("5", "<<x|json>>"), ("true", "<<x|json>>"), ("05", "<<x>>")])
def test_a_variable_is_compared_as_what_it_is(
    value: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bruno reads its value as a number; between quotes it is text."""
    variables = f"vars:pre-request {{\n  x: {value}\n}}"
    blocks = variables + "\n\nassert {\n  res.body.a: eq {{x}}\n  res.body.b: eq '{{x}}'\n}"
    _, requests = imported(tmp_path, monkeypatch, "a.bru", REQUEST.format(blocks))
    assert isinstance(requests[0], dict)
    assert requests[0]["expect"] == {"json": {"$.a": expected, "$.b": "<<x>>"}}


BUNDLE: Final = """
opencollection: 1.0.0
info: {name: All}
request: {auth: {type: bearer, token: all-123456}}
items:
  - {info: {name: silent, type: http}, http: {method: GET, url: https://h.example/a}}
  - {info: {name: takes it, type: http}, http: {method: GET, url: https://h.example/b, auth: inherit}}
"""


def test_a_request_that_chooses_no_key_gets_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, (silent, takes) = imported(tmp_path, monkeypatch, "a.yml", BUNDLE)
    assert isinstance(silent, dict)
    assert isinstance(takes, dict)
    assert silent["auth"] == "none"
    assert "auth" not in takes


def test_a_folder_that_has_no_key_hands_on_that_of_the_collection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c" / "f").mkdir(parents=True)
    (tmp_path / "c" / "bruno.json").write_text("{}")
    (tmp_path / "c" / "collection.bru").write_text(
        "auth {\n  mode: bearer\n}\n\nauth:bearer {\n  token: all-123456\n}\n"
    )
    (tmp_path / "c" / "f" / "folder.bru").write_text("auth {\n  mode: none\n}\n")
    (tmp_path / "c" / "f" / "a.bru").write_text("get {\n  url: https://h.example/a\n  auth: inherit\n}\n")
    out = Program(monkeypatch, tmp_path).run("import", "bruno", "c").out
    assert out.count("auth: ") == 1
    assert "  auth: {bearer: <<TOKEN>>}" in out


HTTPYAC: Final = """
# @name login
POST https://h.example/login

###
{{
exports.a = 1;
}}
GET https://h.example/{{login.a.list[0].id}}

{{
test("x", () => {});
}}
?? status == 201
?? header content-type includes json
?? body includes tea
?? duration < 2000
?? js response.parsedBody.n == 5
?? js response.parsedBody.name == tea
?? body list isArray
?? js response.parsedBody.n isFalse
"""


def test_a_file_of_httpyac(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended, (login, second) = imported(tmp_path, monkeypatch, "a.http", HTTPYAC)
    assert isinstance(login, dict)
    assert isinstance(second, dict)
    assert login["capture"] == {"login_id": "$.a.list[0].id"}
    assert second["url"] == "https://h.example/<<login_id>>"
    assert "text" not in second
    assert second["expect"] == {
        "status": 201,
        "headers": {"content-type": {"contains": "json"}},
        "text": {"contains": "tea"},
        "duration": {"lt": "2s"},
        "json": {"$.n": {"one_of": [5, "5"]}, "$.name": "tea", "$.list": {"type": "array"}},
    }
    assert ended.err.count("a script of httpyac is left out") == 2
    assert "a.http:21: not understood: ?? js response.parsedBody.n isFalse" in ended.err


SENT: Final = """
variables: {odd: "a&b"}
requests:
  - {name: basic, url: "https://h.example/a", auth: {basic: {username: ann, password: "x:<<PASSWORD>>"}}}
  - {name: form, url: "https://h.example/b", form: {a: <<odd>>}}
  - {name: json, url: "https://h.example/c", json: {a: <<odd>>}}
  - {name: lines, url: "https://h.example/d", text: "\\r\\n# a\\r\\nb"}
  - {name: request, url: "https://h.example/e", text: "a\\nGET https://h.example/"}
"""


def test_what_a_file_of_requests_says_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "c.yaml").write_text(SENT, encoding="utf-8")
    ended = Program(monkeypatch, tmp_path).run("export", "http", "c.yaml")
    assert "Authorization: Basic ann:x:{{PASSWORD}}\n" in ended.out
    assert 'c.yaml:5: odd is put into the form of "form" as it is, and its value needs encoding' in ended.err
    assert '"json" as it is' not in ended.err
    assert "c.yaml:7: blanks and lines at the ends of this body do not come over" in ended.err
    assert "c.yaml:7: the line breaks of this body come over as \\n" in ended.err
    assert "c.yaml:7: httpyac reads a line of this body as something else" in ended.err
    assert 'c.yaml:8: "request" is left out: a line of its body would be read as something else' in ended.err
