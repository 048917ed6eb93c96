"""Streams of every shape that is known, as bodies, with the messages that they make."""

from __future__ import annotations

import json
from typing import NamedTuple

from runner.node import Plain

HELLO = ("", "Hello", " John", "!", " How", " can", " I", " assist", " you", " today", "?")
"""The pieces of the content of a real stream."""


class Sample(NamedTuple):
    """A whole stream, and the message that it makes."""

    body: bytes
    message: Plain
    kind: str = "text/event-stream"


def sse(*events: Plain) -> bytes:
    """Each as the data of an event."""
    return b"".join(b"data: %b\n\n" % _data(event) for event in events)


def named(*events: dict[str, Plain]) -> bytes:
    """Each under the name that its ``type`` says."""
    return b"".join(b"event: %b\ndata: %b\n\n" % (str(one["type"]).encode(), _data(one)) for one in events)


def lines(*values: Plain) -> bytes:
    return b"".join(_data(value) + b"\n" for value in values)


def _data(value: Plain) -> bytes:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()


def chunk(delta: dict[str, Plain], finish: str | None = None, index: int = 0, **more: Plain) -> dict[str, Plain]:
    """One chunk of a chat completion."""
    choice: dict[str, Plain] = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def usage(**numbers: Plain) -> dict[str, Plain]:
    return {
        "id": "c1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "m",
        "choices": [],
        "usage": {**numbers},
    }


def call(index: int | None, arguments: str, identity: str = "", name: str = "") -> dict[str, Plain]:
    """A piece of a tool call."""
    function: dict[str, Plain] = {"name": name, "arguments": arguments} if name else {"arguments": arguments}
    piece: dict[str, Plain] = (
        {"id": identity, "type": "function", "function": function} if name else {"function": function}
    )
    return piece if index is None else {"index": index, **piece}


def completion(*choices: Plain, **more: Plain) -> dict[str, Plain]:
    return {"id": "c1", "object": "chat.completion", "created": 1, "model": "m", "choices": list(choices), **more}


def choice(message: dict[str, Plain], finish: str = "stop", index: int = 0) -> dict[str, Plain]:
    whole: dict[str, Plain] = {"role": "assistant", "content": None, **message}
    return {"index": index, "message": whole, "logprobs": None, "finish_reason": finish}


def tool(identity: str, name: str, arguments: str) -> dict[str, Plain]:
    return {"id": identity, "type": "function", "function": {"name": name, "arguments": arguments}}


FIRST, *REST = HELLO
OPENAI = Sample(
    sse(
        chunk({"role": "assistant", "content": FIRST, "refusal": None}),
        *(chunk({"content": piece}) for piece in REST),
        chunk({}, "stop"),
        "[DONE]",
    ),
    completion(choice({"content": "".join(HELLO), "refusal": None})),
)
ANTHROPIC_EVENTS: tuple[dict[str, Plain], ...] = (
    {
        "type": "message_start",
        "message": {
            "id": "msg_1", "type": "message", "role": "assistant", "content": [], "model": "claude",
            "stop_reason": None, "stop_sequence": None, "usage": {"input_tokens": 9, "output_tokens": 1},
        },
    },
    {"type": "content_block_start", "index": 0, "content_block": {"type": "thinking", "thinking": "", "signature": ""}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "Hm"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "signature_delta", "signature": "x=="}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "안"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "녕😀"}},
    {"type": "content_block_stop", "index": 1},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "tool_use", "id": "t", "name": "f", "input": {}}},  # noqa: E501
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": ""}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": '{"city": "Se'}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "input_json_delta", "partial_json": 'oul"}'}},
    {"type": "content_block_stop", "index": 2},
    {"type": "message_delta", "delta": {"stop_reason": "tool_use", "stop_sequence": None}, "usage": {"output_tokens": 15}},  # noqa: E501
    {"type": "message_stop"},
)  # fmt: skip
ANTHROPIC = Sample(
    named(*ANTHROPIC_EVENTS),
    {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "Hm", "signature": "x=="},
            {"type": "text", "text": "안녕😀"},
            {"type": "tool_use", "id": "t", "name": "f", "input": {"city": "Seoul"}},
        ],
        "model": "claude",
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 15},
    },
)


