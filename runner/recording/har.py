"""Recorded exchanges as the text of a HAR file (HTTP Archive 1.2), in the same words for the same exchanges."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from runner import __version__
from runner.messages import Headers, Request, Response, Timings, is_stream
from runner.node import Plain
from runner.recording.bodies import as_base64, as_text, parts_of, times_of
from runner.recording.entry import Entry

OURS: Final = "_runner"
"""The member of an entry with what HAR has no words for."""
CREATOR: Final = "collection-runner"
"""By which a recording says whose it is."""
UNKNOWN: Final = -1
"""What HAR writes for sizes and times that are not known."""


def har_text(entries: Iterable[Entry]) -> bytes:
    """The whole file."""
    log: dict[str, Plain] = {
        "version": "1.2",
        "creator": {"name": CREATOR, "version": __version__},
        "entries": [_entry(one) for one in entries],
    }
    text = json.dumps({"log": log}, indent=2, ensure_ascii=False)
    return f"{text}\n".encode("utf-8", "backslashreplace")  # half a character becomes the escape that JSON has for it


def _entry(entry: Entry) -> dict[str, Plain]:
    found: dict[str, Plain] = {
        "startedDateTime": _moment(entry.started),
        "time": _milliseconds(entry.duration),
        "request": _request(entry.request),
        "response": _response(entry),
        "cache": {},
        "timings": _timings(entry),
    }
    ours = _ours(entry)
    return {**found, OURS: ours} if ours else found


def _moment(epoch: float) -> str:
    return datetime.fromtimestamp(epoch, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 3)


def _headers(headers: Headers) -> list[Plain]:
    return [{"name": name, "value": value} for name, value in headers]


def _request(request: Request) -> dict[str, Plain]:
    found: dict[str, Plain] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(request.headers),
        "queryString": [],
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }
    if request.body is None:
        return found
    kind = request.header("content-type") or ""
    return {**found, "postData": {"mimeType": kind, **_text(request.body, kind, encoding="_encoding")}}


def _response(entry: Entry) -> dict[str, Plain]:
    response = entry.response or Response(0, (), b"", "")
    kind = response.header("content-type") or ""
    content: dict[str, Plain] = {"size": response.size, "mimeType": kind}
    content.update(_text(response.body, kind, encoding="encoding"))
    found: dict[str, Plain] = {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _headers(response.headers),
        "content": content,
        "redirectURL": response.header("location") or "",
        "headersSize": UNKNOWN,
        "bodySize": UNKNOWN,
    }
    return found if entry.error is None else {**found, "_error": entry.error.message}


def _text(body: bytes, kind: str, encoding: str) -> dict[str, Plain]:
    text = as_text(body, kind)
    return {"text": text} if text is not None else {"text": as_base64(body), encoding: "base64"}


def _timings(entry: Entry) -> dict[str, Plain]:
    """The phases as HAR has them: what is not known is -1, TLS is a part of connecting."""
    timings = entry.response.timings if entry.response is not None else Timings(entry.duration)
    first = timings.first_byte
    known = sum(one or 0.0 for one in (timings.lookup, timings.connect, timings.tls))
    joined = None if timings.connect is None else timings.connect + (timings.tls or 0.0)
    phases = {"dns": timings.lookup, "connect": joined, "ssl": timings.tls}
    found: dict[str, Plain] = {name: UNKNOWN if one is None else _milliseconds(one) for name, one in phases.items()}
    wait = entry.duration if first is None else max(first - known, 0.0)
    receive = 0.0 if first is None else max(timings.total - first, 0.0)
    return {"blocked": UNKNOWN, **found, "send": 0, "wait": _milliseconds(wait), "receive": _milliseconds(receive)}


def _ours(entry: Entry) -> dict[str, Plain]:
    found: dict[str, Plain] = {name: text for name, text in entry.owner._asdict().items() if text}
    if entry.marks:
        found["dynamic"] = dict(entry.marks)
    if entry.verbatim:
        found["verbatim"] = list(entry.verbatim)
    if entry.error is not None:
        found["error"] = {name: text for name, text in entry.error._asdict().items() if text}
    if entry.stand_ins:
        found["stand_ins"] = dict(entry.stand_ins)
    if entry.withheld:
        found["withheld"] = entry.withheld
    response = entry.response
    if response is None:
        return found
    if response.timings.first_byte is not None:
        found["first_byte"] = _milliseconds(response.timings.first_byte)
    if response.arrivals and is_stream(response.headers):
        times = times_of(response.arrivals, parts_of(response.body, response.headers))
        found["arrivals"] = [_milliseconds(one) for one in times]
    if response.certificate is not None:
        found["certificate"] = dict(response.certificate._asdict())
    return found
