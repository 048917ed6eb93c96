from __future__ import annotations

import pytest

from runner.llm.answer import doubts, error_in
from runner.node import Plain


def openai(message: Plain, reason: str | None = "stop") -> Plain:
    choice: Plain = {"index": 0, "message": message, "finish_reason": reason}
    return {"object": "chat.completion", "choices": [choice]}


def anthropic(*content: Plain, reason: str = "end_turn") -> Plain:
    return {"type": "message", "role": "assistant", "content": [*content], "stop_reason": reason}


def gemini(*parts: Plain, reason: str = "STOP") -> Plain:
    return {"candidates": [{"content": {"role": "model", "parts": [*parts]}, "finishReason": reason}]}


def ollama(content: str, reason: str = "stop", **more: Plain) -> Plain:
    return {"message": {"role": "assistant", "content": content, **more}, "done": True, "done_reason": reason}


def responses(*output: Plain, status: str = "completed", reason: str = "") -> Plain:
    details: Plain = {"reason": reason} if reason else None
    return {"object": "response", "status": status, "incomplete_details": details, "output": [*output]}


def said(text: str) -> Plain:
    return {"type": "message", "content": [{"type": "output_text", "text": text}]}


CALL: Plain = {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}

FINE: list[Plain] = [
    openai({"content": "Hello"}),
    openai({"content": None, "tool_calls": [CALL]}, "tool_calls"),
    openai({"content": None, "function_call": {"name": "f", "arguments": "{}"}}),
    openai({"content": None, "refusal": "No."}),
    openai({"content": None, "audio": {"id": "a"}}),
    openai({"content": [{"type": "text", "text": "Hello"}]}),
    openai({"content": "Hello"}, None),
    anthropic({"type": "text", "text": "Hello"}),
    anthropic({"type": "tool_use", "id": "1", "name": "f", "input": {}}, reason="tool_use"),
    gemini({"text": "Hello"}),
    gemini({"functionCall": {"name": "f", "args": {}}}),
    ollama("Hello"),
    ollama("", tool_calls=[CALL]),
    ollama("", "load"),
    responses(said("Hello")),
    responses({"type": "function_call", "name": "f", "arguments": "{}"}),
    responses(status="in_progress"),
    {"error": {"message": "no"}, "choices": []},
    {"object": "text_completion", "choices": [{"text": "", "finish_reason": "length"}]},
    {"message": {"text": "created"}, "done": False},
    {"choices": "none"},
    {"choices": [{"message": {"text": ""}}]},
    {"choices": [1, {"message": "x"}]},
    {"type": "message", "content": "text of a queue"},
    {"object": "list", "data": []},
    [openai({"content": ""})],
    "",
    None,
]


@pytest.mark.parametrize("document", FINE)
def test_what_is_whole_or_no_answer_of_a_model_is_not_doubtful(document: Plain) -> None:
    assert doubts(document) == ()


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (openai({"content": ""}), "$.choices[0].message.content"),
        (openai({"content": None}), "$.choices[0].message.content"),
        (openai({"content": " \n", "tool_calls": []}), "$.choices[0].message.content"),
        (openai({"content": [{"type": "text", "text": ""}]}), "$.choices[0].message.content"),
        (openai({}), "$.choices[0].message.content"),
        ({"object": "chat.completion", "choices": []}, "$.choices"),
        (anthropic(), "$.content"),
        (anthropic({"type": "text", "text": ""}), "$.content"),
        (anthropic({"type": "thinking", "thinking": "hm"}), "$.content"),
        (gemini(), "$.candidates[0].content.parts"),
        (gemini({"text": "hm", "thought": True}), "$.candidates[0].content.parts"),
        ({"candidates": [{"finishReason": "SAFETY"}]}, "$.candidates[0].content.parts"),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "$.candidates"),
        (ollama(""), "$.message.content"),
        (responses(), "$.output"),
        (responses({"type": "reasoning", "summary": []}), "$.output"),
        (responses(said("")), "$.output"),
    ],
)
def test_an_empty_answer(document: Plain, place: str) -> None:
    (doubt,) = doubts(document)
    assert (doubt.kind, doubt.place) == ("empty", place)
    assert doubt.what.startswith("the answer is empty: no text and no tool call")


@pytest.mark.parametrize(
    ("document", "place", "why"),
    [
        (openai({"content": "He"}, "length"), "$.choices[0].finish_reason", "finish_reason: length"),
        (anthropic({"type": "text", "text": "He"}, reason="max_tokens"), "$.stop_reason", "stop_reason: max_tokens"),
        (gemini({"text": "He"}, reason="MAX_TOKENS"), "$.candidates[0].finishReason", "finishReason: MAX_TOKENS"),
        (ollama("He", "length"), "$.done_reason", "done_reason: length"),
        (
            responses(said("He"), status="incomplete", reason="max_output_tokens"),
            "$.incomplete_details.reason",
            "reason: max_output_tokens",
        ),
    ],
)
def test_an_answer_that_is_cut_off(document: Plain, place: str, why: str) -> None:
    (doubt,) = doubts(document)
    assert (doubt.kind, doubt.place) == ("cut", place)
    assert f"({why})" in doubt.what


def test_an_answer_may_be_both_and_every_choice_counts() -> None:
    assert [one.kind for one in doubts(openai({"content": ""}, "length"))] == ["empty", "cut"]
    choices: Plain = [{"message": {"content": text}, "finish_reason": "stop"} for text in ("a", "", "c")]
    assert [one.place for one in doubts({"choices": choices})] == ["$.choices[1].message.content"]


def test_a_reason_that_is_no_word_is_not_repeated() -> None:
    (doubt,) = doubts(openai({"content": ""}, "stop\x1b[31m"))
    assert "stop" not in doubt.what


@pytest.mark.parametrize(
    ("document", "place", "says"),
    [
        ({"error": {"message": "gone", "code": 502}}, "$.error", ": gone"),
        ({"error": "gone"}, "$.error", ": gone"),
        ({"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}, "$.error", ": overloaded_error"),
        ({"object": "error", "message": "gone", "code": 500}, "$.message", ": gone"),
        ({"object": "response", "status": "failed", "error": None}, "$.status", "."),
        (openai({"content": "a"}, "error"), "$.choices[0].finish_reason", "."),
        ({"choices": [{}, {"error": {"message": "gone"}}]}, "$.choices[1].error", ": gone"),
    ],
)
def test_an_answer_that_is_an_error(document: Plain, place: str, says: str) -> None:
    doubt = error_in(document)
    assert doubt is not None
    assert (doubt.kind, doubt.place) == ("error", place)
    assert doubt.what.startswith(f"the answer is an error ({place}){says}")


@pytest.mark.parametrize("document", [*(one for one in FINE if not (isinstance(one, dict) and one.get("error"))), []])
def test_what_is_no_error(document: Plain) -> None:
    assert error_in(document) is None
