"""Headers, cookies and credentials of a command's request."""

from __future__ import annotations

import base64
import binascii
from typing import Final, NamedTuple

from runner.importing.curl.options import Asked, Given
from runner.importing.curl.text import STANDS, Texts
from runner.importing.names import add
from runner.importing.parts import HEADER_NAME
from runner.resolve import DEFAULT_HEADERS
from runner.writing.layout import Value

OWN: Final = {name.lower(): value for name, value in DEFAULT_HEADERS}
"""What is sent anyway."""
OWN_AGENT: Final = "collection-runner/"
"""How our own User-Agent begins, whatever the version."""
OTHER_ENCODINGS: Final = ("br", "zstd")
SCHEMES: Final = frozenset(("digest", "aws-sigv4", "ntlm", "ntlm-wb", "negotiate", "anyauth"))


class Header(NamedTuple):
    """One header; without a value it is taken out."""

    name: str
    value: str | None
    at: int


def headers_of(asked: Asked, texts: Texts) -> list[Header]:
    """All headers that the options say, in order."""
    written = [header for one in asked.all("header") for header in _written(one.value, one.start, texts)]
    names = {one.name.lower() for one in written}
    hosts = [one for one in written if one.name.lower() == "host"]
    written = [one for one in written if one not in hosts[1:]]
    last = [asked.last(name) for name in ("user-agent", "referer", "range")]
    others = [_of_option(one) for one in last if one is not None]
    json = asked.last("json")
    if json is not None:
        others += [Header(name, "application/json", json.start) for name in ("Content-Type", "Accept")]
    return [*written, *(one for one in others if one.name.lower() not in names)]


def _of_option(one: Given) -> Header:
    """The header that an option stands for; one that is written with ``-H`` goes before it."""
    if one.name == "user-agent":
        return Header("User-Agent", one.value or None, one.start)
    if one.name == "referer":
        return Header("Referer", one.value.removesuffix(";auto") or None, one.start)
    return Header("Range", f"bytes={one.value}", one.start)


def _written(text: str, at: int, texts: Texts) -> list[Header]:
    if text.startswith("@"):
        texts.note(at, f"the headers in the file {STANDS.sub('…', text[1:])} are left out", "Write them by hand.")
        return []
    name, colon, value = text.partition(":")
    name = name.strip()
    if colon and name and not HEADER_NAME.fullmatch(STANDS.sub("x", name)):
        texts.note(at, f'"{STANDS.sub("…", name)}" cannot be the name of a header; it is left out')
        return []
    if colon and name:
        return [Header(name, value.strip() or None, at)]
    if text.endswith(";") and text[:-1].strip():
        return [Header(text[:-1].strip(), "", at)]
    texts.note(at, "a header has no : in it; it is left out")
    return []


def written_headers(found: list[Header], natural: str | None, texts: Texts) -> dict[str, Value]:
    """The mapping under ``headers``; what goes along anyway is left out, keys are kept apart. ``natural`` is the
    content type that the body brings along."""
    made: dict[str, Value] = {}
    keys: dict[str, str] = {}
    for name, value, at in found:
        low = name.lower()
        if low in ("content-length", "expect", "connection", "transfer-encoding") or _is_own(low, value, natural):
            continue
        if low == "accept-encoding" and value and any(one in value for one in OTHER_ENCODINGS):
            continue  # what is taken here goes along anyway
        key = keys.setdefault(low, texts.template(name))
        if value is None:
            made.setdefault(key, None)
            continue
        if made.get(key, "") is None:
            del made[key]
        add(made, key, _kept(name, value, at, texts))
    return made


def _is_own(name: str, value: str | None, natural: str | None) -> bool:
    if name == "content-type":
        return natural is not None and value is not None and _same_type(value, natural)
    if name == "user-agent":
        return value is not None and value.startswith(OWN_AGENT)
    return value is not None and OWN.get(name) == value


def _same_type(value: str, natural: str) -> bool:
    if natural == "multipart/form-data":
        return value.partition(";")[0].strip().lower() == natural
    return value == natural


def _kept(name: str, value: str, at: int, texts: Texts) -> Value:
    scheme, blank, token = value.partition(" ")
    if name.lower() in ("authorization", "proxy-authorization"):
        return texts.template(
            f"{scheme} {texts.keep('API_KEY', token, at)}" if blank else texts.keep("API_KEY", value, at)
        )
    return texts.value(texts.kept(name, value, at))


