"""The forms that a secret can take: what text, bytes, and what somebody cut may hold of it."""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple
from urllib.parse import quote

from runner.redact.escapes import unescape
from runner.redact.marks import MASK, SHORTEST

SHORTEST_LINE: Final = 8
LEFT_IN_URLS: Final = ("", "/", "!'()*~", "!#$%&'()*+,/:;=?@[]~")
"""What different programs leave as it is when they percent-encode."""
PERCENT: Final = "%[0-9A-F]{2}"
CODE_UNIT: Final = r"\\u[0-9a-f]{4}"
LEFT_EVERYWHERE: Final = re.compile(r"[A-Za-z0-9_.~-]*")
"""A text that is written everywhere as it is."""
WIDE_CODECS: Final = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


class Secret(NamedTuple):
    """A secret and its forms: what text can hold, what text has once its escapes are undone, bytes in encodings other
    than UTF-8 with their masks."""

    written: tuple[str, ...]
    plain: tuple[str, ...]
    encoded: tuple[tuple[bytes, bytes], ...]


def secret(value: str) -> Secret:
    """``value`` in all its forms."""
    return Secret(tuple(_written(value)), tuple(dict.fromkeys(_plain(value))), tuple(_encoded(value)))


def parts(value: str) -> list[str]:
    """The value and, if it has several lines, each that is long enough to be masked by itself."""
    whole = value.strip()
    if len(whole) < SHORTEST:
        return []
    lines = [line.strip() for line in whole.splitlines()]
    return [whole, *(line for line in lines if len(line) >= SHORTEST_LINE and line != whole)]


def in_cut_text(value: str) -> Iterator[str]:
    """What a text that somebody cut may hold the beginning or the end of, once its escapes are undone."""
    data = value.encode("utf-8", "surrogatepass")
    codes = (code for code in _base64(data) if len(code) > SHORTEST)
    plain = tuple(_plain(value))
    spaces = (one.replace(" ", "+") for one in plain)
    backslashes = (one.replace("\\", "\\" * count) for one in plain for count in (2, 4))
    yield from dict.fromkeys((*plain, *spaces, *backslashes, *codes, data.hex(), data.hex().upper()))


def as_bytes(form: str) -> bytes:
    """As a body has it: a byte of the environment that is no UTF-8 as that byte."""
    try:
        return form.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return form.encode("utf-8", "surrogatepass")


def _written(value: str) -> set[str]:
    """Every way in which text can hold ``value``."""
    data = value.encode("utf-8", "surrogatepass")
    forms = {data.hex(), data.hex().upper()}
    for plain in {value, value.lower(), value.upper(), *_base64(data)}:
        forms.update(_escaped(plain))
    return {form for form in forms if len(form) >= SHORTEST}


def _escaped(text: str) -> Iterator[str]:
    """``text`` as it is, and as JSON, Python, HTML, XML and URLs hold it."""
    yield text
    if LEFT_EVERYWHERE.fullmatch(text):
        return
    once = set(_json(text))
    yield from once
    for one in once:
        yield from _json(one)
    yield from (repr(text)[1:-1], ascii(text)[1:-1], repr(text.encode("utf-8", "surrogatepass"))[2:-1])
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for double, single in product(('"', "&quot;", "&#34;"), ("'", "&#x27;", "&#39;", "&apos;")):
        yield safe.replace('"', double).replace("'", single)
    for left in LEFT_IN_URLS:
        encoded = quote(text.encode("utf-8", "surrogatepass"), left)
        for one in (encoded, encoded.replace("%20", "+")):
            yield one
            yield re.sub(PERCENT, lambda match: match.group().lower(), one)


def _json(text: str) -> Iterator[str]:
    """The inside of a JSON string."""
    for ascii_only in (False, True):
        inside = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        for one in (inside, inside.replace("/", "\\/")):
            yield one
            yield re.sub(CODE_UNIT, lambda match: "\\u" + match.group()[2:].upper(), one)


def _base64(data: bytes) -> Iterator[str]:
    """What stands in any base64 text that holds ``data``, which starts at one of three places in a group of
    three; characters that depend on a neighbour are cut off."""
    for before in range(3):
        code = b2a_base64(b"\0" * before + data, newline=False).decode("ascii")
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for one in (code[first:last], code[first:]):
            yield one
            yield one.replace("+", "-").replace("/", "_")


def _encoded(value: str) -> Iterator[tuple[bytes, bytes]]:
    """``value`` and its mask in encodings that write it in other bytes than UTF-8."""
    for codec in WIDE_CODECS:
        yield value.encode(codec, "surrogatepass"), MASK.encode(codec)
    if not value.isascii():
        for codec in ("latin-1", "cp1252"):
            code = value.encode(codec, "replace")
            if code.decode(codec) == value:
                yield code, MASK.encode()


def _plain(value: str) -> Iterator[str]:
    """What ``unescape`` makes of ``value``: two halves of what JSON writes as two, bytes of what URLs do, another text
    where it has itself what looks like an escape."""
    for one in (value, value.lower(), value.upper()):
        yield one
        bare = unescape(one)
        if bare != one and len(bare) >= SHORTEST:
            yield bare
        if not one.isascii():
            yield one.encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape")
            units = one.encode("utf-16-le", "surrogatepass")
            yield "".join(chr(units[at] + 256 * units[at + 1]) for at in range(0, len(units), 2))
