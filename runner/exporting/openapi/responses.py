"""What answers are: statuses, content with schemas and examples, headers."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from runner.content import guessed_type
from runner.exporting.openapi.bodies import JSON, type_of
from runner.exporting.openapi.schemas import Components
from runner.exporting.openapi.values import Values
from runner.model import Example, Expectation, RequestSpec
from runner.node import Node, Plain
from runner.writing.names import unique

STREAM: Final = "text/event-stream"
TEXT: Final = "text/plain; charset=utf-8"
Document = dict[str, Plain]


class Responses:
    """Makes the responses of requests; what expectations say beyond them is counted in ``others``."""

    def __init__(self, values: Values, components: Components) -> None:
        self._values = values
        self._components = components
        self.others: list[RequestSpec] = []

    def add(self, made: Document, spec: RequestSpec) -> None:
        """What one request knows of the answers of an operation, beside what others do."""
        statuses = _statuses(spec)
        if statuses is None:
            self.others.append(spec)
        expected = statuses or ([str(spec.examples[0].status)] if spec.examples else ["2XX"])
        for status in expected:
            response = made.setdefault(status, {"description": _phrase(status)})
            self._expected(response, spec)
        for example in spec.examples:
            wanted = str(example.status)
            status = wanted if wanted in made or f"{wanted[0]}XX" not in expected else f"{wanted[0]}XX"
            self._example(made.setdefault(status, {"description": _phrase(status)}), example)

    def _expected(self, response: Plain, spec: RequestSpec) -> None:
        assert isinstance(response, dict)  # noqa: S101  # as made above
        left = False
        for one in spec.expect:
            if one.kind == "schema":
                self._schema(response, one.node, _kind(spec, self._values))
            elif one.kind == "headers" and one.subject is not None and _is_there(one):
                headers = response.setdefault("headers", {})
                assert isinstance(headers, dict)  # noqa: S101  # as made here
                headers[self._values.text(one.subject)] = {"required": True, "schema": {"type": "string"}}
            elif (
                one.kind == "headers"
                and one.subject is not None
                and self._values.text(one.subject).lower() == "content-type"
            ):
                _media(response, _kind(spec, self._values))
            elif one.kind != "status":
                left = True
        if left and spec not in self.others:
            self.others.append(spec)

    def _schema(self, response: Document, node: Node, kind: str) -> None:
        schema = self._components.read(node)
        media = _media(response, kind)
        if schema is None:
            return
        if media.setdefault("schema", schema) != schema:
            self._values.known.note(node.location, "a second schema of the same answer is left out")

    def _example(self, response: Plain, example: Example) -> None:
        assert isinstance(response, dict)  # noqa: S101  # as made above
        kind = _example_kind(example, self._values)
        if example.delay or example.event_delay or example.when is not None:
            word = "when" if example.when is not None else "delay"
            self._values.known.note(example.node.location, f'{word} of the example "{example.name}" is left out')
        for name, node in self._values.pairs(example.headers):
            if name.lower() == "content-type":
                continue
            headers = response.setdefault("headers", {})
            assert isinstance(headers, dict)  # noqa: S101  # as made here
            value = self._values.value(node)
            known = headers.setdefault(name, {"schema": {"type": type_of(value)}})
            if isinstance(known, dict) and self._values.is_known(node):
                known.setdefault("example", value)
        if example.body is None:
            return
        media = _media(response, kind)
        if example.body_kind == "file":
            self._values.known.note(example.node.location, f'the file of the example "{example.name}" is left out')
            return
        examples = media.setdefault("examples", {})
        assert isinstance(examples, dict)  # noqa: S101  # as made here
        examples[unique(example.name, examples)] = {"value": self._body(example, example.body)}

    def _body(self, example: Example, body: Node) -> Plain:
        if example.body_kind == "text":
            return self._values.text(body)
        return self._values.value(body)


def _media(response: Document, kind: str) -> Document:
    """What stands below a content type."""
    content = response.setdefault("content", {})
    assert isinstance(content, dict)  # noqa: S101  # as made here
    media = content.setdefault(kind, {})
    assert isinstance(media, dict)  # noqa: S101  # as made here
    return media


def _statuses(spec: RequestSpec) -> list[str] | None:
    """The statuses that are expected; None where that cannot be said, nothing where nothing is said."""
    found: list[str] = []
    for one in spec.expect:
        if one.kind != "status":
            continue
        for value in one.node.as_list:
            text = str(value.value).upper()
            if value.kind != "scalar" or len(text) != len("200") or not (text.isdigit() or text[1:] == "XX"):
                return None
            found.append(text)
    return found


def _phrase(status: str) -> str:
    try:
        return HTTPStatus(int(status)).phrase
    except ValueError:
        return "What is expected" if status == "2XX" else status


def _kind(spec: RequestSpec, values: Values) -> str:
    """The content type of what is expected: what ``expect`` says, else the first example, else JSON."""
    for one in spec.expect:
        if one.kind == "headers" and one.subject is not None and str(one.subject.value).lower() == "content-type":
            operand = one.node if one.node.kind == "scalar" else one.node.get("starts_with") or one.node.get("equals")
            text = values.text(operand) if operand is not None else ""
            if "/" in text and not text.endswith("/"):
                return text
    if spec.examples and spec.examples[0].body_kind is not None:
        return _example_kind(spec.examples[0], values)
    return JSON


def _example_kind(example: Example, values: Values) -> str:
    for name, node in values.pairs(example.headers):
        if name.lower() == "content-type":
            return values.text(node)
    if example.body_kind == "file" and example.body is not None:
        return guessed_type(values.text(example.body))
    return {"text": TEXT, "events": STREAM}.get(example.body_kind or "", JSON)


def _is_there(one: Expectation) -> bool:
    exists = one.node.get("exists") if one.node.kind == "mapping" else None
    return exists is not None and exists.value is True and len(one.node.items) == 1
