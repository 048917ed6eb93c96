"""What placeholders make of headers, cookies, authentication and expectations, decoded before anything is sent."""

from __future__ import annotations

from runner.errors import RenderError
from runner.load.auth import decode_auth
from runner.load.bodies import decode_headers
from runner.load.expect import ExpectDecoder
from runner.load.parts import check_cookies
from runner.load.problems import Problems
from runner.load.schemas import SchemaFiles
from runner.model import Collection, RequestSpec
from runner.node import ListNode, MappingNode, Node, Place
from runner.source import Diagnostic
from runner.variables.scope import Variables


class Filled:
    """Decodes parts of one collection's requests once more, their placeholders filled with what is known."""

    def __init__(self, collection: Collection, variables: Variables) -> None:
        self._variables = variables
        self._problems = Problems()
        self._seen: set[int] = set()
        """Nodes that were looked at: ``defaults`` share theirs with every request."""
        schemas = SchemaFiles(collection.source, collection.folder, self._problems)
        self._expect = ExpectDecoder(collection.folder, schemas, self._problems)

    def check_request(self, spec: RequestSpec) -> None:
        """Headers, cookies and authentication."""
        headers, auth, cookies = self._part(spec, "headers"), self._part(spec, "auth"), self._part(spec, "cookies")
        if headers is not None:
            decode_headers(headers, self._problems)
        check_cookies(cookies, self._problems)
        if auth is not None:
            decode_auth(auth, self._problems)

    def check_response(self, spec: RequestSpec) -> None:
        """Expectations and captures."""
        expect, capture = self._part(spec, "expect"), self._part(spec, "capture")
        if expect is not None:
            self._expect.expectations(expect)
        if capture is not None:
            self._expect.captures(capture)

    def problems(self) -> tuple[Diagnostic, ...]:
        """Every error that was found."""
        return self._problems.of("error")

    def _part(self, spec: RequestSpec, key: str) -> Node | None:
        """The value under ``key``, filled; None where there is nothing to fill or something cannot be."""
        node = spec.node.get(key)
        if node is None or not node.templated or id(node) in self._seen:
            return None
        self._seen.add(id(node))
        try:
            return self._fill(node)
        except RenderError:
            return None

    def _fill(self, node: Node) -> Node:
        """``node`` at its place with its values filled in. A list or mapping that a variable holds is left out."""
        if not node.templated:
            return node
        span = node.span
        start, end = Place(span.line - 1, span.column - 1), Place(span.end_line - 1, span.end_column - 1)
        if node.kind == "mapping":
            items = [(self._fill(key), self._fill(value)) for key, value in node.items]
            return MappingNode(node.source, start, end, items)
        if node.kind == "list":
            return ListNode(node.source, start, end, [self._fill(element) for element in node.elements])
        value = self._variables.render(node)
        return node if isinstance(value, list | dict) else Node(node.source, start, end, value, templated=False)
