"""Which requests to run: by text in the name, and by an expression over tags."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from runner.errors import UsageError
from runner.model import RequestSpec

TOKEN = re.compile(r"\s*([()]|[^\s()]+)")
MOST_TOKENS = 200
HINT = "Write names with and, or, not and brackets: smoke and not slow."
Rule = Callable[[Collection[str]], bool]


def selector(text: str, tags: str) -> Callable[[RequestSpec, str], bool]:
    """Whether a request of this name is selected: the name holds ``text`` in any case, its tags fit ``tags``.

    Raises ``UsageError`` if ``tags`` is no expression."""
    rule = parse_tags(tags) if tags.strip() else None
    wanted = text.casefold()

    def selected(spec: RequestSpec, name: str) -> bool:
        return wanted in name.casefold() and (rule is None or rule(spec.tags))

    return selected


def all_of(*selectors: Callable[[RequestSpec, str], bool]) -> Callable[[RequestSpec, str], bool]:
    """Whether a request is selected by each of them."""
    return lambda spec, name: all(selected(spec, name) for selected in selectors)


def parse_tags(expression: str) -> Rule:
    """The rule that an expression such as ``smoke and not (slow or flaky)`` says; raises ``UsageError``."""
    tokens = TOKEN.findall(expression)
    if len(tokens) > MOST_TOKENS:
        raise UsageError("--tag: this is too long", HINT)
    rule, rest = _either(tokens)
    if rest:
        raise UsageError(f'--tag: "{rest[0]}" is one too many in "{expression}"', HINT)
    return rule


def _either(tokens: list[str]) -> tuple[Rule, list[str]]:
    rules = []
    while True:
        rule, tokens = _all(tokens)
        rules.append(rule)
        if tokens[:1] != ["or"]:
            return (lambda tags: any(one(tags) for one in rules)), tokens
        tokens = tokens[1:]


def _all(tokens: list[str]) -> tuple[Rule, list[str]]:
    rules = []
    while True:
        rule, tokens = _single(tokens)
        rules.append(rule)
        if tokens[:1] != ["and"]:
            return (lambda tags: all(one(tags) for one in rules)), tokens
        tokens = tokens[1:]


def _single(tokens: list[str]) -> tuple[Rule, list[str]]:
    if not tokens or tokens[0] in ("and", "or", ")"):
        found = f'"{tokens[0]}"' if tokens else "the end"
        raise UsageError(f"--tag: a tag is missing before {found}", HINT)
    first, rest = tokens[0], tokens[1:]
    if first == "not":
        rule, rest = _single(rest)
        return (lambda tags: not rule(tags)), rest
    if first == "(":
        inner, rest = _either(rest)
        if rest[:1] != [")"]:
            raise UsageError("--tag: a bracket is not closed", HINT)
        return inner, rest[1:]
    return (lambda tags: first in tags), rest
