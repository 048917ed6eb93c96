from __future__ import annotations

import pytest

from runner.llm.tool_calls import NO_PARAMETERS, Tool, made_calls, offered_tools
from runner.node import Plain

NOTHING: list[Plain] = [None, 5, "text", [], {}, {"tools": None}, {"tools": [None, 5, {}]}, {"choices": [None]}]


@pytest.mark.parametrize("document", NOTHING)
def test_what_is_no_request_or_answer_has_none(document: Plain) -> None:
    assert [tool for tool in offered_tools(document) if tool.name] == []
    assert made_calls(document) == ()


def test_a_call_that_says_nothing_is_a_call() -> None:
    (call,) = made_calls({"choices": [{"message": {"tool_calls": [None]}}]})
    assert (call.name, call.text) == (None, None)


def test_gemini_writes_schemas_in_its_own_way() -> None:
    schema: Plain = {
        "type": "OBJECT",
        "required": ["type"],
        "properties": {
            "type": {"type": "STRING", "enum": ["A", "B"]},
            "days": {"type": "ARRAY", "items": {"type": "INTEGER", "nullable": True}},
            "nullable": {"anyOf": [{"type": "NUMBER"}]},
        },
    }
    request: Plain = {"tools": [{"function_declarations": [{"name": "a", "parameters": schema}, {"name": "b"}]}]}
    assert offered_tools(request) == (
        Tool(
            "a",
            {
                "type": "object",
                "required": ["type"],
                "properties": {
                    "type": {"type": "string", "enum": ["A", "B"]},
                    "days": {"type": "array", "items": {"type": ["integer", "null"]}},
                    "nullable": {"anyOf": [{"type": "number"}]},
                },
            },
        ),
        Tool("b", NO_PARAMETERS),
    )
    plain: Plain = {"type": "object"}
    assert offered_tools({"tools": [{"functionDeclarations": [{"name": "a", "parametersJsonSchema": plain}]}]}) == (
        Tool("a", plain),
    )


def test_tools_that_run_at_the_provider_have_no_name_of_their_own() -> None:
    assert offered_tools({"tools": [{"type": "web_search"}, {"googleSearch": {}}]}) == ()
