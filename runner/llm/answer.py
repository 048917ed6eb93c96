"""What is doubtful of a model's answer although its status is 200: there is nothing in it, it was cut off, or it is an
error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from runner.llm.errors import explain_error
from runner.llm.fields import list_of, mapping_of, words_of
from runner.node import Plain

LIMITS: Final = frozenset({"length", "max_tokens", "MAX_TOKENS", "max_output_tokens", "model_context_window_exceeded"})
"""Reasons that providers give for an answer that ended before the model had done."""
WITHOUT_ANSWER: Final = frozenset({"load", "unload"})
"""Ollama's reasons for an answer to a request that asked for none."""


class Doubt(NamedTuple):
    """``place`` is the JSONPath of what is doubtful, ``what`` says what is, for people."""

    kind: Literal["empty", "cut", "error"]
    place: str
    what: str


class Answer(NamedTuple):
    """One answer of a model, read: ``content`` is the path of what should be in it, ``ended`` that of why it ended."""

    content: str
    empty: bool
    ended: str
    reason: str = ""

    def doubts(self) -> Iterator[Doubt]:
        """An answer that says nothing, and one that is cut off; it may be both."""
        key = self.ended.rpartition(".")[2]
        why = f" ({key}: {self.reason})" if self.reason else ""
        if self.empty:
            yield Doubt("empty", self.content, f"the answer is empty: no text and no tool call{why}.")
        if self.reason in LIMITS:
            what = f"the answer is cut off{why}: the limit of tokens was reached. Ask for more, or for less text."
            yield Doubt("cut", self.ended, what)


def doubts(document: Plain) -> tuple[Doubt, ...]:
    """What is doubtful of a model's answer; nothing of any other document, nor of an error."""
    if not isinstance(document, dict) or document.get("error"):
        return ()
    return tuple(doubt for answer in _answers(document) for doubt in answer.doubts())


def error_in(document: Plain) -> Doubt | None:
    """That what a model was asked for is an error after all, as gateways answer whose own model failed: they have sent
    the status by then. Of an answer to anything else such keys say nothing."""
    if not isinstance(document, dict):
        return None
    if document.get("error") or document.get("type") == "error":
        return _error("$.error", document)
    if document.get("object") == "error":  # vLLM
        return _error("$.message", document)
    if document.get("object") == "response" and document.get("status") == "failed":
        return _error("$.status", document)
    for number, choice in enumerate(map(mapping_of, list_of(document.get("choices")))):
        if choice.get("error") or choice.get("finish_reason") == "error":
            place = "error" if choice.get("error") else "finish_reason"
            return _error(f"$.choices[{number}].{place}", choice)
    return None


def _error(place: str, holder: dict[str, Plain]) -> Doubt:
    advice = explain_error(200, (), {"error": holder["error"]} if holder.get("error") else holder)
    says = advice.says.splitlines()[0] if advice is not None and advice.says else ""
    return Doubt("error", place, f"the answer is an error ({place}){f': {says}' if says else '.'}")


def _answers(document: dict[str, Plain]) -> Iterator[Answer]:
    """By the shapes of OpenAI (also Azure and compatible servers), its responses API, Anthropic, Gemini, Ollama."""
    if document.get("object") == "chat.completion" or isinstance(document.get("choices"), list):
        yield from _of_choices(document)
    elif document.get("object") == "response" and isinstance(document.get("output"), list):
        yield from _of_responses(document)
    elif document.get("type") == "message" and isinstance(document.get("content"), list):
        empty = not any(map(_says, list_of(document.get("content"))))
        yield Answer("$.content", empty, "$.stop_reason", _word(document.get("stop_reason")))
    elif isinstance(document.get("candidates"), list) or "promptFeedback" in document:
        yield from _of_candidates(document)
    elif isinstance(document.get("message"), dict) and document.get("done") is True:
        reason = _word(document.get("done_reason"))
        empty = reason not in WITHOUT_ANSWER and not _says_something(mapping_of(document.get("message")))
        yield Answer("$.message.content", empty, "$.done_reason", reason)


def _of_choices(document: dict[str, Plain]) -> Iterator[Answer]:
    choices, certain = list_of(document.get("choices")), document.get("object") == "chat.completion"
    if not choices and certain:
        yield Answer("$.choices", empty=True, ended="")
    for number, choice in enumerate(choices):
        if not isinstance(choice, dict) or not (certain or "finish_reason" in choice):
            continue
        if isinstance(choice.get("message"), dict):
            place = f"$.choices[{number}]"
            reason = _word(choice.get("finish_reason"))
            empty = not _says_something(mapping_of(choice.get("message")))
            yield Answer(f"{place}.message.content", empty, f"{place}.finish_reason", reason)


def _of_responses(document: dict[str, Plain]) -> Iterator[Answer]:
    if document.get("status") not in ("completed", "incomplete"):
        return
    reason = _word(mapping_of(document.get("incomplete_details")).get("reason"))
    empty = not any(
        any(map(_says, list_of(item.get("content"))))
        if item.get("type") == "message"
        else item.get("type") != "reasoning"
        for item in map(mapping_of, list_of(document.get("output")))
    )
    yield Answer("$.output", empty, "$.incomplete_details.reason", reason)


def _of_candidates(document: dict[str, Plain]) -> Iterator[Answer]:
    candidates = list_of(document.get("candidates"))
    if not candidates:
        reason = _word(mapping_of(document.get("promptFeedback")).get("blockReason"))
        yield Answer("$.candidates", empty=True, ended="$.promptFeedback.blockReason", reason=reason)
    for number, candidate in enumerate(map(mapping_of, candidates)):
        place = f"$.candidates[{number}]"
        parts = list_of(mapping_of(candidate.get("content")).get("parts"))
        said = any(_says(part) for part in parts if mapping_of(part).get("thought") is not True)
        reason = _word(candidate.get("finishReason"))
        yield Answer(f"{place}.content.parts", not said, f"{place}.finishReason", reason)


def _says_something(message: dict[str, Plain]) -> bool:
    """Whether a message has text, a tool call, a refusal, or sound or a picture."""
    content = message.get("content")
    if isinstance(content, list) and any(map(_says, content)):
        return True
    return bool(words_of(content)) or any(
        message.get(key) for key in ("tool_calls", "function_call", "refusal", "audio", "images")
    )


def _says(part: Plain) -> bool:
    """Whether a part of a message has something to say: thoughts and empty texts have not."""
    if not isinstance(part, dict):
        return bool(words_of(part))
    if part.get("type") in ("thinking", "redacted_thinking", "reasoning"):
        return False
    return bool(words_of(part["text"])) if "text" in part else bool(part)


def _word(value: Plain) -> str:
    """A reason; nothing if it is another text than reasons are."""
    return value if isinstance(value, str) and re.fullmatch(r"\w{1,40}", value) else ""
