"""The events of Anthropic's messages: ``message_start``, blocks of content with their deltas, ``message_stop``."""

from __future__ import annotations

from typing import Final

from runner import strict_json
from runner.llm.assemble.growing import Tree, finished, grow, index_of, is_text
from runner.llm.assemble.shape import NOTHING, Delta
from runner.llm.fields import list_of, mapping_of, text_of
from runner.node import Plain

TYPES: Final = ("message_", "content_block_")


class Anthropic:
    """One message."""

    name = "Anthropic"
    end_mark = "message_stop"

    def __init__(self) -> None:
        self._message: dict[str, Plain] | None = None
        self._blocks: dict[int, _Block] = {}
        self._ended = False

    @staticmethod
    def takes(chunk: dict[str, Plain]) -> bool:
        return str(chunk.get("type")).startswith(TYPES)

    def add(self, chunk: dict[str, Plain]) -> Delta:
        kind, message = chunk.get("type"), chunk.get("message")
        if kind == "message_start" and isinstance(message, dict):
            self._message = dict(message)
        elif kind == "message_delta":
            self._change(chunk)
        elif kind == "message_stop":
            self._ended = True
        elif str(kind).startswith("content_block_"):
            return self._add(chunk)
        return NOTHING

    def _change(self, chunk: dict[str, Plain]) -> None:
        """``message_delta``: why it stopped, and the tokens so far, which are sums."""
        message = self._message if self._message is not None else {}
        delta, usage = chunk.get("delta"), chunk.get("usage")
        rest = {key: value for key, value in chunk.items() if key not in {"type", "delta", "usage"}}
        message.update({**rest, **mapping_of(delta)})
        if isinstance(usage, dict):
            before = message.get("usage")
            told = {key: value for key, value in usage.items() if value is not None}
            message["usage"] = {**mapping_of(before), **told}
        self._message = message

    def _add(self, chunk: dict[str, Plain]) -> Delta:
        index, begun, delta = index_of(chunk), chunk.get("content_block"), chunk.get("delta")
        if index is None:
            return NOTHING
        block = self._blocks.setdefault(index, _Block())
        block.stopped = block.stopped or chunk.get("type") == "content_block_stop"
        if isinstance(begun, dict):
            block.begin(begun)
            return Delta(content=any(is_text(begun.get(key)) for key in ("text", "thinking", "name")))
        return block.add(delta) if isinstance(delta, dict) else NOTHING

    @property
    def ended(self) -> bool:
        return self._ended

    def missing(self) -> str:
        if self._message is None or "role" not in self._message:
            return "message_start did not come"
        for index, block in sorted(self._blocks.items()):
            if not block.begun or not block.stopped:
                part = "beginning (content_block_start)" if not block.begun else "end (content_block_stop)"
                return f"the {part} of content block {index} did not come"
            if block.fault:
                return f"the input of the tool in content block {index} is not JSON: {block.fault}"
        return "" if self._message.get("stop_reason") else "the message has no stop_reason"

    def document(self) -> Plain:
        content: list[Plain] = [block.document() for _, block in sorted(self._blocks.items())]
        message = self._message or {}
        return {**message, "content": content}


class _Block:
    """One block of content on its way."""

    def __init__(self) -> None:
        self.begun = False
        self.stopped = False
        self._tree: Tree = {}
        self._input: list[str] = []
        self._citations: list[Plain] = []

    def begin(self, block: dict[str, Plain]) -> None:
        self.begun = True
        grow(self._tree, block)

    def add(self, delta: dict[str, Plain]) -> Delta:
        for key, value in delta.items():
            if key == "partial_json" and isinstance(value, str):
                self._input.append(value)
            elif key == "citation":
                self._citations.append(value)
            elif key != "type":
                grow(self._tree, {key: value})
        text = delta.get("text")
        content = any(is_text(value) for key, value in delta.items() if key not in {"type", "signature"})
        return Delta(text_of(text), content)

    @property
    def fault(self) -> str:
        """Why the input of a tool cannot be read."""
        text = "".join(self._input)
        return strict_json.parse(text).error if text else ""

    def document(self) -> Plain:
        block = finished(self._tree)
        text = "".join(self._input)
        parsed = strict_json.parse(text) if text else None
        if parsed is not None and not parsed.error:
            block["input"] = parsed.value
        if self._citations:
            before = block.get("citations")
            block["citations"] = [*list_of(before), *self._citations]
        return block
