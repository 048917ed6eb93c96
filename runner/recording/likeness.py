"""Whether a request that is sent is one that was recorded, and if not, in what they differ."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from runner.checks.values import equal
from runner.messages import Request
from runner.node import Plain
from runner.recording.entry import URL_MARK, Entry
from runner.recording.places import Places, body_of, element_place, member_place, query_of
from runner.redact import MASK
from runner.transport.address import STANDS
from runner.variables.filters import as_text
from runner.variables.template import Placeholder, Template, parse_template

DYNAMIC: Final[Mapping[str, str]] = {
    "$guid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "$timestamp": r"[0-9]{9,11}",
    "$isoTimestamp": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12}Z",
    "$randomInt": r"[0-9]{1,4}",
    "$randomHex": r"[0-9a-f]{16}",
}
"""What the dynamic values look like."""
SERVER: Final = "[a-z]+://[^/?#]*"
HOLE: Final = Placeholder("masked", MASK)


class Difference(NamedTuple):
    """A value that is not as it was recorded: at which place, what was recorded there and what is sent now. None is for
    nothing at all."""

    place: str
    recorded: str | None
    sent: str | None


class Taken(NamedTuple):
    """A request taken apart, so that it can be held against many."""

    request: Request
    query: Places
    body: Places

    def key(self, *, anywhere: bool) -> str:
        """The same for requests that are equal."""
        told = [self.request.method, _path(self.request.url, anywhere=anywhere), self.query, self.body]
        return json.dumps(told, sort_keys=True)


class Comparison(NamedTuple):
    """``differences`` keep the two from being one request; ``open`` is how many values fit only as what they are."""

    differences: tuple[Difference, ...]
    open: int


def taken(request: Request) -> Taken:
    return Taken(request, query_of(request.url), body_of(request))


def compare(entry: Entry, recorded: Taken, sent: Taken, *, anywhere: bool = False, whole: bool = True) -> Comparison:
    """``anywhere`` says that the server's address is no matter. Unless the ``whole`` is wanted, nothing more is looked
    at once the two are known to be of different addresses."""
    comparing = _Comparing(entry)
    comparing.method(recorded.request.method, sent.request.method)
    comparing.url(recorded.request.url, sent.request.url, anywhere=anywhere)
    if whole or not comparing.found:
        comparing.places(recorded.query, sent.query)
        comparing.places(recorded.body, sent.body)
    return Comparison(tuple(comparing.found), comparing.open)


class _Comparing:
    def __init__(self, entry: Entry) -> None:
        self._marks = entry.marks
        self._verbatim = entry.verbatim
        self.found: list[Difference] = []
        self.open = 0

    def method(self, recorded: str, sent: str) -> None:
        if recorded != sent:
            self.found.append(Difference("method", recorded, sent))

    def url(self, recorded: str, sent: str, *, anywhere: bool) -> None:
        """Without the query."""
        one, other = _path(recorded, anywhere=anywhere), _path(sent, anywhere=anywhere)
        if one == other:
            return
        mark = self._marks.get(URL_MARK, "")
        holes = _holes(one)
        masked = len(holes) > 1 and re.fullmatch(_url_pattern(holes), other) is not None
        if _is_same_address(mark, recorded, other) if mark else masked:
            self.open += 1
        else:
            self.found.append(Difference("URL", one, other))

    def places(self, recorded: Places, sent: Places) -> None:
        """Each name by itself, what it has in order."""
        for place in dict.fromkeys((*recorded, *sent)):
            self._several(recorded.get(place, []), sent.get(place, []), place)

    def _several(self, recorded: Sequence[Plain], sent: Sequence[Plain], place: str) -> None:
        for one, other in zip(recorded, sent, strict=False):
            self.value(one, other, place)
        self.found.extend(Difference(place, _shown(one), None) for one in recorded[len(sent) :])
        self.found.extend(Difference(place, None, _shown(one)) for one in sent[len(recorded) :])

    def value(self, recorded: Plain, sent: Plain, place: str) -> None:
        if equal(recorded, sent):
            return
        if self._fits(recorded, sent, place):
            self.open += 1
        elif isinstance(recorded, dict) and isinstance(sent, dict):
            for name in dict.fromkeys((*recorded, *sent)):
                self._member(recorded, sent, name, member_place(place, name))
        elif isinstance(recorded, list) and isinstance(sent, list):
            for number, (one, other) in enumerate(zip(recorded, sent, strict=False)):
                self.value(one, other, element_place(place, number))
            self._rest(recorded, sent, place)
        else:
            self.found.append(Difference(place, _shown(recorded), _shown(sent)))

    def _member(self, recorded: dict[str, Plain], sent: dict[str, Plain], name: str, place: str) -> None:
        if name in recorded and name in sent:
            self.value(recorded[name], sent[name], place)
        elif name in recorded:
            self.found.append(Difference(place, _shown(recorded[name]), None))
        else:
            self.found.append(Difference(place, None, _shown(sent[name])))

    def _rest(self, recorded: list[Plain], sent: list[Plain], place: str) -> None:
        for number in range(len(sent), len(recorded)):
            self.found.append(Difference(element_place(place, number), _shown(recorded[number]), None))
        for number in range(len(recorded), len(sent)):
            self.found.append(Difference(element_place(place, number), None, _shown(sent[number])))

    def _fits(self, recorded: Plain, sent: Plain, place: str) -> bool:
        """Whether what is sent is what the recording says stood there, or is masked in it."""
        mark = self._marks.get(place)
        if mark is not None:
            parts = parse_template(mark) if place in self._verbatim else _template(mark)
            only = parts[0] if len(parts) == 1 and isinstance(parts[0], Placeholder) else None
            if only is not None and _looks(only) is not None:
                return _is_alike(recorded, sent) and spells(parts, as_text(sent))
            return (only is not None and isinstance(sent, dict | list)) or spells(parts, as_text(sent))
        if isinstance(recorded, str) and MASK in recorded and place not in self._verbatim:
            return not isinstance(sent, dict | list) and spells(_holes(recorded), as_text(sent))
        return False


def _looks(one: Placeholder) -> str | None:
    """The pattern of a dynamic value that nothing has changed; None of what may be anything."""
    return None if one.filters else DYNAMIC.get(one.name)


def _is_alike(recorded: Plain, sent: Plain) -> bool:
    """Whether both are text, or both are numbers; of what is masked it is not known."""
    return recorded == MASK or isinstance(recorded, str) == isinstance(sent, str)


def spells(parts: Template, text: str) -> bool:
    """Whether the words around the placeholders stand in ``text``, in this order; dynamic values must look like one."""
    holes = [one for one in parts if isinstance(one, Placeholder)]
    if not holes:
        return text == "".join(map(str, parts))
    start = parts[0] if isinstance(parts[0], str) else ""
    end = parts[-1] if isinstance(parts[-1], str) else ""
    if len(text) < len(start) + len(end) or not (text.startswith(start) and text.endswith(end)):
        return False
    within = text[len(start) : len(text) - len(end)]
    left = parts[bool(start) : len(parts) - bool(end)]
    if any(_looks(one) for one in holes):
        return _looks_like(left, within)
    return _in_order([one for one in left if isinstance(one, str)], within)


def _in_order(words: Sequence[str], text: str) -> bool:
    position = 0
    for word in words:
        position = text.find(word, position)
        if position < 0:
            return False
        position += len(word)
    return True


def _looks_like(parts: Template, text: str) -> bool:
    """The same with dynamic values. What stands between two that may be anything is looked for once, as it comes
    first: nothing is tried in all combinations."""
    patterns = [""]
    for one in parts:
        pattern = re.escape(one) if isinstance(one, str) else _looks(one)
        if pattern is None:
            patterns.append("")
        else:
            patterns[-1] += pattern
    if len(patterns) == 1:
        return re.fullmatch(patterns[0], text) is not None
    end = re.search(rf"(?:{patterns[-1]})\Z", text)
    if end is None or (found := re.match(patterns[0], text)) is None:
        return False
    for pattern in patterns[1:-1]:
        found = re.compile(pattern).search(text, found.end())
        if found is None:
            return False
    return found.end() <= end.start()


def fits_url(mark: str, url: str) -> bool:
    """Whether a URL is what its mark says. A placeholder at the beginning stands for the server's address and what of
    the path belongs to it, others for one segment of the path, or a part of it."""
    return re.fullmatch(_url_pattern(_template(mark)), _path(url)) is not None


def _is_same_address(mark: str, recorded: str, sent: str) -> bool:
    """Whether ``sent``, an address with or without its server, is what ``mark`` says of the ``recorded`` one. Only the
    server's name may be another where a placeholder stands for its address, not the path that belongs to it."""
    parts = _template(mark)
    if isinstance(parts[0], str):
        pattern = _url_pattern(parts)
        return re.fullmatch(pattern if "://" in sent else re.sub(SERVER, "", pattern, count=1), sent) is not None
    found = re.fullmatch(_url_pattern(parts), _path(recorded))
    if found is None:
        return False
    before = re.sub(SERVER, "", found.group(1))
    behind = "".join(_url_part(1, one) for one in parts[1:])
    return re.fullmatch(f"(?:{SERVER})?{re.escape(before)}{behind}", sent) is not None


