"""Tokens and money over whole runs: every sending counts, limits hold, teardown runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from runner.llm import tokens
from runner.llm.prompts import NO_TEXT
from tests.command import Ended, Program
from tests.echo_server import EchoServer, serve_echo

ANSWER: Final = (
    '{model: gpt-4.1-mini, messages: [{role: user, content: "Hello! I\'m John."}], max_tokens: 20, '
    "usage: {prompt_tokens: 12, completion_tokens: 10}}"
)


@pytest.fixture(scope="module")
def server() -> Iterator[EchoServer]:
    with serve_echo() as running:
        yield running


def run(folder: Path, patch: pytest.MonkeyPatch, text: str, *arguments: str) -> Ended:
    """``ANSWER`` as a body is echoed: what is asked is what is answered."""
    (folder / "c.yaml").write_text(text.replace("ANSWER", ANSWER), encoding="utf-8")
    return Program(patch, folder).run("run", "c.yaml", *arguments)


def asked(server: EchoServer) -> int:
    return sum(1 for one in server.received if "max_tokens" in str(one["body"]))


def test_the_run_stops_before_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    before = asked(server)
    text = "requests:\n" + "".join(f"  - {{name: r{n}, url: '{server.url}/reply', json: ANSWER}}\n" for n in range(6))
    text += f"teardown:\n  - {{name: clean, method: DELETE, url: '{server.url}/a'}}\n"
    text += f"  - {{name: goodbye, url: '{server.url}/reply', json: ANSWER}}\n"
    ended = run(tmp_path, monkeypatch, text, "--max-tokens", "76")
    assert ended.code == 6, ended.text
    assert asked(server) - before == 3
    assert (
        "SKIP  r3                  not sent (--max-tokens): 66 of 76 tokens are spent, and it may take 32" in ended.out
    )
    assert "PASS  clean" in ended.out
    assert "SKIP  goodbye             not sent: the run was stopped by --max-tokens" in ended.out
    assert "4 passed, 2 skipped, 2 not sent in" in ended.out
    assert 'stopped by --max-tokens before "r3" · 66 tokens, $0.0000624' in ended.out


@pytest.mark.parametrize(("cost", "sent"), [("0.00004", 1), ("0.00006", 2), ("0", 0), ("1", 4)])
def test_money_over_many_threads(
    cost: str, sent: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer
) -> None:
    before = asked(server)
    lines = "".join(f"  - {{name: r{n}, url: '{server.url}/reply', json: ANSWER}}\n" for n in range(4))
    ended = run(tmp_path, monkeypatch, f"parallel: true\nrequests:\n{lines}", "--max-cost", cost, "-j", "4")
    assert (asked(server) - before, ended.code) == (sent, 0 if sent == 4 else 6), ended.text


def test_every_sending_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    usage = json.dumps({"model": "gpt-4.1-mini", "usage": {"prompt_tokens": 12, "completion_tokens": 10}})
    text = f"""
requests:
  - name: tries
    url: {server.url}/reply
    json: ANSWER
    expect: {{pass_rate: 3/3}}
  - name: retries
    url: {server.url}/reply?status=503
    json: {usage}
    retry: {{attempts: 2, delay: 1ms}}
"""
    ended = run(tmp_path, monkeypatch, text)
    assert "3 of 3 passed   66 tokens" in ended.out
    assert "2 attempts   44 tokens" in ended.out
    assert "110 tokens, $0.000104" in ended.out


def test_retries_stop_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    before = asked(server)
    text = f"requests:\n  - {{name: r, url: '{server.url}/reply', json: ANSWER, expect: {{pass_rate: 5/5}}}}\n"
    ended = run(tmp_path, monkeypatch, text, "--max-tokens", "60")
    assert (asked(server) - before, ended.code) == (2, 6), ended.text
    assert "44 tokens, " in ended.out


def test_a_limit_costs_nothing_where_no_model_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer
) -> None:
    text = f"requests:\n  - {{name: r, url: '{server.url}/reply', json: {{a: 1}}}}\n"
    ended = run(tmp_path, monkeypatch, text, "--max-tokens", "0", "--max-cost", "0")
    assert (ended.code, "tokens" in ended.out) == (0, False)


def test_limits_can_be_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    (tmp_path / "runner.toml").write_text("max-cost = 0.00001\n", encoding="utf-8")
    ended = run(tmp_path, monkeypatch, f"requests: [{{name: r, url: '{server.url}/reply', json: ANSWER}}]")
    assert ended.code == 6, ended.text


@pytest.mark.parametrize("amount", ["nan", "inf"])
def test_an_amount_that_is_none(amount: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = run(tmp_path, monkeypatch, "requests: [{name: r, url: 'http://127.0.0.1:9/'}]", "--max-cost", amount)
    assert (ended.code, "--max-cost" in ended.err) == (2, True), ended.text


def test_prices_hold_for_included_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    inner = f"prices: {{mine: {{input: 9}}}}\nrequests: [{{name: r, url: '{server.url}/reply', json: {ANSWER}}}]\n"
    (tmp_path / "inner.yaml").write_text(inner.replace("gpt-4.1-mini", "mine"), encoding="utf-8")
    text = "prices: {mine: {input: 1000000, output: 0}}\nrequests: [{include: inner.yaml}]\n"
    assert "22 tokens, $12.00" in run(tmp_path, monkeypatch, text).out


def test_models_are_compared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer) -> None:
    text = f"""
