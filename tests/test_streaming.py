"""Streams by the program as a whole, against real servers: times, retries, explanations, secrets."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runner.node import Plain
from tests.command import Program, RunningClock
from tests.servers import Client, Script, serve
from tests.streams import SAMPLES, Sample, chunk, sse

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nConnection: close\r\n\r\n"
HELLO = sse(chunk({"role": "assistant", "content": ""}), chunk({"content": "Hello"}))
END = sse(chunk({}, "stop"), "[DONE]")


def plays(*pieces: bytes | float, kind: str = "text/event-stream") -> Script:
    """Answer each request with these pieces; a number is a pause before the next one."""

    def script(client: Client) -> None:
        if client.read_request() is None:
            return
        client.send(HEAD.format(kind=kind).encode())
        for piece in pieces:
            if isinstance(piece, bytes):
                client.send(piece)
            else:
                time.sleep(piece)

    return script


def collection(folder: Path, url: str, request: str = "", top: str = "") -> None:
    text = f"{top}\nrequests:\n  - name: chat\n    url: {url}/v1/chat\n    json: {{stream: true}}\n{request}"
    (folder / "chat.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Program:
    return Program(monkeypatch, tmp_path, clock=RunningClock())


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_every_shape_is_checked_as_its_message(program: Program, tmp_path: Path, sample: Sample) -> None:
    """Cut into pieces of a few bytes, which come one by one."""
    pieces = [sample.body[at : at + 100] for at in range(0, len(sample.body), 100)]
    expected = json.dumps({"$": {"equals": sample.message}})
    with serve(plays(*pieces, kind=sample.kind)) as server:
        collection(tmp_path, server.url, f"    expect:\n      json: {expected}\n")
        ended = program.run("run", "chat.yaml")
    assert ended.code == 0, ended.out


def test_the_first_content_is_told_and_checked(program: Program, tmp_path: Path) -> None:
    with serve(plays(b": ping\n\n", HELLO[:160], 0.15, HELLO[160:], END)) as server:
        stream = "    expect: {stream: {first_content: {lt: 150ms}, longest_gap: {lt: 20ms}}}\n"
        collection(tmp_path, server.url, stream)
        ended = program.run("run", "chat.yaml")
    assert ended.code == 1
    assert "first content 1" in ended.out
    assert "stream first_content" in ended.out
    assert "expected  less than 150 ms" in ended.out
    assert "longest_gap" not in ended.out


def test_an_error_inside_is_explained_like_any(program: Program, tmp_path: Path) -> None:
    error: Plain = {"error": {"message": "You exceeded your current quota", "type": "insufficient_quota", "code": None}}
    with serve(plays(HELLO, sse(error))) as server:
        collection(tmp_path, server.url, "    retry: {attempts: 3, delay: 1ms}\n")
        ended = program.run("run", "chat.yaml")
        assert len(server.arrived) == 1
    assert ended.code == 1
    assert "event 3 is an error: insufficient_quota: You exceeded your current quota" in ended.out
    assert 'the text so far: "Hello"' in ended.out
    assert "The account has no credit left or no payment method." in ended.out


@pytest.mark.parametrize("limit", ["", "    timeout: {idle: 100ms}\n"])
def test_a_stream_that_has_begun_is_not_sent_again(program: Program, tmp_path: Path, limit: str) -> None:
    def script(client: Client) -> None:
        if client.read_request() is not None:
            client.send(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
            client.send(b"%x\r\n%b\r\n" % (len(HELLO), HELLO))
            if limit:
                time.sleep(0.5)

    with serve(script) as server:
        collection(tmp_path, server.url, f"    retry: {{attempts: 3, on: [any], delay: 1ms}}\n{limit}")
        ended = program.run("run", "chat.yaml")
        assert len(server.arrived) == 1
    assert ended.code == 4
    assert "2 events of the stream had come" in " ".join(ended.out.split())


def test_what_has_not_begun_is_sent_again(program: Program, tmp_path: Path) -> None:
    def script(client: Client) -> None:
        if client.read_request() is not None and len(client.server.arrived) > 1:
            client.send(HEAD.format(kind="text/event-stream").encode() + HELLO + END)

    with serve(script) as server:
        collection(tmp_path, server.url, "    retry: {attempts: 3, on: [any], delay: 1ms}\n")
        assert program.run("run", "chat.yaml").code == 0


@pytest.mark.parametrize("option", ["-v", "-vv"])
def test_a_secret_in_two_events_is_not_shown(program: Program, tmp_path: Path, option: str) -> None:
    pieces = sse(chunk({"content": "open "}), chunk({"content": "sesame-4"}), chunk({"content": "711!"}))
    with serve(plays(pieces, END)) as server:
        secret = "    headers: {x-password: <<PASSWORD>>}\n"
        collection(tmp_path, server.url, secret, "variables: {PASSWORD: sesame-4711}")
        ended = program.run("run", "chat.yaml", option)
    assert ended.code == 0
    assert '"content": "open ***!"' in ended.out
    assert "sesame" not in ended.out
    assert "711" not in ended.out


def test_events_are_shown_with_their_times(program: Program, tmp_path: Path) -> None:
    with serve(plays(HELLO, 0.1, END)) as server:
        collection(tmp_path, server.url)
        lines = [line.split() for line in program.run("run", "chat.yaml", "-vv").out.splitlines()]
    [last] = [line for line in lines if line[-1:] == ["[DONE]"]]
    assert 0.1 <= float(last[1]) < 0.3


def on_a_terminal(folder: Path, *arguments: str) -> list[tuple[float, str]]:
    """What comes on a terminal, each piece with its time."""
    main, other = pty.openpty()
    command = [sys.executable, "-m", "runner", "run", "chat.yaml", "--no-progress", "--color", "never", *arguments]
    root = Path(__file__).parents[1]
    environ = {**os.environ, "PYTHONPATH": str(root)}
    with subprocess.Popen(command, cwd=folder, stdout=other, stderr=other, env=environ) as process:
        os.close(other)
        came: list[tuple[float, str]] = []
        while piece := _read(main):
            came.append((time.perf_counter(), piece))
        process.wait()
    os.close(main)
    return came


def _read(descriptor: int) -> str:
    try:
        return os.read(descriptor, 65536).decode()
    except OSError:
        return ""


def test_a_terminal_has_the_text_as_it_arrives(tmp_path: Path) -> None:
    pieces = (sse(chunk({"content": "One\x1b[2J"})), 0.3, sse(chunk({"content": " two"})), END)
    with serve(plays(*pieces)) as server:
        collection(tmp_path, server.url)
        came = on_a_terminal(tmp_path, "-v")
        silent = "".join(piece for _, piece in on_a_terminal(tmp_path))
        several = "".join(piece for _, piece in on_a_terminal(tmp_path, "-v", "-j", "2"))
    first = next(at for at, piece in came if "One" in piece)
    second = next(at for at, piece in came if "two" in piece)
    assert second - first == pytest.approx(0.3, abs=0.1)
    text = "".join(piece for _, piece in came)
    assert "        One\\x1b[2J two\r\n  PASS  chat" in text
    assert "\x1b[2J" not in text
    assert "        One" not in silent + several
