"""Prompts counted by the models' own encodings, without a network; which requests ask a model at all."""

from __future__ import annotations

import json
import socket
from typing import Final

import pytest

from runner.llm import tokens
from runner.llm.prompts import Prompt, read_prompt
from runner.llm.tokens import NoTokenizer, Tokenizer, encoding_of
from runner.messages import Request
from runner.node import Plain

CHAT: Final = "https://api.openai.com/v1/chat/completions"
SYSTEM: Final = {"role": "system", "content": "You are a helpful assistant"}
JOHN: Final = {"role": "user", "content": "Hello! I'm John."}
KNOW: Final = {"role": "user", "content": "Do you know my name?"}
ASSIST: Final = {"role": "assistant", "content": "Hello John! How can I assist you today?"}
MEET: Final = {"role": "assistant", "content": "Nice to meet you, John!"}
IMAGE: Final = {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}
TOOLS: Final = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return Tokenizer()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def request(body: object, url: str = CHAT, method: str = "POST") -> Request:
    return Request(method, url, (), json.dumps(body).encode())


def prompt(body: object, url: str = CHAT) -> Prompt:
    found = read_prompt(request(body, url))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (
            "It’s easy to make something cool with LLMs, but very hard to make something production-ready with them.",  # noqa: RUF001
            23,
        ),
        ("LLM을 사용해서 멋져 보이는 것을 만들기는 쉽지만, 프로덕션 수준으로 만들어 내기는 매우 어렵다.", 28),
        ("<|endoftext|>", 7),
        ("", 0),
    ],
)
def test_a_text(text: str, number: int, tokenizer: Tokenizer) -> None:
    assert tokenizer.count_text(text, "gpt-4.1-mini") == (number, "o200k_base", True)


@pytest.mark.parametrize(
    ("model", "messages", "number"),
    [
        ("gpt-3.5-turbo", [{"role": "user", "content": "Hello, how can I use the ChatGPT API?"}], 19),
        (
            "gpt-4.1-mini",
            [{**SYSTEM, "content": "You are a helpful assistant."}, {"role": "user", "content": "Hello I'm John"}],
            20,
        ),
        ("gpt-4.1-mini", [SYSTEM, JOHN, ASSIST, KNOW], 45),
        ("gpt-4.1-mini", [JOHN], 12),
        ("gpt-4.1-mini", [JOHN, MEET, KNOW], 33),
        ("gpt-4.1-mini", [{"role": "user", "content": [{"type": "text", "text": JOHN["content"]}]}], 12),
        ("gpt-4.1-mini", [{**JOHN, "name": "John"}], 14),
    ],
)
def test_what_real_answers_said_of_their_prompts(
    model: str, messages: list[Plain], number: int, tokenizer: Tokenizer
) -> None:
    found = tokenizer.count(prompt({"model": model, "messages": messages, "temperature": 0.7}))
    assert (found.tokens, found.exact) == (number, True)


@pytest.mark.parametrize(
    ("model", "encoding", "exact"),
    [
        ("gpt-3.5-turbo-0125", "cl100k_base", True),
        ("gpt-4", "cl100k_base", True),
        ("gpt-4-32k", "cl100k_base", True),
        ("gpt-4o-mini", "o200k_base", True),
        ("gpt-4.1", "o200k_base", True),
        ("openai/gpt-4.1-mini", "o200k_base", True),
        ("ft:gpt-4o-mini:me::1", "o200k_base", True),
        ("gpt-5.1-mini", "o200k_base", True),
        ("o3-mini", "o200k_base", True),
        ("text-embedding-3-small", "cl100k_base", True),
        ("gpt-7", "o200k_base", False),
        ("olmo", "o200k_base", False),
        ("claude-sonnet-4-5", "o200k_base", False),
    ],
)
def test_the_encoding_of_a_model(model: str, encoding: str, exact: bool) -> None:
    assert encoding_of(model) == (encoding, exact)


