"""What may be written at the cursor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from runner.language_server.analysis import Analysis
from runner.language_server.entries import Entry, around
from runner.language_server.file_names import ENDINGS, names
from runner.language_server.format_words import Word, keys_at, values_at
from runner.language_server.json_paths import answers, paths
from runner.language_server.known import explained, include_at, known_at, names_at
from runner.language_server.offers import Kind, Offer
from runner.language_server.place import PHASES, Place, place_at, values_below
from runner.language_server.placeholders import Begun, begun_at
from runner.language_server.texts import Area
from runner.schemas import BUILTIN_NAMES
from runner.variables.filters import FILTERS
from runner.variables.generators import DYNAMIC
from runner.variables.uses import used_names

BODIES: Final = ("json", "text", "form", "multipart", "graphql")
HEADERS: Final = (
    "Accept", "Accept-Language", "Authorization", "Cache-Control", "Content-Type", "If-Match", "If-None-Match",
    "Origin", "Referer", "User-Agent", "X-Request-ID",
)  # fmt: skip
FREE: Final = (("headers",), ("with",), ("when",))
NONE: Final = frozenset[str]()
KIND_NAMES: Final = {
    "object": "mapping", "array": "list", "string": "text", "number": "number", "integer": "number",
    "boolean": "true or false", "null": "null",
}  # fmt: skip
FILTER_MEANINGS: Final = {
    "int": "as a whole number",
    "float": "as a number",
    "bool": "as true or false",
    "json": "what a JSON text says",
    "string": "as text",
    "trim": "without blanks at both ends",
    "upper": "in capital letters",
    "lower": "in small letters",
    "base64": "in Base64",
    "urlencode": "percent-encoded",
    "sha256": "its SHA-256 digest",
    "length": "how long it is",
}
DYNAMIC_MEANINGS: Final = {
    "$guid": "a new random UUID",
    "$timestamp": "seconds since 1970",
    "$isoTimestamp": "the time as ISO 8601",
    "$randomInt": "a number from 0 to 1000",
    "$randomHex": "16 hexadecimal digits",
}


class Here(NamedTuple):
    """The cursor: its line, its place, and what is known of the document, which may be of an earlier text."""

    lines: Sequence[str]
    line: str
    place: Place
    known: Analysis | None

    @property
    def request(self) -> Entry | None:
        """The request that the cursor is in: that of its name, since lines may have moved since the text was read."""
        line = self.place.request_line
        if self.known is None or line is None:
            return None
        name = values_below(self.lines, self.place.steps[1]).get("name", "").strip("\"'")
        found = next((one for one in self.known.entries if name and one.name == name), None)
        return found or around(self.known.entries, line)

    @property
    def is_named(self) -> bool:
        """Whether a colon follows already."""
        return self.line[self.place.area.end_column :].lstrip("\"' ").startswith(":")

    def key(self, text: str, meaning: str = "", detail: str = "") -> Offer:
        """A key, with its colon if none follows."""
        return Offer(text, text if self.is_named else f"{text}: ", self.place.area, "key", detail, meaning)


def complete(lines: Sequence[str], cursor: tuple[int, int], known: Analysis | None) -> list[Offer]:
    """What may stand at a line and column, the likeliest first."""
    number, column = min(cursor[0], len(lines) - 1), cursor[1]
    line = lines[number]
    here = Here(lines, line, place_at(lines, number, column), known)
    begun = begun_at(line, min(column, len(line)))
    if begun is not None and not line.lstrip().startswith("#"):
        return list(_placeholder(begun, number, here))
    if here.place.role == "text":
        return []
    if here.place.before == "<":
        return [_bracketed(one) for one in _variables(here.place.area, here)]
    return list(_offers(here))


def _placeholder(begun: Begun, number: int, here: Here) -> Iterator[Offer]:
    """What goes on with a placeholder up to its end."""
    area = Area(number, begun.start, number, begun.end)
    closes = "" if begun.is_filter and here.line[begun.end :].lstrip().startswith("|") else ">>"
    if begun.is_filter:
        for name in FILTERS:
            yield Offer(name, name + closes, area, "filter", FILTER_MEANINGS.get(name, ""))
        return
    for offer in _variables(area, here):
        yield offer._replace(insert=offer.label + closes)


def _variables(area: Area, here: Here) -> Iterator[Offer]:
    for line in known_at(here.known, here.request):
        yield Offer(line.first, line.first, area, "variable", line.second, explained(line))
    for name in DYNAMIC:
        yield Offer(name, name, area, "variable", DYNAMIC_MEANINGS.get(name, ""))


def _bracketed(offer: Offer) -> Offer:
    return offer._replace(label=f"<<{offer.label}>>", insert=f"<<{offer.insert}>>")


def _offers(here: Here) -> Iterator[Offer]:
    path, is_key = here.place.path, here.place.role == "key"
    if _is_data(path):
        return
    if is_key and _is_query(path):
        yield from _paths(here)
    elif is_key and path[-1:] in FREE and (path[0] in PHASES or path[0] == "defaults"):
        yield from _free_keys(here)
    elif is_key and path == ("variables",):
        missing = [one for one in known_at(here.known, None) if one.missing]
        yield from (here.key(one.first, f"used on {one.last}") for one in missing)
    elif is_key and (found := keys_at(path, here.place.keys)):
        yield from (_of_key(word, here) for word in found)
    else:
        yield from _values(here)


def _is_data(path: Sequence[str | None]) -> bool:
    """Whether a place is in a body, or in another value that is the user's own."""
    inner = path[2:] if path and path[0] in PHASES else path[1:] if path[:1] == ("defaults",) else ()
    if inner[:1] and inner[0] in BODIES:
        return inner[0] not in ("multipart", "graphql") or (path[-1] != "file" and not keys_at(path, NONE))
    if "examples" in inner:
        return "json" in inner or "events" in inner
    return path[:1] == ("variables",) and len(path) > 1


