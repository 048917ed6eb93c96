"""``runner mock`` and ``runner run --mock`` as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command import Program

ROOT = Path(__file__).parents[2]
COLLECTION = """\
variables: {BASE: http://h.example, WHO: ann}
requests:
- name: hello
  url: <<BASE>>/v1/hello
  headers: {authorization: Bearer <<API_KEY>>}
  examples:
  - {name: ok, json: {who: <<WHO>>}}
  - {name: wrong key, status: 401, json: {error: <<API_KEY>>}}
- {name: plain, url: <<BASE>>/plain, examples: [{file: <<FILE:-plain.txt>>}]}
"""


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The mock server, and where it is reached."""
    command = [sys.executable, "-m", "runner", "mock", "c.yaml", *options]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "API_KEY": "a-secret-value"}
    with subprocess.Popen(
        command, cwd=folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            yield process, line.partition(" at ")[2].partition(" ")[0]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(10)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    (tmp_path / "plain.txt").write_text("plain text", encoding="utf-8")
    return tmp_path


def fetch(url: str, **headers: str) -> tuple[int, bytes]:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_examples_are_served_until_ctrl_c(folder: Path) -> None:
    with serving(folder, "--var", "WHO=bob") as (process, url):
        assert fetch(f"{url}/v1/hello") == (200, b'{"who": "bob"}')
        assert fetch(f"{url}/v1/hello", Prefer="code=401") == (401, b'{"error": "a-secret-value"}')
        assert fetch(f"{url}/plain") == (200, b"plain text")
        assert fetch(f"{url}/a-secret-value")[0] == 404
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 130
    assert errors.splitlines() == [
        "GET /v1/hello → 200 ok",
        "GET /v1/hello → 401 wrong key",
        "GET /plain → 200 example 1",
        "GET /*** → 404",
    ]


def test_it_can_be_quiet(folder: Path) -> None:
    with serving(folder, "-q") as (process, url):
        fetch(f"{url}/plain")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=10)[1] == ""


def test_a_file_outside_is_not_served(folder: Path) -> None:
    (folder.parent / "outside.txt").write_text("hidden", encoding="utf-8")
    with serving(folder, "--var", "FILE=../outside.txt") as (_, url):
        status, body = fetch(f"{url}/plain")
    assert status == 500
    assert b"hidden" not in body
    assert "leaves the collection's folder" in json.loads(body)["error"]["message"]


def test_a_port_that_is_taken(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = Program(monkeypatch, folder).run("mock", "c.yaml", "--port", port)
    assert (ended.code, f"cannot use port {port}" in ended.err) == (2, True)


def test_nothing_to_serve(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "none.yaml").write_text("requests: [{url: 'http://h/'}]\n", encoding="utf-8")
    ended = Program(monkeypatch, folder).run("mock", "none.yaml")
    assert (ended.code, "there are no examples to serve" in ended.err) == (5, True)


def test_under_mock_secrets_have_a_stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = Program(monkeypatch, folder).run("run", "--mock", "-v", "c.yaml")
    assert ended.code == 0, ended.text
    assert "2 passed" in ended.out
    assert "Authorization: Bearer ***" in ended.out or "authorization: Bearer ***" in ended.out
    assert "stand-in" not in ended.text