@pytest.mark.parametrize(
    ("body", "url", "model", "reply"),
    [
        ({"model": "m", "messages": [JOHN], "max_tokens": 9}, CHAT, "m", 9),
        ({"model": "m", "messages": [JOHN], "max_completion_tokens": 9, "n": 3}, CHAT, "m", 27),
        ({"model": "m", "prompt": ["a", "b"], "max_tokens": 9}, CHAT, "m", 18),
        ({"model": "m", "prompt": [[1, 2], [3, 4]], "max_tokens": 9}, CHAT, "m", 18),
        ({"model": "m", "prompt": [1, 2, 3], "max_tokens": 9}, CHAT, "m", 9),
        ({"model": "m", "input": "a", "max_output_tokens": 5}, "https://api.openai.com/v1/responses", "m", 5),
        ({"model": "m", "input": ["a", "b"]}, "https://api.openai.com/v1/embeddings", "m", 0),
        ({"model": "m", "prompt": "a"}, "http://127.0.0.1:11434/api/generate", "m", None),
        ({"model": "m", "messages": [], "options": {"num_predict": 4}}, "http://127.0.0.1:11434/api/chat", "m", 4),
        ({"messages": [JOHN]}, "https://x.openai.azure.com/openai/deployments/gpt-4o/chat/completions", "gpt-4o", None),
        (
            {"contents": [{"parts": [{"text": "a"}]}], "generationConfig": {"maxOutputTokens": 6}},
            "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
            "gemini-2.5-flash",
            6,
        ),
    ],
)
def test_what_asks_a_model(body: object, url: str, model: str, reply: int | None) -> None:
    found = prompt(body, url)
    assert (found.model, found.reply, found.unseen) == (model, reply, "")


@pytest.mark.parametrize(
    "sent",
    [
        Request("POST", CHAT),
        Request("POST", CHAT, (), b"messages"),
        request({"model": "m"}),
        request({"messages": [JOHN]}),
        request({"model": "m", "text": {"input": "a"}}),
        request([{"model": "m", "messages": []}]),
        request({"model": "m", "messages": [JOHN]}, method="PUT"),
        request({"model": "m", "input": "a"}, "https://api.openai.com/v1/moderations"),
    ],
)
def test_what_asks_none(sent: Request) -> None:
    assert read_prompt(sent) is None


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ({"model": "m", "messages": [{"role": "user", "content": [IMAGE]}]}, CHAT),
        ({"model": "m", "messages": [{"role": "user", "content": "a", "images": ["aGk="]}]}, CHAT),
        ({"model": "m", "input": "a", "previous_response_id": "r"}, "https://api.openai.com/v1/responses"),
        ({"model": "m", "prompt": "a cat"}, "https://api.openai.com/v1/images/generations"),
        ({"model": "m", "contents": [{"parts": [{"inlineData": {"data": "aGk="}}]}]}, CHAT),
    ],
)
def test_what_cannot_be_counted_says_so(body: object, url: str) -> None:
    assert prompt(body, url).unseen


def test_what_is_no_plain_text_is_an_estimate_and_its_bound_is_higher(tokenizer: Tokenizer) -> None:
    plain = prompt({"model": "gpt-4.1-mini", "messages": [JOHN]})
    with_tools = prompt({"model": "gpt-4.1-mini", "messages": [JOHN], "tools": TOOLS})
    other = prompt({"model": "claude-sonnet-4-5", "messages": [JOHN]})
    assert tokenizer.at_most(plain) == 12
    counted = tokenizer.count(with_tools)
    assert not counted.exact
    assert 12 < counted.tokens < with_tools.size < tokenizer.at_most(with_tools)
    assert tokenizer.at_most(other) == other.size


@pytest.mark.parametrize("text", ["Hello", "멋져 보이는", "🎉🎉", "\n\n\t", "aaaa" * 50, "0123456789", "é́̂"])
def test_without_a_tokenizer_the_bound_is_never_too_low(
    text: str, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = prompt({"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": text}]})
    exact = tokenizer.count(asked).tokens
    monkeypatch.setattr(tokens, "NEEDED", ("no_such_package",))
    assert Tokenizer().at_most(asked) >= exact
    with pytest.raises(NoTokenizer):
        Tokenizer().count(asked)
