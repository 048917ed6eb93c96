"""Addresses, headers and names of other tools' requests as ours; secrets in the clear go to ``.env``."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Final, NamedTuple
from urllib.parse import unquote, unquote_to_bytes

from runner.importing.draft import FOREIGN, Draft
from runner.importing.names import add
from runner.variables.letting_in import HOLE, lets_in
from runner.variables.template import literal_text
from runner.writing.layout import Value

Pair = tuple[str, str]
SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|<<|\{\{")
LOGIN: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#@\s]*)@")
"""A name and a password in an address, which are not sent from there."""
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,14}")
"""Text that is sent as the same text when it is written as a number."""
SINGLE: Final = re.compile(r"\$(?:\.[^\W\d][\w-]*|\[-?\d+\]|\['[^']*'\]|\[\"[^\"]*\"\])*")
HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Address(NamedTuple):
    """A URL without what stands elsewhere here: its query, and who sends it."""

    url: str
    query: dict[str, Value]
    auth: Value


class Headers(NamedTuple):
    """Headers without what stands elsewhere here; ``kind`` is the content type as it was written."""

    headers: dict[str, Value]
    auth: Value
    cookies: dict[str, Value]
    kind: str


def secret(value: str, name: str, draft: Draft, place: str) -> str:
    """``value``, or what stands for it if it is no placeholder: a hole to be filled has no value."""
    if "<<" in value or not value:
        return value
    return draft.keep_secret(name, "" if HOLE.fullmatch(value) else value, place)


def login(username: str, password: str, draft: Draft, place: str) -> Value:
    """User name and password, as ``basic`` and ``digest`` have them."""
    return {"username": username, "password": secret(password, "PASSWORD", draft, place)}


def address_of(raw: str, draft: Draft, place: str) -> Address:
    """The parts of a URL with placeholders; one without a scheme is of http."""
    address, _, tail = raw.strip().partition("#")[0].partition("?")
    if not SCHEME.match(address):
        address = f"http://{address}"
    match = LOGIN.match(address)
    auth: Value = None
    if match is not None:
        address = f"{match[1]}{address[match.end() :]}"
        name, _, password = match[2].partition(":")
        username = draft.text(unquote(name), place)
        auth = {"basic": login(username, draft.text(unquote(password), place), draft, place)}
    pairs = pairs_in(tail)
    if pairs is None:
        hidden = "&".join(_hidden_piece(one, draft, place) for one in tail.split("&"))
        return Address(f"{draft.text(address, place)}?{hidden}", {}, auth)
    return Address(draft.text(address, place), pairs_of(pairs, draft, place), auth)


def _hidden_piece(piece: str, draft: Draft, place: str) -> str:
    """``name=value`` as it is written in an address, its secret kept apart."""
    name, equals, value = piece.partition("=")
    kept = draft.hidden(unquote(name), draft.text(value, place), place, plain_key=True)
    return f"{draft.text(name, place)}{equals}{kept}"


def pairs_in(text: str) -> list[Pair] | None:
    """``a=1&b=2`` decoded; None where something in it is no pair or no text, or a mapping would change the order."""
    pairs: list[Pair] = []
    for piece in text.split("&") if text else ():
        name, equals, value = piece.partition("=")
        found = decoded(name), decoded(value)
        if not equals or found[0] is None or found[1] is None or not found[0]:
            return None
        pairs.append((found[0], found[1]))
    names = [name for name, _ in pairs]
    groups = 1 + sum(one != other for one, other in pairwise(names)) if names else 0
    return pairs if groups == len(set(names)) else None


def decoded(text: str) -> str | None:
    """Percent-encoded text as it is meant, ``+`` for a blank, placeholders as they are; None for what is no text."""
    pieces = FOREIGN.split(text)
    try:
        return "".join(
            f"{{{{{piece}}}}}" if at % 2 else unquote_to_bytes(piece.replace("+", " ")).decode("utf-8")
            for at, piece in enumerate(pieces)
        )
    except UnicodeError:
        return None


def pairs_of(pairs: Iterable[Pair], draft: Draft, place: str, *, plain_key: bool = True) -> dict[str, Value]:
    """Names and values as a mapping, a name that comes twice with a list; secrets are kept apart."""
    made: dict[str, Value] = {}
    for name, written in pairs:
        value = draft.hidden(name, draft.text(written, place), place, plain_key=plain_key)
        add(made, draft.text(name, place), int(value) if NUMBER.fullmatch(value) else value)
    return made


def headers_of(pairs: Sequence[Pair], draft: Draft, place: str) -> Headers:
    """Headers, with authentication and cookies where they belong."""
    made: dict[str, Value] = {}
    auth: Value = None
    cookies: dict[str, Value] = {}
    kind = ""
    names = Counter(name.lower() for name, _ in pairs)
    for name, written in pairs:
        if not HEADER_NAME.fullmatch(FOREIGN.sub("x", name)):
            draft.note(place, f'"{name}" cannot be the name of a header; it is left out')
            continue
        value, single = draft.text(written, place), names[name.lower()] == 1
        if name.lower() == "content-type":
            kind = written
        if name.lower() == "authorization" and single and (auth := auth_of(value, draft, place)) is not None:
            continue
        if name.lower() == "cookie" and single and (cookies := _cookies(value, draft, place)):
            continue
        kept = draft.header_value(name, value, place)
        add(made, draft.text(name, place), int(kept) if NUMBER.fullmatch(kept) else kept)
    return Headers(made, auth, cookies, kind)


def auth_of(value: str, draft: Draft, place: str) -> Value:
    """What an ``Authorization`` says under ``auth``; None for what stays a header."""
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    kind = scheme.lower()
    if kind == "bearer" and rest and " " not in rest:
        return {"bearer": secret(rest, "API_KEY", draft, place)}
    if kind not in ("basic", "digest") or not rest:
        return None
    pair = re.fullmatch(r"([^\s:]*)(?:\s+|:)(\S.*)", rest)
    if pair is not None:
        return {kind: login(pair[1], pair[2], draft, place)}
    found = _of_base64(rest) if kind == "basic" and "<<" not in rest else None
    return {"basic": login(*found, draft, place)} if found is not None else None


def _of_base64(text: str) -> Pair | None:
    try:
        plain = base64.b64decode(text, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = plain.partition(":")
    usable = colon and plain.isprintable()
    return (literal_text(name), literal_text(password)) if usable else None


def _cookies(value: str, draft: Draft, place: str) -> dict[str, Value]:
    """The cookies of a header by name; none where they are no pairs, or one comes twice."""
    pieces = [one.strip() for one in draft.header_value("Cookie", value, place).split(";") if one.strip()]
    pairs = [one.partition("=") for one in pieces]
    names = [name for name, _, _ in pairs]
    if not all(equals and name for name, equals, _ in pairs) or len(set(names)) != len(names):
        return {}
    return {name: int(one) if NUMBER.fullmatch(one) else one for name, _, one in pairs}


def without_own_type(headers: Mapping[str, Value], natural: str) -> dict[str, Value]:
    """The headers without a content type that goes along with the body anyway."""
    return {
        name: value
        for name, value in headers.items()
        if name.lower() != "content-type"
        or natural not in (str(value).strip().lower(), str(value).partition(";")[0].strip().lower() + ";")
    }


def is_single(path: str) -> bool:
    """Whether a JSONPath is of names and indexes alone, which selects one value."""
    return SINGLE.fullmatch(path) is not None


def file_name(path: str, draft: Draft, place: str) -> str:
    """A path that stays in the collection's folder: of any other only the name means something here."""
    path = path.strip()
    parts = [one for one in re.split(r"[/\\]", path) if one not in ("", ".")]
    outside = path.startswith(("/", "~", "\\")) or ".." in parts or re.match(r"[A-Za-z]:", path) is not None
    kept = parts[-1] if outside and parts else str(PurePosixPath(*parts)) if parts else ""
    kept = "file" if kept in ("", "..") else kept
    draft.note(place, f"it sends the file {kept}", "Put that file beside the collection.")
    return draft.text(kept, place)


