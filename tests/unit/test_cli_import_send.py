from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Ended, Program, RunningClock
from tests.servers import answers, ok, serve, serve_bytes

JSON = "Content-Type: application/json"
KEY = "sk-live-0123456789abcdef"
NOTE = ok(json.dumps({"id": 7, "text": "<<a>> b", "you": f"Bearer {KEY}", "none": None}).encode(), JSON)


def program(monkeypatch: pytest.MonkeyPatch, folder: Path, **environ: str) -> Program:
    return Program(monkeypatch, folder, environ, RunningClock())


def pasted(monkeypatch: pytest.MonkeyPatch, folder: Path, command: str, *options: str, **environ: str) -> Ended:
    return program(monkeypatch, folder, **environ).run("import", "curl", command, *options)


def test_the_first_answer_is_written_down(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve_bytes(NOTE) as server:
        command = f"curl {server.url}/notes/7 -H 'Authorization: Bearer {KEY}'"
        ended = pasted(monkeypatch, tmp_path, command, "--send", "-o", "n.yaml")
        assert [one.values("authorization") for one in server.arrived] == [[f"Bearer {KEY}"]]
    assert ended.code == 0
    assert "Sent GET /notes/7: 200 in " in ended.err
    assert KEY not in ended.text
    text = (tmp_path / "n.yaml").read_text()
    assert (
        text.replace(server.url, "URL")
        == """\
name: 127.0.0.1
secrets: [API_KEY]
requests:
  - name: GET /notes/7
    url: URL/notes/7
    auth: {bearer: <<API_KEY>>}
    expect:
      status: 200
      headers:
        content-type: {starts_with: application/json}
      schema: get-notes-7.schema.json
    examples:
      - {name: ok, json: {id: 7, text: \\<<a>> b, you: Bearer ***, none: null}}
"""
    )
    assert json.loads((tmp_path / "get-notes-7.schema.json").read_text()) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["id", "text", "you", "none"],
        "properties": {
            "id": {"type": "integer"},
            "text": {"type": "string"},
            "you": {"type": "string"},
            "none": {"type": "null"},
        },
    }
    assert (tmp_path / ".env").read_text() == f"API_KEY={KEY}\n"
    assert program(monkeypatch, tmp_path).run("run", "n.yaml", "--mock", "--strict").code == 0
    assert program(monkeypatch, tmp_path).run("format", "n.yaml", "--check").code == 0
    with serve_bytes(NOTE) as other:
        assert program(monkeypatch, tmp_path).run("run", "n.yaml", "--resolve", f"*:{server.port}:127.0.0.1").code == 4
        assert other.arrived == []


