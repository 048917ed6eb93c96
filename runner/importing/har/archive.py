"""HTTP archives, version 1.2, as browsers and proxies write them: calls of an API, in their order.
The format: w3c.github.io/web-performance/specs/HAR/Overview.html."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from runner.errors import UsageError
from runner.importing.draft import Draft
from runner.importing.har.answers import FOLDER, Answer
from runner.importing.har.noise import kind_of
from runner.importing.har.request import Reading, cookies_set_by, origin_of, request_of
from runner.importing.json_source import Json, elements, mapping, read_json, text_of, wrong
from runner.importing.names import Taken
from runner.source import Source
from runner.variables.template import literal_text
from runner.writing.layout import Value

LONGEST_NAME: Final = 80
LEAST_SHARED: Final = 2
"""Requests of which something is said once for all."""
HINT: Final = "In a browser's developer tools: Network, Export HAR."


class Call(NamedTuple):
    """An entry that is a call of an API, with its place in the archive."""

    entry: Mapping[str, Json]
    place: str

    @property
    def request(self) -> Mapping[str, Json]:
        return mapping(self.entry.get("request"))

    @property
    def origin(self) -> str:
        return origin_of(text_of(self.request.get("url")))


def read_har(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The calls in the archive ``source``; raises ``InvalidFiles``."""
    if beside:
        raise UsageError("--with is for Postman's environments", "Leave it out.")
    log = mapping(mapping(read_json(source, "HTTP archive")).get("log"))
    if not isinstance(log.get("entries"), list):
        raise wrong(source, "this is no HTTP archive: it has no log with entries", HINT)
    draft = Draft("Imported from HAR")
    calls = list(_calls(elements(log["entries"]), draft))
    origins = Counter(one.origin for one in calls)
    base = origins.most_common(1)[0][0] if origins else ""
    if base:
        draft.name = urlsplit(base).netloc.rpartition("@")[2] or draft.name
        draft.variables["BASE_URL"] = literal_text(base)
        draft.defaults["base_url"] = "<<BASE_URL>>"
    else:
        draft.note(source.name, "there is no call of an API in it")
    reading = Reading(draft, base, Counter(), set())
    made: list[dict[str, Value]] = []
    names = Taken()
    for one in calls:
        made.append(_request(one, reading, names))
        reading.set_cookies.update(cookies_set_by(mapping(one.entry.get("response"))))
    _share(made, draft)
    draft.requests += made
    draft.clean_files(FOLDER)
    if reading.left_out:
        told = ", ".join(sorted(reading.left_out))
        draft.note(source.name, f"what browsers add by themselves is left out: {told}")
    return draft


def _calls(entries: Sequence[Json], draft: Draft) -> Iterator[Call]:
    """The calls among all entries; the others are counted."""
    others: Counter[str] = Counter()
    for number, entry in enumerate(map(mapping, entries), start=1):
        url = text_of(mapping(entry.get("request")).get("url"))
        place = f"entry {number}"
        try:
            address = urlsplit(url)
            _ = address.port
        except ValueError:
            address = None
        if address is None or not url:
            draft.note(place, "it has no address; it is left out")
            continue
        kind = kind_of(entry)
        status = mapping(entry.get("response")).get("status")
        if not kind and not (isinstance(status, int) and 200 <= status <= 599):
            kind = "calls without an answer"
        if kind:
            others[kind] += 1
        elif not address.hostname:
            draft.note(place, "its address has no host; it is left out")
        else:
            yield Call(entry, place)
    if others:
        told = ", ".join(f"{kind} ({count})" for kind, count in others.most_common())
        draft.note(f"{len(entries)} entries", f"left out: {told}")


def _request(call: Call, reading: Reading, names: Taken) -> dict[str, Value]:
    url = text_of(call.request.get("url"))
    method = text_of(call.request.get("method")).upper() or "GET"
    name = names.take(literal_text(f"{method} {_path(url)}"))
    draft = reading.draft
    place = f"{call.place} ({name})"
    made: dict[str, Value] = {"name": name, **request_of(call.request, reading, place)}
    answer = Answer(call.entry, draft, place)
    if 300 <= answer.status < 400 and answer.status != 304:
        made["redirects"] = False
    if answer.expect:
        made["expect"] = answer.expect
    if answer.status == 304:
        draft.note(place, "its answer was 304, not modified: without what the browser had kept it is another")
    file = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:LONGEST_NAME]
    made["examples"] = [answer.example(file)]
    return made


def _path(url: str) -> str:
    path = unquote(urlsplit(url).path) or "/"
    path = "".join(one if one.isprintable() else "?" for one in path)
    return path if len(path) <= LONGEST_NAME else f"{path[:LONGEST_NAME]}…"


def _share(requests: Sequence[dict[str, Value]], draft: Draft) -> None:
    """Who sends all of several requests to one place stands once."""
    if len(requests) < LEAST_SHARED or any("://" in str(one["url"]) for one in requests):
        return
    for key in ("auth", "cookies"):
        first = requests[0].get(key)
        if first is not None and all(one.get(key) == first for one in requests):
            draft.defaults[key] = first
            for one in requests:
                del one[key]
