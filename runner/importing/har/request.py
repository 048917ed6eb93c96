"""The request of an entry: address, query, headers, cookies, who sends it."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from runner.importing.draft import Draft
from runner.importing.har.body import body_of, content_type
from runner.importing.har.noise import BROWSERS
from runner.importing.json_source import Json, elements, mapping, text_of
from runner.importing.literal import kept_apart
from runner.importing.names import add
from runner.variables.letting_in import RULES
from runner.variables.secrets import is_login_cookie
from runner.variables.template import literal_text
from runner.writing.layout import Value

NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
"""Text that is sent as the same text when it is written as a number."""
ANY: Final = "*/*"


class Reading(NamedTuple):
    """What all calls are read with: where most of them go, what of browsers is left out, and the cookies that answers
    have set so far."""

    draft: Draft
    base: str
    left_out: Counter[str]
    set_cookies: set[str]


def origin_of(url: str) -> str:
    """Scheme and host of an address, without a name and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def request_of(request: Mapping[str, Json], reading: Reading, place: str) -> dict[str, Value]:
    """The keys of a request; what a browser added by itself is counted."""
    draft, base = reading.draft, reading.base
    made: dict[str, Value] = {}
    body = body_of(request, draft, place)
    method = text_of(request.get("method")).upper() or "GET"
    if method != ("POST" if body else "GET"):
        made["method"] = literal_text(method)
    url = text_of(request.get("url")).partition("#")[0]
    origin, parts = origin_of(url), urlsplit(url)
    made["url"] = literal_text(("" if origin == base else origin) + (parts.path or "/"))
    query = _query(parts.query, draft, place)
    if query is None:
        made["url"] = f"{made['url']}?{literal_text(parts.query)}"
    elif query:
        made["query"] = query
    headers, auth = _headers(request, reading, place)
    kind = content_type(request, body)
    if kind:
        headers["Content-Type"] = literal_text(kind)
    if headers:
        made["headers"] = headers
    if parts.username and auth is None:
        auth = {
            "basic": {
                "username": literal_text(parts.username),
                "password": _password(parts.password or "", draft, place),
            }
        }
    if auth is not None:
        made["auth"] = auth
    cookies = _cookies(request, reading, place)
    if cookies:
        made["cookies"] = cookies
    return {**made, **body}


def _query(text: str, draft: Draft, place: str) -> dict[str, Value] | None:
    """The query as a mapping; None where it is no names with values, and has no secret in it."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
    except ValueError:
        pairs = parse_qsl(text, keep_blank_values=True)
        if not any(draft.hidden(name, value, place, plain_key=True) != value for name, value in pairs):
            return None
    made: dict[str, Value] = {}
    for name, value in pairs:
        kept = draft.hidden(name, literal_text(value), place, plain_key=True)
        add(made, literal_text(name), int(kept) if NUMBER.fullmatch(kept) else kept)
    return made


def _headers(request: Mapping[str, Json], reading: Reading, place: str) -> tuple[dict[str, Value], Value]:
    """What somebody wrote, and ``auth`` for what lets them in."""
    made: dict[str, Value] = {}
    auth: Value = None
    for one in map(mapping, elements(request.get("headers"))):
        name, value = text_of(one.get("name")).strip(), text_of(one.get("value"))
        if not name or name.lower() == "content-type":
            continue
        if BROWSERS.fullmatch(name):
            if not name.startswith(":") and name.lower() not in ("cookie", "host", "content-length"):
                reading.left_out["sec-*" if name.lower().startswith("sec-") else name.lower()] += 1
        elif (
            name.lower() == "authorization"
            and auth is None
            and (found := _auth(value, reading.draft, place)) is not None
        ):
            auth = found
        elif not (name.lower() == "accept" and value == ANY):
            add(made, literal_text(name), reading.draft.header_value(name, literal_text(value), place))
    return made, auth


def _auth(value: str, draft: Draft, place: str) -> Value:
    """Who sends it, where a header says so in a way that ``auth`` knows."""
    scheme, _, token = value.partition(" ")
    if scheme.lower() == "bearer" and token:
        return {"bearer": draft.keep_secret("TOKEN", token, place)}
    if scheme.lower() == "basic":
        try:
            name, _, password = base64.b64decode(token, validate=True).decode("utf-8").partition(":")
        except (binascii.Error, ValueError):
            return None
        return {"basic": {"username": literal_text(name), "password": _password(password, draft, place)}}
    if scheme.lower() == "digest":
        found = re.search(r'username="([^"]*)"', value)
        return {
            "digest": {"username": literal_text(found[1] if found else ""), "password": _password("", draft, place)}
        }
    return None


def _password(value: str, draft: Draft, place: str) -> str:
    return draft.keep_secret("PASSWORD", value, place)


def _cookies(request: Mapping[str, Json], reading: Reading, place: str) -> dict[str, Value]:
    """Cookies that say who is there, but for those that an answer has set, which are kept by themselves; the others are
    counted."""
    made: dict[str, Value] = {}
    for name, value in _sent_cookies(request).items():
        if name in reading.set_cookies:
            continue
        if value and is_login_cookie(name, RULES):
            made[literal_text(name)] = kept_apart(reading.draft, name, value, place)
        else:
            reading.left_out["cookies that let nobody in"] += 1
    return made


def cookies_set_by(response: Mapping[str, Json]) -> Iterator[str]:
    """The names of cookies that an answer sets."""
    yield from (text_of(mapping(one).get("name")) for one in elements(response.get("cookies")))
    for one in map(mapping, elements(response.get("headers"))):
        if text_of(one.get("name")).lower() == "set-cookie":
            yield from (line.partition("=")[0].strip() for line in text_of(one.get("value")).split("\n"))


def _sent_cookies(request: Mapping[str, Json]) -> dict[str, str]:
    listed = map(mapping, elements(request.get("cookies")))
    found = {text_of(one.get("name")): text_of(one.get("value")) for one in listed if one.get("name")}
    if found:
        return found
    headers = map(mapping, elements(request.get("headers")))
    lines = [text_of(one.get("value")) for one in headers if text_of(one.get("name")).lower() == "cookie"]
    pairs = (one.partition("=") for line in lines for one in line.split(";") if "=" in one)
    return {name.strip(): value.strip() for name, _, value in pairs}
