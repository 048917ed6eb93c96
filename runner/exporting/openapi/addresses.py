"""Where requests go, as servers and paths with parameters in braces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias
from urllib.parse import unquote_plus

from runner.exporting.openapi.values import Values
from runner.model import RequestSpec
from runner.node import Node, Plain
from runner.settings import HTTP
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, parts_of

Parts: TypeAlias = "tuple[str | Placeholder, ...]"
MOST_STEPS: Final = 20
BRACES: Final = re.compile(r"[{}]")


class Server(NamedTuple):
    """An address with the variables in it, each with its value."""

    url: str
    variables: tuple[tuple[str, str], ...] = ()

    def document(self) -> Plain:
        """What stands under ``servers``."""
        made: dict[str, Plain] = {"url": self.url}
        if self.variables:
            made["variables"] = {name: {"default": value} for name, value in self.variables}
        return made


class Address(NamedTuple):
    """A server, a path with holes, the placeholders of these by name, and the query that stands behind it."""

    server: Server
    path: str
    holes: tuple[tuple[str, Placeholder], ...]
    query: tuple[tuple[str, str], ...] = ()


def address_of(spec: RequestSpec, values: Values) -> Address:
    """Where a request goes."""
    url = _parts(spec.url)
    if spec.base_url is not None and not _is_absolute(spec.url, values):
        server, before = _parts(spec.base_url), ""
        if url and isinstance(url[0], str) and url[0][:1] not in ("/", "?", "#"):
            before = "/"
    else:
        server, url = _apart(url)
        before = ""
    made, holes = _path(url, spec.url, values)
    address, _, query = f"{before}{made}".partition("#")[0].partition("?")
    path = address if address.startswith("/") else f"/{address}"
    pairs = tuple(_decoded(one) for one in query.split("&") if one)
    return Address(_server(server, spec.url, values), path, holes, pairs)


def _decoded(piece: str) -> tuple[str, str]:
    name, _, value = piece.partition("=")
    return unquote_plus(name), unquote_plus(value)


def _parts(node: Node) -> Parts:
    if not isinstance(node.value, str):
        return (as_text(node.value),)
    text = tuple(parts_of(node))
    return (text[0].lstrip(), *text[1:]) if text and isinstance(text[0], str) else text


def _is_absolute(node: Node, values: Values) -> bool:
    found = values.known.rendered(node)
    text = found if isinstance(found, str) else str(node.value)
    return HTTP.match(text.strip()) is not None


def _apart(url: Parts) -> tuple[Parts, Parts]:
    """What stands for scheme and host, and the rest."""
    if not url:
        return (), ()
    if isinstance(url[0], Placeholder):
        return url[:1], url[1:]
    server: list[str | Placeholder] = []
    for at, part in enumerate(url):
        text = part if isinstance(part, str) else ""
        begin = text.find("://") + 3 if at == 0 and "://" in text else 0
        ends = [found for mark in "/?#" if (found := text.find(mark, begin)) >= 0]
        if ends:
            return (*server, text[: min(ends)]), (text[min(ends) :], *url[at + 1 :])
        server.append(part)
    return tuple(server), ()


def _server(parts: Parts, node: Node, values: Values) -> Server:
    """The address of a server: a variable that begins it with its own text, others in braces."""
    known, found = values.known, list(parts)
    for _ in range(MOST_STEPS):
        first = found[0] if found else ""
        default = known.collection.variables.get(first.name) if isinstance(first, Placeholder) else None
        if (
            default is None
            or not isinstance(default.value, str)
            or known.is_secret(first.name if isinstance(first, Placeholder) else "")
        ):
            break
        found[:1] = parts_of(default)
    variables: dict[str, str] = {}
    url = ""
    for part in found:
        if isinstance(part, str):
            url += BRACES.sub("", known.hidden(part, "%s"))
        else:
            value = known.rendered(node.renamed(part.text, templated=True))
            variables[part.name] = as_text(value) if value is not None else ""
            url += f"{{{part.name}}}"
    return Server(url.rstrip("/") or "/", tuple(variables.items()))


def _path(
    url: Sequence[str | Placeholder], node: Node, values: Values
) -> tuple[str, tuple[tuple[str, Placeholder], ...]]:
    """The path as a template; what stands behind ``?`` has values instead."""
    made = ""
    holes: dict[str, Placeholder] = {}
    for part in url:
        if isinstance(part, str):
            made += BRACES.sub(lambda one: "%7B" if one[0] == "{" else "%7D", part)
        elif "?" in made:
            value = values.known.rendered(node.renamed(part.text, templated=True))
            made += f"<{part.name}>" if value is None else as_text(value)
        else:
            holes[part.name.removeprefix("$")] = part
            made += f"{{{part.name.removeprefix('$')}}}"
    return made, tuple(holes.items())


def same_path(path: str) -> str:
    """What two paths have in common that differ in the names of their parameters alone."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def names_in(path: str) -> Iterator[str]:
    """The parameters of a path, in order."""
    return iter(re.findall(r"\{([^{}]*)\}", path))
