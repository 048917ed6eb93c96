"""Who may call an operation, as ``auth``: names of secrets, whose values somebody puts into ``.env``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import urljoin

from runner.importing.openapi.document import Document, pairs_at, text_at
from runner.node import Node
from runner.variables.letting_in import variable_name
from runner.variables.template import literal_text
from runner.writing.layout import Value

BY_HAND: Final = "Fetch a token by hand and put it into .env."
FLOWS: Final = {"clientCredentials": "client_credentials", "password": "password"}


class Access(NamedTuple):
    """What stands in a request: one key ``auth`` at most, and headers, queries and cookies beside it."""

    auth: Value = None
    keys: Mapping[str, Mapping[str, Value]] = {}


class Security:
    """The schemes of a description; ``server`` is where its addresses start."""

    def __init__(self, document: Document, server: str) -> None:
        self._document = document
        self._draft = document.draft
        self._server = server
        components = document.root.get("components")
        self._schemes = dict(pairs_at(components, "securitySchemes"))

    def of(self, holder: Node) -> Access | None:
        """What ``security`` of an operation or the whole says; None if it says nothing."""
        listed = holder.get("security")
        if listed is None or listed.kind != "list":
            return None
        wanted = [one for one in listed.elements if one.items]
        if not wanted:
            return Access("none")
        first = next((one for one in wanted if self._can_say(one)), wanted[0])
        return self._access(first)

    def _can_say(self, requirement: Node) -> bool:
        schemes = [self._scheme(name, at) for name, at in _named(requirement)]
        return all(scheme is not None and text_at(scheme, "type") != "mutualTLS" for scheme in schemes)

    def _scheme(self, name: str, at: Node) -> Node | None:
        found = self._schemes.get(name)
        if found is None:
            self._draft.note(at.location, f"there is no security scheme {name}; it is left out")
        return self._document.followed(found)

    def _access(self, requirement: Node) -> Access:
        auth: Value = None
        keys: dict[str, dict[str, Value]] = {}
        for name, scopes in _named(requirement):
            scheme = self._scheme(name, scopes)
            if scheme is None:
                continue
            made = self._made(scheme, [str(one.value) for one in scopes.elements])
            api_key = made.get("api_key")
            if isinstance(api_key, Mapping) and (auth is not None or api_key.get("in") == "cookie"):
                place = {"query": "query", "cookie": "cookies"}.get(str(api_key.get("in")), "headers")
                keys.setdefault(place, {})[str(api_key["name"])] = api_key["value"]
            elif made and auth is None:
                auth = made
            elif made:
                self._draft.note(scopes.location, f"a second authentication ({name}) beside the first is left out")
        return Access(auth, keys)

    def _made(self, scheme: Node, scopes: Sequence[str]) -> dict[str, Value]:
        kind = text_at(scheme, "type")
        if kind == "apiKey":
            return self._api_key(scheme)
        if kind == "http":
            return self._http(scheme)
        if kind == "oauth2":
            return self._oauth2(scheme, scopes)
        if kind == "openIdConnect":
            self._draft.note(scheme.location, "OpenID Connect needs a browser", BY_HAND)
            return {"bearer": self._secret("ACCESS_TOKEN")}
        if kind == "mutualTLS":
            hint = "Write tls: {cert: …, key: …} by hand."
            self._draft.note(scheme.location, "a certificate of one's own is asked for; it is left out", hint)
        else:
            self._draft.note(scheme.location, f'the security scheme "{kind}" is not known here; it is left out')
        return {}

    def _api_key(self, scheme: Node) -> dict[str, Value]:
        name, place = text_at(scheme, "name") or "X-API-Key", text_at(scheme, "in")
        known = "API_KEY" if name.lower() in ("key", "authorization") else variable_name(name)
        made: dict[str, Value] = {"name": literal_text(name), "value": self._secret(known)}
        return {"api_key": {**made, "in": place} if place in ("query", "cookie") else made}

    def _http(self, scheme: Node) -> dict[str, Value]:
        kind = text_at(scheme, "scheme").lower()
        if kind == "bearer":
            return {"bearer": self._secret("TOKEN")}
        if kind in ("basic", "digest"):
            return {kind: {"username": self._secret("API_USER"), "password": self._secret("PASSWORD")}}
        self._draft.note(scheme.location, f'the scheme "{kind}" of Authorization is left out', "Write it by hand.")
        return {}

    def _oauth2(self, scheme: Node, scopes: Sequence[str]) -> dict[str, Value]:
        flows = dict(pairs_at(scheme, "flows"))
        known = next((name for name in FLOWS if name in flows), None)
        if known is None:
            names = ", ".join(flows) or "no flow"
            self._draft.note(scheme.location, f"OAuth 2.0 with {names} needs a browser", BY_HAND)
            return {"bearer": self._secret("ACCESS_TOKEN")}
        made: dict[str, Value] = {"token_url": self._address(text_at(flows[known], "tokenUrl"))}
        if known == "password":
            made |= {"grant": "password", "username": self._secret("API_USER"), "password": self._secret("PASSWORD")}
        else:
            made |= {"client_id": self._secret("CLIENT_ID"), "client_secret": self._secret("CLIENT_SECRET")}
        if scopes:
            made["scope"] = literal_text(" ".join(scopes))
        return {"oauth2": made}

    def _address(self, url: str) -> str:
        """An address that may be relative to the server's, so that it goes with that."""
        if "://" in url:
            return literal_text(url)
        try:
            joined = "" if "<<" in self._server else urljoin(f"{self._server}/", url)
        except ValueError:
            joined = ""
        if joined and not joined.startswith(f"{self._server}/"):
            return literal_text(joined)
        return f"<<BASE_URL>>/{literal_text(joined.removeprefix(self._server) or url).lstrip('/')}"

    def _secret(self, name: str) -> str:
        return self._draft.keep_secret(name, "", "")


def _named(requirement: Node) -> list[tuple[str, Node]]:
    return [(str(name.value), scopes) for name, scopes in requirement.items]
