"""The mock server made ready for a run or to be served: collections to routes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from runner.cli.context import Context
from runner.engine.expand import expand
from runner.engine.job import Job
from runner.engine.scope import Scope, make_scope
from runner.errors import RenderError
from runner.folder import FileProblem
from runner.loading.files import MAX_TEXT, read_bytes_file
from runner.mock.bodies import Filling
from runner.mock.routes import Routes, Served
from runner.mock.server import MockServer
from runner.model import Collection, RequestSpec
from runner.node import Node
from runner.variables.scope import Variables


def make_routes(collections: Sequence[tuple[Collection, Variables]]) -> Routes:
    """The examples of every request of these collections."""
    return Routes(
        served
        for collection, variables in collections
        for served in _served((step.spec, step.scope) for step in expand(make_scope(collection, variables)))
    )


def _served(requests: Iterable[tuple[RequestSpec, Scope]]) -> Iterator[Served]:
    """Each request with what fills its examples: one filling a scope."""
    scope, filling = None, None
    for spec, of in requests:
        if filling is None or of is not scope:
            scope, filling = of, _filling(of)
        yield spec, filling


def _filling(scope: Scope) -> Filling:
    variables, folder = scope.variables, scope.collection.folder

    def file(node: Node) -> bytes:
        try:
            name = variables.render_text(node)
            return read_bytes_file(folder.file(name), name, MAX_TEXT, folder)
        except FileProblem as error:
            raise OSError(error.message) from None

    def constant(node: Node) -> str | None:
        try:
            return variables.render_text(node)
        except RenderError:
            return None

    return Filling(scope.context, file, constant)


class Mock:
    """A mock server that answers each request of a run from its own examples."""

    def __init__(self, server: MockServer, routes: Routes) -> None:
        self.url = server.url
        self._routes = routes

    def begin(self, number: int, job: Job) -> None:
        """The job of this number is about to send."""
        served = _served((planned.spec, planned.scope) for planned in job.requests)
        self._routes.begin(number, {one.position: two for one, two in zip(job.requests, served, strict=True)})

    def end(self, number: int) -> None:
        """It has sent all it had to."""
        self._routes.end(number)


@contextmanager
def mock_server(collections: Sequence[tuple[Collection, Variables]], context: Context) -> Iterator[Mock]:
    """A server that stops with the run. Redirects are answered by whatever fits."""
    routes = make_routes(collections)
    with MockServer(routes, context.clock) as server:
        yield Mock(server, routes)
