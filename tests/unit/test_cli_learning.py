from __future__ import annotations

import json
import os
import signal
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest

from runner.loading.collection import load_collection
from runner.writing.formatting import formatted
from tests.command import Ended, Program, RunningClock
from tests.servers import Client, Script, ok, serve, serve_bytes

JSON = "Content-Type: application/json"
KEY = "sk-live-0123456789abcdef"


def paths(answers: Mapping[str, bytes]) -> Script:
    """Answers by path; anything else is not there."""

    def script(client: Client) -> None:
        while (request := client.read_request()) is not None:
            path = request.line.split(" ")[1]
            client.send(answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))

    return script


def answer(value: object, *headers: str) -> bytes:
    return ok(json.dumps(value).encode(), JSON, *headers)


def learn(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answers: Mapping[str, bytes], *options: str, **environ: str
) -> Ended:
    """``runner run c.yaml`` with these options, against a server that gives these answers."""
    with serve(paths(answers)) as server:
        program = Program(monkeypatch, folder, {"BASE": server.url, **environ}, RunningClock())
        return program.run("run", "c.yaml", "-q", *options)


def mocked(monkeypatch: pytest.MonkeyPatch, folder: Path, **environ: str) -> Ended:
    return Program(monkeypatch, folder, {"BASE": "http://x.test", **environ}, RunningClock()).run(
        "run", "c.yaml", "-q", "--mock", "--strict"
    )


def test_a_schema_that_is_not_there_is_made_of_all_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("""\
requests:
  - {name: one, url: <<BASE>>/1, expect: {schema: schemas/note.json}}
  - {name: two, url: <<BASE>>/2, expect: {schema: schemas/note.json}}
""")
    answers = {"/1": answer({"id": 1, "note": None}), "/2": answer({"id": 2, "note": "x", "more": [1]})}
    assert learn(monkeypatch, tmp_path, answers).code == 3
    ended = learn(monkeypatch, tmp_path, answers, "--update-schema", "-j", "2")
    assert (ended.code, ended.err) == (0, "Wrote schemas/note.json:\n  made of 2 answers\n")
    assert (
        (tmp_path / "schemas/note.json").read_text()
        == """\
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "required": ["id", "note"],
  "properties": {
    "id": {"type": "integer"},
    "note": {"type": ["string", "null"]},
    "more": {
      "type": "array",
      "items": {"type": "integer"}
    }
  }
}
"""
    )
    assert learn(monkeypatch, tmp_path, answers).code == 0
    again = learn(monkeypatch, tmp_path, answers, "--update-schema")
    assert (again.code, again.err) == (0, "Nothing is new: the files are as they were.\n")
    other = {**answers, "/2": answer({"id": "2", "note": "x"})}
    assert learn(monkeypatch, tmp_path, other).code == 1


def test_that_no_request_names_a_schema_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("requests:\n  - {name: one, url: <<BASE>>/1, expect: {status: 200}}\n")
    answers = {"/1": answer({"id": 1})}
    how = "No request names a schema. With expect: {schema: schemas/NAME.json} that file is made.\n"
    ended = learn(monkeypatch, tmp_path, answers, "--update-schema", "--update-examples")
    assert (ended.code, ended.err) == (0, f'Updated c.yaml:\n  example of "one"\n{how}')
    again = learn(monkeypatch, tmp_path, answers, "--update-schema")
    assert (again.code, again.err) == (0, how)
    only_examples = learn(monkeypatch, tmp_path, answers, "--update-examples")
    assert only_examples.err == "Nothing is new: the files are as they were.\n"