def auth_of(asked: Asked, headers: list[Header], user_info: str, texts: Texts) -> Value:
    """What stands under ``auth``; a header that says it is taken out of ``headers``."""
    user = asked.last("user")
    login = user.value if user else user_info
    at = user.start if user else asked.start
    scheme = next((one.name for one in reversed(asked.given) if one.name in (*SCHEMES, "basic") and one.on), "")
    if scheme == "aws-sigv4":
        return _signed(asked, login, texts)
    if scheme in ("ntlm", "ntlm-wb", "negotiate"):
        texts.note(at, f"the authentication {scheme} is not known here; it is left out")
        return None
    authorizations = [one for one in headers if one.name.lower() == "authorization"]
    bearer = asked.last("oauth2-bearer")
    if bearer is not None and not authorizations:
        return {"bearer": texts.template(texts.keep("API_KEY", bearer.value, bearer.start))}
    if login and not authorizations:
        return {"digest" if scheme in ("digest", "anyauth") else "basic": _login(login, at, texts)}
    if len(authorizations) != 1:
        return None
    made = _of_header(authorizations[0], texts)
    if made:
        headers.remove(authorizations[0])
    return made


def _of_header(header: Header, texts: Texts) -> Value:
    scheme, blank, token = (header.value or "").partition(" ")
    token = token.strip()
    if not blank or not token:
        return None
    if scheme == "Bearer":
        return {"bearer": texts.template(texts.keep("API_KEY", token, header.at))}
    if scheme != "Basic" or texts.refers(token):
        return None
    try:
        pair = base64.b64decode(token, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    return {"basic": _login(pair, header.at, texts)} if ":" in pair and pair.isprintable() else None


def _login(pair: str, at: int, texts: Texts) -> dict[str, Value]:
    """User name and password; a name without a password is a key."""
    username, colon, password = pair.partition(":")
    if not colon:
        texts.note(at, "curl would ask for the password; it is <<PASSWORD>> now", "Put it into .env: PASSWORD=…")
        texts.draft.secrets.setdefault("PASSWORD", "")
        return {"username": texts.template(username), "password": "<<PASSWORD>>"}
    if not password:
        return {"username": texts.template(texts.keep("API_KEY", username, at)), "password": ""}
    return {"username": texts.template(username), "password": texts.template(texts.keep("PASSWORD", password, at))}


def _signed(asked: Asked, login: str, texts: Texts) -> Value:
    option = asked.last("aws-sigv4")
    at = option.start if option else asked.start
    _, _, region, service = [*(option.value if option else "").split(":"), "", "", "", ""][:4]
    if not region or not service:
        texts.note(at, "the region and the service to sign for stand in the URL for curl", "Look at auth: aws_sigv4.")
    access, _, secret = login.partition(":")
    secret = texts.template(texts.keep("AWS_SECRET_ACCESS_KEY", secret, at))
    return {
        "aws_sigv4": {
            "access_key": texts.template(access) or "<<AWS_ACCESS_KEY_ID>>",
            "secret_key": secret or "<<AWS_SECRET_ACCESS_KEY>>",
            "region": texts.template(region) or "us-east-1",
            "service": texts.template(service) or "execute-api",
        }
    }


def cookies_of(asked: Asked, headers: list[Header], texts: Texts) -> dict[str, Value]:
    """Names and values of ``-b`` and of the header; what is no list of pairs stays a header."""
    given = [(one.value, one.start) for one in asked.all("cookie")]
    for value, at in given:
        if "=" not in value:
            texts.note(at, "the cookies in a file are left out", "Write them under cookies:.")
    written = [one for one in headers if one.name.lower() == "cookie"]
    given = [(one.value or "", one.at) for one in written] or [one for one in given if "=" in one[0]]
    pieces = [(piece.strip(" \t"), at) for value, at in given for piece in value.split(";") if piece.strip(" \t")]
    pairs = [(*piece.partition("=")[::2], at) for piece, at in pieces]
    names = [name for name, _, _ in pairs]
    if not pairs:
        return {}
    fits = all("=" in piece for piece, _ in pieces) and all(names) and len(set(names)) == len(names)
    if not fits or any(not one.isprintable() and not texts.refers(one) for _, one, _ in pairs):
        headers[:] = [one for one in headers if one not in written]
        headers.append(Header("Cookie", "; ".join(piece for piece, _ in pieces), given[0][1]))
        return {}
    headers[:] = [one for one in headers if one not in written]
    return {texts.template(name): texts.value(texts.cookie(name, value, at)) for name, value, at in pairs}
