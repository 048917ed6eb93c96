"""The bodies of requests taken apart again: JSON, forms and parts, as tools and people write them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from runner import strict_json
from runner.messages import Request
from runner.model import RequestSpec
from runner.multipart import CONTENT_TYPE
from runner.node import Node, Plain


class Part(NamedTuple):
    """One part of a multipart body: its lines of head, its name, and its data; ``path`` of a file."""

    head: tuple[str, ...]
    name: str
    data: bytes
    path: Node | None = None
    filename: str | None = None
    content_type: str = ""


def is_streamed(spec: RequestSpec) -> bool:
    """Whether the answer comes in pieces: no tool puts these together to the one message that is checked here."""
    asked = spec.body.node.get("stream") if spec.body is not None else None
    return any(one.kind == "stream" for one in spec.expect) or (asked is not None and asked.value is True)


def json_of(request: Request) -> tuple[Plain] | None:
    """The value of a body that is sent exactly as this value is written; None for any other."""
    if request.body is None or "json" not in (request.header("content-type") or "").lower():
        return None
    try:
        value = strict_json.loads(request.body)
    except strict_json.NotJson:
        return None
    return (value,) if strict_json.dumps(value).encode() == request.body else None


def form_of(body: bytes) -> list[tuple[str, str]] | None:
    """Names and values of a form that is sent exactly as they are encoded; None for any other."""
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    except ValueError:
        return None
    return pairs if urlencode(pairs).encode() == body else None


def parts_of_body(spec: RequestSpec, request: Request) -> list[Part]:
    """The parts of a multipart body that the program made, each file with the node of its path."""
    assert request.body is not None  # noqa: S101  # the caller looked
    assert spec.body is not None  # noqa: S101
    kind = request.header("content-type") or ""
    boundary = kind.removeprefix(f"{CONTENT_TYPE}; boundary=").encode()
    pieces = request.body.split(b"--" + boundary)[1:-1]
    paths = list(_paths(spec.body.node))
    return [_part(piece, paths) for piece in pieces]


def _paths(node: Node) -> Iterator[Node]:
    for _, written in node.items:
        for one in written.as_list:
            if (path := one.get("file")) is not None:
                yield path


def _part(piece: bytes, paths: list[Node]) -> Part:
    head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    lines = tuple(head.decode().split("\r\n"))
    name, _, rest = lines[0].partition('name="')[2].partition('"; filename="')
    is_file = '"; filename="' in lines[0]
    kind = next((line.partition(": ")[2] for line in lines[1:]), "")
    data = data.removesuffix(b"\r\n")
    if not is_file:
        return Part(lines, name.removesuffix('"'), data)
    return Part(lines, name, data, paths.pop(0), rest.removesuffix('"'), kind)