def _is_query(path: Sequence[str | None]) -> bool:
    return len(path) > 1 and path[-1] == "json" and "expect" in path


def _of_key(word: Word, here: Here) -> Offer:
    kinds = dict.fromkeys(KIND_NAMES.get(one, one) for one in word.holds)
    offer = here.key(word.text, word.meaning, " or ".join(kinds) if len(kinds) < 4 else "")
    if set(word.holds) and set(word.holds) <= {"object", "array"} and not here.place.is_flow:
        return offer._replace(insert=offer.insert.rstrip())  # what it holds goes on the next line
    return offer


def _free_keys(here: Here) -> Iterator[Offer]:
    """Names that only the API or the file knows: headers, variables of an include, of a condition."""
    place, known = here.place, here.known
    last = place.path[-1]
    if last == "when":
        for offer in _variables(place.area, here):
            one = _bracketed(offer)
            yield here.key(one.label, one.meaning, one.detail)
    elif last == "with":
        include = include_at(place, known)
        names = used_names(include.collection) if include is not None else ()
        yield from (here.key(name) for name in sorted(names))
    else:
        written = {key.lower() for key in place.keys}
        yield from (here.key(name) for name in HEADERS if name.lower() not in written)


def _paths(here: Here) -> Iterator[Offer]:
    entry, place, line = here.request, here.place, here.line
    if here.known is None or entry is None:
        return
    is_quoted = line[place.area.column - 1 : place.area.column] in ("'", '"') and place.area.column > 0
    for path, kind in paths(place.before, answers(entry, here.known.folder, here.known.recorded)).items():
        text = path
        if not is_quoted and ((place.is_flow and "[" in path) or ": " in path or " #" in path):
            text = '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
        is_key = place.role == "key" and not is_quoted and not here.is_named
        yield Offer(path, f"{text}: " if is_key else text, place.area, "path", kind)


def _values(here: Here) -> Iterator[Offer]:
    place, known = here.place, here.known
    path = place.path
    name = next((step for step in reversed(path) if step is not None), None)
    if name is None:
        return
    if "capture" in path and (path[-2:-1] == ("capture",) or path[-1] == "json"):
        yield from _paths(here)
    elif name in ENDINGS and path[-1] is not None and (name != "key" or "tls" in path):
        yield from _files(name, here)
    elif name in ("needs", "only") and known is not None:
        yield from (Offer(one, one, place.area, "request") for one in _requests(name, here, known))
    elif path[:1] in (("requires",), ("secrets",)):
        yield from (Offer(one, one, place.area, "variable") for one in names_at(known))
    else:
        for word in values_at(path):
            kind: Kind = "example" if word.is_example else "value"
            yield Offer(word.text, word.text, place.area, kind, "example" if word.is_example else "", word.meaning)


def _files(name: str, here: Here) -> Iterator[Offer]:
    place, known = here.place, here.known
    for one in BUILTIN_NAMES if name == "schema" else ():
        yield Offer(one, one, place.area, "value", "comes with runner")
    for one in names(place.before, known.folder, ENDINGS[name]) if known is not None else ():
        yield Offer(one, one, place.area, "folder" if one.endswith("/") else "file")


def _requests(name: str, here: Here, known: Analysis) -> list[str]:
    """Those before this one, or those of the file that is included."""
    if name == "only":
        include = include_at(here.place, known)
        return [str(spec.name.value) for spec in include.collection.requests] if include is not None else []
    request = here.request
    before = known.entries[: known.entries.index(request)] if request in known.entries else known.entries
    return [one.name for one in before if not one.include]
