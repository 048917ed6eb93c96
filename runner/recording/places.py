"""A request taken apart: each value in query and body under the place by which messages and marks name it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from runner import strict_json
from runner.charset import charset_of
from runner.messages import Request, media_type
from runner.node import Plain

BODY: Final = "body"
ROOT: Final = "body $"
FORM: Final = "application/x-www-form-urlencoded"
PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HEAD_END: Final = b"\r\n\r\n"
BOUNDARY: Final = re.compile(r"""boundary=(?:"([^"]+)"|([^\s;"]+))""", re.IGNORECASE)
PART_NAME: Final = re.compile(r"""\bname="([^"]*)\"""")
FILE_NAME: Final = re.compile(r"""\bfilename\*?="?([^";\r\n]*)""", re.IGNORECASE)
PART_TYPE: Final = re.compile(r"^content-type:\s*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)

Places: TypeAlias = dict[str, list[Plain]]
"""What is sent by name: of one name there may be several, in order."""


def query_place(name: str) -> str:
    return f"query {name}"


def field_place(name: str) -> str:
    """A field of a form, or a part of a body in several."""
    return f"{BODY} field {name}"


def member_place(place: str, name: str) -> str:
    """A member of a JSON object, as JSONPath writes it."""
    if PLAIN_NAME.fullmatch(name):
        return f"{place}.{name}"
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"{place}['{escaped}']"


def element_place(place: str, number: int) -> str:
    return f"{place}[{number}]"


def query_of(url: str) -> Places:
    """The query of a URL, decoded."""
    return _by_name((query_place(name), value) for name, value in _pairs(urlsplit(url).query))


def body_of(request: Request) -> Places:
    """The body: of JSON one value at the root, of a form and of parts each field, of all else the text."""
    body = request.body or b""
    if not body:
        return {}
    kind = media_type(request.headers)
    if kind == FORM:
        return _by_name((field_place(name), value) for name, value in _pairs(body.decode("utf-8", "surrogateescape")))
    parts = split_parts(request)
    if parts is not None:
        return _by_name(one for number, (head, content) in enumerate(parts) for one in _part(head, content, number))
    parsed = strict_json.parse(body) if not kind or "json" in kind else strict_json.Parsed(error="it is none")
    if not parsed.error:
        return {ROOT: [parsed.value]}
    return {BODY: [_text(body, request.header("content-type") or "")]}


def texts_of(request: Request) -> dict[str, list[str]]:
    """Every text in query and body, at any depth."""
    found: dict[str, list[str]] = {}
    sent = {**query_of(request.url), **body_of(request)}
    waiting = [(place, one) for place, several in sent.items() for one in several]
    while waiting:
        place, one = waiting.pop()
        if isinstance(one, str):
            found.setdefault(place, []).append(one)
        elif isinstance(one, dict):
            waiting += [(member_place(place, name), member) for name, member in one.items()]
        elif isinstance(one, list):
            waiting += [(element_place(place, number), element) for number, element in enumerate(one)]
    return found


def split_parts(request: Request) -> list[tuple[bytes, bytes]] | None:
    """What each part of a body says of itself, and what it holds with the end of its line; None if it has no parts."""
    boundary = _boundary(request)
    if boundary is None:
        return None
    parts = (request.body or b"").split(boundary)
    if len(parts) < 2 or parts[0].strip() or parts[-1].strip() != b"--":
        return None  # it is text like any other
    return [(head, content) for head, _, content in (one.partition(HEAD_END) for one in parts[1:-1])]


def join_parts(request: Request, parts: list[tuple[bytes, bytes]]) -> bytes:
    """The body of these parts, with the boundary of the request's."""
    boundary = _boundary(request) or b""
    written = (boundary + head + HEAD_END + content for head, content in parts)
    return b"".join((*written, boundary, b"--\r\n"))


def _boundary(request: Request) -> bytes | None:
    if not media_type(request.headers).startswith("multipart/"):
        return None
    found = BOUNDARY.search(request.header("content-type") or "")
    return None if found is None else b"--" + (found.group(1) or found.group(2)).encode("utf-8", "replace")


def part_name(head: bytes) -> str | None:
    named = PART_NAME.search(head.decode("utf-8", "surrogateescape"))
    return None if named is None else named.group(1)


def _pairs(text: str) -> list[tuple[str, str]]:
    return parse_qsl(text, keep_blank_values=True, errors="surrogateescape")


def _text(body: bytes, content_type: str) -> str:
    """The text of a body, another for other bytes."""
    try:
        text = body.decode(charset_of(content_type))
        if text.encode(charset_of(content_type)) == body:
            return text
    except UnicodeError:  # no such text
        pass
    return body.decode("utf-8", "surrogateescape")


def _by_name(pairs: Iterator[tuple[str, str]]) -> Places:
    found: Places = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _part(head: bytes, content: bytes, number: int) -> Iterator[tuple[str, str]]:
    """What a part says, and where it is a file what that is called and of which type."""
    said = head.decode("utf-8", "surrogateescape")
    file, kind = FILE_NAME.search(said), PART_TYPE.search(said)
    name = part_name(head)
    place = field_place(str(number) if name is None else name)
    yield place, content.removesuffix(b"\r\n").decode("utf-8", "surrogateescape")
    if file is not None:
        yield f"{place}, file name", file.group(1)
    if kind is not None:
        yield f"{place}, Content-Type", kind.group(1).strip()
