"""A collection from standard input."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.command import Ended, Program

ROOT = Path(__file__).parents[2]
COLLECTION = """\
name: Piped
requests:
  - {name: one, url: "http://h.example/1", text: <<WORD>>, examples: [{json: {}}]}
  - name: two
    file: body.txt
    url: http://h.example/2
    expect: {status: 404}
    examples: [{json: {}}]
"""


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, data: bytes | None, *arguments: str) -> Ended:
    """A command whose standard input has ``data``, None for a closed one."""
    (folder / ".env").write_text("WORD=from-env\n", encoding="utf-8")
    (folder / "body.txt").write_text("body", encoding="utf-8")
    (folder / "c.yaml").write_text("requests: [{name: filed, url: 'http://h.example/'}]\n", encoding="utf-8")
    stdin = None if data is None else io.BytesIO(data)
    return Program(monkeypatch, folder, stdin=stdin).run(*arguments)


def test_paths_and_env_start_in_the_working_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, COLLECTION.encode(), "run", "--mock", "-v", "-")
    assert (ended.code, ended.out.splitlines()[0]) == (1, "<stdin> · Piped")
    assert "from-env" in ended.out
    assert "> body" in ended.out
    assert "<stdin>:7  status" in ended.out
    assert "send again" not in ended.out


@pytest.mark.parametrize("command", ["list", "check", "env", "show", "run"])
def test_every_command_reads_it(command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    options = ("--dry-run",) if command == "run" else ()
    ended = run(monkeypatch, tmp_path, b"\xef\xbb\xbf" + COLLECTION.encode(), command, *options, "-")
    assert (ended.code, "<stdin>" in ended.out) == (0, True), ended.text


def test_it_goes_beside_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, COLLECTION.encode(), "list", "c.yaml", "-")
    assert [line for line in ended.out.splitlines() if line[0] != " "] == ["c.yaml", "<stdin> · Piped"]


def test_its_lines_can_be_pasted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ended = run(monkeypatch, tmp_path, COLLECTION.encode(), "list", "<stdin>:7")
    assert ("two" in ended.out, "one" in ended.out) == (True, False)
    ended = run(monkeypatch, tmp_path, COLLECTION.encode(), "list", "<stdin>:1")
    assert (ended.code, "<stdin>:1 is not in a request" in ended.err) == (5, True)


@pytest.fixture
def cached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    """With a cache folder, and what the collection needs."""
    (tmp_path / ".env").write_text("WORD=x\n", encoding="utf-8")
    return Program(monkeypatch, tmp_path, {"XDG_CACHE_HOME": str(tmp_path)})


@pytest.mark.parametrize(
    ("data", "arguments", "code", "said"),
    [
        (b"", ("-",), 3, "error: nothing came from standard input\n"),
        (b" \n\n", ("-",), 3, "error: nothing came from standard input\n"),
        (b"# only a comment", ("-",), 3, "<stdin>:1:1: error: the file is empty"),
        (b"requests: [{url: 1}]", ("-",), 3, "<stdin>:1:18: error: "),
        (b"\xff\xfea\0", ("-",), 3, "<stdin> is not UTF-8 text: it is UTF-16\n"),
        (b"a: 1\nb: \xff", ("-",), 3, "<stdin>:2:4: error: <stdin> is not UTF-8 text: the byte at line 2, column 4"),
        (b"#" * 50_000_001, ("-",), 3, "<stdin> is larger than 50.0 MB\n"),
        (COLLECTION.encode(), ("-", "-"), 2, "- is given twice"),
        (COLLECTION.encode(), ("-", "--last-failed"), 2, "--last-failed and - do not go together"),
        (None, ("-",), 2, "standard input, which is closed"),
    ],
    ids=range(10),
)
def test_what_is_no_collection_is_said(
    data: bytes | None, arguments: tuple[str, ...], code: int, said: str, cached: Program
) -> None:
    stdin = None if data is None else io.BytesIO(data)
    ended = replace(cached, stdin=stdin).run("run", *arguments)
    assert (ended.code, ended.out, said in ended.err) == (code, "", True), ended.err


def test_a_stream_that_cannot_be_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with (tmp_path / "write-only").open("wb") as stream:
        os.set_blocking(stream.fileno(), True)
        descriptor = os.dup(stream.fileno())
    with open(descriptor, "rb") as broken:  # noqa: PTH123  # a descriptor that is open for writing only
        ended = Program(monkeypatch, tmp_path, stdin=broken).run("list", "-")
    assert (ended.code, "standard input cannot be read: Bad file descriptor" in ended.err) == (2, True), ended.err


def test_a_terminal_is_not_waited_for(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "runner", "run", "-"],
        cwd=tmp_path,
        stdin=theirs,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    os.close(ours)
    os.close(theirs)
    assert done.returncode == 2
    assert "which is the terminal\n  Pipe a file into it: cat collection.yaml | runner run -" in done.stderr