def path_of(url: str) -> str:
    """The path of an address, for a name."""
    match = re.match(r"https?://[^/?#]*([^?#]*)", url)
    path = match[1] if match else re.sub(r"^<<[^<>]*>>", "", url).partition("?")[0]
    return re.sub(r"<<([^<>|]*)[^<>]*>>", r"{\1}", path) or "/"


def variable(name: str, value: str, draft: Draft, place: str) -> None:
    """A variable of the source with its value: one that lets somebody in goes to ``.env``."""
    known = draft.variable(name)
    if lets_in(known) and not FOREIGN.search(value):
        draft.secrets[known] = "" if HOLE.fullmatch(value) else value
        draft.variables.pop(known, None)
        return
    if SCHEME.match(value) and ("@" in value or "?" in value):
        found = address_of(value, draft, place)
        if found.auth is not None:
            draft.note(place, f"the name and password in the address {known} are left out", "Write auth: by hand.")
        query = value.partition("#")[0].partition("?")[2]
        tail = "&".join(_hidden_piece(one, draft, place) for one in query.split("&")) if query else ""
        draft.variables[known] = found.url.partition("?")[0] + (f"?{tail}" if tail else "")
        return
    draft.variables[known] = draft.text(value, place)


def path_below(path: str, *, is_elsewhere: bool = False) -> str:
    """A path that stays in the collection's folder: of any other only the name means something here."""
    parts = [one for one in re.split(r"[/\\]", path) if one not in ("", ".")]
    outside = is_elsewhere or path.startswith(("/", "~", "\\")) or ".." in parts or ":" in path
    kept = parts[-1] if outside and parts else "/".join(parts)
    return "file" if kept in ("", "..", "-") else kept
