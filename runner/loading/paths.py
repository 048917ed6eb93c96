"""Whether a JSONPath in a file is one, said with the place of the fault."""

from __future__ import annotations

import re
from typing import Final

from runner.jsonpath import PathError, compile_path, is_path
from runner.loading.problems import Problems
from runner.node import Node
from runner.source import Span

RULE: Final = "jsonpath"
WITHOUT_ROOT: Final = re.compile(r"\.?[A-Za-z_][A-Za-z0-9_]*([.\[].*)?|\[.+|@[.\[].*", re.DOTALL)

DOTTED_INDEX: Final = re.compile(r"\.([0-9]+)(?=[.\[]|$)")
"""``$.choices.0.message``, as other tools write it."""


def check_path(node: Node, problems: Problems) -> None:
    """Tell if ``node`` is no JSONPath; one with a placeholder is looked at when it is filled."""
    if node.kind == "scalar" and node.templated:
        return
    if node.kind != "scalar" or not isinstance(node.value, str):
        problems.error(RULE, node, f"a JSONPath is text that starts with $, not {node.type_name}", "Write $.name.")
        return
    text = node.value
    if not text.startswith("$"):
        problems.error(RULE, node, "a JSONPath starts with $", _with_root(text))
        return
    try:
        compile_path(text)
    except PathError as error:
        message = f"this is no JSONPath: {error.message}"
        problems.error_at(RULE, node.source, _fault_span(node, text, error.offset), message, _hint(text))


def _with_root(text: str) -> str:
    """What the path would be if only the root is missing."""
    if not WITHOUT_ROOT.fullmatch(text):
        return "A path looks like $.choices[0].message, $..name or $.items[*].id."
    rest = text.removeprefix("@")
    return f"Write {'$' if rest.startswith(('.', '[')) else '$.'}{rest}"


def _hint(text: str) -> str:
    bracketed = DOTTED_INDEX.sub(r"[\1]", text)
    if bracketed != text and is_path(bracketed):
        return f"An index stands in brackets: {bracketed}"
    if "-" in text and "['" not in text:
        return "A name with anything but letters, digits and _ is written as ['the-name']."
    if "?" in text:
        return "A filter looks like $.items[?@.price > 3]; equal is ==."
    return "A path looks like $.choices[0].message, $..name or $.items[*].id."


def _fault_span(node: Node, text: str, offset: int) -> Span:
    """The character at ``offset`` if the text stands on one line as it is, else the whole node."""
    line = node.source.line(node.line)[node.column - 1 :]
    quote = 1 if line[:1] in {"'", '"'} else 0
    if not line.startswith(text, quote):
        return node.span
    column = node.column + quote + min(offset, max(len(text) - 1, 0))
    return Span(node.line, column, node.line, column + 1)
