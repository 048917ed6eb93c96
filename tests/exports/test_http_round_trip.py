"""A collection exported as a ``.http`` file and imported again sends the same requests: those that the export does not
tell of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings, strategies as st

from runner.errors import ExitCode
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.command import Program
from tests.imports.test_curl_round_trip import REQUESTS, SECRETS as ODD, write_files

SECRETS: Final = {name: f"{name.lower()}-0123456789" for name in ODD}
UNSAID: Final = ("proxy", "tls")
"""Keys that such a file has no word for, which is told."""
LEFT_OUT: Final = re.compile(r'"(request \d+)" is left out')
TAKEN_OUT: Final = re.compile(r'"(request \d+)" is sent without')
ODD_TEXTS: Final = ("a\rb", "a\r\nb\r", "\r\n\ra\r\r\nb", "\r", "\x0ba\x85\u2028b\x1c \t", " a\n\n\tb\x0c", " \n a")
CHANGED_TEXT: Final = re.compile(r"of this body (?:come over as|do not come over)")
TITLE: Final = re.compile(r"^  (request \d+)(?:  \(.*\))?$", re.MULTILINE)


def sent(program: Program, file: str) -> dict[str, object]:
    """By name, each request as it is shown: its first line, its headers in any order, and its body."""
    ended = program.run("show", file)
    assert ended.code == ExitCode.OK, ended.text
    pieces = TITLE.split(ended.out)[1:]
    return {name: _parts(text) for name, text in zip(pieces[::2], pieces[1::2], strict=True)}


def _parts(text: str) -> tuple[object, ...]:
    head, _, body = text.strip("\n").partition("\n\n")
    first, *headers = (line.strip() for line in head.splitlines())
    return unquote(first), sorted(headers, key=str.lower), body.rstrip()


def text_of_file(text: Value) -> str:
    """What such a file can hold of a body's text: line breaks of one kind, and no blanks at its ends."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"^(?:[^\S\n]*\n)+", "", lines).rstrip()


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(requests=st.lists(REQUESTS, min_size=1, max_size=4))
@example(requests=[{"url": "https://h.example/", "method": "POST", "text": text} for text in ODD_TEXTS])
def test_exported_and_imported_sends_the_same(
    requests: list[Mapping[str, Value]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path)
    program = Program(monkeypatch, tmp_path, SECRETS)
    made: list[dict[str, Value]] = [
        {"name": f"request {number}", **{key: value for key, value in request.items() if key not in UNSAID}}
        for number, request in enumerate(requests)
    ]
    (tmp_path / "c.yaml").write_text(collection_text({"secrets": list(SECRETS), "requests": made}), "utf-8")
    exported = program.run("export", "http", "c.yaml", "-o", "c.http", "--force")
    assert exported.code == ExitCode.OK, exported.text
    told = {*LEFT_OUT.findall(exported.err), *TAKEN_OUT.findall(exported.err)}
    as_told = [{**one, "text": text_of_file(one["text"])} if "text" in one else one for one in made]
    (tmp_path / "e.yaml").write_text(collection_text({"secrets": list(SECRETS), "requests": as_told}), "utf-8")
    kept = {name: one for name, one in sent(program, "e.yaml").items() if name not in told}
    changed = [one["name"] for one, other in zip(made, as_told, strict=True) if one != other and one["name"] in kept]
    assert len(CHANGED_TEXT.findall(exported.err)) >= len(changed), f"{exported.err}\n{changed}"
    if not kept:
        return
    imported = program.run("import", "http", "c.http", "-o", "d.yaml", "--force")
    assert imported.code == ExitCode.OK, imported.text
    found = {name: one for name, one in sent(program, "d.yaml").items() if name in kept}
    assert found == kept, (tmp_path / "c.http").read_text("utf-8") + exported.err + imported.err


WORDS: Final = """\
variables: {T: 3s}
secrets: [API_KEY]
requests:
  - name: told
    description: |
      First line.
      @name something-else
      @prompt code
    url: https://h.example/a
    auth: {bearer: <<API_KEY>>}
    timeout: {connect: 1500ms, total: 5s, idle: 2s}
    headers: {Accept: null}
    text: |
      two lines
      of text
  - {name: limit, url: "https://h.example/b", timeout: <<T>>}
  - {name: method, url: "https://h.example/c", method: X-ODD}
  - {name: file, url: "https://h.example/d", text: "<@utf8 secret.txt"}
  - {name: answer, url: "https://h.example/e", text: ">>! answer.json"}
"""


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    (tmp_path / "c.yaml").write_text(WORDS, encoding="utf-8")
    return Program(monkeypatch, tmp_path)


def test_a_description_says_nothing_of_how_to_send(words: Program) -> None:
    out = words.run("export", "http", "c.yaml").out
    assert (
        "# First line.\n# - @name something-else\n# - @prompt code\n# @connection-timeout 1500 ms\n# @timeout 5\n"
        in out
    )


def test_nothing_of_it_is_lost_in_silence(words: Program) -> None:
    ended = words.run("export", "http", "c.yaml")
    assert 'c.yaml:11: the idle timeout of "told" is left out' in ended.err
    assert 'c.yaml:16: timeout is left out of "limit"' in ended.err
    assert 'c.yaml:12: "told" is sent without Accept: the tools send one of their own' in ended.err
    assert "c.yaml:13: blanks and lines at the ends of this body do not come over" in ended.err
    assert 'c.yaml:17: "method" is left out: X-ODD is read as no method there' in ended.err
    assert ended.out.rstrip().endswith("### limit\nGET https://h.example/b")


def test_lines_that_editors_read_as_files_are_left_out(words: Program) -> None:
    ended = words.run("export", "http", "c.yaml")
    assert 'c.yaml:18: "file" is left out: a line of its body would be read as something else' in ended.err
    assert 'c.yaml:19: "answer" is left out: a line of its body would be read as something else' in ended.err


def test_a_secret_that_comes_back_is_no_variable_of_itself(words: Program) -> None:
    words.run("export", "http", "c.yaml:4", "-o", "c.http")
    words.run("import", "http", "c.http", "-o", "d.yaml")
    text = (words.working / "d.yaml").read_text("utf-8")
    assert "secrets: [API_KEY]\n" in text
    assert "variables:" not in text
