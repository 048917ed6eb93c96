r"""The syntax of placeholders: ``<<NAME>>``, ``<<NAME:-default>>``, ``<<NAME|filter>>``, ``<<$dynamic>>``, ``\<<``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from runner.node import Node, SlotNode
from runner.source import Diagnostic, Span
from runner.variables.filters import FILTERS
from runner.variables.generators import DYNAMIC

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
NAME_HINT = "A name is letters, digits, _, - and ., starting with a letter or _."
OPENING = re.compile(r"\\?<<")
OWN = "="
"""What a name begins with that stands for a value of the program's own: no placeholder, ``--var``, variable of the
environment or capture can be named so."""


class Placeholder(NamedTuple):
    """One ``<<…>>``. ``text`` is how it is written; ``name`` starts with ``$`` for a dynamic value."""

    name: str
    text: str
    default: str | None = None
    filters: tuple[str, ...] = ()


Part: TypeAlias = str | Placeholder
Template: TypeAlias = tuple[Part, ...]


class TemplateError(ValueError):
    """The text holds a ``<<`` that is no placeholder; ``text`` is the part to point at."""

    def __init__(self, message: str, hint: str, text: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.text = text


@lru_cache(maxsize=8192)
def parse_template(text: str) -> Template:
    """The parts of ``text`` in order; raises ``TemplateError``."""
    parts: list[Part] = []
    position = 0
    while match := OPENING.search(text, position):
        if match.group().startswith("\\"):
            _literal(parts, text[position : match.start()] + "<<")
            position = match.end()
            continue
        end = text.find(">>", match.end())
        if end < 0:
            raise TemplateError(
                f"{text[match.start() :][:30]} is opened and never closed",
                r"Close it with >>, or write \<< for a literal <<.",
                text[match.start() :][:30],
            )
        _literal(parts, text[position : match.start()])
        parts.append(_parse_placeholder(text[match.start() : end + 2]))
        position = end + 2
    _literal(parts, text[position:])
    return tuple(parts)


def literal_text(text: str) -> str:
    """What a template of ``text`` itself is: no ``<<`` in it opens a placeholder."""
    return text.replace("<<", r"\<<")


def _literal(parts: list[Part], text: str) -> None:
    if text and parts and isinstance(parts[-1], str):
        parts[-1] += text
    elif text:
        parts.append(text)


def _parse_placeholder(text: str) -> Placeholder:
    inner = text[2:-2].strip()
    head, *filters = inner.split("|")
    name, separator, default = head.partition(":-")
    name = name.strip()
    filters = [one.strip() for one in filters]
    if name.startswith("$"):
        if name not in DYNAMIC:
            raise TemplateError(f"there is no dynamic value {name}", f"There are {', '.join(DYNAMIC)}.", text)
    elif not NAME.fullmatch(name):
        raise TemplateError(
            f"{text} is not a placeholder",
            rf"{NAME_HINT} Write \<< for a literal <<.",
            text,
        )
    for one in filters:
        if one not in FILTERS:
            raise TemplateError(f'there is no filter "{one}"', _nearest(one), text)
    return Placeholder(name, text, default if separator else None, tuple(filters))


def _nearest(name: str) -> str:
    close = get_close_matches(name, FILTERS, n=1)
    return f"Did you mean {close[0]}?" if close else f"There are {', '.join(FILTERS)}."


def parts_of(node: Node) -> Template:
    """The parts of a scalar; raises ``TemplateError``."""
    text = str(node.value)
    return (Placeholder(text, text),) if isinstance(node, SlotNode) else parse_template(text)


def is_own(name: str) -> bool:
    """Whether ``name`` is that of a value of the program's own, which messages do not show."""
    return name.startswith(OWN)


def placeholders(node: Node) -> Iterator[tuple[Placeholder, Node]]:
    """Every placeholder inside ``node`` with the scalar it stands in, each once there; templates must be valid."""
    for scalar in node.templated_scalars():
        for part in dict.fromkeys(parts_of(scalar)):
            if isinstance(part, Placeholder):
                yield part, scalar


def span_of(node: Node, text: str) -> Span:
    """Where ``text`` stands inside the scalar ``node``; the scalar's own place where it is not found as written."""
    span = node.span
    for number in range(span.line, span.end_line + 1):
        start = node.source.line(number).find(text, span.column - 1 if number == span.line else 0)
        if start >= 0:
            return Span(number, start + 1, number, start + 1 + len(text))
    return span


def diagnostic_at(rule: str, node: Node, text: str, message: str, hint: str) -> Diagnostic:
    """An error at ``text`` within ``node``, or at all of it."""
    return Diagnostic(rule, message, hint, node.source, span_of(node, text) if text else node.span)


def is_made_up(node: Node) -> bool:
    """Whether a dynamic value stands in it: ``<<$guid>>``."""
    return node.templated and any(placeholder.name.startswith("$") for placeholder, _ in placeholders(node))
