"""Scripts taken apart without running them: statements, chains of calls, values that stand there as they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeAlias

import tree_sitter
import tree_sitter_javascript

from runner.node import Plain

Syntax: TypeAlias = Any
"""A node of tree-sitter's tree."""
NO_LITERAL: Final = object()
FUNCTIONS: Final = frozenset(("function_expression", "arrow_function", "function"))
ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}


class Step(NamedTuple):
    """One link of a chain: the name behind a dot, or a literal index; ``arguments`` of a call, None if it is none.
    ``optional`` is one behind ``?.``."""

    name: str | int
    arguments: tuple[Syntax, ...] | None = None
    optional: bool = False


class Statement(NamedTuple):
    """One statement: its place in the script, the name that it declares or assigns to, and the expression."""

    line: int
    text: str
    target: str
    value: Syntax | None


def statements(script: str) -> Iterator[Statement]:
    """The statements of a script, in order; comments are left out."""
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_javascript.language()))
    yield from _of_block(parser.parse(script.encode("utf-8")).root_node)


def body_of(function: Syntax) -> Iterator[Statement] | None:
    """The statements of a function that is written as an argument; None if it is no function."""
    if function.type not in FUNCTIONS:
        return None
    body = function.child_by_field_name("body")
    if body.type == "statement_block":
        return _of_block(body)
    return iter((Statement(body.start_point.row + 1, text_of(body), "", body),))


def chain_of(expression: Syntax) -> tuple[Step, ...] | None:
    """``pm.response.to.have.status(200)`` as steps; None for what is no chain that begins with a name."""
    kind = expression.type
    if kind in ("identifier", "this"):
        return (Step(text_of(expression)),)
    if kind == "parenthesized_expression":
        return chain_of(expression.named_children[0])
    if kind == "member_expression":
        before = chain_of(expression.child_by_field_name("object"))
        name = text_of(expression.child_by_field_name("property"))
        return before and (*before, Step(name, optional=_is_optional(expression)))
    if kind == "subscript_expression":
        before, index = (
            chain_of(expression.child_by_field_name("object")),
            literal(expression.child_by_field_name("index")),
        )
        usable = isinstance(index, str) or (isinstance(index, int) and not isinstance(index, bool))
        return (*before, Step(index, optional=_is_optional(expression))) if before and usable else None
    if kind == "call_expression":
        before = chain_of(expression.child_by_field_name("function"))
        given = expression.child_by_field_name("arguments")
        if not before or given.type != "arguments":
            return None
        arguments = tuple(one for one in given.named_children if one.type != "comment")
        last = before[-1]
        return (*before[:-1], last._replace(arguments=arguments)) if last.arguments is None else None
    return None


def _is_optional(expression: Syntax) -> bool:
    return any(one.type == "optional_chain" for one in expression.children)


def literal(expression: Syntax) -> Any:
    """The value of what stands there as it is: texts, numbers, lists, objects; else ``NO_LITERAL``."""
    kind = expression.type
    if kind == "string":
        return _string(expression)
    if kind == "template_string" and not any(one.type == "template_substitution" for one in expression.named_children):
        return text_of(expression)[1:-1]
    if kind in ("number", "unary_expression"):
        return _number(text_of(expression))
    if kind in ("true", "false", "null"):
        return json.loads(kind)
    if kind == "array":
        found = [literal(one) for one in expression.named_children if one.type != "comment"]
        return NO_LITERAL if NO_LITERAL in found else found
    return _object(expression) if kind == "object" else NO_LITERAL


def text_of(expression: Syntax) -> str:
    """As it is written."""
    return str(expression.text.decode("utf-8"))


def _of_block(block: Syntax) -> Iterator[Statement]:
    for node in block.named_children:
        if node.type in ("comment", "empty_statement"):
            continue
        line, text = node.start_point.row + 1, text_of(node)
        if node.type in ("lexical_declaration", "variable_declaration"):
            for one in node.named_children:
                if one.type == "variable_declarator":
                    name = text_of(one.child_by_field_name("name"))
                    yield Statement(line, text, name, one.child_by_field_name("value"))
        elif node.type == "expression_statement":
            inner = node.named_children[0]
            assigned = inner.type == "assignment_expression"
            target = text_of(inner.child_by_field_name("left")) if assigned else ""
            yield Statement(line, text, target, inner.child_by_field_name("right") if assigned else inner)
        else:
            yield Statement(line, text, "", None)


def _string(expression: Syntax) -> str:
    parts = []
    for one in expression.named_children:
        text = text_of(one)
        parts.append(_unescaped(text) if one.type == "escape_sequence" else text)
    return "".join(parts)


def _unescaped(text: str) -> str:
    code = text[1:]
    if code[:1] in ("u", "x"):
        return chr(int(code[1:].strip("{}"), 16))
    return ESCAPES.get(code, code)


def _number(text: str) -> Any:
    try:
        return json.loads(text.replace("_", "").replace(" ", "").removeprefix("+"))
    except ValueError:
        return NO_LITERAL


def _object(expression: Syntax) -> Any:
    found: dict[str, Plain] = {}
    for pair in expression.named_children:
        if pair.type == "comment":
            continue
        if pair.type != "pair":
            return NO_LITERAL
        key, value = pair.child_by_field_name("key"), literal(pair.child_by_field_name("value"))
        if value is NO_LITERAL or key.type == "computed_property_name":
            return NO_LITERAL
        found[_string(key) if key.type == "string" else text_of(key)] = value
    return found
