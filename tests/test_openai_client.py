"""The official Python client of OpenAI's API against ``runner mock collections/``: its examples are answers as the API
gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving import serving

HELLO = [{"role": "user", "content": "Hello! I'm John"}]
WEATHER = [{"role": "user", "content": "What is the weather in Seoul? In degrees Celsius, please."}]


@pytest.fixture(scope="module")
def openai() -> Any:
    # Imported here, not above: it takes a second that other tests need not wait for.
    return pytest.importorskip("openai", reason="the openai client is not installed")


@pytest.fixture(scope="module")
def address(openai: Any) -> Iterator[str]:  # noqa: ARG001  # nothing is served to a client that is not there
    with serving("collections/") as url:
        yield url


def client(openai: Any, address: str, key: str = "a-key") -> Any:
    made = openai.OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0, timeout=10)
    OPEN.append(made)
    return made


OPEN: list[Any] = []


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """No connection is left behind."""
    yield
    while OPEN:
        OPEN.pop().close()


def test_a_chat_is_answered(openai: Any, address: str) -> None:
    answer = client(openai, address).chat.completions.create(model="gpt-4.1-mini", messages=HELLO)
    assert answer.choices[0].message.content.startswith("To use the ChatGPT API")
    assert answer.choices[0].finish_reason == "stop"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (19, 291)


def test_a_stream_comes_in_pieces(openai: Any, address: str) -> None:
    stream = client(openai, address).chat.completions.create(model="gpt-4.1-mini", messages=HELLO, stream=True)
    choices = [chunk.choices[0] for chunk in stream]
    pieces = [choice.delta.content for choice in choices if choice.delta.content]
    assert pieces == ["Hello", " John", "!", " How", " can", " I", " assist", " you", " today", "?"]
    assert choices[-1].finish_reason == "stop"


def test_models_and_embeddings_are_read(openai: Any, address: str) -> None:
    asked = client(openai, address)
    assert [model.id for model in asked.models.list()] == ["gpt-3.5-turbo", "gpt-4.1-mini", "text-embedding-3-small"]
    vectors = asked.embeddings.create(model="text-embedding-3-small", input=["Green tea", "A cup of coffee"])
    assert [len(one.embedding) for one in vectors.data] == [8, 8]
    assert vectors.data[0].embedding[0] == 0.4096


def test_a_wrong_key_is_refused(openai: Any, address: str) -> None:
    wrong = client(openai, address, "sk-wrong-0000")
    with pytest.raises(openai.AuthenticationError) as models:
        wrong.models.list()
    with pytest.raises(openai.AuthenticationError) as chat:
        wrong.chat.completions.create(model="gpt-4.1-mini", messages=HELLO)
    assert [told.value.code for told in (models, chat)] == ["invalid_api_key", "invalid_api_key"]


@pytest.mark.parametrize(
    ("example", "error", "code"),
    [
        ("quota used up", "RateLimitError", "insufficient_quota"),
        ("rate limit", "RateLimitError", "rate_limit_exceeded"),
        ("unknown model", "NotFoundError", "model_not_found"),
        ("overloaded", "InternalServerError", "server_is_overloaded"),
    ],
)
def test_an_error_is_had_by_its_name(openai: Any, address: str, example: str, error: str, code: str) -> None:
    with pytest.raises(getattr(openai, error)) as told:
        client(openai, address).chat.completions.create(
            model="gpt-4.1-mini", messages=HELLO, extra_headers={"Prefer": f"example={example}"}
        )
    assert told.value.code == code


def test_a_rate_limit_says_how_long_to_wait(openai: Any, address: str) -> None:
    with pytest.raises(openai.RateLimitError) as told:
        client(openai, address).chat.completions.create(
            model="gpt-4.1-mini", messages=HELLO, extra_headers={"Prefer": "example=rate limit"}
        )
    assert told.value.response.headers["retry-after"] == "1"


def test_a_call_of_a_tool_is_answered_with_its_result(openai: Any) -> None:
    with serving("collections/tools.yaml") as address:
        asked = client(openai, address)
        first = asked.chat.completions.create(model="gpt-4.1-mini", messages=WEATHER)
        call = first.choices[0].message.tool_calls[0]
        assert (call.function.name, call.function.arguments) == ("get_weather", '{"city":"Seoul","unit":"celsius"}')
        result = {"role": "tool", "tool_call_id": call.id, "content": '{"temperature": 21}'}
        answer = asked.chat.completions.create(
            model="gpt-4.1-mini", messages=[*WEATHER, first.choices[0].message, result]
        )
    assert answer.choices[0].message.content == "It is 21 °C in Seoul and the sky is clear."
