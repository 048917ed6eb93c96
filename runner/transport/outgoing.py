"""A request as the bytes that go out, with what only sending knows: Host and Content-Length."""

from __future__ import annotations

import re
from typing import Final

from runner.messages import Headers, Request
from runner.transport.address import Address
from runner.transport.failures import not_sendable, quoted

TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FORBIDDEN: Final = re.compile(r"[\r\n\0]")
WITH_BODY: Final = frozenset(("POST", "PUT", "PATCH"))


def write_head(request: Request, address: Address, target: str, extra: Headers = ()) -> bytes:
    """Request line and headers up to the empty line; ``target`` is what stands in the request line. Raises
    ``Failure`` for what HTTP cannot carry."""
    if not TOKEN.fullmatch(request.method):
        raise not_sendable("The method is not a word that HTTP can carry.", "Write one like GET or POST.")
    present: set[str] = set()
    lines = [f"{request.method} {target} HTTP/1.1", ""]
    for name, value in (*request.headers, *extra):
        _check(name, value)
        present.add(name.lower())
        lines.append(f"{name}: {value}")
    if "transfer-encoding" in present:
        raise not_sendable(
            "The header Transfer-Encoding cannot be set.", "Leave it out: Content-Length is added by itself."
        )
    length = str(len(request.body or b""))
    if any(name.lower() == "content-length" and value.strip() != length for name, value in request.headers):
        hint = "Leave it out: it is added by itself."
        raise not_sendable("The header Content-Length is not the length of the body.", hint)
    lines[1] = f"Host: {address.authority}"
    if "host" in present:
        del lines[1]
    if "content-length" not in present and (request.body is not None or request.method in WITH_BODY):
        lines.append(f"Content-Length: {length}")
    lines.append("\r\n")
    return "\r\n".join(lines).encode("latin-1")


def _check(name: str, value: str) -> None:
    if not TOKEN.fullmatch(name):
        hint = "A name has letters, digits and hyphens, no spaces and no colon."
        raise not_sendable(f"{quoted(name, 60)} cannot be the name of a header.", hint)
    if FORBIDDEN.search(value):
        hint = "Does the variable in it end with a line break? The filter trim takes it off."
        raise not_sendable(f"The value of the header {name} holds a line break or a NUL.", hint)
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        hint = "Headers carry Latin letters only: encode the value, with the filter urlencode or base64."
        raise not_sendable(f"The value of the header {name} holds characters that HTTP cannot carry.", hint) from error
