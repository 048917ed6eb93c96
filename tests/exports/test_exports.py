"""``runner export`` as a command: what it prints, writes and tells; nothing that it writes holds a secret."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest
from jsonschema import Draft7Validator

from runner.errors import ExitCode
from tests.command import Program

KINDS: Final = ("curl", "http", "postman", "python")
HERE: Final = Path(__file__).parent
SOURCE: Final = """\
name: Shop
variables:
  BASE_URL: https://api.example.com
  DB: postgres://ann:hunter2-words@db.example.com/x
  COUNT: 3
secrets: [API_KEY]
defaults:
  headers: {Authorization: "Bearer sk-in-the-clear-0123456789"}
  timeout: 5s
requests:
  - name: log in
    tags: [smoke]
    url: <<BASE_URL>>/login
    json: {user: ann, password: correct-horse, db: <<DB>>, count: <<COUNT>>}
    expect:
      status: 200
      json: {"$.items[*].id": {each: {gt: 0}}, $.name: Ann}
    capture:
      id: $.id
      found: {regex: "a(b)"}
  - name: look
    url: <<BASE_URL>>/users/<<id>>
    headers: {X-Api-Key: <<API_KEY>>, Cookie: "session=abcdefgh12345678; theme=dark"}
    retry: {attempts: 3}
    skip: not now
  - include: more.yaml
