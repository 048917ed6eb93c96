"""Makes the bytes of a body, and the type that goes with them, from what is written and the variables."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final, NamedTuple
from urllib.parse import urlencode

from runner import multipart, settings, strict_json
from runner.errors import RenderError
from runner.folder import FileProblem, Folder
from runner.loading.files import read_bytes_file
from runner.loading.parts import FILE_KEYS
from runner.model import Body, Pairs
from runner.node import Node, Plain, scalar_type_name
from runner.variables.filters import as_text
from runner.variables.scope import Variables

TYPES: Final = {
    "json": "application/json",
    "text": "text/plain; charset=utf-8",
    "form": "application/x-www-form-urlencoded",
    "graphql": "application/json",
}
GRAPHQL_NAMES: Final = {"query": "query", "variables": "variables", "operation_name": "operationName"}
LARGEST: Final = 1_000_000_000


class Content(NamedTuple):
    """A body. Where ``type_is_needed`` nobody can read it without its ``media_type``, which names a boundary."""

    data: bytes
    media_type: str
    type_is_needed: bool = False


class Contents:
    """Makes the bodies of one collection; raises ``RenderError`` where a value does not fit."""

    def __init__(self, folder: Folder, variables: Variables) -> None:
        self._folder = folder
        self._variables = variables

    def make(self, body: Body) -> Content:
        """The body that is sent."""
        if body.kind == "file":
            return Content(self._file(body.node), guessed_type(self._variables.render_text(body.node)))
        try:
            if body.kind == "multipart":
                return self._multipart(body.node)
            return Content(self._text(body).encode(), TYPES[body.kind])
        except UnicodeEncodeError:
            text = "the body cannot be sent: it holds half a character (a lone surrogate)"
            raise RenderError(body.node.diagnostic("body", text, "")) from None
        except strict_json.NotJson as error:
            raise RenderError(body.node.diagnostic("body", f"the body cannot be sent: {error}", "")) from None

    def _text(self, body: Body) -> str:
        if body.kind == "json":
            return strict_json.dumps(self._variables.render(body.node))
        if body.kind == "graphql":
            return strict_json.dumps(self._graphql(body.node))
        if body.kind == "form":
            return urlencode(rendered_pairs(self._variables, tuple(body.node.items)))
        return self._variables.render_text(body.node)

    def _graphql(self, node: Node) -> dict[str, Plain]:
        """The members that are written, as GraphQL over HTTP names them."""
        found = {GRAPHQL_NAMES[str(key.value)]: self._variables.render(written) for key, written in node.items}
        values = found.get("variables")
        if not isinstance(values, dict | None):
            place = node.get("variables") or node
            message = f"variables is a mapping, this was filled with {scalar_type_name(values)}"
            raise RenderError(place.diagnostic("graphql", message, "The filter json reads one out of text."))
        return found

    def _multipart(self, node: Node) -> Content:
        parts = list(self._parts(node))
        boundary = multipart.boundary_for(parts)
        media_type = f"{multipart.CONTENT_TYPE}; boundary={boundary}"
        return Content(multipart.encode(parts, boundary), media_type, type_is_needed=True)

    def _parts(self, node: Node) -> Iterator[multipart.Part]:
        """A mapping is a file where it is written, never where a variable brings it."""
        for key, written in node.items:
            name = self._variables.render_text(key)
            for one in written.as_list:
                if one.kind == "mapping":
                    yield self._file_part(name, one)
                    continue
                value = self._variables.render(one)
                for text in value if isinstance(value, list) else [value]:
                    if text is not None:
                        yield multipart.Part(name, as_text(text).encode())

    def _file_part(self, name: str, node: Node) -> multipart.Part:
        fields = {key: found for key in FILE_KEYS if (found := node.get(key)) is not None}
        texts = {key: self._variables.render_text(one) for key, one in fields.items()}
        filename = texts.get("filename", PurePath(texts["file"]).name)
        try:
            media_type = settings.media_type(texts.get("type", guessed_type(filename)))
        except settings.BadValue as error:
            raise RenderError(fields["type"].diagnostic("value", error.message, error.hint)) from None
        return multipart.Part(name, self._file(fields["file"]), filename, media_type)

    def _file(self, node: Node) -> bytes:
        name = self._variables.render_text(node)
        try:
            return read_bytes_file(self._folder.file(name), name, LARGEST, self._folder)
        except FileProblem as error:
            raise RenderError(node.diagnostic(error.rule, error.message, error.hint)) from None


def rendered_pairs(variables: Variables, pairs: Pairs) -> list[tuple[str, str]]:
    """Names and values as text, a list as several pairs; what is null is left out."""
    found: list[tuple[str, str]] = []
    for key, node in pairs:
        value = variables.render(node)
        name = variables.render_text(key)
        values = value if isinstance(value, list) else [value]
        found.extend((name, as_text(one)) for one in values if one is not None)
    return found


def guessed_type(name: str) -> str:
    """The media type that the ending of a file's name stands for."""
    guess, _ = mimetypes.guess_type(name)
    return guess or "application/octet-stream"
