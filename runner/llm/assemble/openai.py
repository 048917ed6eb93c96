"""Chunks of chat completions (``choices[].delta``) and of completions (``choices[].text``), as OpenAI, Azure and the
many servers that follow them send them."""

from __future__ import annotations

from typing import Final

from runner.llm.assemble.growing import Tree, finished, grow, index_of, is_text
from runner.llm.assemble.shape import NOTHING, Delta
from runner.llm.fields import list_of, text_of
from runner.node import Plain

OBJECTS: Final = {"chat.completion.chunk": "chat.completion"}
NOISE: Final = frozenset({"choices", "object", "obfuscation", "usage"})
NO_CONTENT: Final = frozenset({"role", "id", "type", "name", "index"})
"""What a delta has around its content."""


class OpenAI:
    """One completion with all its choices."""

    name = "OpenAI"
    end_mark = "[DONE]"

    def __init__(self) -> None:
        self._top: dict[str, Plain] = {}
        self._object = ""
        self._usage: Plain = None
        self._choices: dict[int, _Choice] = {}

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        return isinstance(chunk.get("choices"), list) or chunk.get("object") in OBJECTS

    def add(self, chunk: dict[str, Plain]) -> Delta:
        kind = chunk.get("object")
        self._object = self._object or text_of(kind)
        self._usage = chunk.get("usage") or self._usage
        for key, value in chunk.items():
            if key not in NOISE:
                self._keep(key, value)
        choices = chunk.get("choices")
        deltas = [self._add(one, place) for place, one in enumerate(list_of(choices))]
        lowest = min(self._choices, default=None)  # what is no object is no choice
        first = next((delta.text for index, delta in deltas if index == lowest), "")
        return Delta(first, any(delta.content for _, delta in deltas))

    def _keep(self, key: str, value: Plain) -> None:
        """The first that says something: Azure's first chunk has an empty id. Of objects and lists the last."""
        if key not in self._top or not self._top[key] or (value and isinstance(value, dict | list)):
            self._top[key] = value

    def _add(self, choice: Plain, place: int) -> tuple[int, Delta]:
        if not isinstance(choice, dict):
            return -1, NOTHING
        number = index_of(choice)
        index = place if number is None else number
        return index, self._choices.setdefault(index, _Choice()).add(choice)

    @property
    def ended(self) -> bool:
        return False

    def missing(self) -> str:
        if not self._choices:
            return "not one choice came"
        unfinished = [index for index, choice in sorted(self._choices.items()) if not choice.finish_reason]
        if not unfinished:
            return ""
        return f"choice {unfinished[0]} has no finish_reason: it was not written to its end"

    def document(self) -> Plain:
        top = dict(self._top)
        choices: list[Plain] = [self._choices[index].document(index) for index in sorted(self._choices)]
        answer: dict[str, Plain] = {"id": top.pop("id")} if "id" in top else {}
        answer["object"] = OBJECTS.get(self._object, self._object or "chat.completion")
        usage: dict[str, Plain] = {"usage": self._usage} if self._usage is not None else {}
        return {**answer, **top, "choices": choices, **usage}


class _Choice:
    """One choice on its way."""

    def __init__(self) -> None:
        self.finish_reason: Plain = None
        self._message: Tree = {}
        self._rest: Tree = {}
        self._is_chat = True
        self._calls = 0
        self._call = -1

    def add(self, choice: dict[str, Plain]) -> Delta:
        self.finish_reason = choice.get("finish_reason") or self.finish_reason
        rest = {key: value for key, value in choice.items() if key not in {"index", "delta", "finish_reason"}}
        grow(self._rest, rest)
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            text = choice.get("text")
            self._is_chat = self._is_chat and "text" not in choice
            return Delta(text, content=True) if isinstance(text, str) and text else NOTHING
        calls = delta.get("tool_calls")
        if isinstance(calls, list):
            delta = {**delta, "tool_calls": [self._numbered(one) for one in calls]}
        grow(self._message, delta)
        text = delta.get("content") or delta.get("refusal")
        return Delta(text_of(text), _has_content(delta))

    def _numbered(self, call: Plain) -> Plain:
        """A piece of a tool call with the number of the call. Some servers leave it out: an ``id`` then begins a new
        one."""
        if not isinstance(call, dict):
            return call
        index = index_of(call)
        if index is None:
            index = self._calls if call.get("id") or self._call < 0 else self._call
        self._call, self._calls = index, max(self._calls, index + 1)
        return {**call, "index": index}

    def document(self, index: int) -> Plain:
        rest = finished(self._rest)
        message = finished(self._message)
        if not self._is_chat:
            return {"index": index, **rest, "finish_reason": self.finish_reason}
        calls = message.get("tool_calls")
        if isinstance(calls, list):
            message["tool_calls"] = [_without_index(call) for call in calls]
        whole: Plain = {"role": message.pop("role", None) or "assistant", "content": None, **message}
        return {"index": index, "message": whole, **rest, "finish_reason": self.finish_reason}


def _without_index(call: Plain) -> Plain:
    return {key: value for key, value in call.items() if key != "index"} if isinstance(call, dict) else call


def _has_content(delta: Plain) -> bool:
    """Whether there is anything in a delta that a model wrote: not an empty text, nor who speaks."""
    if isinstance(delta, dict):
        return any(
            _has_content(value) or (key == "name" and is_text(value))
            for key, value in delta.items()
            if key not in NO_CONTENT or key == "name"
        )
    if isinstance(delta, list):
        return any(_has_content(one) for one in delta)
    return is_text(delta)