matrix: {{MODEL: [gpt-4.1-mini, gpt-4.1, nobodys-model]}}
requests:
  - {{name: a, url: '{server.url}/reply', json: {ANSWER.replace("gpt-4.1-mini", "<<MODEL>>")}}}
  - {{name: b, url: '{server.url}/reply?status=500', json: {{model: <<MODEL>>, messages: []}}}}
"""
    lines = run(tmp_path, monkeypatch, text).out.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("model "))
    rows = [line.split() for line in lines[start + 1 : start + 4]]
    assert [(row[0], row[1:4], row[-1]) for row in rows] == [
        ("gpt-4.1-mini", ["1", "of", "2"], "$0.0000208"),
        ("gpt-4.1", ["1", "of", "2"], "$0.000104"),
        ("nobodys-model", ["1", "of", "2"], "unknown"),
    ]
    assert "66 tokens, $0.000125, cost of nobodys-model unknown" in lines[-1]
    assert len(run(tmp_path, monkeypatch, text, "-q").out.splitlines()) == 1


def test_tokens_without_what_counts_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "NEEDED", ("no_such_package",))
    ended = Program(monkeypatch, tmp_path).run("tokens", "--text", "a", "--model", "gpt-4.1-mini")
    assert (ended.code, "pip install 'collection-runner[tokens]'" in ended.err) == (2, True), ended.text


def test_tokens_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = """
requests:
  - {name: log in, url: <<HOST>>/login, json: {user: <<API_KEY>>}, capture: {topic: $.a}}
  - {name: ask, url: https://api.openai.com/v1/chat/completions, json: ANSWER}
  - {name: embed, url: https://api.openai.com/v1/embeddings, json: {model: text-embedding-3-small, input: [a, b]}}
  - name: look
    url: https://api.openai.com/v1/chat/completions
    json: {model: gpt-4.1, messages: [{role: user, content: [{type: image_url, image_url: {url: https://a.b/c}}]}]}
  - {name: later, url: <<HOST>>/chat, json: {model: m, messages: [<<topic>>]}}
"""
    (tmp_path / "c.yaml").write_text(text.replace("ANSWER", ANSWER), encoding="utf-8")
    ended = Program(monkeypatch, tmp_path, {"HOST": "https://a.b"}).run("tokens", "c.yaml")
    assert ended.code == 0, ended.text
    assert ended.out.splitlines() == [
        "c.yaml",
        "  ask    gpt-4.1-mini            12 tokens  $0.0000048   up to $0.0000368 with 20 tokens of answer",
        "  embed  text-embedding-3-small  2 tokens   $0.00000004",
        f"  look   gpt-4.1                 unknown                 {NO_TEXT}",
        '  later  (made when "topic" from "log in" is known)',
    ]


def test_a_price_of_an_included_file_is_named_from_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: EchoServer
) -> None:
    """The name of a model is filled where it stands, whatever the included file gets under the same name."""
    inner = f"requests: [{{name: r, url: '{server.url}/reply', json: {ANSWER}}}]\n"
    (tmp_path / "inner.yaml").write_text(inner.replace("gpt-4.1-mini", "mine-<<MODEL>>"), encoding="utf-8")
    text = """
variables: {MODEL: mine-a}
prices: {<<MODEL>>: {input: 1000000, output: 0}}
requests: [{include: inner.yaml, with: {MODEL: a}}]
"""
    assert "22 tokens, $12.00" in run(tmp_path, monkeypatch, text).out
    assert "cost of mine-a unknown" in run(tmp_path, monkeypatch, text, "--var", "MODEL=a").out