def _url_pattern(parts: Template) -> str:
    return "".join(_url_part(number, one) for number, one in enumerate(parts))


def _url_part(number: int, part: str | Placeholder) -> str:
    if isinstance(part, str):
        return re.escape(quote(part, safe=STANDS))
    if number == 0 and part.name not in DYNAMIC:
        return "(.*)"
    looks = None if part.name == "$isoTimestamp" else _looks(part)  # whose colons may be written as %3A
    return looks or "[^/?#]*"


def _template(mark: str) -> Template:
    """What a mark says; a secret that is masked in it is a hole like any other."""
    found: list[str | Placeholder] = []
    for part in parse_template(mark):
        found += _holes(part) if isinstance(part, str) else (part,)
    return tuple(found)


def _holes(text: str) -> Template:
    """The template that a masked text is."""
    parts: list[str | Placeholder] = []
    for number, word in enumerate(text.split(MASK)):
        parts += [HOLE] if number else []
        parts += [word] if word else []
    return tuple(parts)


def _path(url: str, *, anywhere: bool = False) -> str:
    """The URL without query and fragment, as it is sent."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=STANDS)
    host = parts.netloc.rpartition("@")[2]
    return path if anywhere else f"{parts.scheme}://{host}{path}"


def _shown(value: Plain) -> str:
    return as_text(value)
