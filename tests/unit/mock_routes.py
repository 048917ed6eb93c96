"""Routes from a collection written in a test, as the tests of the mock server need them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

from runner.checks.matchers import MatchContext
from runner.checks.schema import SchemaChecker
from runner.folder import Folder
from runner.loading.collection import decode_collection
from runner.mock.bodies import Filling
from runner.mock.routes import Routes
from runner.node import Node, Plain
from runner.source import Source

FOLDER = Path(__file__).parent


def as_written(node: Node) -> Plain:
    return node.plain()


def not_constant(_node: Node) -> str | None:
    return None


def routes_of(
    text: str,
    render: Callable[[Node], Plain] = as_written,
    constant: Callable[[Node], str | None] = not_constant,
    folder: Path = FOLDER,
) -> Routes:
    """What the mock serves for a collection of these requests."""
    collection = decode_collection(Source("test.yaml", dedent(text)), folder)

    def read(node: Node) -> bytes:
        return (folder / str(node.value)).read_bytes()

    filling = Filling(MatchContext(render, SchemaChecker(Folder.of(folder))), read, constant)
    served = [(spec, filling) for spec in collection.requests]
    routes = Routes(served)
    routes.begin(0, dict(enumerate(served)))
    return routes
