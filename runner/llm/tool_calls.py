"""The tools that a request offers to a model and the calls that the answer makes of them, of every known provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from runner.llm.fields import list_of, mapping_of, text_of
from runner.node import Plain

NO_PARAMETERS: Final[Plain] = {"type": "object", "maxProperties": 0}
"""What stands for a tool that names no parameters: it takes none."""


class Tool(NamedTuple):
    """A tool as it was offered. ``schema`` is that of its arguments; None where these are a text of any kind."""

    name: str
    schema: Plain


class ToolCall(NamedTuple):
    """A call as it stands in the answer. ``text`` are its arguments where they should be text (JSON, but for a tool
    that takes any text), ``arguments`` where they should be an object."""

    name: Plain
    text: Plain = None
    arguments: Plain = None
    is_text: bool = True


def offered_tools(request: Plain) -> tuple[Tool, ...]:
    """What the body of a request has under ``tools``, or under ``functions`` as it was once called."""
    body = mapping_of(request)
    tools = [tool for one in _dicts(body.get("tools")) for tool in _tools(one)]
    return (*tools, *map(_function, _dicts(body.get("functions"))))


def made_calls(answer: Plain) -> tuple[ToolCall, ...]:
    """Every call of an answer, in its order: OpenAI and what is compatible, its responses API, Anthropic, Gemini,
    Ollama."""
    return tuple(_calls(mapping_of(answer)))


def _tools(tool: dict[str, Plain]) -> Iterator[Tool]:
    declared = list(_dicts(tool.get("functionDeclarations") or tool.get("function_declarations")))
    for one in declared:
        plain = one.get("parametersJsonSchema", one.get("parameters_json_schema"))
        yield Tool(text_of(one.get("name")), plain or _as_json_schema(one.get("parameters")) or NO_PARAMETERS)
    if declared:
        return
    if isinstance(tool.get("function"), dict):
        yield _function(mapping_of(tool.get("function")))
    elif tool.get("type") == "custom" and "input_schema" not in tool:
        yield Tool(text_of(mapping_of(tool.get("custom") or tool).get("name")), None)
    elif tool.get("name"):
        yield _function(tool)


def _function(function: dict[str, Plain]) -> Tool:
    schema = function.get("parameters", function.get("input_schema"))
    return Tool(text_of(function.get("name")), NO_PARAMETERS if schema is None else schema)


def _as_json_schema(schema: Plain) -> Plain:
    """Gemini's own form of a schema: types in capitals, ``nullable`` beside them."""
    if isinstance(schema, list):
        return [_as_json_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _as_json_schema(value) for key, value in schema.items() if key not in ("properties", "nullable")}
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {key: _as_json_schema(one) for key, one in mapping_of(schema.get("properties")).items()}
    kind = schema.get("type")
    if isinstance(kind, str):
        made["type"] = [kind.lower(), "null"] if schema.get("nullable") is True else kind.lower()
    for key in ("enum", "default", "example", "required"):
        if key in schema:
            made[key] = schema[key]
    return made


def _calls(answer: dict[str, Plain]) -> Iterator[ToolCall]:
    for choice in _dicts(answer.get("choices")):
        yield from _of_message(mapping_of(choice.get("message")))
    for call in _dicts(mapping_of(answer.get("message")).get("tool_calls")):
        said = mapping_of(call.get("function"))
        yield ToolCall(said.get("name"), arguments=said.get("arguments"), is_text=False)
    for part in _dicts(answer.get("content")):
        if part.get("type") == "tool_use":
            yield ToolCall(part.get("name"), arguments=part.get("input"), is_text=False)
    for item in _dicts(answer.get("output")):
        if item.get("type") in ("function_call", "custom_tool_call"):
            yield ToolCall(item.get("name"), item.get("arguments", item.get("input")))
    for candidate in _dicts(answer.get("candidates")):
        yield from _of_parts(mapping_of(candidate.get("content")))


def _of_message(message: dict[str, Plain]) -> Iterator[ToolCall]:
    for call in _dicts(message.get("tool_calls")):
        if call.get("type") == "custom":
            said = mapping_of(call.get("custom"))
            yield ToolCall(said.get("name"), said.get("input"))
        else:
            said = mapping_of(call.get("function"))
            yield ToolCall(said.get("name"), said.get("arguments"))
    if message.get("function_call"):
        said = mapping_of(message.get("function_call"))
        yield ToolCall(said.get("name"), said.get("arguments"))


def _of_parts(content: dict[str, Plain]) -> Iterator[ToolCall]:
    for part in _dicts(content.get("parts")):
        if "functionCall" in part:
            said = mapping_of(part.get("functionCall"))
            yield ToolCall(said.get("name"), arguments=said.get("args", {}), is_text=False)


def _dicts(value: Plain) -> Iterator[dict[str, Plain]]:
    """The elements of a list; one that is no object counts as an empty one: it is there, and says nothing."""
    return map(mapping_of, list_of(value))