def candidate(parts: list[Plain], **more: Plain) -> dict[str, Plain]:
    return {
        "candidates": [{"content": {"parts": parts, "role": "model"}, "index": 0, **more}],
        "modelVersion": "gemini",
        "usageMetadata": {"totalTokenCount": len(parts)},
    }


GEMINI = Sample(
    sse(
        candidate([{"text": "I see", "thought": True}]),
        candidate([{"text": "Hel"}]),
        candidate([{"text": "lo\u2028"}, {"functionCall": {"name": "f", "args": {"a": 1}}}], finishReason="STOP"),
    ),
    {
        "candidates": [
            {
                "content": {
                    "parts": [
                        {"text": "I see", "thought": True},
                        {"text": "Hello\u2028"},
                        {"functionCall": {"name": "f", "args": {"a": 1}}},
                    ],
                    "role": "model",
                },
                "index": 0,
                "finishReason": "STOP",
            }
        ],
        "modelVersion": "gemini",
        "usageMetadata": {"totalTokenCount": 2},
    },
)
OLLAMA = Sample(
    lines(
        {"model": "l", "created_at": "1", "message": {"role": "assistant", "content": "", "thinking": "So"}, "done": False},  # noqa: E501
        {"model": "l", "created_at": "2", "message": {"role": "assistant", "content": "Hé"}, "done": False},
        {"model": "l", "created_at": "3", "message": {"role": "assistant", "content": "llo"}, "done": False},
        {
            "model": "l", "created_at": "4", "message": {"role": "assistant", "content": ""}, "done": True,
            "done_reason": "stop", "eval_count": 3,
        },
    ),
    {
        "model": "l",
        "created_at": "4",
        "message": {"role": "assistant", "content": "Héllo", "thinking": "So"},
        "done": True,
        "done_reason": "stop",
        "eval_count": 3,
    },
    "application/x-ndjson",
)  # fmt: skip
RESPONSES = Sample(
    named(
        {"type": "response.created", "response": {"id": "r", "status": "in_progress", "output": []}},
        {"type": "response.output_text.delta", "delta": "Hel"},
        {"type": "response.output_text.delta", "delta": "lo"},
        {"type": "response.completed", "response": {"id": "r", "status": "completed", "output": [{"text": "Hello"}]}},
    ),
    {"id": "r", "status": "completed", "output": [{"text": "Hello"}]},
)
PLAIN = Sample(
    b': hi\n\nevent: add\nid: 1\ndata: {"a":\ndata: 1}\n\ndata: two\r\n\r\ndata: [1]\r\r',
    [{"event": "add", "data": {"a": 1}}, {"event": "message", "data": "two"}, {"event": "message", "data": [1]}],
)
TOOLS = Sample(
    sse(
        chunk({"role": "assistant", "content": None, "tool_calls": [call(0, "", "a", "f")]}),
        chunk({"tool_calls": [call(0, '{"x"')]}),
        chunk({"tool_calls": [call(1, "", "b", "g"), call(0, ": 1}")]}),
        chunk({"tool_calls": [call(1, "{}")]}),
        chunk({}, "tool_calls"),
        usage(total_tokens=7),
        "[DONE]",
    ),
    completion(
        choice({"tool_calls": [tool("a", "f", '{"x": 1}'), tool("b", "g", "{}")]}, "tool_calls"),
        usage={"total_tokens": 7},
    ),
)
AZURE = Sample(
    sse(
        {
            "choices": [],
            "created": 0,
            "id": "",
            "model": "",
            "object": "",
            "prompt_filter_results": [{"prompt_index": 0}],
        },
        {**chunk({"role": "assistant", "content": "", "refusal": None}), "obfuscation": "xyz"},
        chunk({"content": "Hi"}),
        {
            **chunk({}),
            "choices": [{"index": 0, "finish_reason": None, "content_filter_results": {"hate": {"filtered": False}}}],
        },
        chunk({}, "stop"),
        "[DONE]",
    ),
    {
        "id": "c1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "prompt_filter_results": [{"prompt_index": 0}],
        "choices": [
            {**choice({"content": "Hi", "refusal": None}), "content_filter_results": {"hate": {"filtered": False}}}
        ],
    },
)
SAMPLES = {
    "openai": OPENAI,
    "tools": TOOLS,
    "azure": AZURE,
    "anthropic": ANTHROPIC,
    "gemini": GEMINI,
    "ollama": OLLAMA,
    "responses": RESPONSES,
    "plain": PLAIN,
}
