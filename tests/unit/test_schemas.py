from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import TypeAlias

import pytest

from runner.checks.schema import SchemaChecker
from runner.folder import Folder
from runner.node import Plain
from runner.schemas import BUILTIN_NAMES, builtin_schema
from tests.unit.matching import node

EXCHANGES = Path(__file__).parents[1] / "exchanges"
COMPLETIONS = sorted(EXCHANGES.glob("0[1-5]*.json"))
LENIENT = tuple(name for name in BUILTIN_NAMES if not name.endswith(".strict"))
Changed: TypeAlias = dict[str, Plain]

CALL: Changed = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": "{}"}}
ANSWERS: dict[str, Changed] = {
    "openai/chat.completion": {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1728017290,
        "model": "gpt-4.1-mini",
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": None, "refusal": None, "tool_calls": [CALL]},
                "logprobs": None,
                "finish_reason": "tool_calls",
            }
        ],
        "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3},
    },
    "openai/chat.completion.chunk": {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1728017290,
        "model": "gpt-4.1-mini",
        "choices": [{"index": 0, "delta": {"content": "Hello"}, "logprobs": None, "finish_reason": None}],
        "usage": None,
        "obfuscation": "x",
    },
    "openai/embeddings": {
        "object": "list",
        "model": "text-embedding-3-small",
        "data": [{"object": "embedding", "index": 0, "embedding": [0.1, -0.2]}],
        "usage": {"prompt_tokens": 1, "total_tokens": 1},
    },
    "openai/error": {"error": {"message": "No", "type": "invalid_request_error", "param": None, "code": None}},
    "openai/models": {
        "object": "list",
        "data": [{"id": "gpt-4.1", "object": "model", "created": 1, "owned_by": "system"}],
    },
    "openai/responses": {
        "id": "resp_1",
        "object": "response",
        "created_at": 1741476777,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": "gpt-4.1",
        "output": [
            {"type": "reasoning", "id": "rs_1", "summary": []},
            {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "weather", "arguments": "{}"},
            {
                "type": "message",
                "id": "msg_1",
                "status": "completed",
                "role": "assistant",
                "content": [{"type": "output_text", "text": "Hello", "annotations": []}],
            },
        ],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "metadata": {},
        "usage": {
            "input_tokens": 1,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 2,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 3,
        },
    },
}


def problems(name: str, document: Plain) -> list[str]:
    written = node(f"'{name}'")
    checker = SchemaChecker(Folder.of(Path("/nonexistent")))
    return [f"{one.path} {one.message}" for one in checker.check(written, name, document)]


def changed(name: str, path: str, value: Plain = None) -> Plain:
    """An answer with another value at ``path``; a path that begins with ``-`` is taken out."""
    answer = deepcopy(ANSWERS[name])
    *before, last = path.removeprefix("-").split(".")
    place: Plain = answer
    for key in before:
        place = place[int(key)] if isinstance(place, list) else place[key] if isinstance(place, dict) else None
    assert isinstance(place, dict)
    assert last in place
    if path.startswith("-"):
        del place[last]
    else:
        place[last] = value
    return answer


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_every_name_has_a_schema_that_accepts_what_openai_sends(name: str) -> None:
    path = builtin_schema(name)
    assert path is not None
    assert path.is_file()
    assert problems(name, ANSWERS[name.removesuffix(".strict")]) == []


@pytest.mark.parametrize("path", COMPLETIONS, ids=lambda path: path.stem)
@pytest.mark.parametrize("form", ["", ".strict"])
def test_every_real_answer_is_valid(path: Path, form: str) -> None:
    assert problems(f"openai/chat.completion{form}", json.loads(path.read_text("utf-8"))["response"]) == []


@pytest.mark.parametrize("form", ["", ".strict"])
def test_the_real_error_is_valid(form: str) -> None:
    saved = json.loads((EXCHANGES / "06-insufficient-quota.json").read_text("utf-8"))
    assert problems(f"openai/error{form}", saved["response"]) == []


@pytest.mark.parametrize("form", ["", ".strict"])
@pytest.mark.parametrize("piece", ["", "Hello", " John", "!", "?"])
def test_the_pieces_of_a_real_stream_are_valid(piece: str, form: str) -> None:
    chunk = changed("openai/chat.completion.chunk", "choices.0.delta", {"content": piece})
    assert problems(f"openai/chat.completion.chunk{form}", chunk) == []


