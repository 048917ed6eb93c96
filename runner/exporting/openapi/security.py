"""Who sends requests, as security schemes; a header that holds a secret counts as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from runner.exporting.openapi.values import Values, secret_in
from runner.model import AuthSpec, RequestSpec
from runner.node import Node, Plain
from runner.settings import HTTP

UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")
Requirement = dict[str, Plain]


class Schemes:
    """The schemes of a document, each once, by name."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self.known: dict[str, Plain] = {}

    def of(self, spec: RequestSpec) -> Requirement:
        """What a request is sent with: all of these schemes, none of them for nobody in particular."""
        found: Requirement = {}
        for wanted, scheme, scopes in self._found(spec):
            found[self._name(wanted, scheme)] = list(scopes)
        return found

    def is_one(self, name: str, node: Node, place: str) -> bool:
        """Whether a header, a value of a query or a cookie is told as a scheme."""
        is_login = place == "header" and name.lower() == "authorization"
        return is_login or bool(secret_in(node, self._values.known))

    def _name(self, wanted: str, scheme: Plain) -> str:
        wanted = UNSAFE.sub("-", wanted).strip("-") or "scheme"
        name, number = wanted, 2
        while self.known.get(name, scheme) != scheme:
            name, number = f"{wanted}{number}", number + 1
        self.known[name] = scheme
        return name

    def _found(self, spec: RequestSpec) -> Iterator[tuple[str, Plain, tuple[str, ...]]]:
        if spec.auth is not None:
            yield from self._auth(spec.auth)
        parts = {"header": spec.headers, "query": spec.query, "cookie": ()}
        if spec.cookies is not None and spec.cookies.items:
            parts["cookie"] = tuple(spec.cookies.items)
        for place, pairs in parts.items():
            for name, node in self._values.pairs(pairs):
                if not self.is_one(name, node, place) or (name.lower() == "content-type"):
                    continue
                scheme = str(node.value).partition(" ")[0].lower() if name.lower() == "authorization" else ""
                if scheme in ("bearer", "basic"):
                    yield scheme, {"type": "http", "scheme": scheme}, ()
                else:
                    yield name, {"type": "apiKey", "in": place, "name": name}, ()

    def _auth(self, auth: AuthSpec) -> Iterator[tuple[str, Plain, tuple[str, ...]]]:
        known = self._values.known
        if auth.scheme in ("bearer", "basic", "digest"):
            yield auth.scheme, {"type": "http", "scheme": auth.scheme}, ()
        elif auth.scheme == "api_key":
            name = self._text(auth.fields, "name")
            yield name, {"type": "apiKey", "in": self._text(auth.fields, "in") or "header", "name": name}, ()
        elif auth.scheme == "oauth2":
            yield from self._oauth2(auth)
        elif known.is_new(auth.node):
            known.note(auth.node.location, f"{auth.scheme} is left out: there is no such security scheme")

    def _oauth2(self, auth: AuthSpec) -> Iterator[tuple[str, Plain, tuple[str, ...]]]:
        known, grant = self._values.known, self._text(auth.fields, "grant") or "client_credentials"
        flow = {"client_credentials": "clientCredentials", "password": "password"}.get(grant)
        url = self._text(auth.fields, "token_url")
        if flow is None or not HTTP.match(url):
            if known.is_new(auth.node):
                known.note(auth.node.location, "how its token is fetched is left out: it is told as a bearer token")
            yield "bearer", {"type": "http", "scheme": "bearer"}, ()
            return
        scopes = tuple(self._text(auth.fields, "scope").split())
        flows: Plain = {flow: {"tokenUrl": url, "scopes": dict.fromkeys(scopes, "")}}
        yield "oauth2", {"type": "oauth2", "flows": flows}, scopes

    def _text(self, fields: Mapping[str, Node], name: str) -> str:
        return self._values.text(fields[name]) if name in fields else ""
