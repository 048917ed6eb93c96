"""Finds in exchanges what lets somebody in, by its name or its looks, though the run does not know it for a secret."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import unquote_plus

from runner import strict_json
from runner.charset import decode_text
from runner.cookies import sent_cookies
from runner.llm.stream import read_stream
from runner.messages import Request, Response, is_stream
from runner.node import Plain
from runner.recording.entry import Entry
from runner.recording.places import part_name, split_parts
from runner.redact import Redactor
from runner.variables.letting_in import RULES, SHAPE, lets_in
from runner.variables.secrets import USER_INFO, cookie_secrets

ISSUED: Final = ("access_token", "refresh_token", "id_token")
"""What a token endpoint gives, whatever it looks like."""
LEAST: Final = 16
"""Characters from which the value of a name such as ``token`` can be what lets somebody in; models call the parts of
words so."""
LEAST_PASSWORD: Final = 8
"""The same of what is sent as a password, which may be a few words."""
DEEPEST: Final = 4
"""JSON inside JSON, as the arguments of tools are."""
PASSWORD: Final = re.compile(r"passw(?:or)?d\Z|secret\Z", re.IGNORECASE)
SCHEMES: Final = re.compile(r"\A(Basic|Bearer|Digest|Negotiate|Token|ApiKey|AWS4-HMAC-SHA256)\s", re.IGNORECASE)
PROOFS: Final = ("digest ", "aws4-hmac-sha256 ")
"""Schemes that send no secret, but what is made of one, each time anew."""
PAIRS: Final = re.compile(r"(?:\A|[?&#;])([\w.%-]{1,80})=([^&#;\s\"'<>,]+)")
"""The pairs of a form, and those of a URL wherever that stands."""
ELEMENTS: Final = re.compile(r"<([\w.:-]{1,80})(?:\s[^<>]{0,200})?>([^<>\s]+)</")


def learn(entries: Iterable[Entry], redactor: Redactor) -> None:
    """What answers and requests give away as a secret is masked everywhere from now on."""
    redactor.add_all(value for entry in entries for value in (*_given(entry.response), *_sent(entry.request)))


def sent_by_name(request: Request) -> Iterator[tuple[str, str]]:
    """What a request has under a name that says that it lets somebody in, however short."""
    body = request.body or b""
    document = strict_json.parse(body)
    if document.error:
        parts = split_parts(request) or ()
        fields = ((part_name(head), data.decode("utf-8", "replace")) for head, data in parts)
        pairs = [*_pairs(decode_text(body, "")), *((name or "", text.removesuffix("\r\n")) for name, text in fields)]
    else:
        pairs = list(_members(document.value))
    found = ((name, value) for name, value in pairs if lets_in(name, plain_key=False))
    yield from (*found, *((name, value) for name, value in _pairs(request.url) if lets_in(name)))


def _given(response: Response | None) -> Iterator[str]:
    if response is None:
        return
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            yield from cookie_secrets(key.strip(), rest.partition(";")[0], RULES, hidden="httponly" in value.lower())
        else:
            yield from _of_header(name, value)
    document = strict_json.parse(response.body)
    stream = read_stream(response) if document.error and is_stream(response.headers) else None
    if not document.error:
        if isinstance(document.value, dict):
            yield from (text for name in ISSUED if isinstance(text := document.value.get(name), str))
        yield from _of_value(document.value, 0)
    elif stream is not None:
        for event in stream.events:
            yield from _of_text(event.data, 0)
    elif b"\0" not in response.body:
        yield from _of_text(response.text, 0)


def _sent(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        if name.lower() in ("authorization", "proxy-authorization"):
            yield from _credentials(value)
        elif name.lower() != "cookie":
            yield from _of_header(name, value)
    yield from (value for _, value in sent_cookies(request.headers) if len(value) >= LEAST)
    yield from _of_text(request.url, 0)
    for name, value in sent_by_name(request):
        if _is_key(name, value) or (PASSWORD.search(name) and _is_password(value)):
            yield value
    if request.body and b"\0" not in request.body:
        yield from _of_text(decode_text(request.body, request.header("content-type") or ""), 0)


def _credentials(value: str) -> Iterator[str]:
    """Of the header Authorization."""
    if value.lower().startswith(PROOFS):
        return
    rest = SCHEMES.sub("", value)
    yield rest
    if value.lower().startswith("basic "):
        try:
            password = b64decode(rest).decode("utf-8", "replace").partition(":")[2]
        except ValueError:
            return
        if _is_password(password):
            yield password


def _of_header(name: str, value: str) -> Iterator[str]:
    if _is_key(name, value):
        yield value
    yield from _of_text(value, DEEPEST)


def _is_password(value: str) -> bool:
    """A bare word is masked where it is sent and nowhere else: ``password`` is the name of a member, too."""
    return len(value) >= LEAST_PASSWORD and not value.isalpha()


def _is_key(name: str, value: str) -> bool:
    return len(value) >= LEAST and not re.search(r"\s", value) and lets_in(name, plain_key=False)


def _of_text(text: str, depth: int) -> Iterator[str]:
    """By the looks of it, and as JSON, lines of it, a form, a URL or XML has it by name."""
    if len(text) < LEAST_PASSWORD:
        return
    yield from (found.group() for found in SHAPE.finditer(text))
    if depth < DEEPEST and text.lstrip()[:1] in ("{", "["):
        documents = [strict_json.parse(text.encode("utf-8", "surrogatepass"))]
        if documents[0].error:
            documents = [strict_json.parse(line.encode("utf-8", "surrogatepass")) for line in text.splitlines()]
        for one in documents:
            yield from () if one.error else _of_value(one.value, depth + 1)
        return
    found = list(_pairs(text)) if "=" in text else []
    if "</" in text:
        found += [(name.rpartition(":")[2], value) for name, value in ELEMENTS.findall(text)]
    yield from (value for name, value in found if _is_key(name, value))
    if "://" in text:
        yield from USER_INFO.findall(text)


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    return ((unquote_plus(name), unquote_plus(value)) for name, value in PAIRS.findall(text))


def _of_value(value: Plain, depth: int) -> Iterator[str]:
    for name, text in _members(value):
        if _is_key(name, text):
            yield text
        yield from _of_text(text, depth)


def _members(value: Plain) -> Iterator[tuple[str, str]]:
    """Every text in it, with the name of the member that it is, or that it is listed in."""
    waiting: list[tuple[str, Plain]] = [("", value)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, str):
            yield name, one
        elif isinstance(one, dict):
            waiting += one.items()
        elif isinstance(one, list):
            waiting += [(name, element) for element in one]
