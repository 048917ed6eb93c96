"""Answers of model APIs, of which every value may be another than it should be: read or told, never an accident."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Final

from runner.auth.token_answer import read_token
from runner.llm import errors
from runner.llm.answer import doubts
from runner.llm.prices import cost_of
from runner.llm.tool_calls import made_calls, offered_tools
from runner.llm.usage import read_usage
from runner.messages import Exchange, Headers, Request, Response
from runner.node import Plain
from runner.results import Advice
from runner.strict_json import dumps, parse
from tests.fuzz.choices import Choices
from tests.streams import SAMPLES

ERRORS: Final[tuple[Plain, ...]] = (
    {"error": {"message": "m", "type": "t", "param": None, "code": "insufficient_quota"}},
    {"error": {"code": 429, "message": "m", "status": "RESOURCE_EXHAUSTED", "details": [
        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "3s"}, {"reason": "x"}]}},
    [{"error": {"code": 400, "message": "m", "details": [{"fieldViolations": [{"field": "f", "description": "d"}]}]}}],
    {"type": "error", "error": {"type": "overloaded_error", "message": "m"}, "request_id": "r"},
    {"error": {"code": "content_filter", "message": "m", "innererror": {"code": "c",
    "content_filter_result": {"hate": {"filtered": True}}}}},
    {"error": "model 'x' not found"},
    {"detail": [{"loc": ["body", "model"], "msg": "field required", "type": "missing"}]},
    {"detail": "m"},
    {"object": "error", "message": "m", "type": "t", "param": None, "code": 40303},
    {"errors": [{"message": "m"}]},
)  # fmt: skip
OTHERS: Final[tuple[Plain, ...]] = (
    {"access_token": "t", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r", "scope": "a"},
    {"error": "invalid_client", "error_description": "d", "error_uri": "http://h/"},
    {"tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object",
    "properties": {"a": {}}}}}],
     "functions": [{"name": "g", "parameters": {}}]},
    {"tools": [{"functionDeclarations": [{"name": "f", "parameters": {"type": "OBJECT",
    "properties": {"a": {"type": "STRING"}}}}]}]},
    {"tools": [{"name": "f", "input_schema": {"type": "object"}}, {"type": "custom", "custom": {"name": "c"}}]},
    {"model": "gpt-4o", "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3, "cost": 0.1,
     "prompt_tokens_details": {"cached_tokens": 1}, "completion_tokens_details": {"reasoning_tokens": 1}}},
    {"model": "claude", "usage": {"input_tokens": 1, "output_tokens": 2, "cache_read_input_tokens": 3,
    "cache_creation_input_tokens": 4}},
    {"modelVersion": "gemini", "usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2,
    "thoughtsTokenCount": 3, "totalTokenCount": 6}},
    {"model": "llama", "prompt_eval_count": 1, "eval_count": 2, "done": True},
)  # fmt: skip
DOCUMENTS: Final = (*ERRORS, *OTHERS, *(sample.message for sample in SAMPLES.values()))
STATUSES: Final = (200, 400, 401, 402, 404, 429, 500, 503, 529)
EXPLAINERS: Final[tuple[Callable[[int, Headers, Plain], Advice | None], ...]] = (
    errors.explain_error,
    errors.explain_inside,
)
WAITS: Final[Headers] = (("Retry-After", "3"), ("WWW-Authenticate", "Bearer"), ("Content-Type", "application/json"))


def seeds() -> Iterator[bytes]:
    return (dumps(document).encode() + bytes([0, number]) for number, document in enumerate(DOCUMENTS))


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    status = choices.pick(STATUSES)
    parsed = parse(choices.piece())
    if not parsed.error:
        understood(parsed.value, status)


def understood(document: Plain, status: int = 200) -> None:
    """All that is read from an answer."""
    assert all(doubts(document))
    usage = read_usage(document)
    if usage is not None:
        cost = cost_of(usage._replace(asked="gpt-4o"))
        assert cost is None or cost >= 0
    for explain in EXPLAINERS:
        advice = explain(status, WAITS, document)
        assert advice is None or (advice.says + advice.remedy)
    errors.is_billing(status, document)
    wait = errors.told_wait(status, document)
    assert wait is None or wait >= 0
    made_calls(document)
    offered_tools(document)
    body = json.dumps(document).encode()
    response = Response(status, WAITS, body, "http://h/")
    read_token(Exchange(Request("POST", "http://h/"), response, None, 0.0, 0.0), 0.0, lambda _: None)
