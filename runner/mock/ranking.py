"""Which of several written requests is the one that came: by its query, its body and its headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, unquote_plus

from runner.mock.likeness import Constant, Likeness, likeness, text_likeness, total
from runner.mock.messages import MockRequest
from runner.model import AuthSpec, Body, Pairs, RequestSpec
from runner.node import Node

QUERY: Final = re.compile(r"(?:<<.*?>>|[^?#])*\?((?:<<.*?>>|[^#])*)")
PARAMETER: Final = re.compile(r"((?:<<.*?>>|[^=&])+)(?:=((?:<<.*?>>|[^&])*))?")
GRAPHQL_NAMES: Final = {"operation_name": "operationName"}

Values: TypeAlias = Mapping[str, Sequence[str]]
"""What came, by name."""


def request_likeness(spec: RequestSpec, request: MockRequest, constant: Constant) -> Likeness | None:
    """None where something written in query or body did not come. What came beyond it does no harm, and headers only
    count where they fit: a caller may well leave out a key."""
    query = _by_name(request.query)
    asked = (*_pairs(spec.query, query, constant), *_url_query(spec.url, query, constant))
    headers = [one for one in _headers(spec, request, constant) if one is not None]
    return total((*asked, _body(spec.body, request, constant), *headers))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _pairs(written: Pairs, values: Values, constant: Constant) -> Iterator[Likeness | None]:
    """For each value that is written how well the best of those that came under its name fits."""
    for key, node in written:
        if key.templated:
            continue
        for one in node.as_list:
            if one.templated or one.value is not None or one.kind != "scalar":
                yield _best(one, values.get(str(key.value), ()), constant)


def _best(written: Node, texts: Iterable[str], constant: Constant) -> Likeness | None:
    fitting = (text_likeness(written, text, constant) for text in texts)
    return max((one for one in fitting if one is not None), default=None)


def _url_query(url: Node, values: Values, constant: Constant) -> Iterator[Likeness | None]:
    """The query that stands in the URL itself."""
    found = QUERY.match(str(url.value))
    for name, value in PARAMETER.findall(found.group(1) if found else ""):
        if "<<" not in name:
            text = unquote_plus(value)
            yield _best(url.renamed(text, templated="<<" in text), values.get(unquote_plus(name), ()), constant)


def _headers(spec: RequestSpec, request: MockRequest, constant: Constant) -> Iterator[Likeness | None]:
    values = _by_name((name.lower(), value) for name, value in request.headers)
    lower = tuple((key.renamed(str(key.value).lower(), templated=key.templated), node) for key, node in spec.headers)
    yield from _pairs(lower, values, constant)
    if spec.auth is not None:
        yield from _auth(spec.auth, request, constant)


def _auth(auth: AuthSpec, request: MockRequest, constant: Constant) -> Iterator[Likeness | None]:
    """A token or key, which is sent as it is written."""
    if auth.scheme == "bearer":
        sent = [value.removeprefix("Bearer ") for value in request.header_values("authorization")]
        yield _best(auth.fields["token"], sent, constant)
    if auth.scheme == "api_key" and not auth.fields["name"].templated:
        name = str(auth.fields["name"].value)
        in_query = [value for key, value in request.query if key == name]
        yield _best(auth.fields["value"], request.header_values(name) or in_query, constant)


def _body(body: Body | None, request: MockRequest, constant: Constant) -> Likeness | None:
    """Files are not compared."""
    if body is None or body.kind in ("file", "multipart"):
        return Likeness()
    if body.kind == "text":
        return text_likeness(body.node, request.text, constant)
    if body.kind == "form":
        sent = parse_qsl(request.text, keep_blank_values=True)
        return total(_pairs(tuple(body.node.items), _by_name(sent), constant))
    document = request.document
    if document.error:
        return None
    written = _graphql(body.node) if body.kind == "graphql" else body.node
    return likeness(written, document.value, constant)


def _graphql(node: Node) -> Node:
    """With the names of GraphQL over HTTP."""
    return node.with_items(
        [(key.renamed(GRAPHQL_NAMES.get(str(key.value), str(key.value))), value) for key, value in node.items]
    )
