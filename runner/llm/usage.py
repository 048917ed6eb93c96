"""The tokens that a model's answer says it took, in whichever of the known shapes it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from runner.node import Plain
from runner.usage import Usage

Fields: TypeAlias = Mapping[str, Plain]
NOTHING: Final[Fields] = {}


def read_usage(document: Plain) -> Usage | None:
    """What a whole answer says; None if it says nothing of tokens.

    Read are OpenAI's chat completions, completions, responses and embeddings, and all that speak like them (Azure
    too), Anthropic's messages, Gemini's ``usageMetadata`` and Ollama's counts."""
    if not isinstance(document, dict):
        return None
    model = _text(document, "model") or _text(document, "modelVersion")
    inner = document.get("response")
    if isinstance(inner, dict) and "usage" in inner:  # an event of the responses API
        return read_usage(inner)
    usage, gemini = document.get("usage"), document.get("usageMetadata")
    found: Usage | None
    if isinstance(usage, dict):
        is_anthropic = document.get("type") == "message" or "cache_read_input_tokens" in usage
        found = _anthropic(usage) if is_anthropic else _openai(usage)
    elif isinstance(gemini, dict):
        found = _gemini(gemini)
    else:
        found = _ollama(document)
    if found is None or found == Usage():
        return None
    return _completed(found)._replace(model=model, tier=_text(document, "service_tier"))


def _openai(usage: Fields) -> Usage:
    """Chat completions speak of prompt and completion, the responses API and others of input and output."""
    prompt_details = _first_object(usage, "prompt_tokens_details", "input_tokens_details")
    reply_details = _first_object(usage, "completion_tokens_details", "output_tokens_details")
    counts = {**usage, **prompt_details}
    return Usage(
        prompt_tokens=_first(usage, "prompt_tokens", "input_tokens"),
        completion_tokens=_first(usage, "completion_tokens", "output_tokens"),
        total_tokens=_number(usage, "total_tokens"),
        cached=_first(counts, "cached_tokens", "prompt_cache_hit_tokens"),
        reasoning=_number(reply_details, "reasoning_tokens"),
        audio=_sum(_number(prompt_details, "audio_tokens"), _number(reply_details, "audio_tokens")),
    )


def _anthropic(usage: Fields) -> Usage:
    """What comes from the cache and what goes there are not in ``input_tokens``."""
    read, written = _number(usage, "cache_read_input_tokens"), _number(usage, "cache_creation_input_tokens")
    fresh = _number(usage, "input_tokens")
    prompt = None if fresh is None else fresh + (read or 0) + (written or 0)
    return Usage(prompt, _number(usage, "output_tokens"), cached=read, cache_written=written)


def _gemini(usage: Fields) -> Usage:
    """Thoughts are paid as part of the reply, but counted beside it."""
    thoughts = _number(usage, "thoughtsTokenCount")
    return Usage(
        prompt_tokens=_sum(_number(usage, "promptTokenCount"), _number(usage, "toolUsePromptTokenCount")),
        completion_tokens=_sum(_number(usage, "candidatesTokenCount"), thoughts),
        total_tokens=_number(usage, "totalTokenCount"),
        cached=_number(usage, "cachedContentTokenCount"),
        reasoning=thoughts,
    )


def _ollama(document: Fields) -> Usage | None:
    """Counts stand in the answer itself; an embedding has no reply."""
    prompt, reply = _number(document, "prompt_eval_count"), _number(document, "eval_count")
    if prompt is None and reply is None:
        return None
    if reply is None and ("embeddings" in document or "embedding" in document):
        reply = 0
    return Usage(prompt, reply)


def _completed(found: Usage) -> Usage:
    """With the one of the three numbers that follows from the other two."""
    prompt, reply, total = found[:3]
    if total is None and prompt is not None and reply is not None:
        return found._replace(total_tokens=prompt + reply)
    if reply is None and prompt is not None and total is not None and total >= prompt:
        return found._replace(completion_tokens=total - prompt)
    if prompt is None and reply is not None and total is not None and total >= reply:
        return found._replace(prompt_tokens=total - reply)
    return found


def _number(fields: Fields, key: str) -> int | None:
    """A count; anything else says nothing."""
    value = fields.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _first(fields: Fields, *keys: str) -> int | None:
    return next((number for key in keys if (number := _number(fields, key)) is not None), None)


def _first_object(fields: Fields, *keys: str) -> Fields:
    return next((value for key in keys if isinstance(value := fields.get(key), dict)), NOTHING)


def _sum(*numbers: int | None) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _text(fields: Fields, key: str) -> str:
    value = fields.get(key)
    return value if isinstance(value, str) else ""
