"""Masks secret values, in every form in which they can turn up, before anything is shown or written."""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product
from operator import is_
from threading import Lock
from typing import TypeVar, cast
from urllib.parse import quote

MASK = "***"
SHORTEST = 4
"""Shorter values would mask half of everything; the caller warns about them."""
SHORTEST_LINE = 8
MOST_REMAINS = 20_000
"""In a text with more beginnings and ends of secrets in it nobody looks which of them stand beside a cut."""
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
HALF_ESCAPE = r"(?:\\+(?:u[0-9a-fA-F]{0,3})?|%[0-9a-fA-F]?|&(?:#x?[0-9a-fA-F]{0,5}|[a-z]{0,4}))$"
LONGEST_ESCAPE = 14
"""An escape of which only the beginning is there, and the most characters that one takes."""
ENTITIES = {"quot": '"', "amp": "&", "lt": "<", "gt": ">", "apos": "'"}
ENTITY_UNKNOWN = "\ufffd"
WIDE_CODECS = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")

ATOMS = frozenset({int, float, bool, type(None)})

T = TypeVar("T")


class Redactor:
    """Knows the secrets of a run. Once a secret, always a secret: values are added, never taken away.

    Any thread may add. Adding replaces whole tuples, so that another thread sees the old ones or the new ones.
    """

    def __init__(self) -> None:
        self._adding = Lock()
        self._values: tuple[str, ...] = ()
        self._forms: tuple[str, ...] = ()
        self._byte_forms: tuple[tuple[bytes, bytes], ...] = ()
        self._beginnings: Mapping[str, tuple[str, ...]] = {}
        self._endings: Mapping[str, tuple[str, ...]] = {}
        self._clean: set[str] = set()
        self._walkers: dict[type, Callable[..., object]] = {}

    def add(self, value: str) -> bool:
        """Mask ``value`` from now on; False if it is too short to be masked."""
        return self.add_all((value,))

    def add_all(self, values: Iterable[str]) -> bool:
        """The same for many at once, which takes less time; False if all are too short."""
        parts = dict.fromkeys(part for value in values for part in _parts(value))
        with self._adding:
            self._add([part for part in parts if part not in self._values])
        return bool(parts)

    def _add(self, new: list[str]) -> None:
        if new:
            forms = {*self._forms, *(form for part in new for form in _forms(part))}
            self._values = tuple(sorted((*self._values, *new), key=len, reverse=True))
            self._forms = tuple(sorted(forms, key=len, reverse=True))
            bytes_too = (*self._byte_forms, *(pair for one in new for pair in _byte_forms(one)))
            self._byte_forms = tuple(sorted(bytes_too, key=lambda pair: len(pair[0]), reverse=True))
            plain = [form for one in new for form in _unescaped_forms(one)]
            self._beginnings = _by_key(self._beginnings, ((form[:SHORTEST], form) for form in plain))
            self._endings = _by_key(self._endings, ((form[-SHORTEST:], form) for form in plain))
            self._clean = set()

    def text(self, text: str) -> str:
        """``text`` with every secret masked; the same object if it holds none."""
        if not self._forms or len(text) < SHORTEST:
            return text
        clean = self._clean
        if text in clean:
            return text
        masked = self._masked(text)
        if masked is text and len(text) <= LONGEST_REMEMBERED and len(clean) < MOST_REMEMBERED:
            clean.add(text)
        return masked

    def data(self, data: bytes) -> bytes:
        """The same for bytes, whatever their encoding."""
        if not self._forms or len(data) < SHORTEST or not self._may_hold(data):
            return data
        text = data.decode("utf-8", "surrogateescape")
        masked = self._masked(text)
        result = data if masked is text else masked.encode("utf-8", "surrogateescape")
        for form, mask in self._byte_forms:
            if form in result:
                result = result.replace(form, mask)
        return result

    def _may_hold(self, data: bytes) -> bool:
        """Whether a secret may be in it: most bodies need not be made text, which takes four times their memory."""
        marks = (b"\\", b"%", b"&", b"**", b"...", "…".encode())
        forms = map(_as_bytes, self._forms)
        return any(one in data for one in (*marks, *forms, *(form for form, _ in self._byte_forms)))

    @property
    def forms(self) -> tuple[str, ...]:
        """Every text that is masked, as long as no secret is added."""
        return self._forms

    @property
    def plain_forms(self) -> frozenset[str]:
        """The same of texts whose escapes are undone."""
        return frozenset(form for forms in self._beginnings.values() for form in forms)

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
        return _without_remains(masked, self._beginnings, self._endings) if re.search(CUT, masked) else masked

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
        walkers = self._walkers  # every value of every result comes by: calls are dear here
        elements = [one if type(one) in ATOMS else (walkers.get(type(one)) or self._walk)(one) for one in value]
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


