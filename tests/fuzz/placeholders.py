"""Placeholders: any text is a template or is explained, and what is filled in is not looked at again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from runner.errors import RenderError
from runner.node import Node, Place, Plain
from runner.source import Source
from runner.variables.environment import Outside
from runner.variables.filters import FILTERS, as_text
from runner.variables.generators import DYNAMIC, Generators
from runner.variables.scope import Defaults, Variables
from runner.variables.template import Placeholder, TemplateError, parse_template
from tests.fuzz.choices import Choices
from tests.unit.loading import NO_RULES
from tests.unit.scripted_clock import ScriptedClock

VALUES: Mapping[str, str] = {"A": "<<B>>", "B": "b \\<< c", "N": "17", "J": '{"a": [1, null]}', "E": ""}
"""What the names have as values; one looks like a placeholder, which it must not become."""


def seeds() -> Iterator[bytes]:
    texts = ["plain", "<<A>>", r"\<<A>>", "<<A>><<B>>", "<<<A>>", "x<<A:-d>>y", "<<M:-<<A>>", "<< A >>", "<<A", "<<>>"]
    texts += [f"<<{name}>>" for name in DYNAMIC]
    texts += [f"<<{name}|{one}>>" for name in VALUES for one in FILTERS]
    return (text.encode() for text in texts)


def fuzz(data: bytes) -> None:
    choices = Choices(data)
    text = choices.text()
    filled(text)


def filled(text: str) -> Plain:
    """What ``text`` is filled to, None where it is explained why it cannot be."""
    try:
        parts = parse_template(text)
    except TemplateError as error:
        assert error.message
        assert error.hint
        assert error.text in text
        return None
    written = "".join(one if isinstance(one, str) else one.text.replace(r"\<<", "<<") for one in parts)
    assert written == text.replace(r"\<<", "<<")
    variables = scope()
    node = Node(Source("c.yaml", text), Place(), Place(), text, templated="<<" in text)
    try:
        value = variables.render(node)
    except RenderError as error:
        assert error.diagnostic.message
        assert any(not isinstance(one, str) for one in parts)
        return None
    plain = [one if isinstance(one, str) else _known(one) for one in parts]
    if len(parts) != 1 and all(one is not None for one in plain):
        assert value == "".join(map(str, plain))
    return value


def _known(one: Placeholder) -> str | None:
    """What a placeholder without filters stands for."""
    return None if one.filters or one.name not in VALUES else VALUES[one.name]


def _shown(value: Plain) -> None:
    """A secret, as whoever masks it takes it."""
    assert isinstance(as_text(value), str)


def scope() -> Variables:
    return Variables(Defaults({}, NO_RULES), Outside(VALUES), Generators(ScriptedClock(), Random(1)), _shown)  # noqa: S311
