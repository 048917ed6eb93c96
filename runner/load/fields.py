"""Reads a mapping of known keys: what is unknown, misspelt, not yet run or of the wrong kind is a problem."""

from __future__ import annotations

from collections.abc import Callable, Collection
from difflib import get_close_matches

from runner.load.problems import Problems, suggestion
from runner.node import Node, Plain
from runner.settings import BadValue
from runner.variables.template import TemplateError, parse_template, span_of

LATER = frozenset(
    "setup teardown data matrix parallel prices cookies proxy retry poll when needs stream turns include "
    "multipart graphql digest oauth2 aws_sigv4 usage certificate pass_rate only with".split()
)
"""Keys of the format that this version does not run; a file with one is refused rather than half run."""


def read_fields(node: Node, known: Collection[str], what: str, problems: Problems) -> dict[str, Node]:
    """The known keys of a mapping; everything else in it, or another kind of value, is an error."""
    if node.kind != "mapping":
        problems.error(
            "kind",
            node,
            f"{what} is a mapping, this is {node.type_name}",
            f"It takes {', '.join(sorted(known))}.",
        )
        return {}
    fields: dict[str, Node] = {}
    for key, value in node.items:
        name = str(key.value)
        if name in known:
            fields[name] = value
        elif name in LATER and not get_close_matches(name, known, n=1, cutoff=0.85):
            problems.error("not-yet", key, f'"{name}" is not supported by this version', "Leave it out for now.")
        else:
            problems.error("unknown-key", key, f'unknown key "{name}" in {what}', suggestion(name, known))
    return fields


def read_text(node: Node, what: str, problems: Problems) -> str:
    """A text that must not be empty; numbers and words like ``true`` need quotes."""
    if node.kind == "scalar" and isinstance(node.value, str) and node.value.strip():
        return node.value
    shown = "empty" if node.value == "" else node.type_name
    problems.error("kind", node, f"{what} is text, this is {shown}", "Write a text; put a number in quotes.")
    return ""


def read_texts(node: Node, what: str, problems: Problems) -> tuple[str, ...]:
    """A list of texts; a single one may stand without the list."""
    elements = node.elements if node.kind == "list" else [node]
    return tuple(read_text(element, what, problems) for element in elements)


def read_flag(node: Node, what: str, problems: Problems) -> bool:
    """``true`` or ``false``."""
    if node.kind == "scalar" and isinstance(node.value, bool):
        return node.value
    problems.error("kind", node, f"{what} is true or false, this is {node.type_name}", "Write true or false.")
    return False


def check_setting(node: Node | None, convert: Callable[[Plain], object], problems: Problems) -> None:
    """Hold a value that has no placeholder against what it will be turned into when the request is made."""
    if node is None or node.templated:
        return
    try:
        convert(node.plain())
    except BadValue as error:
        problems.error("value", node, error.message, error.hint)


def check_templates(node: Node, problems: Problems) -> None:
    """Every ``<<`` below ``node`` must be a placeholder."""
    for scalar in node.templated_scalars():
        try:
            parse_template(str(scalar.value))
        except TemplateError as error:
            span = span_of(scalar, error.text)
            problems.error_at("placeholder", scalar.source, span, error.message, error.hint)
