"""The two meanings of 429, seen from the server: what is sent again, and when."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest

from runner.errors import ExitCode
from runner.node import Plain
from tests.command import Ended, Program, RunningClock
from tests.servers import Client, ok, serve

COLLECTION = """\
requests:
  - name: ask
    url: <<BASE_URL>>/v1/chat/completions
    json: {model: gpt-4.1-mini, messages: [{role: user, content: Hello}]}
    retry: {attempts: 4, delay: 1ms, on: [402, 429]}
"""
QUOTA: Plain = {"error": {"message": "Too many requests", "type": "insufficient_quota", "code": None}}
RATE: Plain = {"error": {"message": "INSUFFICIENT QUOTA", "type": "requests", "code": "rate_limit_exceeded"}}
GOOGLE: Plain = {"error": {"code": 429, "message": "x", "details": [{"retryDelay": "0.3s"}]}}
SLACK = 0.25


def error(body: Plain, *headers: str, status: int = 429) -> bytes:
    text = json.dumps(body).encode()
    lines = [
        f"HTTP/1.1 {status} No",
        "Content-Type: application/json",
        f"Content-Length: {len(text)}",
        *headers,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + text


def seen(tmp_path: Path, patch: pytest.MonkeyPatch, *messages: bytes) -> tuple[Ended, list[float]]:
    """What the command prints, and when each request came in, in seconds since the first."""
    log: list[float] = []

    def script(client: Client) -> None:
        while client.read_request() is not None:
            log.append(time.monotonic())
            client.send(messages[min(len(log), len(messages)) - 1])

    (tmp_path / "c.yaml").write_text(COLLECTION, encoding="utf-8")
    with serve(script) as server:
        program = Program(patch, tmp_path, {"BASE_URL": server.url}, clock=RunningClock())
        ended = program.run("run", "c.yaml")
    return ended, [moment - log[0] for moment in log]


@pytest.mark.parametrize("status", [429, 402], ids=["quota", "payment"])
def test_what_is_about_money_is_sent_once(status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    poor: Plain = {"error": {"code": 402, "message": "Insufficient credits"}}
    body = QUOTA if status == 429 else poor
    again = error(body, "Retry-After: 0", "x-should-retry: true", status=status)
    ended, log = seen(tmp_path, monkeypatch, again, ok())
    assert ended.code == ExitCode.CHECK_FAILED
    assert len(log) == 1
    assert "Not sent again: this is about credit or quota" in ended.out
    assert "no credit left" in ended.out


@pytest.mark.parametrize(
    ("limit", "wait"),
    [
        (error(RATE, "retry-after-ms: 400", "Retry-After: 9"), 0.4),
        (error(RATE, "Retry-After: 0.2"), 0.2),
        (error(GOOGLE), 0.3),
    ],
    ids=["milliseconds", "seconds", "in the body"],
)
def test_a_rate_limit_is_sent_again_when_the_server_says(
    limit: bytes, wait: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended, log = seen(tmp_path, monkeypatch, limit, limit, ok())
    assert ended.code == ExitCode.OK, ended.out
    assert len(log) == 3
    gaps = [after - before for before, after in pairwise(log)]
    assert all(wait <= gap < wait + SLACK for gap in gaps), gaps
