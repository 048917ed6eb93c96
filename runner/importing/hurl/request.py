"""The request of a Hurl entry as our keys."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from runner.importing.bodies import TEXT, Body, file_body, graphql_body, text_body
from runner.importing.draft import FOREIGN, Draft
from runner.importing.hurl.entries import ENTRY, Body as Written, Line, Part, key_value, value_text
from runner.importing.names import add
from runner.importing.parts import Pair, address_of, file_name, headers_of, login, pairs_of, variable, without_own_type
from runner.source import Location, Source
from runner.writing.layout import Value

FUNCTIONS: Final = {"newUuid": "$guid", "newDate": "$isoTimestamp"}
DURATION: Final = re.compile(r"(\d{1,9})\s*(ms|s|m|h)?")
SILENT: Final = frozenset(("verbose", "very-verbose", "compressed", "verbosity"))
FOLLOWED: Final = 10


class File(NamedTuple):
    """The file that is read, and what comes of it."""

    source: Source
    draft: Draft

    def at(self, line: int) -> str:
        """How a note calls one of its lines."""
        return str(Location(self.source.name, line))

    def names(self, text: str) -> str:
        """``text`` with values that Hurl makes up as ours."""
        return FOREIGN.sub(lambda match: f"{{{{{FUNCTIONS.get(match[1], match[1])}}}}}", text)

    def change(self, place: str) -> Callable[[str], str]:
        """What makes text of this place ours."""
        return lambda text: self.draft.text(self.names(text), place)

    def pairs(self, lines: list[Line]) -> list[Pair]:
        """Lines as names and values; what is none is told."""
        found: list[Pair] = []
        for line in lines:
            pair = key_value(line)
            if pair is None:
                self.draft.note(self.at(line.number), "this is no name: value; it is left out")
            else:
                found.append((self.names(pair[0]), self.names(pair[1])))
        return found


def request_of(part: Part, file: File) -> dict[str, Value]:
    """The keys of the request, always with its method."""
    place, draft = file.at(part.first.number), file.draft
    match = ENTRY.fullmatch(part.first.text)
    method, raw = (match[1], match[2]) if match else ("GET", "")
    address = address_of(file.names(value_text(raw)), draft, place)
    sent = headers_of(file.pairs(part.headers), draft, place)
    sections = {
        name: file.pairs(lines) for name, lines in part.sections.items() if name not in ("Options", "Multipart")
    }
    query = dict(address.query)
    for name, value in pairs_of(sections.get("Query", ()), draft, place).items():
        add(query, name, value)
    body = _content(part, sections, sent.kind, file)
    basic = sections.get("BasicAuth") or []
    auth = _basic(basic[0], draft, place) if basic else None
    cookies = {name: _cookie(name, value, draft, place) for name, value in sections.get("Cookies", ())}
    for name in sorted(set(part.sections) - {"Query", "Form", "Multipart", "Cookies", "BasicAuth", "Options"}):
        draft.note(place, f"the section [{name}] is not known here; it is left out")
    made: dict[str, Value] = {
        "method": method,
        "url": address.url,
        "query": query,
        "headers": without_own_type(sent.headers, body.natural),
        "auth": auth or sent.auth or address.auth,
        "cookies": {**sent.cookies, **cookies},
        **body.keys,
    }
    made.update(options_of(part.sections.get("Options", []), file))
    return {key: value for key, value in made.items() if value not in (None, {}) or key in body.keys}


def _basic(pair: Pair, draft: Draft, place: str) -> Value:
    username, password = (draft.text(one, place) for one in pair)
    return {"basic": login(username, password, draft, place)}


def _cookie(name: str, value: str, draft: Draft, place: str) -> Value:
    kept = draft.header_value("Cookie", f"{name}={draft.text(value, place)}", place)
    return kept.partition("=")[2]


def _content(part: Part, sections: Mapping[str, list[Pair]], kind: str, file: File) -> Body:
    draft = file.draft
    if sections.get("Form"):
        line = part.sections["Form"][0]
        form = pairs_of(sections["Form"], draft, file.at(line.number), plain_key=False)
        return Body({"form": form}, "application/x-www-form-urlencoded")
    if part.sections.get("Multipart"):
        return Body({"multipart": _multipart(part.sections["Multipart"], file)}, "multipart/form-data;")
    if not part.body:
        return Body({})
    for more in part.body[1:]:
        draft.note(file.at(more.number), "this is a second body; it is left out")
    return body_of(part.body[0], kind, file)


def _multipart(lines: list[Line], file: File) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for line in lines:
        place = file.at(line.number)
        for name, value in file.pairs([line]):
            match = re.fullmatch(r"file,(.*?);\s*(.*)", value)
            if match is None:
                kept = file.draft.hidden(name, file.draft.text(value, place), place)
                add(made, file.draft.text(name, place), kept)
                continue
            kind = {"type": match[2].strip()} if match[2].strip() else {}
            add(made, file.draft.text(name, place), {"file": file_name(match[1], file.draft, place), **kind})
    return made


def body_of(body: Written, kind: str, file: File) -> Body:
    """A body as it is written."""
    place, draft = file.at(body.number), file.draft
    if body.kind == "file":
        return file_body(file.names(body.text), draft, place)
    if body.kind in ("base64", "hex"):
        return _binary(body, file)
    text = file.names(body.text)
    if body.language == "graphql":
        match = re.search(r"(?m)^variables\s*(\{.*)\Z", text, re.DOTALL)
        return graphql_body(text[: match.start()] if match else text, match[1] if match else "", draft, place)
    if body.kind == "json" or body.language == "json":
        made = text_body(text, kind or "application/json", draft, place)
        if "text" in made.keys and not kind:
            draft.note(place, "this body is no JSON; it is sent as text")
        return made
    if body.kind == "xml" or body.language == "xml":
        return text_body(text, kind or "application/xml", draft, place)
    return text_body(text, kind or TEXT, draft, place)


def _binary(body: Written, file: File) -> Body:
    """Bytes stand in a file of their own."""
    text = re.sub(r"\s", "", body.text)
    try:
        data = bytes.fromhex(text) if body.kind == "hex" else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        file.draft.note(file.at(body.number), f"what stands here is no {body.kind}; it is left out")
        return Body({})
    return Body({"file": file.draft.add_file("body.bin", data)}, "application/octet-stream")


def options_of(lines: list[Line], file: File) -> dict[str, Value]:
    """How to send it."""
    made: dict[str, Value] = {}
    given = [(line, *pair) for line in lines if (pair := key_value(line)) is not None]
    values = {name: value for _, name, value in given}
    for line, name, value in given:
        place = file.at(line.number)
        make = OPTIONS.get(name)
        if name == "variable":
            key, _, text = value.partition("=")
            _set(key.strip(), text.strip().strip('"'), file, place)
        elif make is not None:
            made.update(make(value, values, file, place))
        elif name not in SILENT:
            file.draft.note(place, f"the option {name} has nothing here that it could become")
    return made


def _set(name: str, value: str, file: File, place: str) -> None:
    """A variable that Hurl sets from this entry on."""
    known = file.draft.variable(name)
    before = file.draft.variables.get(known)
    variable(name, file.names(value), file.draft, place)
    if before is not None and file.draft.variables.get(known) != before:
        file.draft.note(place, f"{known} has another value above; this one holds everywhere")


Made = dict[str, Value]
Make = Callable[[str, Mapping[str, str], File, str], Made]


def _location(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    _ = file, place
    most = values.get("max-redirs", "")
    return {"redirects": min(int(most), 100) if re.fullmatch(r"\d{1,4}", most) else FOLLOWED} if value == "true" else {}


def _time(key: str, unit: str) -> Make:
    """An option that is a duration; a bare number counts in ``unit``."""

    def make(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
        _ = values
        found = DURATION.fullmatch(value)
        if found is None:
            file.draft.note(place, f"{key} is no duration here; it is left out")
            return {}
        return {key: f"{found[1]}{found[2] or unit}"}

    return make


def _timeout(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    _ = value
    total = _time("total", "s")(values["max-time"], values, file, place) if "max-time" in values else {}
    connect = (
        _time("connect", "s")(values["connect-timeout"], values, file, place) if "connect-timeout" in values else {}
    )
    both = {**connect, **total}
    return {"timeout": total["total"] if set(both) == {"total"} else both} if both else {}


def _retry(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    """Hurl sends again until every assert holds: that is ``poll``."""
    every = DURATION.fullmatch(values.get("retry-interval", "1000ms"))
    if not re.fullmatch(r"-?\d{1,6}", value) or every is None or int(value) == 0:
        return {}
    factor = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}[every[2] or "ms"]
    each, times = int(every[1]) * factor, int(value)
    whole = 60_000 if times < 0 else times * each
    file.draft.note(place, "it is sent again until everything holds, by time and not by number: poll")
    return {"poll": {"every": _shown(each), "for": _shown(max(whole, each, 1))}}


def _shown(milliseconds: int) -> str:
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"


def _tls(key: str) -> Make:
    def make(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
        _ = value
        tls: Made = {"verify": False} if values.get("insecure") == "true" else {}
        for option, ours in (("cacert", "ca"), ("cert", "cert"), ("key", "key")):
            if option in values:
                tls[ours] = file_name(values[option], file.draft, place)
        return {"tls": tls} if tls and key else {}

    return make


def _user(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    _ = values
    name, _, password = file.names(value).partition(":")
    return {"auth": _basic((name, password), file.draft, place)}


def _skip(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    _ = values, file, place
    return {"skip": "it is skipped in the file that it came from"} if value == "true" else {}


def _proxy(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    _ = values
    address = value if "://" in value else f"http://{value}"
    match = re.match(r"(\w+://)([^/@:]*):([^/@]*)@(.*)", address)
    if match is None:
        return {"proxy": file.draft.text(file.names(address), place)}
    kept = file.draft.keep_secret("PROXY_PASSWORD", match[3], place)
    return {"proxy": f"{match[1]}{match[2]}:{kept}@{match[4]}"}


def _nothing(value: str, values: Mapping[str, str], file: File, place: str) -> Made:
    """Another option says it."""
    _ = value, values, file, place
    return {}


OPTIONS: Final[Mapping[str, Make]] = {
    "location": _location,
    "location-trusted": _location,
    "max-redirs": _nothing,
    "delay": _time("delay", "ms"),
    "max-time": _timeout,
    "connect-timeout": _timeout,
    "retry": _retry,
    "retry-interval": _nothing,
    "insecure": _tls("insecure"),
    "cacert": _tls("ca"),
    "cert": _tls("cert"),
    "key": _tls("key"),
    "user": _user,
    "skip": _skip,
    "proxy": _proxy,
}
