"""Text from bytes by the charset that a content type names."""

from __future__ import annotations

import codecs
import re

KNOWN = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "ascii",
        "iso8859-1",
        "iso8859-2",
        "iso8859-5",
        "iso8859-7",
        "iso8859-9",
        "iso8859-15",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1256",
        "koi8-r",
        "koi8-u",
        "shift_jis",
        "euc_jp",
        "iso2022_jp",
        "euc_kr",
        "cp949",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "mac-roman",
    ]
)
"""Python's names of the charsets that are decoded; others (``punycode`` takes seconds a kilobyte) are not."""

CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)


def decode_text(body: bytes, content_type: str) -> str:
    """``body`` as text: by its byte order mark, else the charset named, else UTF-8; bad bytes become U+FFFD."""
    if body.startswith(codecs.BOM_UTF8):
        return body[3:].decode("utf-8", "replace")
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and not body.startswith(codecs.BOM_UTF32_LE):
        return body.decode("utf-16", "replace")
    return body.decode(charset_of(content_type), "replace")


def charset_of(content_type: str) -> str:
    """Python's name of the charset that a content type names; UTF-8 where it names none that is known."""
    match = CHARSET.search(content_type) if "charset" in content_type.lower() else None
    try:
        name = codecs.lookup(match.group(1)).name if match else "utf-8"
    except LookupError:
        name = "utf-8"
    return name if name in KNOWN else "utf-8"
