"""The collections against a server that others wrote (llmock): its answers and streams are read, and what it breaks on
purpose never passes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.request import Request, urlopen

import pytest

from tests.serving import ROOT

SERVER = """
import sys
from llmock.simulation import MockResponseSettings
from llmock.testing import LLMockServer

with LLMockServer(responses=MockResponseSettings(response_style="echo")) as server:
    print(server.url, flush=True)
    sys.stdin.read()
"""
"""It says where it is when it can be reached, repeats what it was asked, and ends with its standard input."""

WEATHER = {"type": "reply", "tool_calls": [{"name": "get_weather", "arguments": {"city": "Seoul", "unit": "celsius"}}]}


class Ended(NamedTuple):
    code: int
    out: str

    def line(self, name: str) -> str:
        """The line of a request's result, spaces made one."""
        found = next(line for line in self.out.splitlines() if re.match(rf"  [A-Z]+  {re.escape(name)}  ", line))
        return " ".join(found.split())


class Foreign(NamedTuple):
    """The server, and our program against it."""

    url: str
    working: Path

    def control(self, path: str, document: object = None) -> str:
        """What the server itself says under its own paths; with a document it is told something."""
        data = None if document is None else json.dumps(document).encode()
        with urlopen(Request(f"{self.url}/_llmock/{path}", data), timeout=10) as answer:
            return str(answer.read().decode())

    def will(self, *behaviours: Mapping[str, object]) -> None:
        """What it does with the requests that come next."""
        self.control("scenario", {"behaviors": behaviours})

    def came(self) -> int:
        """How many requests it had."""
        return int(json.loads(self.control("requests"))["count"])

    def run(self, file: str, *arguments: str, prefix: str = "", address: str = "BASE_URL") -> Ended:
        """``runner run`` of one of the collections as a process."""
        command = [sys.executable, "-m", "runner", "run", f"collections/{file}.yaml", *arguments]
        given = ("--var", f"{address}={self.url}{prefix}")
        keys = dict.fromkeys(("API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY"), "sk-test-0123456789")
        kept = {name: value for name, value in os.environ.items() if name not in ("BASE_URL", "MODEL")}
        environ = {**kept, **keys, "XDG_CACHE_HOME": str(self.working), "COLUMNS": "100"}
        ended = subprocess.run(
            [*command, *given], cwd=ROOT, env=environ, capture_output=True, encoding="utf-8", timeout=60, check=False
        )
        assert not ended.stderr
        return Ended(ended.returncode, ended.stdout)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Foreign]:
    if find_spec("llmock") is None:
        pytest.skip("llmock is not installed")
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Foreign(process.stdout.readline().strip(), tmp_path_factory.mktemp("foreign"))
        finally:
            process.stdin.close()
            process.wait(20)


@pytest.fixture
def foreign(server: Foreign) -> Foreign:
    """The server as it is when it starts."""
    server.control("reset", {})
    return server


def test_a_chat_passes_and_its_tokens_are_shown(foreign: Foreign) -> None:
    ended = foreign.run("chat")
    assert ended.code == 0, ended.out
    assert re.fullmatch(
        r"PASS how to use the API POST /v1/chat/completions 200 [\d.]+ m?s 22 tokens", ended.line("how to use the API")
    )
    assert re.search(r"^1 passed in .+ · 22 tokens, \$0\.0000\d+$", ended.out, re.MULTILINE)


def test_streams_are_put_together(foreign: Foreign) -> None:
    foreign.will({**WEATHER, "match": {"tools": True}})
    ended = foreign.run("streaming", "-v")
    assert ended.code == 0, ended.out
    assert '"content": "Hello! You said: You are a helpful assistant Hello! I\'m John"' in ended.out
    assert ended.line("go on").endswith("51 tokens")
    assert r'"arguments": "{\"city\": \"Seoul\", \"unit\": \"celsius\"}"' in ended.out
    assert "first content" in ended.line("say hello")


def test_the_wait_for_the_first_content_is_measured(foreign: Foreign) -> None:
    foreign.will({"type": "slow_first_token", "seconds": 0.3})
    ended = foreign.run("streaming", "-k", "say hello")
    assert ended.code == 0, ended.out
    found = re.search(r"first content (\d+) ms", ended.out)
    assert found is not None
    assert int(found[1]) >= 300


def test_a_conversation_goes_back_with_each_turn(foreign: Foreign) -> None:
    ended = foreign.run("conversation")
    assert ended.code == 0, ended.out
    assert ended.line("conversation, turn 1").endswith("12 tokens")
    assert ended.line("conversation, turn 2").endswith("39 tokens")  # three messages, and their echo
    requests = json.loads(foreign.control("requests"))["requests"]
    assert [len(one["body"]["messages"]) for one in requests] == [1, 3]