"""
CLEAR: Final = ("sk-in-the-clear", "hunter2", "correct-horse", "abcdefgh12345678", "sk-from-env-0123456789")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "c.yaml").write_text(SOURCE, encoding="utf-8")
    (tmp_path / "more.yaml").write_text("requests: [{url: https://h.example/}]\n", encoding="utf-8")
    (tmp_path / ".env").write_text("API_KEY=sk-from-env-0123456789\n", encoding="utf-8")
    return Program(monkeypatch, tmp_path, {"API_KEY": "sk-from-env-0123456789"})


@pytest.mark.parametrize("kind", KINDS)
def test_no_secret_is_in_what_comes_out(kind: str, program: Program) -> None:
    ended = program.run("export", kind, "c.yaml")
    assert ended.code == ExitCode.OK, ended.text
    assert not [value for value in CLEAR if value in ended.text]
    assert "API_KEY" in ended.out
    assert "c.yaml:8: a secret stands here in the clear" in ended.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_that_is_wrong_on_purpose_stays(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = Program(monkeypatch, tmp_path)
    request = "requests: [{{url: 'https://h.test/', headers: {{{0}: '{1}'}}, expect: {{status: {2}}}}}]\n"

    def exported(*parts: object) -> str:
        (tmp_path / "a.yaml").write_text(request.format(*parts), encoding="utf-8")
        return program.run("export", kind, "a.yaml").text

    assert "in the clear" not in exported("Authorization", "Bearer wrong-key", 401)
    assert "it is the variable API_KEY there" in exported("Authorization", "Bearer wrong-key", 200)
    for name, value in (("Authorization", "Bearer {}"), ("Cookie", "session={}; place=example")):
        text = exported(name, value.format("Zq8-44kf-Lmm2"), "[401, 403]")
        assert "a secret stands here in the clear" in text
        assert "Zq8-44kf-Lmm2" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_what_cannot_be_said_is_told_with_its_place(kind: str, program: Program) -> None:
    told = program.run("export", kind, "c.yaml").err
    assert 'c.yaml:24: retry is left out of "look"' in told
    assert 'c.yaml:25: skip is left out of "look"' in told
    assert "c.yaml:26: the requests of more.yaml are left out" in told
    assert re.search(r"c\.yaml:2[01]: .*found", told), told
    assert "Exported 2 requests." in told


@pytest.mark.parametrize(
    ("kind", "says"), [("postman", "// not checked here: $.items[*].id"), ("python", "# not checked")]
)
def test_a_check_that_cannot_be_said_is_a_comment(kind: str, says: str, program: Program) -> None:
    ended = program.run("export", kind, "c.yaml")
    assert says in ended.out
    assert "c.yaml:17: " in ended.err


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_is_replaced_only_if_that_is_asked_for(kind: str, program: Program) -> None:
    target = program.working / "out" / "there"
    assert program.run("export", kind, "c.yaml", "-o", "out/there").code == ExitCode.OK
    text = target.read_text("utf-8")
    assert text == program.run("export", kind, "c.yaml").out
    target.write_text("mine", encoding="utf-8")
    ended = program.run("export", kind, "c.yaml", "-o", "out/there")
    assert (ended.code, target.read_text("utf-8")) == (ExitCode.USAGE, "mine")
    assert "--force" in ended.err
    assert program.run("export", kind, "c.yaml", "-o", "out/there", "--force").code == ExitCode.OK
    assert target.read_text("utf-8") == text


def test_the_collection_itself_is_never_replaced(program: Program) -> None:
    ended = program.run("export", "curl", "c.yaml", "-o", "c.yaml", "--force")
    assert ended.code == ExitCode.USAGE
    assert (program.working / "c.yaml").read_text("utf-8") == SOURCE


def test_one_collection_at_a_time(program: Program) -> None:
    ended = program.run("export", "curl", ".")
    assert ended.code == ExitCode.USAGE
    assert "Name one: c.yaml, more.yaml" in ended.err


def test_a_line_names_a_request(program: Program) -> None:
    ended = program.run("export", "curl", "c.yaml:23")
    assert "# look" in ended.out
    assert "# log in" not in ended.out


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("text", "code"), [("requests: []\n", ExitCode.OK), ("", ExitCode.INVALID), ("requests: [", ExitCode.INVALID)]
)
def test_odd_files(kind: str, text: str, code: ExitCode, program: Program) -> None:
    (program.working / "odd.yaml").write_text(text, encoding="utf-8")
    ended = program.run("export", kind, "odd.yaml")
    assert ended.code in (code, ExitCode.INVALID), ended.text
    assert "Traceback" not in ended.text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", sorted((HERE.parents[1] / "collections").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_collection_that_comes_along(kind: str, path: Path, program: Program) -> None:
    ended = program.run("export", kind, str(path))
    assert ended.code == ExitCode.OK, ended.text
    assert "q7z" not in ended.out, "a mark was not replaced"
    if kind == "python":
        compile(ended.out, "script.py", "exec")
    if kind == "postman":
        schema = json.loads((HERE / "postman.schema.json").read_text("utf-8"))
        Draft7Validator(schema).validate(json.loads(ended.out))


def test_variables_that_variables_are_made_of(program: Program) -> None:
    text = "variables: {HOST: h.example, BASE: 'https://<<HOST>>/v1'}\nrequests: [{name: a, url: <<BASE>>/x}]\n"
    (program.working / "d.yaml").write_text(text, encoding="utf-8")
    assert 'HOST=h.example\nBASE=https://"$HOST"/v1\n' in program.run("export", "curl", "d.yaml").out
    assert 'HOST = "h.example"\nBASE = f"https://{HOST}/v1"\n' in program.run("export", "python", "d.yaml").out
    assert "@HOST = h.example\n@BASE = https://{{HOST}}/v1\n" in program.run("export", "http", "d.yaml").out


def test_a_captured_value_goes_on_to_what_needs_it(program: Program) -> None:
    http = program.run("export", "http", "c.yaml").out
    assert "# @name log_in\n" in http
    assert "@id = {{log_in.response.body.$.id}}\n" in http
    assert "GET {{BASE_URL}}/users/{{id}}\n" in http
    python = program.run("export", "python", "c.yaml").out
    assert 'id_ = answer["id"]\n' in python
    assert 'f"{BASE_URL}/users/{id_}"' in python
    postman = json.loads(program.run("export", "postman", "c.yaml").out)
    script = postman["item"][0]["item"][0]["event"][0]["script"]["exec"]
    assert 'pm.collectionVariables.set("id", answer.id);' in script


def test_filters_are_variables_of_their_own(program: Program) -> None:
    text = "variables: {A: x}\nrequests: [{name: a, url: 'https://h.example/<<A|sha256>>/<<API_KEY|base64>>'}]\n"
    (program.working / "d.yaml").write_text(text, encoding="utf-8")
    for kind in KINDS:
        ended = program.run("export", kind, "d.yaml")
        assert "A_sha256" in ended.out
        assert "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881" in ended.out
        assert "API_KEY_base64" in ended.out
        assert "<<API_KEY|base64>> is the variable API_KEY_base64 there" in ended.err


@pytest.mark.parametrize("kind", KINDS)
def test_of_a_conversation_there_is_the_first_turn(kind: str, program: Program) -> None:
    ended = program.run("export", kind, str(HERE.parents[1] / "collections/conversation.yaml"))
    assert "turn 1" in ended.out
    assert "turn 2" not in ended.out
    assert '"conversation, turn 2" is left out: it holds the answer to the turn before it' in ended.err
    assert '"=' not in ended.text


def test_a_query_of_postman_is_what_is_sent_here(program: Program) -> None:
    text = (
        "variables: {A: 'x&y', B: z}\nrequests:\n  - {name: a, url: 'https://h.example/?flag&b=', "
        "query: {a: <<A>>, b: <<B>>}}\n"
    )
    (program.working / "d.yaml").write_text(text, encoding="utf-8")
    ended = program.run("export", "postman", "d.yaml")
    url = json.loads(ended.out)["item"][0]["request"]["url"]
    assert url["raw"] == "https://h.example/?flag&b=&a={{A}}&b={{B}}"
    assert [(one["key"], one["value"]) for one in url["query"][:2]] == [("flag", None), ("b", "")]
    assert 'd.yaml:3: a variable in the query parameter "a" has & or # in it, which end it there' in ended.err
    assert '"b"' not in ended.err


def test_a_header_that_must_not_be_is_told(program: Program) -> None:
    text = "requests: [{name: a, url: 'https://h.example/', expect: {headers: {Vary: {not: Origin}, Via: x}}}]\n"
    (program.working / "d.yaml").write_text(text, encoding="utf-8")
    ended = program.run("export", "postman", "d.yaml")
    assert ended.err.count("of a header that comes several times Postman looks at the last alone") == 1


def test_every_answer_is_held_to_its_word_in_postman(program: Program) -> None:
    exported = program.run("export", "postman", "c.yaml").out
    (event,) = json.loads(exported)["event"]
    assert "pm.response.json()" in "".join(event["script"]["exec"])
    (program.working / "p.json").write_text(exported, encoding="utf-8")
    assert "says it is JSON" not in program.run("import", "postman", "p.json").text