def test_schemas_keep_what_somebody_wrote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("""\
requests:
  - name: json
    url: <<BASE>>/1
    expect: {schema: note.json}
  - name: yaml
    url: <<BASE>>/1
    expect: {schema: note.yaml}
  - name: inline
    url: <<BASE>>/1   # here
    expect:
      schema:   # by hand
        required: [id]
        properties:
          # a number once
          id: {type: integer, description: Which one.}   # mind it
""")
    (tmp_path / "note.json").write_text('{"title": "A note",\n "properties": {"id": {"type": "integer"}}}\n')
    (tmp_path / "note.json").chmod(0o640)
    (tmp_path / "note.yaml").write_text("# a note\ntype: object\nrequired: [id, x]   # both\nproperties: {}\n")
    ended = learn(monkeypatch, tmp_path, {"/1": answer({"id": "a"})}, "--update-schema")
    assert (ended.code, ended.err) == (
        0,
        """\
Updated note.json:
  $.id may be text
Updated note.yaml:
  $ may be without x
Updated c.yaml:
  $.id may be text
""",
    )
    assert (tmp_path / "note.json").read_text() == (
        '{"title": "A note",\n "properties": {"id": {"type": ["integer", "string"]}}}\n'
    )
    assert stat.S_IMODE((tmp_path / "note.json").stat().st_mode) == 0o640
    assert (tmp_path / "note.yaml").read_text() == ("# a note\ntype: object\nrequired: [id]   # both\nproperties: {}\n")
    assert (
        (tmp_path / "c.yaml")
        .read_text()
        .endswith("""\
    url: <<BASE>>/1   # here
    expect:
      schema:   # by hand
        required: [id]
        properties:
          # a number once
          id: {type: [integer, string], description: Which one.}   # mind it
""")
    )


WITH_EXAMPLES = """\
# Notes.
secrets: [API_KEY]
requests:
  # all
  - name: list
    url: <<BASE>>/notes   # here
    auth: {bearer: <<API_KEY>>}
    expect:
      headers: {x-page: "1"}
      json:
        $[0].text: \\<<b>>

  - name: login
    method: POST
    url: <<BASE>>/login
    capture: {pass: {json: $.ticket, secret: true}}
  - {name: me, url: <<BASE>>/me, headers: {x-pass: <<pass>>}}
  - name: gone
    method: DELETE
    url: <<BASE>>/gone
    examples:
      - name: refused
        status: 401
      # as it was
      - name: done   # kept
        status: 204
        delay: 1ms
  - name: talk
    url: <<BASE>>/talk
    expect:
      json:
        $.choices[0].message.content: Hello
  - name: page
    url: <<BASE>>/page
    expect: {text: {contains: grün}}
# the end
"""
PIECE = (
    '{"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": "%s"}, "finish_reason": %s}]}'
)
TALK = "".join(f"data: {one}\n\n" for one in (PIECE % ("Hel", "null"), PIECE % ("lo", '"stop"'), "[DONE]")).encode()


