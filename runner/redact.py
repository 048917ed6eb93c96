"""Masks secret values, in every form in which they can turn up, before anything is shown or written."""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import product
from operator import is_
from typing import TypeVar, cast
from urllib.parse import quote

MASK = "***"
SHORTEST = 4
"""Shorter values would mask half of everything; the caller warns about them."""
SHORTEST_LINE = 8
LONGEST_REMEMBERED = 200
MOST_REMEMBERED = 5000

LEFT_IN_URLS = ("", "/", "!'()*~", "!#$%&'()*+,/:;=?@[]~")
"""What different programs leave as it is when they percent-encode."""
PERCENT = "%[0-9A-F]{2}"
CODE_UNIT = r"\\u[0-9a-f]{4}"
ESCAPE = (
    r"""(?i)\\{1,8}(?:u([0-9a-f]{4})|(["'/]))|\\(\\)|%([0-9a-f]{2})"""
    r"""|&(?:#x([0-9a-f]{2,5})|#([0-9]{2,6})|([a-z]{2,4}));"""
)
"""One character written in another way; at most 8 backslashes, for JSON inside JSON inside JSON."""
CUT = r"\*{2,}|…|\.{3,}"
"""What stands for the rest of a text that somebody shortened or masked in part."""
ENTITIES = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
ENTITY_UNKNOWN = "\ufffd"
WIDE_CODECS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")

T = TypeVar("T")


class Redactor:
    """Knows the secrets of a run. Once a secret, always a secret: values are added, never taken away.

    Adding replaces whole tuples, so that another thread sees the old ones or the new ones.
    """

    def __init__(self) -> None:
        self._values: tuple[str, ...] = ()
        self._forms: tuple[str, ...] = ()
        self._byte_forms: tuple[tuple[bytes, bytes], ...] = ()
        self._remembered: dict[str, str] = {}
        self._walkers: dict[type, Callable[..., object]] = {}

    def add(self, value: str) -> bool:
        """Mask ``value`` from now on; False if it is too short to be masked."""
        parts = _parts(value)
        new = [part for part in parts if part not in self._values]
        if new:
            forms = {*self._forms, *(form for part in new for form in _forms(part))}
            self._values = tuple(sorted((*self._values, *new), key=len, reverse=True))
            self._forms = tuple(sorted(forms, key=len, reverse=True))
            self._byte_forms = tuple(pair for one in self._values for pair in _byte_forms(one))
            self._remembered = {}
        return bool(parts)

    def text(self, text: str) -> str:
        """``text`` with every secret masked; the same object if it holds none."""
        if not self._forms or len(text) < SHORTEST:
            return text
        remembered = self._remembered
        masked = remembered.get(text)
        if masked is None:
            masked = self._masked(text)
            if len(text) <= LONGEST_REMEMBERED and len(remembered) < MOST_REMEMBERED:
                remembered[text] = masked
        return masked

    def data(self, data: bytes) -> bytes:
        """The same for bytes, whatever their encoding."""
        if not self._forms or len(data) < SHORTEST:
            return data
        text = data.decode("utf-8", "surrogateescape")
        masked = self._masked(text)
        result = data if masked is text else masked.encode("utf-8", "surrogateescape")
        for form, mask in self._byte_forms:
            if form in result:
                result = result.replace(form, mask)
        return result

    def redact(self, value: T) -> T:
        """``value`` with all text inside masked: dataclasses, tuples, lists, mappings and bytes are walked.

        What holds no secret is handed back as it is. Everything else (nodes, sources, enums) is left alone.
        """
        return cast("T", self._walk(value)) if self._forms else value

    def listener(self, listener: Callable[[T], None]) -> Callable[[T], None]:
        """A listener that hears every event masked: the one place where a run's events are masked."""
        return lambda event: listener(self.redact(event))

    def _masked(self, text: str) -> str:
        masked = text
        for form in self._forms:
            if form in masked:
                masked = masked.replace(form, MASK)
        if "\\" in masked or "%" in masked or "&" in masked:
            masked = _without_escaped(masked, self._values)
        for value in self._values:
            if value[:SHORTEST] in masked or value[-SHORTEST:] in masked:
                masked = _without_remains(masked, value)
        return masked

    def _walk(self, value: object) -> object:
        kind = type(value)
        walker = self._walkers.get(kind)
        if walker is None:
            walker = self._walkers[kind] = self._walker(kind)
        return walker(value)

    def _walker(self, kind: type) -> Callable[..., object]:
        """What masks a value of this type; chosen once, as every result of a run is walked."""
        if kind is str:  # not an enum's member: that is no text to change
            return self.text
        if issubclass(kind, bytes):
            return self.data
        if issubclass(kind, tuple | list):
            return self._walk_elements
        if issubclass(kind, Mapping):
            return self._walk_mapping
        if hasattr(kind, "__dataclass_fields__"):
            return partial(self._walk_fields, kind, tuple(kind.__dataclass_fields__))
        return _left_alone

    def _walk_elements(self, value: tuple[object, ...] | list[object]) -> object:
        elements = [self._walk(one) for one in value]
        if all(map(is_, elements, value)):
            return value
        if hasattr(value, "_fields"):  # a NamedTuple takes its fields one by one
            return cast("Callable[..., object]", type(value))(*elements)
        return elements if isinstance(value, list) else tuple(elements)

    def _walk_mapping(self, value: Mapping[object, object]) -> object:
        keys, values = list(value), list(value.values())
        new_keys, new_values = [self._walk(key) for key in keys], [self._walk(one) for one in values]
        same = all(map(is_, keys, new_keys)) and all(map(is_, values, new_values))
        return value if same else dict(zip(new_keys, new_values, strict=True))

    def _walk_fields(self, kind: type, names: tuple[str, ...], value: object) -> object:
        """A new object is made of the fields alone: what the old one caches may hold the secret."""
        old = [getattr(value, name) for name in names]
        new = [one and self._walk(one) for one in old]
        return value if all(map(is_, old, new)) else kind(**dict(zip(names, new, strict=True)))


