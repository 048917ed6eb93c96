"""The first collection against a server that answers as OpenAI's API really did (published in 2024 and 2026)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runner.errors import ExitCode
from tests.command import Ended, Program
from tests.servers import serve_bytes

EXCHANGES = Path(__file__).parent / "exchanges"
COLLECTION = Path(__file__).parent.parent / "collections" / "chat.yaml"
KEY = "sk-test-3f9a2c7be1"


def message(exchange: Path) -> bytes:
    """The saved answer as the server sends it."""
    saved = json.loads(exchange.read_text("utf-8"))
    body = json.dumps(saved["response"]).encode()
    head = f"HTTP/1.1 {saved['status']} Saved\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def run(patch: pytest.MonkeyPatch, url: str) -> Ended:
    """The collection against a server."""
    program = Program(patch, COLLECTION.parent.parent, {"BASE_URL": url, "API_KEY": KEY})
    return program.run("run", "collections/chat.yaml")


@pytest.mark.parametrize("name", sorted(path.name for path in EXCHANGES.glob("0[1-5]*.json")))
def test_every_real_answer_passes(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_bytes(message(EXCHANGES / name)) as server:
        told = run(monkeypatch, server.url)
    assert (told.code, told.err) == (ExitCode.OK, "")
    assert "1 passed" in told.out
    (arrived,) = server.arrived
    assert arrived.values("authorization") == [f"Bearer {KEY}"]


def test_a_used_up_quota_says_what_the_api_said_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with serve_bytes(message(EXCHANGES / "06-insufficient-quota.json")) as server:
        told = run(monkeypatch, server.url)
    words = " ".join(told.out.split())
    assert told.code == ExitCode.CHECK_FAILED
    assert "FAIL how to use the API POST /v1/chat/completions 429" in words
    assert "The API says: insufficient_quota: You exceeded your current quota" in words
    assert (
        "The account has no credit left or no payment method. Retrying will not help: add a payment method or raise "
        "the limit, then create the request again." in words
    )
    assert "collections/chat.yaml" in told.out
    assert KEY not in told.out + told.err
    assert len(server.arrived) == 1
