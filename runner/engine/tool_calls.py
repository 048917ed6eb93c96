"""The check that a model calls only tools that the request offered, with arguments that fit them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runner import strict_json
from runner.checks.expectations import not_json_text, unusable
from runner.checks.matchers import MatchContext
from runner.checks.show import clip, show
from runner.checks.validity import problem_lines
from runner.errors import RenderError
from runner.llm.tool_calls import Tool, ToolCall, made_calls, offered_tools
from runner.messages import Exchange, Response
from runner.model import Expectation
from runner.node import Plain
from runner.results import Check

SUBJECT: Final = "tool_calls"
WANTED: Final = "calls of tools that the request offered, with arguments that fit"
VALID: Final = "valid"


def check_tool_calls(expectation: Expectation, exchange: Exchange, response: Response, context: MatchContext) -> Check:
    """``tool_calls: valid``. An answer without a call does not hold."""
    place = expectation.place.location
    try:
        word = context.render(expectation.node)
    except RenderError as error:
        return unusable(SUBJECT, error)
    if word != VALID:
        note = f"it was filled with {show(word)}"
        return Check(SUBJECT, passed=False, location=place, expected=WANTED, got="nothing was looked at", note=note)
    got = "\n".join(_problems(exchange.request.body or b"", response, context))
    return Check(SUBJECT, passed=not got, location=place, expected=WANTED, got=got)


def _problems(body: bytes, response: Response, context: MatchContext) -> Iterator[str]:
    if response.document.error:
        yield not_json_text(response)
        return
    tools = offered_tools(strict_json.parse(body).value)
    calls = made_calls(response.document.value)
    if not tools:
        yield "the request offered no tools"
    if not calls:
        yield "an answer without a tool call"
    for number, call in enumerate(calls if tools else (), 1):
        said = _misfit(call, tools, context)
        if said:
            name = f" ({clip(call.name)})" if isinstance(call.name, str) and call.name else ""
            yield from (f"call {number}{name}: {line}" for line in said.splitlines())


def _misfit(call: ToolCall, tools: Sequence[Tool], context: MatchContext) -> str:
    """What is wrong with one call; empty if nothing is."""
    tool = next((one for one in tools if one.name and one.name == call.name), None)
    if tool is None:
        offered = ", ".join(show(one.name) for one in tools)
        return f"no such tool was offered; there {'is' if len(tools) == 1 else 'are'} {offered}"
    if tool.schema is None:
        return "" if isinstance(call.text, str) else f"its input is not text: {show(call.text)}"
    arguments: Plain = call.arguments
    if call.is_text:
        if not isinstance(call.text, str):
            return f"its arguments must be text that is JSON, and are {show(call.text)}"
        parsed = strict_json.parse(call.text)
        if parsed.error:
            return f"its arguments are not JSON: {parsed.error}: {show(call.text)}"
        arguments = parsed.value
    if not isinstance(arguments, dict):
        return f"its arguments must be an object, and are {show(arguments)}"
    problems = context.schemas.check_plain(tool.schema, arguments)
    if any(not problem.path for problem in problems):
        return f"its parameters in the request cannot be used as a schema: {problem_lines(problems)}"
    return problem_lines(problems)