def test_a_tool_is_called_and_its_result_goes_back(foreign: Foreign) -> None:
    foreign.will(WEATHER)
    ended = foreign.run("tools")
    assert ended.code == 0, ended.out
    assert foreign.came() == 2


def test_broken_arguments_of_a_tool_do_not_pass(foreign: Foreign) -> None:
    foreign.will({"type": "tool_fault", "kind": "malformed_arguments"})
    ended = foreign.run("tools")
    assert ended.code == 1, ended.out
    assert "call 1 (get_weather): its arguments are not JSON" in ended.out


def test_models_are_listed(foreign: Foreign) -> None:
    ended = foreign.run("models", "--var", "MODEL=gpt-4o-mini")
    assert ended.line("list").startswith("PASS")
    # It has no page for one model: that is no pass.
    assert ended.line("one model").startswith("FAIL one model GET /v1/models/gpt-4o-mini 404")
    assert ended.code == 1


def test_a_model_that_is_not_there_is_told(foreign: Foreign) -> None:
    ended = foreign.run("models", "-k", "list")
    assert ended.code == 1, ended.out
    assert 'contains "gpt-4.1-mini"' in ended.out


def test_embeddings_are_read(foreign: Foreign) -> None:
    ended = foreign.run("embeddings", "--var", "DIMENSIONS=1536")
    assert ended.code == 0, ended.out
    assert ended.line("two texts").endswith("5 tokens")


def test_embeddings_of_another_length_than_was_asked_for_do_not_pass(foreign: Foreign) -> None:
    ended = foreign.run("embeddings")  # it gives 1536 numbers to whoever wants 8
    assert ended.code == 1, ended.out
    assert "[0] is length 1536" in ended.out


@pytest.mark.parametrize(
    ("file", "address", "prefix"),
    [("anthropic", "ANTHROPIC_BASE_URL", "/anthropic"), ("gemini", "GEMINI_BASE_URL", "/gemini")],
)
def test_other_providers_pass_with_and_without_stream(foreign: Foreign, file: str, address: str, prefix: str) -> None:
    ended = foreign.run(file, address=address, prefix=prefix)
    assert ended.code == 0, ended.out
    assert re.search(r"^2 passed in .+ · 36 tokens, \$0\.\d+$", ended.out, re.MULTILINE)


def test_a_refused_key_is_explained_and_never_shown(foreign: Foreign) -> None:
    foreign.will({"type": "fail", "status": 401})
    ended = foreign.run("chat", "-vv", "--retries", "2")
    assert ended.code == 1, ended.out
    assert "The API says: invalid_api_key: Unauthorized." in ended.out
    assert "The key is not valid at 127.0.0.1." in ended.out
    assert "sk-test" not in ended.out
    assert foreign.came() == 1


def test_an_unknown_model_is_what_the_errors_expect(foreign: Foreign) -> None:
    foreign.will({"type": "fail", "status": 404, "code": "model_not_found", "message": "The model does not exist"})
    assert foreign.run("errors", "-k", "unknown model").code == 0


def test_a_rate_limit_is_waited_for_and_a_quota_is_not(foreign: Foreign) -> None:
    foreign.will({"type": "fail", "status": 429, "retry_after": 0.2})
    limited = foreign.run("chat", "--retries", "1")
    assert limited.code == 0, limited.out
    assert "2 attempts" in limited.line("how to use the API")
    # The server's own judgement of what we did.
    assert json.loads(foreign.control("verdict"))["passed"] is True

    foreign.control("reset", {})
    foreign.will({"type": "fail", "status": 429, "code": "insufficient_quota", "times": 3})
    used_up = foreign.run("chat", "--retries", "2")
    assert used_up.code == 1, used_up.out
    assert "Not sent again: this is about credit or quota" in used_up.out
    assert foreign.came() == 1


@pytest.mark.parametrize(
    ("kind", "code", "says"),
    [
        ("disconnect", 4, "The connection was closed in the middle"),
        ("truncate", 1, "choice 0 has no finish_reason"),
        ("malformed", 1, "event 3 is not JSON"),
    ],
)
def test_a_broken_stream_does_not_pass(foreign: Foreign, kind: str, code: int, says: str) -> None:
    foreign.will({"type": "stream_fault", "kind": kind, "after_chunks": 2})
    ended = foreign.run("streaming", "-k", "say hello")
    assert ended.code == code, ended.out
    assert ended.line("say hello").startswith("FAIL")
    assert says in ended.out
