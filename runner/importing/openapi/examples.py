"""What a description gives as examples: of a parameter, a body, an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from runner.importing.openapi.document import Document, pairs_at
from runner.node import Node, Plain


class Given(NamedTuple):
    """An example with its name and its place."""

    name: str
    value: Plain
    node: Node


def examples_at(document: Document, node: Node) -> Iterator[Given]:
    """The examples of a parameter, a media type or a header, in their order; those in other places are told."""
    single = node.get("example")
    if single is not None:
        yield Given("", single.plain(), single)
    for name, written in pairs_at(node, "examples"):
        one = document.followed(written)
        if one is None:
            continue
        value = one.get("value")
        if value is not None:
            yield Given(name, value.plain(), value)
        elif one.get("externalValue") is not None:
            document.note(one, f'the example "{name}" lies in another place; it is left out')
