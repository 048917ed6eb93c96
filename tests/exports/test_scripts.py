"""Scripts that are exported, run by a real shell with curl and by a real Python: what arrives is what the program
itself sends.

Left aside is what means the same: how much is percent-encoded, and whether it is said that there is no body. The
library requests takes ``..`` out of a path by itself.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings, strategies as st

from runner.errors import ExitCode
from runner.writing.collection import collection_text
from runner.writing.layout import Value
from tests.command import Program, RunningClock
from tests.echo_server import EchoServer, serve_echo
from tests.imports.test_curl_round_trip import REQUESTS, SECRETS as ODD, write_files

OWN: Final = frozenset(("user-agent", "accept-encoding", "connection", "host"))
"""Headers that each program has its own of."""
SECRETS: Final = {**ODD, "API_KEY": "sk-0123 456/789+%"}
FORM: Final = re.compile(r"[\w%&=+.*~-]*=[\w%&=+.*~-]*", re.ASCII)
ENCODED: Final = re.compile("%([0-9A-Fa-f]{2})")
LEFT_OUT: Final = frozenset(("proxy", "tls", "timeout"))
BOUNDARY: Final = re.compile(r"boundary=([\w-]+)")


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def arrived(server: EchoServer) -> list[tuple[str, str, dict[str, str], str]]:
    """Method, target, headers and body of each request, boundaries all the same."""
    found = []
    for one in server.received:
        pairs = one["headers"]
        assert isinstance(pairs, list)
        headers: dict[str, list[str]] = {}
        for name, value in pairs:
            if name.lower() not in OWN:
                headers.setdefault(name.lower(), []).append(value)
        joined = {name: ", ".join(values) for name, values in headers.items()}
        body, mark = str(one["body"]), BOUNDARY.search(joined.get("content-type", ""))
        if mark:
            joined["content-type"] = joined["content-type"].replace(mark[1], "boundary")
            joined.pop("content-length")
            body = body.replace(mark[1], "boundary")
        if joined.get("content-length") == "0":
            del joined["content-length"]
        if FORM.fullmatch(body):
            body = usual(body)
            joined.pop("content-length", None)
        found.append((str(one["method"]), usual(str(one["target"])), joined, body))
    server.received.clear()
    return found


def usual(text: str) -> str:
    """What is percent-encoded in one way: what need not be is not."""
    return ENCODED.sub(lambda match: plain(chr(int(match[1], 16))), text.replace("+", "%20"))


def plain(one: str) -> str:
    return one if one.isascii() and (one.isalnum() or one in "[]-._~") else f"%{ord(one):02X}"


def sent_by(kind: str, script: str, folder: Path) -> None:
    """Run a script with the secrets in its environment."""
    kept = {key: value for key, value in os.environ.items() if key == "PATH"}
    command = ["sh", "script"] if kind == "curl" else [sys.executable, "-W", "error", "script"]
    (folder / "script").write_text(script, encoding="utf-8", newline="")
    done = subprocess.run(
        command, cwd=folder, env={**kept, **SECRETS}, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"


def as_collection(requests: list[Mapping[str, Value]], server: EchoServer, *, python: bool) -> str:
    """Requests to the server, as far as the scripts can say them."""
    made: list[Value] = []
    for number, request in enumerate(requests):
        auth = request.get("auth")
        signed = isinstance(auth, dict) and not {"aws_sigv4", "digest"}.isdisjoint(auth)
        url = re.sub(r"https?://h\.example(?::\d+)?", "<<HOST>>", str(request["url"]))
        url = url.replace("/../", "/") if python else url
        kept = {key: value for key, value in request.items() if key not in LEFT_OUT and not (key == "auth" and signed)}
        if kept.get("method") == "HEAD" and not python:
            kept["method"] = "PUT"  # curl waits for the answer to a body
        made.append({"name": f"request {number}", **kept, "url": url})
    keys: dict[str, Value] = {
        "variables": {"HOST": server.url},
        "secrets": list(SECRETS),
        "requests": made,
    }
    return collection_text(keys)


@pytest.mark.parametrize("kind", ["curl", "python", "show"])
@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(requests=st.lists(REQUESTS, min_size=6, max_size=6))
def test_what_arrives(
    kind: str, requests: list[Mapping[str, Value]], server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "curl" and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    write_files(tmp_path)
    (tmp_path / "c.yaml").write_text(as_collection(requests, server, python=kind != "curl"), encoding="utf-8")
    program = Program(monkeypatch, tmp_path, dict(SECRETS), clock=RunningClock())
    shown = kind == "show"
    ended = program.run("show", "c.yaml", "--as", "python") if shown else program.run("export", kind, "c.yaml")
    assert ended.code == ExitCode.OK, ended.text
    assert not [value for value in SECRETS.values() if value in ended.text]
    server.received.clear()
    ran = program.run("run", "c.yaml")
    assert ran.code == ExitCode.OK, ran.text
    wanted = arrived(server)
    sent_by(kind, ended.out, tmp_path)
    assert arrived(server) == wanted, ended.out


TYPED: Final = """variables: {TEXT: "100", FLAG: "true", LIST: '["a", {"b": null}]', NUMBER: 5}
requests:
  - name: typed
    url: @/<<TEXT>>
    json: {a: <<TEXT|json>>, b: <<TEXT>>, c: x <<TEXT>>, d: <<TEXT|int>>, e: <<FLAG|json>>, f: <<LIST|json>>,
      g: <<NUMBER>>, h: <<NUMBER|string>>, i: <<API_KEY|json>>}
"""


@pytest.mark.parametrize("kind", ["curl", "python"])
def test_types_arrive_as_filters_make_them(
    kind: str, server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.yaml").write_text(TYPED.replace("@", server.url), encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {"API_KEY": "[1, 2]"}, clock=RunningClock())
    script = program.run("export", kind, "c.yaml").out
    server.received.clear()
    ran = program.run("run", "c.yaml")
    assert ran.code == ExitCode.OK, ran.text
    wanted = [json.loads(body) for _, _, _, body in arrived(server)]
    monkeypatch.setitem(SECRETS, "API_KEY", "[1, 2]")
    sent_by(kind, script, tmp_path)
    assert [json.loads(body) for _, _, _, body in arrived(server)] == wanted, script


STREAMED: Final = """requests:
  - name: streamed
    url: @/x
    json: {stream: true}
    expect:
      status: 200
      json: {$.text: whole}
    capture: {kept: $.text}
  - name: asked for by what is expected
    url: @/x
    text: x
    expect:
      json: {$.text: whole}
      stream: {done: true}
"""


def test_no_script_reads_the_pieces_of_a_stream_as_json(
    server: EchoServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "c.yaml").write_text(STREAMED.replace("@", server.url), encoding="utf-8")
    program = Program(monkeypatch, tmp_path, {})
    ended = program.run("export", "python", "c.yaml")
    assert ended.out.count("# not checked here: json $.text") == 2
    assert ".json()" not in ended.out
    assert "assert response.status_code == 200" in ended.out
    assert "kept is captured in a way that there is no line for" in ended.err
    script = program.run("export", "postman", "c.yaml").out
    assert script.count('"// not checked here: $.text: \\"whole\\""') == 2
    assert "= pm.response.json()" not in script
