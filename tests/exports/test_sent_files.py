"""Bodies made of files in an exported script: curl reads the files, and sends what the collection does."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from runner.errors import ExitCode
from tests.command import Program
from tests.echo_server import serve_echo

SECRET: Final = 'k"e;y@\\ 0123456789'
INSIDE: Final = "what-stands-in-the-file"
FILES: Final = ("notes.txt", "data.csv", "bytes", "sub/a b,c;d.txt", 'q"uote.txt', "back\\slash.txt", "-")
SOURCE: Final = """\
secrets: [API_KEY]
variables: {BASE_URL: "http://h.example", DIR: sub, WHO: ann}
requests:
  - name: plain
    url: <<BASE_URL>>/plain
    multipart:
      note: hi
      file: {file: notes.txt}
  - name: odd
    url: <<BASE_URL>>/odd
    auth: {basic: {username: ann, password: <<API_KEY>>}}
    multipart:
      quoted: '"quoted"'
      blank: " a"
      ended: "a "
      bracket: "(x"
      semicolon: a;type=text/html
      at: "@notes.txt"
      less: <notes.txt
      key: <<API_KEY>>
      who: hi <<WHO>>
      empty: ""
      'na"me': x
      csv: {file: ./data.csv}
      bytes: {file: bytes}
      named: [{file: notes.txt, filename: 'a"b.txt'}, {file: notes.txt, filename: "x;y,z.csv", type: text/plain}]
      folder: {file: "<<DIR>>/a b,c;d.txt"}
      letters: {file: bytes, filename: "it's é.png"}
      mark: {file: 'q"uote.txt'}
      slash: {file: 'back\\slash.txt'}
      dash: {file: "-"}
  - name: name with an equals sign
    url: <<BASE_URL>>/equals
    multipart: {"a=b": x, file: {file: notes.txt}}
  - name: lines
    url: <<BASE_URL>>/lines
    multipart: {a: "x\\r\\ny", file: {file: notes.txt}}
  - name: whole
    method: PUT
    url: <<BASE_URL>>/whole
    file: <<DIR>>/a b,c;d.txt
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "sub").mkdir()
    for name in FILES:
        (tmp_path / name).write_bytes(f"\0{INSIDE} é\r\n".encode())
    (tmp_path / "c.yaml").write_text(SOURCE, encoding="utf-8")
    return Program(monkeypatch, tmp_path, {"API_KEY": SECRET})


def test_files_are_written_as_people_write_them(program: Program) -> None:
    out = program.run("export", "curl", "c.yaml:4").out
    assert out.endswith("  -F 'note=hi' \\\n  -F 'file=@notes.txt'\n"), out
    assert "Content-Type" not in out
    whole = program.run("export", "curl", "c.yaml:40").out
    assert whole.endswith("  --data-binary '@sub/a b,c;d.txt'\n"), whole


def test_what_a_file_holds_is_not_in_the_script(program: Program) -> None:
    for lines in ("4", "9", "40"):
        assert INSIDE not in program.run("export", "curl", f"c.yaml:{lines}").out


def test_what_a_variable_holds_is_read_as_no_file(program: Program) -> None:
    out = program.run("export", "curl", "c.yaml").out
    assert "--form-string 'key='\"$API_KEY\"" in out
    assert "--form-string 'who=hi '\"$WHO\"" in out


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_sends_what_the_collection_does(program: Program) -> None:
    with serve_echo() as server:
        (program.working / "c.yaml").write_text(SOURCE.replace("http://h.example", server.url), encoding="utf-8")
        ended = program.run("run", "c.yaml")
        assert ended.code == ExitCode.OK, ended.text
        ours = [_sent(one) for one in server.received]
        server.received.clear()
        script = program.run("export", "curl", "c.yaml").out
        subprocess.run(
            ["sh", "-c", script],
            cwd=program.working,
            env={"PATH": "/usr/bin:/bin", "API_KEY": SECRET},
            check=True,
            capture_output=True,
        )
        assert [_sent(one) for one in server.received] == ours


def _sent(arrived: dict[str, object]) -> tuple[object, ...]:
    """A request without what stands between its parts and depends on it."""
    headers = arrived["header"]
    assert isinstance(headers, dict)
    kind, _, boundary = headers["content-type"].partition("; boundary=")
    body = str(arrived["body"]).replace(boundary, "boundary").rstrip("-\r\n") if boundary else arrived["body"]
    names = {"content-type", "content-length", "connection", "host"}
    kept = {name: value for name, value in headers.items() if name not in names}
    return arrived["method"], arrived["target"], kind, kept, body