def _as_bytes(form: str) -> bytes:
    """As a body has it: a byte of the environment that is no UTF-8 as that byte."""
    try:
        return form.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return form.encode("utf-8", "surrogatepass")


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
    found = sorted(match.span() for form in present for match in re.finditer(re.escape(form), plain))
    return _mask_spans(text, _spans_before(text, found))


def unescaped(text: str) -> tuple[str, Sequence[int]]:
    """``text`` with its escapes undone, and where in it each character of that stands."""
    return re.sub(ESCAPE, _unescape, text), _starts(text)


def _starts(text: str) -> Sequence[int]:
    """Where each character of the unescaped text stands in ``text``, and its end."""
    starts: list[int] = []
    done = 0
    for match in re.finditer(ESCAPE, text):
        starts.extend(range(done, match.start() + 1))
        done = match.end()
    starts.extend(range(done, len(text) + 1))
    return starts


def _spans_before(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where in ``text`` stands what ``spans`` are of the unescaped text: of a large one only these places are kept."""
    wanted = sorted({place for span in spans for place in span}, reverse=True)
    starts: dict[int, int] = {}
    done = shift = 0
    for match in re.finditer(ESCAPE, text):
        while wanted and wanted[-1] + shift <= match.start():
            place = wanted.pop()
            starts[place] = place + shift
        if not wanted:
            break
        shift += len(match.group()) - 1
        done = match.end()
    starts.update((place, max(place + shift, done)) for place in wanted)
    return [(starts[start], starts[end]) for start, end in spans]


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


def _unescaped_forms(value: str) -> Iterator[str]:
    """What a text that somebody cut may hold the beginning or the end of, once its escapes are undone."""
    data = value.encode("utf-8", "surrogatepass")
    codes = (code for code in _base64(data) if len(code) > SHORTEST)
    plain = tuple(_unescaped(value))
    spaces = (one.replace(" ", "+") for one in plain)
    backslashes = (one.replace("\\", "\\" * count) for one in plain for count in (2, 4))
    yield from dict.fromkeys((*plain, *spaces, *backslashes, *codes, data.hex(), data.hex().upper()))


def _by_key(known: Mapping[str, tuple[str, ...]], pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """``known`` and what else there is now, in a new mapping."""
    found = dict(known)
    for key, form in pairs:
        found[key] = (*found.get(key, ()), form)
    return found


def _without_remains(
    text: str, beginnings: Mapping[str, tuple[str, ...]], endings: Mapping[str, tuple[str, ...]]
) -> str:
    """Masks beginnings and ends of secrets beside what somebody put for the rest: ``sk-a…``, ``sk-a****wxyz``.
    Escapes are undone before that, also one that was cut itself."""
    plain = re.sub(ESCAPE, _unescape, text)
    heads, tails = _places(plain, beginnings), _places(plain, endings)
    if not heads and not tails:
        return text
    if len(heads) + len(tails) > MOST_REMAINS:
        return MASK
    longest = LONGEST_ESCAPE + max(len(form) for forms in beginnings.values() for form in forms)
    spans: list[tuple[int, int]] = []
    for match in re.finditer(CUT, plain):
        first, last = match.span()
        before = heads[bisect_left(heads, first - longest) : bisect_left(heads, first)]
        start = next((at for at in before if _begins(re.sub(HALF_ESCAPE, "", plain[at:first]), beginnings)), first)
        after = tails[bisect_left(tails, last) : bisect_left(tails, last + longest)]
        ends = (at + SHORTEST for at in reversed(after))
        end = next((at for at in ends if _ends(plain[last:at], endings)), last)
        if (start, end) != (first, last):
            spans.append((start, end))
    return _mask_spans(text, _spans_before(text, spans)) if spans else text


def _places(text: str, keys: Iterable[str]) -> list[int]:
    """Where one of ``keys`` begins; no more places than anybody looks at."""
    present = [re.escape(key) for key in keys if key in text]
    found = re.finditer(f"(?={'|'.join(present)})", text) if present else ()
    return [match.start() for match in islice(found, MOST_REMAINS + 1)]


def _begins(text: str, beginnings: Mapping[str, tuple[str, ...]]) -> bool:
    return any(form.startswith(text) for form in beginnings.get(text[:SHORTEST], ()))


def _ends(text: str, endings: Mapping[str, tuple[str, ...]]) -> bool:
    return any(form.endswith(text) for form in endings.get(text[-SHORTEST:], ()))


def _mask_spans(text: str, spans: list[tuple[int, int]]) -> str:
    """``text`` with one mask for each span; the spans are sorted and may overlap."""
    pieces: list[str] = []
    done = 0
    for start, end in spans:
        if start >= done:
            pieces += [text[done:start], MASK]
        done = max(done, end)
    return "".join((*pieces, text[done:])) if pieces else text
