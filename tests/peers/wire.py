"""What arrives at a server, without what each program has of its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

OWN: Final = frozenset(
    ("host", "connection", "content-length", "accept-encoding", "transfer-encoding", "request-start-time")
)
"""Headers that say how, and not what, is sent."""
AGENTS: Final = re.compile(r"bruno-runtime|collection-runner|httpyac|axios|python-requests")


class Sent(NamedTuple):
    """A request, comparable: the query decoded, JSON as its value, the boundary of parts by one name."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: object


def sent(received: Iterable[Mapping[str, object]]) -> tuple[Sent, ...]:
    """All that the echo server received."""
    return tuple(_sent(one) for one in received)


def _sent(one: Mapping[str, object]) -> Sent:
    given, body = one["headers"], str(one["body"])
    assert isinstance(given, list)
    headers = sorted((str(name).lower(), str(value)) for name, value in given)
    kind = dict(headers).get("content-type", "")
    boundary = re.search(r'boundary="?([^";]+)', kind)
    if boundary is not None:
        body = body.replace(boundary[1], "BOUNDARY").replace("\r\n", "\n").rstrip("\n")
        headers = [(name, value.replace(boundary[1], "BOUNDARY").replace('"', "")) for name, value in headers]
    parts = urlsplit(str(one["target"]))
    query = tuple(parse_qsl(parts.query, keep_blank_values=True))
    value: object = body
    if "json" in kind:
        with suppress(ValueError):
            value = json.loads(body)
    return Sent(str(one["method"]), parts.path, query, tuple(filter(_is_meant, map(_plain, headers))), value)


def _plain(header: tuple[str, str]) -> tuple[str, str]:
    """The type of a text without the character set that is meant anyway."""
    name, value = header
    return name, value.removesuffix("; charset=utf-8") if name == "content-type" else value


def _is_meant(header: tuple[str, str]) -> bool:
    name, value = header
    return (
        name not in OWN
        and not (name == "user-agent" and AGENTS.match(value))
        and not (name == "accept" and "*/*" in value)
    )
