"""Text that stands where a number is meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runner.lint.finding import Edit, Finding, Subject, alone, found, is_quoted, written
from runner.loading.scalars import FLOAT, INTEGER
from runner.model import Matcher
from runner.node import Node

RULE: Final = "quoted-number"
PARAMETERS: Final = frozenset(
    """max_tokens max_completion_tokens max_output_tokens temperature top_p top_k n seed presence_penalty
    frequency_penalty top_logprobs num_predict num_ctx repeat_penalty maxOutputTokens topP topK""".split()
)
"""What model APIs take as numbers alone, in bodies that name a ``model``."""
ORDERED: Final = ("lt", "lte", "gt", "gte", "between", "approx")
JSON_BEFORE: Final = re.compile(r"""^[\s,\[{]*$|["'][^"']*["']\s*:\s*(?:\[[^\]]*)?$""")
"""What stands on a line of JSON before a text: nothing of weight, or a key in quotes, with a list that has begun."""


def quoted_numbers(subject: Subject) -> Iterator[Finding]:
    """Where that can be known: a parameter of a model that takes numbers, a comparison of more and less, and a
    placeholder in quotes whose value is a number all the same."""
    told: set[int] = set()
    for finding, node in (*_parameters(subject), *_comparisons(subject), *_quotes(subject)):
        if id(node) not in told and node.source is subject.source:
            told.add(id(node))
            yield finding


def _parameters(subject: Subject) -> Iterator[tuple[Finding, Node]]:
    for spec in subject.collection.own_requests:
        body = spec.node.get("json")
        if body is None or body.get("model") is None:
            continue
        for holder in (body, body.get("options")):
            for key, value in holder.items if holder is not None else ():
                if key.value in PARAMETERS:
                    yield from _as_text(value, subject, f"{key.value} takes a number, and this is sent as text")


def _comparisons(subject: Subject) -> Iterator[tuple[Finding, Node]]:
    """Below ``expect.json``: a number in JSON is neither more nor less than a text."""
    for spec in subject.collection.own_requests:
        for one in spec.expect:
            if one.kind == "json" and one.matcher is not None:
                for operator, operand in _operands(one.matcher):
                    message = f"{operator} compares text here, character by character: no number fits"
                    yield from _as_text(operand, subject, message, mend=False)


def _operands(matcher: Matcher) -> Iterator[tuple[str, Node]]:
    for test in matcher.tests:
        if test.operator in ORDERED:
            node = test.operand
            for one in node.elements or [value for _, value in node.items] or [node]:
                yield test.operator, one
        if isinstance(test.inner, Matcher):
            yield from _operands(test.inner)
        elif test.inner is not None:
            for _, inner in test.inner:
                yield from _operands(inner)


def _as_text(node: Node, subject: Subject, message: str, *, mend: bool = True) -> Iterator[tuple[Finding, Node]]:
    """A number in quotes, or a placeholder that brings a number as text."""
    if node.kind != "scalar" or not isinstance(node.value, str):
        return
    if _is_number(node.value):
        edits = [Edit(node.span, written(node), node.value)] if mend and is_quoted(node) else []
        yield found(RULE, node, message, f"Write {node.value} without quotes.", edits), node
        return
    one = alone(node)
    if one is None or one.filters or one.name.startswith("$") or one.name in subject.given:
        return
    default = subject.collection.variables.get(one.name)
    if default is not None and isinstance(default.value, str) and _is_number(default.value):
        said = f"{message}: {one.name} is text"  # it may be meant as text elsewhere: nothing is mended
        yield found(RULE, node, said, f"Write {one.name}: {default.value} without quotes under variables."), node
    elif default is None and one.default is not None and _is_number(one.default):
        kind = "int" if INTEGER.fullmatch(one.default.strip()) else "float"
        new = f"{one.text[:-2]}|{kind}>>"
        edits = [Edit(node.span, written(node), written(node).replace(one.text, new))] if mend else []
        said = f"{message}: a default on the spot is text"
        yield found(RULE, node, said, f"Write {new}.", edits if written(node) else ()), node


def _quotes(subject: Subject) -> Iterator[tuple[Finding, Node]]:
    """Quotes around a placeholder do not make a number text. In what was pasted as JSON they belong there."""
    for part in subject.parts:
        for kind in ("json", "turns", "expect"):
            node = part.get(kind)
            for scalar in _values(node) if node is not None else ():
                one = alone(scalar)
                if one is None or one.filters or one.name in subject.given or not is_quoted(scalar):
                    continue
                default = subject.collection.variables.get(one.name)
                number = default is not None and isinstance(default.value, int | float)
                if default is None or not number or isinstance(default.value, bool) or _is_json(scalar):
                    continue
                edits = [Edit(scalar.span, written(scalar), one.text)]
                hint = f"Take them away, or write <<{one.name}|string>> if text is meant."
                said = f"the quotes change nothing: {one.name} is a number, {default.value}, and stays one"
                yield found(RULE, scalar, said, hint, edits), scalar


def _values(node: Node) -> Iterator[Node]:
    """Scalars that are values, not keys."""
    waiting, seen = [node], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) not in seen and one.templated:
            seen.add(id(one))
            waiting += [*one.elements, *(value for _, value in one.items)]
            if one.kind == "scalar":
                yield one


def _is_json(scalar: Node) -> bool:
    """Whether it stands in what was written as JSON, with quotes around its key or in a list."""
    return JSON_BEFORE.search(scalar.source.line(scalar.line)[: scalar.column - 1]) is not None


def _is_number(text: str) -> bool:
    return bool(INTEGER.fullmatch(text.strip()) or FLOAT.fullmatch(text.strip()))
