"""Postman's URL, headers and body as ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final
from urllib.parse import quote, unquote, unquote_plus

from runner.content import TYPES
from runner.importing.draft import FOREIGN, NUMBER, Draft
from runner.importing.json_source import Json, elements, mapping, text_of
from runner.importing.loose_json import loose_json
from runner.importing.names import add
from runner.importing.parts import path_below
from runner.writing.layout import Value

PATH_VARIABLE: Final = re.compile(r"(?<=/):([^/?#.{}]+)")
"""All of a part of a path, or what stands there before a dot."""
PLAIN: Final = re.compile(r"[A-Za-z_][\w-]*")
"""The name of a path variable that is none of anything else, though nothing gives it a value."""
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|<<|\{\{")
ENCODED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
IN_QUERY: Final = re.compile(r"[&#\s]")
"""What would end a name or a value in a query, or the address itself."""
LOGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#@\s]*)@")
"""A name and a password in an address, which are not sent from there."""
LANGUAGES: Final = {
    "json": "application/json",
    "xml": "application/xml",
    "html": "text/html",
    "javascript": "application/javascript",
}
"""The type that Postman sends a text with, by what it takes it for."""
MADE_BY_US: Final = {key: TYPES[key] for key in ("json", "form", "graphql")}


def request_of(request: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value]:
    """The keys of a request: method, URL, query, headers, body."""
    made: dict[str, Value] = {}
    body = _body(mapping(request.get("body")), draft, place)
    method = text_of(request.get("method")).upper() or "GET"
    if method != ("POST" if body else "GET"):
        made["method"] = draft.text(method, place)
    url, query = _url(request.get("url"), draft, place)
    login = LOGIN.match(url)
    made["url"] = url if login is None else f"{login[1]}{url[login.end() :]}"
    if query:
        made["query"] = query
    if login is not None:
        name, _, password = unquote(login[2]).partition(":")
        kept = password if "<<" in password else draft.keep_secret("PASSWORD", password, place)
        made["auth"] = {"basic": {"username": name, "password": kept}}
    headers = _pairs(_listed(request.get("header")), draft, place, "header")
    kind = next(iter(body), "")
    written = next((name for name in headers if name.lower() == "content-type"), None)
    if written and (kind == "multipart" or str(headers[written]).partition(";")[0].strip() == MADE_BY_US.get(kind)):
        del headers[written]
    language = text_of(mapping(mapping(mapping(request.get("body")).get("options")).get("raw")).get("language"))
    if kind == "text" and written is None and language in LANGUAGES:
        headers["Content-Type"] = LANGUAGES[language]
    if headers:
        made["headers"] = headers
    for key in ("proxy", "certificate"):
        if request.get(key):
            draft.note(
                place, f"its {key} is left out", f"Write {'proxy:' if key == 'proxy' else 'tls: {cert: …}'} by hand."
            )
    return {**made, **body}


def _url(url: Json, draft: Draft, place: str) -> tuple[str, dict[str, Value]]:
    """The address without its query, and the query as a mapping, if the one can be told from the other."""
    parts = mapping(url)
    raw = text_of(url) if isinstance(url, str) else text_of(parts.get("raw")) or _joined(parts)
    address, _, tail = raw.strip().partition("#")[0].partition("?")
    is_listed = bool(elements(parts.get("query")))
    pieces = elements(parts.get("query")) or [_pair(one) for one in tail.split("&") if one]
    entries = [mapping(one) for one in pieces]
    listed = map(mapping, elements(parts.get("variable")))
    values = {text_of(one.get("key") or one.get("id")): text_of(one.get("value")) for one in listed}

    def filled(match: re.Match[str]) -> str:
        return values.get(match[1]) or _without_value(match[1], draft, place)

    address = draft.text(PATH_VARIABLE.sub(filled, address), place)
    if not SCHEME.match(address):
        address = f"http://{address}"
    if _is_as_written(entries, is_listed=is_listed):
        return f"{address}?{_written(entries, draft, place)}".removesuffix("?"), {}
    meant = (_as_meant(one) if is_listed else _decoded(one) for one in entries)
    return address, _pairs(meant, draft, place, "query parameter")


def _without_value(name: str, draft: Draft, place: str) -> str:
    """A path variable that nobody filled: Postman sends its name, here it is a variable as others are."""
    if not PLAIN.fullmatch(name):
        return f":{name}"
    draft.note(place, f'the path variable "{name}" has no value: Postman sends :{name}, here it is <<{name}>>')
    return f"{{{{{name}}}}}"


def _is_as_written(entries: Sequence[Mapping[str, Json]], *, is_listed: bool) -> bool:
    """Whether a query has what a mapping cannot say: no name, no value, an order of its own; or a plus sign in a list,
    which Postman sends as it is."""
    sent = [one for one in entries if not one.get("disabled")]
    names = [text_of(one.get("key")) for one in sent]
    if is_listed and any("+" in text_of(one.get(key)) for one in sent for key in ("key", "value")):
        return True
    groups = 1 + sum(one != other for one, other in pairwise(names)) if names else 0
    return groups != len(set(names)) or any(one.get("value") is None or not text_of(one.get("key")) for one in sent)


def _written(entries: Iterable[Mapping[str, Json]], draft: Draft, place: str) -> str:
    """A query as it is sent; what is switched off is told."""
    pieces: list[str] = []
    for entry in entries:
        name, value = text_of(entry.get("key")), entry.get("value")
        if entry.get("disabled"):
            draft.note(place, f'the query parameter "{name}" is switched off; it is left out')
            continue
        piece = draft.text(_in_query(name).replace("=", "%3D"), place)
        if value is not None:
            written = draft.text(_in_query(text_of(value)), place)
            piece += f"={draft.hidden(name, written, place, plain_key=True)}"
        pieces.append(piece)
    return "&".join(pieces)


def _in_query(text: str) -> str:
    """A name or a value with what would end it encoded; placeholders stay."""
    parts = FOREIGN.split(text)
    parts[::2] = (IN_QUERY.sub(lambda match: quote(match[0]), part) for part in parts[::2])
    return "".join(f"{{{{{part}}}}}" if at % 2 else part for at, part in enumerate(parts))


def _joined(parts: Mapping[str, Json]) -> str:
    host, path = (
        separator.join(map(_segment, value)) if isinstance(value := parts.get(key), list) else text_of(value)
        for key, separator in (("host", "."), ("path", "/"))
    )
    scheme, port = text_of(parts.get("protocol")), text_of(parts.get("port"))
    front = f"{scheme.removesuffix('://')}://" if scheme else ""
    return f"{front}{host}{':' + port if port else ''}{'/' + path.lstrip('/') if path else ''}"


def _segment(value: Json) -> str:
    return text_of(mapping(value).get("value")) if isinstance(value, Mapping) else text_of(value)


def _pair(text: str) -> Json:
    key, equals, value = text.partition("=")
    return {"key": key, "value": value if equals else None}


def _as_meant(parameter: Mapping[str, Json]) -> Mapping[str, Json]:
    """A parameter of a list, where Postman sends what is percent-encoded as it stands."""
    return {
        **parameter,
        **{
            key: unquote(text_of(parameter[key]))
            for key in ("key", "value")
            if ENCODED.search(text_of(parameter.get(key)))
        },
    }


def _decoded(parameter: Mapping[str, Json]) -> Mapping[str, Json]:
    """A parameter of an address as it is meant; placeholders stay."""
    texts = {key: text_of(parameter.get(key)) for key in ("key", "value")}
    return {key: text if FOREIGN.search(text) else unquote_plus(text) for key, text in texts.items()}


def _listed(headers: Json) -> list[Mapping[str, Json]]:
    """Headers as a list; version 2.0 knows them as text, too."""
    if isinstance(headers, str):
        pairs = (line.partition(":") for line in headers.splitlines() if line.strip())
        return [{"key": name.strip(), "value": value.strip()} for name, _, value in pairs]
    return [mapping(one) for one in elements(headers)]


def _pairs(entries: Iterable[Mapping[str, Json]], draft: Draft, place: str, what: str) -> dict[str, Value]:
    """Names and values in order; what is switched off is told, a name that comes twice has a list."""
    made: dict[str, Value] = {}
    for entry in entries:
        name = text_of(entry.get("key"))
        if entry.get("disabled"):
            draft.note(place, f'the {what} "{name}" is switched off; it is left out')
            continue
        if not name:
            continue
        key = draft.text(name, place)
        value = draft.text(text_of(entry.get("value")), place)
        value = (
            draft.header_value(name, value, place)
            if what == "header"
            else draft.hidden(name, value, place, plain_key=True)
        )
        add(made, key, int(value) if NUMBER.fullmatch(value) else value)
    return made


def _body(body: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value]:
    mode = text_of(body.get("mode"))
    if not mode or body.get("disabled"):
        return {}
    if mode == "raw":
        return _raw(text_of(body.get("raw")), mapping(mapping(body.get("options")).get("raw")), draft, place)
    if mode == "urlencoded":
        form = _pairs(_listed(body.get(mode)), draft, place, "field")
        return {"form": form} if form else {}
    if mode == "formdata":
        fields = _fields(_listed(body.get(mode)), draft, place)
        return {"multipart": fields} if fields else {}
    if mode == "file":
        path = text_of(mapping(body.get("file")).get("src"))
        return {"file": _file(path, draft, place)} if path else {}
    if mode == "graphql":
        return _graphql(mapping(body.get("graphql")), draft, place)
    draft.note(place, f"a body of the kind {mode} is not known here; it is left out")
    return {}


def _raw(text: str, options: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value]:
    if not text.strip():
        return {}
    language = options.get("language")
    if language == "json" or (language is None and text.lstrip()[:1] in "{["):
        value = loose_json(text, draft, place)
        if value is not None:
            return {"json": value}
    return {"text": draft.text(text, place)}


def _fields(entries: Iterable[Mapping[str, Json]], draft: Draft, place: str) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for entry in entries:
        name = draft.text(text_of(entry.get("key")), place)
        if entry.get("disabled"):
            draft.note(place, f'the field "{name}" is switched off; it is left out')
            continue
        for value in _values(entry, draft, place):
            add(made, name, value)
    return made


def _values(entry: Mapping[str, Json], draft: Draft, place: str) -> list[Value]:
    if entry.get("type") != "file":
        return [draft.hidden(text_of(entry.get("key")), draft.text(text_of(entry.get("value")), place), place)]
    paths = entry.get("src")
    given = [text_of(one) for one in paths] if isinstance(paths, list) else [text_of(paths)]
    kind = text_of(entry.get("contentType"))
    return [{"file": _file(path, draft, place), **({"type": kind} if kind else {})} for path in given if path]


def _file(path: str, draft: Draft, place: str) -> str:
    name = path_below(path)
    draft.note(place, f"it sends the file {name}", "Put that file beside the collection.")
    return draft.text(name, place)


def _graphql(body: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value]:
    made: dict[str, Value] = {"query": draft.text(text_of(body.get("query")), place)}
    variables = body.get("variables")
    if isinstance(variables, str) and variables.strip():
        value = loose_json(variables, draft, place)
        if value is None:
            draft.note(place, "the variables of its GraphQL request are no JSON; they are left out")
        elif value:
            made["variables"] = value
    elif variables:
        made["variables"] = draft.plain(variables, place)
    if body.get("operationName"):
        made["operation_name"] = draft.text(text_of(body["operationName"]), place)
    return {"graphql": made}
