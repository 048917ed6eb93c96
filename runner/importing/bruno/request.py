"""One request of Bruno as our keys: address, headers, body, authentication, settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from runner.importing.bodies import Body, file_body, graphql_body, text_body
from runner.importing.bruno.items import Auth, Entry, Item
from runner.importing.draft import FOREIGN, Draft
from runner.importing.names import add
from runner.importing.parts import address_of, file_name, headers_of, pairs_of, without_own_type
from runner.importing.postman.auth import auth_of
from runner.writing.layout import Value

PATH_VARIABLE: Final = re.compile(r"(?<=/):([A-Za-z_][\w-]*)")
FROM_SYSTEM: Final = re.compile(r"process\.env\.([A-Za-z_]\w*)")
KINDS: Final = {
    "json": "application/json",
    "text": "text/plain",
    "xml": "application/xml",
    "sparql": "application/sparql-query",
}
FIELDS: Final = {
    "accessKeyId": "accessKey",
    "secretAccessKey": "secretKey",
    "access_token_url": "accessTokenUrl",
    "client_id": "clientId",
    "client_secret": "clientSecret",
    "credentials_placement": "client_authentication",
    "placement": "in",
}
"""What Bruno calls parts of an authentication, and Postman, whose names are read here."""
VALUES: Final = {"queryparams": "query", "basic_auth_header": "header"}
LARGEST: Final = 5_000_000
DEFAULT_REDIRECTS: Final = "5"


class Names(NamedTuple):
    """What placeholders mean in one request: ``own`` are values that only it has."""

    own: Mapping[str, str] = {}

    def text(self, text: str) -> str:
        """``text`` with placeholders that are variables of the file; what would grow beyond all bounds stays."""

        def named(match: re.Match[str]) -> str:
            system = FROM_SYSTEM.fullmatch(match[1])
            if system is not None:
                return f"{{{{{system[1]}}}}}"
            return self.own.get(match[1], match[0])

        longest = max(map(len, self.own.values()), default=0)
        return text if text.count("{{") * longest > LARGEST else FOREIGN.sub(named, text)


class Given(NamedTuple):
    """What a request takes over: headers of its folders, and their authentication; ``shared`` tells that all requests
    have one."""

    headers: tuple[Entry, ...] = ()
    auth: Auth = Auth()
    shared: bool = False


def request_of(item: Item, given: Given, names: Names, draft: Draft) -> dict[str, Value]:
    """The keys of the request, always with its method."""
    place = item.at()
    body = _body(item, names, draft)
    headers = headers_of(_headers(item, given, body, names, draft), draft, place)
    url, query, login = _address(item, names, draft)
    auth = headers.auth or _auth(item.auth, given, names, (draft, place)) or login
    made: dict[str, Value] = {
        "method": item.method or "GET",
        "url": url,
        "query": query,
        "headers": without_own_type(headers.headers, body.natural),
        "auth": auth,
        "cookies": headers.cookies,
        **_settings(item, draft),
        **body.keys,
    }
    return {key: value for key, value in made.items() if value not in (None, {}) or key in body.keys}


def on(entries: Iterable[Entry], what: str, item: Item, draft: Draft) -> list[Entry]:
    """Those that are switched on; the others are told."""
    found: list[Entry] = []
    for one in entries:
        if one.on and one.name:
            found.append(one)
        elif one.name:
            draft.note(item.at(one.line), f'the {what} "{one.name}" is switched off; it is left out')
    return found


def _address(item: Item, names: Names, draft: Draft) -> tuple[str, dict[str, Value], Value]:
    place = item.at()
    params = on(item.params, "parameter", item, draft)
    path = {one.name: names.text(one.value) for one in params if one.kind == "path"}
    queried = [(names.text(one.name), names.text(one.value)) for one in params if one.kind != "path"]
    front, mark, tail = item.url.partition("?")
    address = names.text(PATH_VARIABLE.sub(lambda match: path.get(match[1]) or match[0], front))
    if any(one.kind != "path" for one in item.params):
        mark = tail = ""
    found = address_of(f"{address}{mark}{names.text(tail)}", draft, place)
    return found.url, {**found.query, **pairs_of(queried, draft, place)}, found.auth


def _headers(item: Item, given: Given, body: Body, names: Names, draft: Draft) -> list[tuple[str, str]]:
    own = list({one.name: one for one in on(item.headers, "header", item, draft)}.values())  # Bruno sends the last one
    written = {one.name.lower() for one in own}
    inherited = [one for one in given.headers if one.name.lower() not in written]
    pairs = [(names.text(one.name), names.text(one.value).replace("\n", "")) for one in (*inherited, *own)]
    kind = KINDS.get(item.body.mode, "")
    if (
        "text" in body.keys
        and kind
        and kind != "text/plain"
        and "content-type" not in {one.lower() for one, _ in pairs}
    ):
        pairs.append(("Content-Type", kind))
    return pairs


def _auth(auth: Auth, given: Given, names: Names, told: tuple[Draft, str]) -> Value:
    """What the request says of it, else its folder; nothing where all requests have it anyway."""
    if auth.mode == "none":
        return "none" if given.shared or given.auth.mode not in ("", "none") else None
    found = given.auth if auth.mode in ("", "inherit") else auth
    if auth.mode == "" and not given.auth.mode:
        return None
    if found.mode == "none":
        return "none" if given.shared else None
    return written_auth(found, names, told) if found.mode not in ("", "inherit") else None


def written_auth(auth: Auth, names: Names, told: tuple[Draft, str]) -> Value:
    """An authentication in the words of Postman."""
    fields = {FIELDS.get(name, name): VALUES.get(value, names.text(value)) for name, value in auth.fields.items()}
    if fields.get("grant_type") == "password":
        fields["grant_type"] = "password_credentials"
    return auth_of({"type": auth.mode, auth.mode: dict(fields)}, *told)


def _body(item: Item, names: Names, draft: Draft) -> Body:
    body, place = item.body, item.at(item.body.line)
    kind = next((names.text(one.value) for one in item.headers if one.on and one.name.lower() == "content-type"), "")
    if body.mode in KINDS:
        text = names.text(body.text)
        return text_body(text, kind or KINDS[body.mode], draft, place) if text.strip() else Body({})
    if body.mode == "graphql":
        return graphql_body(names.text(body.text), names.text(body.variables), draft, place)
    if body.mode == "form-urlencoded":
        pairs = [(names.text(one.name), names.text(one.value)) for one in on(body.fields, "field", item, draft)]
        form = pairs_of(pairs, draft, place, plain_key=False)
        return Body({"form": form} if form else {}, "application/x-www-form-urlencoded")
    if body.mode == "multipart-form":
        fields = _multipart(on(body.fields, "field", item, draft), item, names, draft)
        return Body({"multipart": fields} if fields else {}, "multipart/form-data;")
    if body.mode == "file":
        chosen = [one for one in body.fields if one.on and one.value]
        return file_body(names.text(chosen[0].value), draft, place) if chosen else Body({})
    if body.mode != "none":
        draft.note(place, f"a body of the kind {body.mode} is not known here; it is left out")
    return Body({})


def _multipart(fields: Sequence[Entry], item: Item, names: Names, draft: Draft) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for one in fields:
        place, name = item.at(one.line), names.text(one.name)
        key = draft.text(name, place)
        if one.kind != "file":
            if one.type not in ("", "text/plain"):
                draft.note(place, f'the field "{one.name}" is sent without its content type {one.type}')
            add(made, key, draft.hidden(name, draft.text(names.text(one.value), place), place))
            continue
        for path in filter(None, one.value.split("|")):
            file: dict[str, Value] = {"file": file_name(names.text(path), draft, place)}
            add(made, key, {**file, "type": one.type} if one.type else file)
    return made


def _settings(item: Item, draft: Draft) -> dict[str, Value]:
    made: dict[str, Value] = {}
    settings = item.settings
    if settings.get("followRedirects") == "false":
        made["redirects"] = False
    elif re.fullmatch(r"\d{1,4}", most := settings.get("maxRedirects", "")) and most != DEFAULT_REDIRECTS:
        made["redirects"] = min(int(most), 100)
    timeout = settings.get("timeout", "")
    if re.fullmatch(r"[1-9]\d{0,8}", timeout):
        made["timeout"] = f"{int(timeout) // 1000}s" if int(timeout) % 1000 == 0 else f"{timeout}ms"
    known = {"followRedirects", "maxRedirects", "timeout", "encodeUrl", "forwardAuthorizationHeader"}
    for name in sorted(set(settings) - known):
        draft.note(item.at(), f"the setting {name} has nothing here that it could become")
    return made
