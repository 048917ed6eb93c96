"""Which placeholders of a request are not the same in every run, and where in it they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import unquote_plus

from runner.engine.job import Planned
from runner.errors import RenderError
from runner.messages import Request
from runner.mock.ranking import GRAPHQL_NAMES, PARAMETER
from runner.model import AuthSpec, Body, Pairs, RequestSpec
from runner.node import JoinedNode, Node
from runner.recording.entry import URL_MARK
from runner.recording.likeness import fits_url
from runner.recording.places import BODY, ROOT, element_place, field_place, member_place, query_place
from runner.settings import HTTP
from runner.variables.filters import as_text
from runner.variables.scope import Variables
from runner.variables.template import Part, Placeholder, Template, is_own, literal_text, parts_of

NO_MARKS: Final[Mapping[str, str]] = MappingProxyType({})
OWN_TEXT: Final = "<<before>>"
"""What a mark has for a value that the program keeps by itself, such as the messages of the turns before."""


def marks_of(planned: Planned, request: Request) -> Mapping[str, str]:
    """The marks of what was sent for ``planned``; of a request for a token only where it went to."""
    marker = Marker(planned)
    try:
        url = marker.url(planned.spec)
        if url and fits_url(url, request.url):
            return {URL_MARK: url, **marker.inside(planned.spec)}
        if planned.spec.auth is not None and (node := planned.spec.auth.fields.get("token_url")) is not None:
            asked = marker.address(node)
            return (
                {URL_MARK: asked, **marker.fields(planned.spec.auth)} if asked and fits_url(asked, request.url) else {}
            )
        return {} if url else dict(marker.inside(planned.spec))
    except RenderError:  # what was captured meanwhile may not fit any more
        return NO_MARKS


class Marker:
    """Writes values of one request as templates in which only those placeholders are left whose values differ from run
    to run: dynamic ones, secrets, and what responses gave. Raises ``RenderError``."""

    def __init__(self, planned: Planned) -> None:
        self._sources = planned.sources
        self._variables: Variables = planned.scope.variables

    def url(self, spec: RequestSpec) -> str:
        """The URL up to its query, empty if it is the same in every run. A variable at its beginning says where the
        server is, which is no matter."""
        parts = self._address(spec.url)
        if spec.base_url is not None and not HTTP.match(self._beginning(spec.url)):
            base, own = _text(self._address(spec.base_url)), _text(parts)
            joined = base + own if own[:1] in ("", "?", "#") else f"{base.rstrip('/')}/{own.lstrip('/')}"
            return _if_open(_cut(joined))
        return _if_open(_cut(_text(parts)))

    def _beginning(self, node: Node) -> str:
        """How the URL begins; nothing new is made up for it."""
        if not node.templated:
            return str(node.value).strip()
        first = next(iter(parts_of(node)), "")
        if isinstance(first, str) or first.name.startswith("$"):
            return str(node.value).strip()
        return as_text(self._variables.fill(first, node)).strip()

    def address(self, node: Node) -> str:
        """The same of a URL that stands alone."""
        return _if_open(_cut(_text(self._address(node))))

    def fields(self, auth: AuthSpec) -> Mapping[str, str]:
        """The marks of the form that asks for a token."""
        named = ((name, node) for name, node in auth.fields.items() if node.kind == "scalar")
        return {place: mark for name, node in named for place, mark in self._scalar(node, field_place(name))}

    def inside(self, spec: RequestSpec) -> Mapping[str, str]:
        """The marks of query and body."""
        found = dict(self._pairs(spec.query, query_place))
        if spec.url.templated:
            found.update(self._url_query(spec.url))
        if spec.body is not None and spec.body.node.templated:
            found.update(self._body(spec.body))
        return found

    def _body(self, body: Body) -> Iterator[tuple[str, str]]:
        if body.kind in ("json", "graphql"):
            node = body.node
            if body.kind == "graphql":
                names = [GRAPHQL_NAMES.get(str(key.value), str(key.value)) for key, _ in node.items]
                pairs = zip(names, node.items, strict=True)
                node = node.with_items([(key.renamed(name), one) for name, (key, one) in pairs])
            yield from self._value(node, ROOT)
        elif body.kind in ("form", "multipart"):
            yield from self._pairs(tuple(body.node.items), field_place)
        elif body.kind == "text":
            yield from self._scalar(body.node, BODY)

    def _pairs(self, pairs: Pairs, place: object) -> Iterator[tuple[str, str]]:
        for key, node in pairs:
            name = self._variables.render_text(key)
            for one in node.as_list:
                if one.kind == "scalar" and callable(place):
                    yield from self._scalar(one, place(name))

    def _url_query(self, url: Node) -> Iterator[tuple[str, str]]:
        query = _text(self._parts(url)).partition("?")[2]
        for name, value in PARAMETER.findall(query):
            if "<<" in value:
                yield query_place(unquote_plus(name)), unquote_plus(value)

    def _value(self, node: Node, place: str) -> Iterator[tuple[str, str]]:
        if not node.templated:
            return
        if node.kind == "mapping":
            for key, one in node.items:
                yield from self._value(one, member_place(place, self._variables.render_text(key)))
        elif node.kind == "list":
            yield from self._elements(node, place)
        else:
            yield from self._scalar(node, place)

    def _elements(self, node: Node, place: str) -> Iterator[tuple[str, str]]:
        """Where lists are joined, those before it are made once more to know how long they are."""
        if not isinstance(node, JoinedNode):
            for number, one in enumerate(node.elements):
                yield from self._value(one, element_place(place, number))
            return
        number = 0
        for part in node.elements:
            if part.kind == "list":
                for at, one in enumerate(part.elements):
                    yield from self._value(one, element_place(place, number + at))
            value = self._variables.render(part)
            count = len(value) if isinstance(value, list) else 0
            if part.kind != "list":
                marked = next((mark for _, mark in self._scalar(part, place)), "")
                yield from ((element_place(place, number + at), marked) for at in range(count if marked else 0))
            number += count

    def _scalar(self, node: Node, place: str) -> Iterator[tuple[str, str]]:
        mark = _if_open(_text(self._parts(node))) if node.templated else ""
        if mark:
            yield place, mark

    def _address(self, node: Node) -> Template:
        parts = self._parts(node) if node.templated else (self._variables.render_text(node),)
        first = parts_of(node)[0] if node.templated and parts_of(node) else ""
        return (first, *parts[1:]) if isinstance(first, Placeholder) else parts

    def _parts(self, node: Node) -> Template:
        return tuple(self._part(one, node) for one in parts_of(node))

    def _part(self, part: Part, node: Node) -> Part:
        if isinstance(part, str) or self._differs(part):
            return part
        return as_text(self._variables.fill(part, node))

    def _differs(self, part: Placeholder) -> bool:
        name = part.name
        if name.startswith("$") or is_own(name) or self._variables.is_secret(name) or name in self._sources:
            return True
        if self._variables.is_dynamic(name):
            return True
        return any(used in self._sources or self._variables.is_secret(used) for used in self._variables.uses(name))


def _text(parts: Template) -> str:
    """A template that stands for ``parts``, with what is known in it."""
    return "".join(literal_text(one) if isinstance(one, str) else _placeholder(one) for one in parts)


def _placeholder(one: Placeholder) -> str:
    return OWN_TEXT if is_own(one.name) else "<<" + "|".join((one.name, *one.filters)) + ">>"


def _if_open(text: str) -> str:
    """``text`` if a placeholder is left in it."""
    return text if "<<" in text.replace("\\<<", "") else ""


def _cut(text: str) -> str:
    """Without query and fragment; no default of a placeholder is in it any more."""
    return text.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].strip()
