"""What placeholders make of a request and of its expectations, decoded before anything is sent."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Final, TypeAlias

from runner import settings
from runner.errors import RenderError
from runner.loading.auth import decode_auth
from runner.loading.bodies import decode_headers
from runner.loading.conditions import decode_when
from runner.loading.expect import ExpectDecoder
from runner.loading.problems import Problems
from runner.loading.schemas import SchemaFiles
from runner.loading.sending import SENDING_KEYS, check_sending
from runner.model import Collection, RequestSpec
from runner.node import Node, Plain
from runner.source import Diagnostic
from runner.variables.scope import Variables
from runner.variables.template import placeholders

Filler: TypeAlias = Callable[[Node], Node]
"""Makes of a scalar with placeholders a node without; gives back what cannot be filled yet."""
REQUEST_KEYS: Final = frozenset({"headers", "auth", "when", *SENDING_KEYS})
RESPONSE_KEYS: Final = frozenset({"expect", "capture"})


class Filled:
    """Decodes parts of one collection's requests once more, their placeholders filled as far as they are known."""

    def __init__(self, collection: Collection, variables: Variables) -> None:
        self._variables = variables
        self._folder = collection.folder
        self._problems = Problems()
        self._captured: Container[str] = ()
        self._seen: set[int] = set()
        """Nodes that were looked at: ``defaults`` share theirs with every request."""
        self._schemas = SchemaFiles(collection.source, collection.folder, self._problems)
        self._expect = ExpectDecoder(collection.folder, self._schemas, self._problems)

    def check_request(self, spec: RequestSpec, captured: Container[str]) -> None:
        """What the request is made from; ``captured`` are the variables that responses give."""
        self._captured = captured
        parts = self._parts(spec, REQUEST_KEYS)
        if "headers" in parts:
            decode_headers(self._fill(parts["headers"], self._scalar), self._problems)
        if "auth" in parts:
            decode_auth(self._fill(parts["auth"], self._scalar), self._problems)
        if "when" in parts:
            node = parts["when"]
            items = [(key, self._fill(value, self._scalar)) for key, value in node.items]
            decode_when(node.with_items(items), self._schemas, self._problems)
        sending = {name: self._fill(node, self._setting) for name, node in parts.items() if name in SENDING_KEYS}
        check_sending(sending, self._folder, self._problems)

    def check_response(self, spec: RequestSpec, captured: Container[str]) -> None:
        """Expectations and captures; ``captured`` are the variables that this response and those before it give."""
        self._captured = captured
        parts = self._parts(spec, RESPONSE_KEYS)
        if "expect" in parts:
            self._expect.expectations(self._fill(parts["expect"], self._scalar))
        if "capture" in parts:
            self._expect.captures(self._fill(parts["capture"], self._scalar))

    def problems(self) -> tuple[Diagnostic, ...]:
        """Every error that was found."""
        return self._problems.of("error")

    def _parts(self, spec: RequestSpec, keys: Container[str]) -> Mapping[str, Node]:
        """The values under those of ``keys`` that hold placeholders and were not looked at before."""
        found = {}
        for key, node in spec.node.items:
            if node.templated and key.value in keys and id(node) not in self._seen:
                self._seen.add(id(node))
                found[str(key.value)] = node
        return found

    def _fill(self, node: Node, fill: Filler) -> Node:
        """``node`` at its place with its scalars filled in."""
        if not node.templated:
            return node
        if node.kind == "mapping":
            return node.with_items([(self._fill(key, fill), self._fill(value, fill)) for key, value in node.items])
        if node.kind == "list":
            return node.with_elements([self._fill(one, fill) for one in node.elements])
        return fill(node)

    def _scalar(self, node: Node) -> Node:
        """Filled by a scalar. A list or mapping that a variable holds is no matcher: the placeholder stays."""
        found = self._found(node)
        return node if found is None or isinstance(found[0], list | dict) else node.with_value(found[0])

    def _setting(self, node: Node) -> Node:
        """Filled by whatever the variable holds, read as settings read it."""
        found = self._found(node)
        return node if found is None else node.with_value(settings.from_outside(found[0]))

    def _found(self, node: Node) -> tuple[Plain] | None:
        """The value of a scalar; None where a response gives a part of it, or nothing does, which is told elsewhere."""
        for one, _ in placeholders(node):
            if one.name in self._captured or any(used in self._captured for used in self._variables.uses(one.name)):
                return None
        try:
            return (self._variables.render(node),)
        except RenderError:
            return None