def test_without_a_file_the_schema_stands_in_the_collection(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve_bytes(NOTE) as server:
        ended = pasted(monkeypatch, tmp_path, f"curl {server.url}/notes/7 -H 'Authorization: Bearer {KEY}'", "--send")
    assert ended.code == 0
    assert list(tmp_path.iterdir()) == []
    assert "      schema:\n        type: object\n        required: [id, text, you, none]\n" in ended.out
    assert KEY not in ended.text


def test_nothing_is_sent_unasked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve_bytes(NOTE) as server:
        assert pasted(monkeypatch, tmp_path, f"curl {server.url}").code == 0
        assert server.arrived == []
        collection = tmp_path / "p.json"
        collection.write_text('{"info": {"schema": "v2.1.0", "name": "x"}, "item": []}')
        ended = program(monkeypatch, tmp_path).run("import", "postman", "p.json", "--send")
        assert (ended.code, ended.out) == (2, "")
        (tmp_path / "runner.toml").write_text("send = true\n")
        assert pasted(monkeypatch, tmp_path, f"curl {server.url}").code == 3
        assert server.arrived == []


def test_without_an_answer_the_collection_is_there_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve_bytes(b"") as server:
        gone = server.url
    plain = pasted(monkeypatch, tmp_path, f"curl {gone}/a")
    ended = pasted(monkeypatch, tmp_path, f"curl {gone}/a", "--send")
    assert (ended.code, ended.out) == (4, plain.out)
    assert "refused the connection" in ended.err
    assert pasted(monkeypatch, tmp_path, f"curl {gone}/a", "--send", "-o", "a.yaml").code == 4
    assert (tmp_path / "a.yaml").read_text() == plain.out


def test_an_error_teaches_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    error = b"HTTP/1.1 401 No\r\nContent-Length: 11\r\nContent-Type: application/json\r\n\r\n" + b'{"error":1}'
    with serve_bytes(error) as server:
        plain = pasted(monkeypatch, tmp_path, f"curl {server.url}/a")
        ended = pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send")
    assert (ended.code, ended.out) == (1, plain.out)
    assert "401" in ended.err
    broken = ok(b"{oh", JSON)
    with serve_bytes(broken) as server:
        plain = pasted(monkeypatch, tmp_path, f"curl {server.url}/a")
        ended = pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send")
    assert (ended.code, ended.out) == (1, plain.out)


def test_what_has_no_value_is_not_sent(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with serve_bytes(NOTE) as server:
        command = f"curl {server.url}/a -H 'Authorization: Bearer '\"$MY_KEY\""
        ended = pasted(monkeypatch, tmp_path, command, "--send", "-o", "a.yaml")
        assert ended.code == 3
        assert "MY_KEY has no value" in ended.err
        assert (tmp_path / "a.yaml").exists()
        assert server.arrived == []
        assert pasted(monkeypatch, tmp_path, command, "--send", MY_KEY="abcd-efgh").code == 0
        assert server.arrived[0].values("authorization") == ["Bearer abcd-efgh"]


@pytest.mark.parametrize("levels", [20, 45, 49, 60, 85, 150])
def test_what_is_nested_deeply_still_makes_a_collection(
    levels: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    body = b'{"a":' * levels + b"1" + b"}" * levels
    for options in (["-o", "a.yaml"], []):
        with serve_bytes(ok(body, JSON)) as server:
            ended = pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send", *options)
        assert ended.code == 0, ended.err
        assert "needs a hand" not in ended.err
        if not options:
            (tmp_path / "b.yaml").write_text(ended.out)
    for name in ("a.yaml", "b.yaml"):
        assert program(monkeypatch, tmp_path).run("check", name).code == 0


def test_each_command_is_sent_once_in_its_order(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "two.sh").write_text("curl $BASE/a\ncurl -X DELETE $BASE/b\n")
    no_content = b"HTTP/1.1 204 No Content\r\n\r\n"
    with serve(answers(ok(b"[1]", JSON), no_content)) as server:
        ended = pasted(monkeypatch, tmp_path, "two.sh", "--send", "-o", "two.yaml", BASE=server.url)
        assert [one.line.split(" ")[0] for one in server.arrived] == ["GET", "DELETE"]
    assert ended.code == 0, ended.text
    text = (tmp_path / "two.yaml").read_text()
    assert "schema: get-a.schema.json" in text
    assert "    expect: {status: 204}\n" in text or "    expect:\n      status: 204\n" in text
    assert "- {name: no content, status: 204}" in text


def test_what_is_neither_success_nor_error_is_expected(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    same = b"HTTP/1.1 304 Not Modified\r\n\r\n"
    with serve_bytes(same) as server:
        ended = pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send", "-o", "a.yaml")
    assert ended.code == 0, ended.text
    assert "status: 304" in (tmp_path / "a.yaml").read_text()
    assert program(monkeypatch, tmp_path).run("run", "a.yaml", "--mock").code == 0


def test_a_schema_file_of_somebody_else_stays(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "get-a.schema.json").write_text("mine")
    with serve_bytes(ok(b"{}", JSON)) as server:
        assert pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send", "-o", "a.yaml").code == 0
        assert (tmp_path / "get-a.schema.json").read_text() == "mine"
        assert "schema: get-a-2.schema.json" in (tmp_path / "a.yaml").read_text()
        pasted(monkeypatch, tmp_path, f"curl {server.url}/a", "--send", "-o", "a.yaml", "--force")
        assert "schema: get-a.schema.json" in (tmp_path / "a.yaml").read_text()
