"""A secret in every form in which it may turn up in a text; made without the program, which has its own list."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Mapping
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape


def secret_forms(secret: str) -> Mapping[str, str]:
    """By the name of the form. Of base64 only what does not depend on what stands beside it."""
    data = secret.encode()
    return {
        "plain": secret,
        "lower case": secret.lower(),
        "upper case": secret.upper(),
        **{f"base64, {before} before": _base64(data, before) for before in range(3)},
        **{f"base64 for URLs, {before} before": _for_urls(_base64(data, before)) for before in range(3)},
        "percent": quote(secret, safe=""),
        "percent, slashes stay": quote(secret),
        "percent, lower case": _lower_escapes(quote(secret, safe="")),
        "plus": quote_plus(secret),
        "JSON": json.dumps(secret)[1:-1],
        "JSON, letters": json.dumps(secret, ensure_ascii=False)[1:-1],
        "JSON, slashes": json.dumps(secret)[1:-1].replace("/", "\\/"),
        "JSON in JSON": json.dumps(json.dumps(secret))[3:-3],
        "HTML": html.escape(secret),
        "XML": escape(secret),
        "hexadecimal": data.hex(),
        "hexadecimal, upper case": data.hex().upper(),
        "repr": repr(secret)[1:-1],
        "repr of bytes": repr(data)[2:-1],
    }


def forms_in(text: str, secret: str) -> list[str]:
    """The names of the forms of ``secret`` that are in ``text``."""
    return [name for name, form in secret_forms(secret).items() if form in text]


def _base64(data: bytes, before: int) -> str:
    code = base64.b64encode(b"\0" * before + data).decode("ascii")
    return code[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]


def _for_urls(code: str) -> str:
    return code.replace("+", "-").replace("/", "_")


def _lower_escapes(text: str) -> str:
    parts = text.split("%")
    return "%".join([parts[0], *(part[:2].lower() + part[2:] for part in parts[1:])])