def test_examples_are_what_the_mock_answers_with(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(WITH_EXAMPLES)
    answers = {
        "/notes": answer([{"id": 1, "text": "<<b>>", "key": KEY.upper()}], "X-Page: 1", "X-Trace: 7"),
        "/login": answer({"ticket": "tick-et-1234", "access_token": "abcdefghij", "token_type": "Bearer ABC"}),
        "/me": answer({"sent": "tick-et-1234", KEY: 1}),
        "/gone": b"HTTP/1.1 204 No Content\r\n\r\n",
        "/talk": ok(TALK, "Content-Type: text/event-stream"),
        "/page": ok("<p>grün</p>".encode("latin-1"), "Content-Type: text/html; charset=iso-8859-1"),
    }
    ended = learn(monkeypatch, tmp_path, answers, "--update-examples", API_KEY=KEY)
    assert ended.code == 0, ended.text
    text = path.read_text()
    assert KEY not in text.replace("\n", "")
    assert KEY.upper() not in text
    assert "tick-et" not in text
    assert "abcdefghij" not in text
    for line in WITH_EXAMPLES.splitlines():
        assert line in text or line.startswith("  - {name: me")
    assert '        headers: {x-page: "1"}\n        json:\n' in text or 'headers:\n          x-page: "1"\n' in text
    assert "trace" not in text.lower()
    assert r"\<<b>>" in text
    assert mocked(monkeypatch, tmp_path, API_KEY=KEY).code == 1  # of "gone" the first example still answers 401
    path.write_text(text.replace("      - name: refused\n        status: 401\n", ""))
    done = mocked(monkeypatch, tmp_path, API_KEY=KEY)
    assert done.code == 0, done.text
    again = learn(monkeypatch, tmp_path, answers, "--update-examples", API_KEY=KEY)
    assert again.code == 0
    assert "Updated" not in again.err
    assert load_collection(path, "c.yaml").warnings == ()


def test_a_failed_answer_teaches_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = """\
requests:
  - {name: a, url: <<BASE>>/500, expect: {schema: s.json}}
  - {name: b, url: <<BASE>>/other, expect: {schema: t.json, json: {$.id: 2}}}
  - {name: c, url: <<BASE>>/doubt, expect: {schema: u.json, status: [200, 404]}}
"""
    (tmp_path / "c.yaml").write_text(text)
    (tmp_path / "t.json").write_text('{"type": "string"}')
    answers = {"/500": b"HTTP/1.1 500 X\r\nContent-Length: 2\r\n\r\n{}", "/other": answer({"id": 1})}
    ended = learn(monkeypatch, tmp_path, answers, "--update-schema", "--update-examples")
    assert ended.code == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.yaml", "t.json"]
    assert (tmp_path / "t.json").read_text() == '{"type": "string"}'
    assert (tmp_path / "c.yaml").read_text() == text
    assert "404 is one of several that it expects, and it does not fit the schema" in ended.err
    assert "Nothing was learnt from 2 requests that did not pass." in ended.err


def test_no_answer_passes_that_is_held_against_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The schemas that are widened are not checked before: where one cannot be, the run has not passed."""
    (tmp_path / "c.yaml").write_text("""\
requests:
  - {name: no json, url: <<BASE>>/text, expect: {schema: s.json}}
""")
    ended = learn(monkeypatch, tmp_path, {"/text": ok(b"hello", "Content-Type: text/plain")}, "--update-schema")
    assert ended.code == 1
    assert "the answer is not JSON" in ended.err
    (tmp_path / "s.json").write_text('{"$ref": "other.json"}')
    (tmp_path / "other.json").write_text('{"type": "string"}')
    ended = learn(monkeypatch, tmp_path, {"/text": answer({})}, "--update-schema")
    assert ended.code == 1
    assert ended.err == (
        "Not learnt: s.json: the answer does not fit what it refers to in another file, or a false in it.\n"
    )
    (tmp_path / "other.json").write_text('{"type": "object"}')
    assert learn(monkeypatch, tmp_path, {"/text": answer({})}, "--update-schema").code == 0


def test_a_secret_is_in_no_schema(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("""\
requests:
  - {name: a, url: <<BASE>>/a, auth: {bearer: <<API_KEY>>}, expect: {schema: s.json}}
""")
    ended = learn(monkeypatch, tmp_path, {"/a": answer({KEY: 1})}, "--update-schema", API_KEY=KEY)
    assert (ended.code, ended.err) == (1, "Not learnt: s.json: a secret is a key in it.\n")
    (tmp_path / "s.json").write_text('{"properties": {"a": {"enum": ["b"]}}}')
    ended = learn(monkeypatch, tmp_path, {"/a": answer({"a": f"x {KEY}"})}, "--update-schema", API_KEY=KEY)
    assert (ended.code, ended.err) == (
        1,
        "Not learnt: s.json: a secret that came would have to stand in it.\n",
    )
    assert (tmp_path / "s.json").read_text() == '{"properties": {"a": {"enum": ["b"]}}}'


@pytest.mark.parametrize(
    "old",
    ['{"properties": {"password": {"const": "b"}}}', '{"properties": {"password": {"enum": ["b", "x KEY"]}}}'],
    ids=["by-name", "beside-one-that-is-there"],
)
def test_what_is_a_secret_by_its_name_is_in_no_schema(
    old: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = old.replace("KEY", KEY)
    (tmp_path / "c.yaml").write_text("""\
requests:
  - {name: a, url: <<BASE>>/a, auth: {bearer: <<API_KEY>>}, expect: {schema: s.json}}
""")
    (tmp_path / "s.json").write_text(old)
    ended = learn(monkeypatch, tmp_path, {"/a": answer({"password": "hunter-2022"})}, "--update-schema", API_KEY=KEY)
    assert (ended.code, ended.err) == (1, "Not learnt: s.json: a secret that came would have to stand in it.\n")
    assert (tmp_path / "s.json").read_text() == old


def test_included_files_rows_and_turns_are_written_in_their_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "c.yaml").write_text("""\
matrix: {N: [1, 2]}
requests:
  - include: parts/login.yaml
  - name: talk
    url: <<BASE>>/chat
    json: {model: m}
    turns:
      - user: Hello
      - user: Bye
  - {name: row, url: <<BASE>>/row<<N>>, expect: {schema: row.json}}
""")
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts/login.yaml").write_text("""\
requests:
  - name: login   # theirs
    url: <<BASE>>/login
    expect: {schema: ../schemas/login.json}
""")
    answers = {
        "/login": answer({"a": 1}),
        "/chat": answer({"choices": [{"message": {"role": "assistant", "content": "Hi"}, "finish_reason": "stop"}]}),
        "/row1": answer({"x": 1}),
        "/row2": answer({"x": None, "y": 1}),
    }
    options = ("--update-schema", "--update-examples", "--root", ".")
    ended = learn(monkeypatch, tmp_path, answers, *options)
    assert ended.code == 0, ended.text
    assert '"row' in ended.err
    assert "2 different answers: its example is the first." in ended.err
    assert (tmp_path / "parts/login.yaml").read_text().startswith("requests:\n  - name: login   # theirs\n")
    assert (tmp_path / "parts/login.yaml").read_text().endswith("    examples:\n      - {name: ok, json: {a: 1}}\n")
    assert json.loads((tmp_path / "schemas/login.json").read_text())["required"] == ["a"]
    assert json.loads((tmp_path / "row.json").read_text())["properties"] == {
        "x": {"type": ["integer", "null"]},
        "y": {"type": "integer"},
    }
    text = (tmp_path / "c.yaml").read_text()
    assert text.count("examples:") == 3
    assert text.index("user: Hello") < text.index("examples:") < text.index("user: Bye")
    done = Program(monkeypatch, tmp_path, {"BASE": "http://x.test"}, RunningClock()).run(
        "run", "c.yaml", "--mock", "-q", "--root", "."
    )
    assert done.code == 0, done.text


def test_outside_of_its_folder_no_schema_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "c.yaml").write_text("requests:\n  - {name: a, url: <<BASE>>/a, expect: {schema: ../s.json}}\n")
    assert learn(monkeypatch, folder, {"/a": answer({})}, "--update-schema").code == 3
    (folder / "c.yaml").write_text('requests:\n  - {name: a, url: <<BASE>>/a, expect: {schema: "../<<X>>"}}\n')
    assert learn(monkeypatch, folder, {"/a": answer({})}, "--update-schema", X="s.json").code == 3
    (folder / "out").symlink_to(tmp_path)
    (folder / "c.yaml").write_text("requests:\n  - {name: a, url: <<BASE>>/a, expect: {schema: out/s.json}}\n")
    assert learn(monkeypatch, folder, {"/a": answer({})}, "--update-schema").code == 3
    assert not (tmp_path / "s.json").exists()


@pytest.mark.parametrize("option", ["--update-schema", "--update-examples"])
@pytest.mark.parametrize("other", ["--mock", "--dry-run", "--watch"])
def test_what_makes_no_sense_together_is_refused(
    option: str, other: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "c.yaml").write_text("requests: [{url: http://x.test/}]\n")
    ended = Program(monkeypatch, tmp_path).run("run", "c.yaml", option, other)
    assert ended.code == 2
    assert ended.err.startswith(f"Error: {option} ")
    assert other in ended.err
    piped = Program(monkeypatch, tmp_path).run("run", "-", option)
    assert piped.code == 2
    (tmp_path / "runner.toml").write_text(f"{option[2:]} = true\n")
    assert Program(monkeypatch, tmp_path).run("run", "c.yaml").code == 3


def test_a_ci_job_learns_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """There nobody would look at what changed: any answer would pass."""
    (tmp_path / "c.yaml").write_text("requests:\n  - {name: a, url: <<BASE>>/a, expect: {schema: s.json}}\n")
    for option in ("--update-schema", "--update-examples"):
        ended = learn(monkeypatch, tmp_path, {"/a": answer({"a": 1})}, option, CI="true")
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.startswith(f"Error: {option} would take whatever comes, and this is a CI job\n")
    assert not (tmp_path / "s.json").exists()
    assert learn(monkeypatch, tmp_path, {"/a": answer({"a": 1})}, "--update-schema", CI="").code == 0


def test_a_file_that_may_not_be_written_stays_and_the_run_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "requests:\n  - name: a\n    url: <<BASE>>/a\n    expect: {schema: s.json}\n"
    (tmp_path / "c.yaml").write_text(text)
    (tmp_path / "c.yaml").chmod(0o444)
    ended = learn(monkeypatch, tmp_path, {"/a": answer({"a": 1})}, "--update-schema", "--update-examples")
    assert ended.code == 70
    assert "Not written: c.yaml: it is read-only." in ended.err
    assert (tmp_path / "c.yaml").read_text() == text
    assert (tmp_path / "s.json").exists()


def test_a_file_that_was_saved_during_the_run_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - name: a\n    url: <<BASE>>/a\n")

    def script(client: Client) -> None:
        while client.read_request() is not None:
            path.write_text("# mine\n" + path.read_text())
            client.send(answer({}))

    with serve(script) as server:
        program = Program(monkeypatch, tmp_path, {"BASE": server.url}, RunningClock())
        ended = program.run("run", "c.yaml", "-q", "--update-examples")
    assert "it was saved while the run went on" in ended.err
    assert path.read_text() == "# mine\nrequests:\n  - name: a\n    url: <<BASE>>/a\n"


def test_what_ran_before_an_interrupt_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - {name: a, url: <<BASE>>/a}\n  - {name: b, url: <<BASE>>/b}\n")

    def script(client: Client) -> None:
        while (request := client.read_request()) is not None:
            if b"/b" in request.head.split(b"\r\n")[0]:
                os.kill(os.getpid(), signal.SIGINT)
                client.hang()
                return
            client.send(answer({"id": 1}))

    with serve(script) as server:
        program = Program(monkeypatch, tmp_path, {"BASE": server.url}, RunningClock())
        ended = program.run("run", "c.yaml", "-q", "--update-examples")
    assert ended.code == 130
    assert (
        path.read_text()
        == """\
requests:
  - name: a
    url: <<BASE>>/a
    examples:
      - {name: ok, json: {id: 1}}

  - {name: b, url: <<BASE>>/b}
"""
    )


@pytest.mark.parametrize(
    ("body", "kind", "why"),
    [
        (b"\x89PNG\x00", "image/png", "its body is no text (image/png)"),
        (b"x" * 70_000, "text/plain", "its body is larger than"),
        (b"\xff\xfe\xff", "text/plain", "no text in the encoding"),
        (b"[" * 90 + b"]" * 90, "application/json", "more than 80 levels"),
    ],
)
def test_what_is_no_example_is_told(
    body: bytes, kind: str, why: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - {name: a, url: <<BASE>>/a}\n")
    ended = learn(monkeypatch, tmp_path, {"/a": ok(body, f"Content-Type: {kind}")}, "--update-examples")
    assert ended.code == 0
    assert why in ended.err
    assert path.read_text() == "requests:\n  - {name: a, url: <<BASE>>/a}\n"


def test_a_secret_in_pieces_of_a_stream_is_not_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - {name: a, url: <<BASE>>/a, auth: {bearer: <<API_KEY>>}}\n")
    events = b"".join(b"data: " + json.dumps({"text": one}).encode() + b"\n\n" for one in (KEY[:9], KEY[9:]))
    stream = ok(events, "Content-Type: text/event-stream")
    ended = learn(monkeypatch, tmp_path, {"/a": stream}, "--update-examples", API_KEY=KEY)
    assert "a secret is spread over the events of its stream" in ended.err
    assert KEY[9:] not in path.read_text()


def test_a_file_with_windows_ends_and_a_mark_keeps_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbfrequests:\r\n  - name: a\r\n    url: <<BASE>>/a\r\n")
    assert learn(monkeypatch, tmp_path, {"/a": answer({"b": 1})}, "--update-examples").code == 0
    assert path.read_bytes() == (
        b"\xef\xbb\xbfrequests:\r\n  - name: a\r\n    url: <<BASE>>/a\r\n"
        b"    examples:\r\n      - {name: ok, json: {b: 1}}\r\n"
    )


def test_the_name_of_a_schema_may_have_a_placeholder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = 'requests:\n  - {name: a, url: <<BASE>>/a, capture: {X: $.x}, expect: {schema: "<<Y>>.json"}}\n'
    (tmp_path / "c.yaml").write_text(text)
    ended = learn(monkeypatch, tmp_path, {"/a": answer({"x": "one"})}, "--update-schema", Y="two")
    assert (ended.code, ended.err) == (0, "Wrote two.json:\n  made of 1 answer\n")


@pytest.mark.parametrize("name", ["<<X>>.json", "<<Z>>.json"])
def test_a_response_names_no_file_that_is_written(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"""\
variables: {{Z: s-<<X>>}}
requests:
  - {{name: a, url: <<BASE>>/a, capture: {{X: $.x}}, expect: {{schema: {name}}}}}
""")
    (tmp_path / "old.json").write_text('{"type": "string"}')
    for value in ("new", "old"):
        ended = learn(monkeypatch, tmp_path, {"/a": answer({"x": value})}, "--update-schema")
        assert ended.code == 1
        assert sorted(one.name for one in tmp_path.iterdir()) == ["c.yaml", "old.json"]
        assert (tmp_path / "old.json").read_text() == '{"type": "string"}'


@pytest.mark.parametrize("name", ["conftest.py", "s", ".bashrc", "a.txt"])
def test_what_is_made_has_the_name_of_a_schema(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text(f"requests:\n  - {{name: a, url: <<BASE>>/a, expect: {{schema: {name}}}}}\n")
    assert learn(monkeypatch, tmp_path, {"/a": answer({})}, "--update-schema").code == 3
    assert [one.name for one in tmp_path.iterdir()] == ["c.yaml"]


def test_what_is_formatted_stays_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Also a request in braces, whose keys have the order of a block once it is one."""
    path = tmp_path / "c.yaml"
    path.write_text("""\
requests:
  - {expect: {status: 2xx}, url: <<BASE>>/a, method: PUT, name: a}
  - name: b
    url: <<BASE>>/a
    # nothing more
  - name: c
    method: POST
    url: <<BASE>>/a
    capture:
      x: $.id
""")
    assert Program(monkeypatch, tmp_path).run("format", "c.yaml").code == 0
    assert (
        learn(monkeypatch, tmp_path, {"/a": answer({"id": 1, "b": {"c": [1, {"d": 2}]}})}, "--update-examples").code
        == 0
    )
    assert "  - name: a\n    method: PUT\n    url: <<BASE>>/a\n    expect:\n      status: 2xx\n" in path.read_text()
    ended = Program(monkeypatch, tmp_path).run("format", "c.yaml", "--check", "--diff")
    assert ended.code == 0, ended.out


def test_only_the_last_sending_is_learnt_from(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("requests:\n  - name: a\n    url: <<BASE>>/a\n    expect: {schema: s.json}\n")
    busy = b'HTTP/1.1 503 Busy\r\nContent-Length: 15\r\nContent-Type: application/json\r\n\r\n{"error": "no!"}'[:-1]
    with serve_bytes(busy, answer({"id": 1})) as server:
        program = Program(monkeypatch, tmp_path, {"BASE": server.url})
        options = ("--update-schema", "--update-examples", "--retries", "2")
        ended = program.run("run", "c.yaml", "-q", *options)
    assert ended.code == 0, ended.text
    assert "error" not in path.read_text() + (tmp_path / "s.json").read_text()


def test_a_schema_in_braces_stays_there_and_formatted_stays_formatted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = """\
requests:
  - name: a
    url: <<BASE>>/a
    expect:
      status: 200
      schema: {type: object, properties: {id: {type: integer}, in: {type: object, properties: {}}}}   # by hand
  - {name: b, url: <<BASE>>/a, expect: {schema: {type: object, properties: {id: {type: integer}}}, status: 200}}
"""
    text = formatted(text)
    assert "schema: {" in text
    (tmp_path / "c.yaml").write_text(text)
    ended = learn(monkeypatch, tmp_path, {"/a": answer({"id": "x", "in": {}})}, "--update-schema")
    assert ended.code == 0, ended.text
    new = (tmp_path / "c.yaml").read_text()
    assert new != text
    assert formatted(new) == new
    line = "schema: {type: object, properties: {id: {type: [integer, string]}, in: {type: object, properties: {}}}}"
    assert f"      {line}   # by hand\n" in new