def test_the_chunk_with_the_usage_has_no_choices() -> None:
    usage: Plain = {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3}
    chunk = {**ANSWERS["openai/chat.completion.chunk"], "choices": [], "usage": usage}
    assert problems("openai/chat.completion.chunk", chunk) == []
    assert problems("openai/chat.completion.chunk.strict", chunk) == []


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("openai/chat.completion", "-created", None),
        ("openai/chat.completion", "-usage", None),
        ("openai/chat.completion", "usage", None),
        ("openai/chat.completion", "-choices.0.logprobs", None),
        ("openai/chat.completion", "-choices.0.message.refusal", None),
        ("openai/chat.completion", "choices.0.finish_reason", "eos"),
        ("openai/chat.completion.chunk", "object", ""),
        ("openai/chat.completion.chunk", "choices", []),
        ("openai/chat.completion.chunk", "-choices.0.delta", None),
        ("openai/chat.completion.chunk", "choices.0.finish_reason", "eos"),
        ("openai/embeddings", "-usage", None),
        ("openai/embeddings", "-data.0.object", None),
        ("openai/error", "error.code", 400),
        ("openai/error", "-error.param", None),
        ("openai/error", "error.type", None),
        ("openai/models", "-object", None),
        ("openai/models", "-data.0.created", None),
        ("openai/models", "data.0.owned_by", None),
        ("openai/responses", "-created_at", None),
        ("openai/responses", "-tools", None),
        ("openai/responses", "-usage.input_tokens_details", None),
        ("openai/responses", "usage", None),
        ("openai/responses", "-output.2.content.0.annotations", None),
    ],
)
def test_what_servers_vary_is_valid_but_not_strictly(name: str, path: str, value: Plain) -> None:
    document = changed(name, path, value)
    assert problems(name, document) == []
    assert problems(f"{name}.strict", document) != []


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("openai/chat.completion", "object", "text_completion"),
        ("openai/chat.completion", "choices", []),
        ("openai/chat.completion", "-choices.0.message", None),
        ("openai/chat.completion", "-choices.0.finish_reason", None),
        ("openai/chat.completion", "choices.0.message.role", "user"),
        ("openai/chat.completion", "choices.0.message", {"role": "assistant"}),
        ("openai/chat.completion", "choices.0.message.tool_calls.0.function.arguments", {}),
        ("openai/chat.completion", "usage.total_tokens", "3"),
        ("openai/chat.completion", "usage.total_tokens", -1),
        ("openai/chat.completion.chunk", "choices.0.delta.content", 5),
        ("openai/chat.completion.chunk", "-choices", None),
        ("openai/embeddings", "data", []),
        ("openai/embeddings", "data.0.embedding", []),
        ("openai/embeddings", "data.0.embedding", ["0.1"]),
        ("openai/error", "error.message", ""),
        ("openai/error", "-error.message", None),
        ("openai/error", "error", "text"),
        ("openai/models", "-data", None),
        ("openai/models", "-data.0.id", None),
        ("openai/responses", "output", []),
        ("openai/responses", "output.1.arguments", {}),
        ("openai/responses", "output.2.content.0.text", None),
        ("openai/responses", "error", {"message": "failed", "code": "server_error"}),
        ("openai/responses", "object", "list"),
    ],
)
def test_what_a_caller_relies_on_must_be_there(name: str, path: str, value: Plain) -> None:
    document = changed(name, path, value)
    assert problems(name, document) != []
    assert problems(f"{name}.strict", document) != []


@pytest.mark.parametrize("name", BUILTIN_NAMES)
def test_a_schema_does_not_fit_the_answers_of_the_others(name: str) -> None:
    kind = name.removesuffix(".strict")
    others = [other for other in LENIENT if other != kind]
    assert [other for other in others if problems(name, ANSWERS[other]) == []] == []


def test_a_strict_tool_answer_has_tool_calls() -> None:
    document = changed("openai/chat.completion", "-choices.0.message.tool_calls")
    assert problems("openai/chat.completion", document) == []
    assert problems("openai/chat.completion.strict", document) != []


def test_a_chunk_that_is_an_error_is_none() -> None:
    broken: Plain = {**ANSWERS["openai/chat.completion.chunk"], "error": {"message": "overloaded"}}
    assert problems("openai/chat.completion.chunk", broken) != []
