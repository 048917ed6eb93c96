"""The mock server made ready for a run or to be served: collections to routes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runner.checks.matchers import MatchContext
from runner.checks.schema.checker import SchemaChecker
from runner.cli.context import Context
from runner.engine.plan import Job
from runner.errors import RenderError
from runner.load.files import FileProblem, inside
from runner.mock.bodies import Filling
from runner.mock.routes import Routes
from runner.mock.server import MockServer
from runner.mock.transport import MockTransport
from runner.model import Collection
from runner.node import Node
from runner.transport.base import Transport
from runner.variables.scope import Variables


def make_routes(collections: Sequence[tuple[Collection, Variables]]) -> Routes:
    """The examples of every request, numbered over all collections in their order."""
    return Routes(
        (spec, filling)
        for collection, variables in collections
        for filling in [_filling(collection, variables)]
        for spec in collection.requests
    )


def _filling(collection: Collection, variables: Variables) -> Filling:
    def file(node: Node) -> bytes:
        try:
            return inside(collection.folder, variables.render_text(node)).read_bytes()
        except FileProblem as error:
            raise OSError(error.message) from None

    def constant(node: Node) -> str | None:
        try:
            return variables.render_text(node)
        except RenderError:
            return None

    context = MatchContext(variables.render, SchemaChecker(collection.folder))
    return Filling(context, file, constant)


@contextmanager
def mock_transport(live: Transport, jobs: Sequence[Job], context: Context) -> Iterator[Transport]:
    """A transport that sends everything to a mock server, which stops with the run."""
    routes = make_routes([(job.collection, job.variables) for job in jobs])
    with MockServer(routes, context.clock) as server:
        yield MockTransport(live, server.url, context.clock)
