"""Fields and files as one body of multipart/form-data (RFC 7578), names written as browsers write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

CONTENT_TYPE: Final = "multipart/form-data"
BOUNDARY: Final = "collection-runner-boundary"
"""The same in every run, so that equal requests are equal bytes; a number is added until no part holds it."""


class Part(NamedTuple):
    """One field. A file has a name and a type of its own, text has neither."""

    name: str
    data: bytes
    filename: str | None = None
    content_type: str = ""


def boundary_for(parts: Sequence[Part]) -> str:
    """A line that stands in none of the parts."""
    boundary, number = BOUNDARY, 0
    heads = [_head(part) for part in parts]
    while any(boundary.encode() in data for data in (*heads, *(part.data for part in parts))):
        number += 1
        boundary = f"{BOUNDARY}-{number}"
    return boundary


def encode(parts: Sequence[Part], boundary: str) -> bytes:
    """The whole body."""
    mark = b"--" + boundary.encode()
    pieces = [piece for part in parts for piece in (mark, b"\r\n", _head(part), b"\r\n", part.data, b"\r\n")]
    return b"".join((*pieces, mark, b"--\r\n"))


def _head(part: Part) -> bytes:
    head = f'Content-Disposition: form-data; name="{_escaped(part.name)}"'
    if part.filename is not None:
        head += f'; filename="{_escaped(part.filename)}"'
    if part.content_type:
        head += f"\r\nContent-Type: {part.content_type}"
    return f"{head}\r\n".encode()


def _escaped(text: str) -> str:
    """What would end the quotes or the line, percent-encoded; all else as it is, in UTF-8 (RFC 7578 2 and 5.1)."""
    return text.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
