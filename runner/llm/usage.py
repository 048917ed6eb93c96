"""The tokens that a model's answer says it took, in whichever of the known shapes it says so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

from runner.llm.fields import count_of, text_of
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
    model = text_of(document.get("model")) or text_of(document.get("modelVersion"))
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
    return _completed(found)._replace(model=model, tier=text_of(document.get("service_tier")))


def _openai(usage: Fields) -> Usage:
    """Chat completions speak of prompt and completion, the responses API and others of input and output."""
    prompt_details = _first_object(usage, "prompt_tokens_details", "input_tokens_details")
    reply_details = _first_object(usage, "completion_tokens_details", "output_tokens_details")
    counts = {**usage, **prompt_details}
    return Usage(
        prompt_tokens=_first(usage, "prompt_tokens", "input_tokens"),
        completion_tokens=_first(usage, "completion_tokens", "output_tokens"),
        total_tokens=count_of(usage.get("total_tokens")),
        cached=_first(counts, "cached_tokens", "prompt_cache_hit_tokens"),
        reasoning=count_of(reply_details.get("reasoning_tokens")),
        audio=_sum(count_of(prompt_details.get("audio_tokens")), count_of(reply_details.get("audio_tokens"))),
    )


def _anthropic(usage: Fields) -> Usage:
    """What comes from the cache and what goes there are not in ``input_tokens``."""
    read, written = count_of(usage.get("cache_read_input_tokens")), count_of(usage.get("cache_creation_input_tokens"))
    fresh = count_of(usage.get("input_tokens"))
    prompt = None if fresh is None else fresh + (read or 0) + (written or 0)
    return Usage(prompt, count_of(usage.get("output_tokens")), cached=read, cache_written=written)


def _gemini(usage: Fields) -> Usage:
    """Thoughts are paid as part of the reply, but counted beside it."""
    thoughts = count_of(usage.get("thoughtsTokenCount"))
    return Usage(
        prompt_tokens=_sum(count_of(usage.get("promptTokenCount")), count_of(usage.get("toolUsePromptTokenCount"))),
        completion_tokens=_sum(count_of(usage.get("candidatesTokenCount")), thoughts),
        total_tokens=count_of(usage.get("totalTokenCount")),
        cached=count_of(usage.get("cachedContentTokenCount")),
        reasoning=thoughts,
    )


def _ollama(document: Fields) -> Usage | None:
    """Counts stand in the answer itself; an embedding has no reply."""
    prompt, reply = count_of(document.get("prompt_eval_count")), count_of(document.get("eval_count"))
    if prompt is None and reply is None:
        return None
    if reply is None and ("embeddings" in document or "embedding" in document):
        reply = 0
    return Usage(prompt, reply)


def _completed(found: Usage) -> Usage:
    """With the one of the three numbers that follows from the other two. A total that is less than its parts is none:
    limits are held against the greater."""
    prompt, reply, total = found[:3]
    if prompt is not None and reply is not None and total is not None:
        return found._replace(total_tokens=max(total, prompt + reply))
    if total is None and prompt is not None and reply is not None:
        return found._replace(total_tokens=prompt + reply)
    if reply is None and prompt is not None and total is not None and total >= prompt:
        return found._replace(completion_tokens=total - prompt)
    if prompt is None and reply is not None and total is not None and total >= reply:
        return found._replace(prompt_tokens=total - reply)
    return found


def _first(fields: Fields, *keys: str) -> int | None:
    return next((number for key in keys if (number := count_of(fields.get(key))) is not None), None)


def _first_object(fields: Fields, *keys: str) -> Fields:
    return next((value for key in keys if isinstance(value := fields.get(key), dict)), NOTHING)


def _sum(*numbers: int | None) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None