def _left_alone(value: object) -> object:
    return value


def _parts(value: str) -> list[str]:
    """The value and, if it has several lines, each that is long enough to be masked by itself."""
    whole = value.strip()
    if len(whole) < SHORTEST:
        return []
    lines = [line.strip() for line in whole.splitlines()]
    return [whole, *(line for line in lines if len(line) >= SHORTEST_LINE and line != whole)]


def _forms(value: str) -> set[str]:
    """Every way in which text can hold ``value``."""
    data = value.encode("utf-8", "surrogatepass")
    forms = {data.hex(), data.hex().upper()}
    for plain in (value, value.lower(), value.upper(), *_base64(data)):
        forms.update(_escaped(plain))
    return {form for form in forms if len(form) >= SHORTEST}


def _escaped(text: str) -> Iterator[str]:
    """``text`` as it is, and as JSON, Python, HTML, XML and URLs hold it."""
    yield text
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


def _byte_forms(value: str) -> Iterator[tuple[bytes, bytes]]:
    """``value`` and its mask in encodings that write it in other bytes than UTF-8."""
    for codec in WIDE_CODECS:
        yield value.encode(codec, "surrogatepass"), MASK.encode(codec)
    if not value.isascii():
        for codec in ("latin-1", "cp1252"):
            code = value.encode(codec, "replace")
            if code.decode(codec) == value:
                yield code, MASK.encode()


def _without_escaped(text: str, values: tuple[str, ...]) -> str:
    """Masks values of which any characters are escaped (``%2B``, ``&#43;``); other escapes stay."""
    plain = re.sub(ESCAPE, _unescape, text)
    present = {form for value in values for form in _unescaped(value) if form in plain}
    if not present:
        return text
    starts: list[int] = []
    done = 0
    for match in re.finditer(ESCAPE, text):
        starts.extend(range(done, match.start() + 1))
        done = match.end()
    starts.extend(range(done, len(text) + 1))
    found = [match.span() for form in present for match in re.finditer(re.escape(form), plain)]
    return _mask_spans(text, sorted((starts[first], starts[last]) for first, last in found))


def _unescape(match: re.Match[str]) -> str:
    unit, mark, backslash, percent, hexadecimal, decimal, name = match.groups()
    if mark or backslash:
        return str(mark or backslash)
    if percent:
        return bytes.fromhex(percent).decode("ascii", "surrogateescape")
    if name:
        return ENTITIES.get(name, ENTITY_UNKNOWN)
    return chr(int(decimal) if decimal else int(unit or hexadecimal, 16))


def _unescaped(value: str) -> Iterator[str]:
    """What ``_unescape`` makes of ``value``: two halves of what JSON writes as two, bytes of what URLs do."""
    for one in (value, value.lower(), value.upper()):
        yield one
        if not one.isascii():
            yield one.encode("utf-8", "surrogatepass").decode("ascii", "surrogateescape")
            units = one.encode("utf-16-le", "surrogatepass")
            yield "".join(chr(units[at] + 256 * units[at + 1]) for at in range(0, len(units), 2))


def _without_remains(text: str, value: str) -> str:
    """Masks head and tail of ``value`` beside what somebody put for its rest: ``sk-a…``, ``sk-a****wxyz``."""
    spans: list[tuple[int, int]] = []
    for match in re.finditer(CUT, text):
        first, last = match.span()
        start, end = first, last
        at = text.find(value[:SHORTEST], max(0, first - len(value)), first)
        while at >= 0 and start == first:
            if value.startswith(text[at:first]):
                start = at
            at = text.find(value[:SHORTEST], at + 1, first)
        at = text.rfind(value[-SHORTEST:], last, last + len(value))
        while at >= 0 and end == last:
            if value.endswith(text[last : at + SHORTEST]):
                end = at + SHORTEST
            at = text.rfind(value[-SHORTEST:], last, at + SHORTEST - 1)
        if (start, end) != (first, last):
            spans.append((start, end))
    return _mask_spans(text, spans)


def _mask_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with one mask for each span; the spans are sorted and may overlap."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join((*pieces, text[done:])) if pieces else text
