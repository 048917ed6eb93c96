"""HAR files read, our own and those of browsers and proxies, with a message and a place for what is wrong."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple, cast, get_args
from urllib.parse import urlencode, urlsplit

from runner.disk import exists
from runner.errors import InvalidFiles
from runner.folder import FileProblem
from runner.importing.json_source import Json, elements, mapping, read_json, text_of
from runner.loading.files import decode_source, read_bytes_file
from runner.messages import (
    Certificate,
    ErrorKind,
    Headers,
    Request,
    Response,
    Timings,
    TransportError,
    header_of,
    is_stream,
)
from runner.node import Plain, is_number
from runner.recording.bodies import arrivals_of, as_bytes, parts_of
from runner.recording.entry import Entry, Owner, Recording
from runner.recording.har import OURS
from runner.recording.json_places import Twice, entry_line, entry_of_twice, field_line, once
from runner.recording.stand_ins import filled, filled_headers
from runner.redact import MASK
from runner.source import Diagnostic, Source, Span
from runner.variables.template import TemplateError, parse_template

LARGEST: Final = 200_000_000
HINT: Final = "A recording is what runner run --record writes, or a HAR file that a browser or a proxy has exported."
LATEST: Final = 250_000_000_000
"""Seconds from 1970 on in which there is room for the time of a run before dates end."""
SENT: Final = ("http://", "https://")
FIELD: Final = re.compile(r"(?:request|response|timings|startedDateTime|time|_runner)(?:\.\w+)*(?=[ ,])")
"""The place in an entry with which it is told what is wrong there."""
VALUE: Final = re.compile(r'("(?:[^"\\]|\\.)*+"\s*+:\s*+)"(?:[^"\\]|\\.)*+"')
"""A text in an object, with its name."""
KINDS: Final = get_args(ErrorKind)


def read_recording(path: Path, name: str) -> Recording:
    """The recording; raises ``InvalidFiles``."""
    if not exists(path):
        hint = "runner run --record FILE makes one."
        raise InvalidFiles([Diagnostic("recording", f"there is no recording {name}", hint)])
    try:
        source = decode_source(read_bytes_file(path, name, LARGEST), name)
    except FileProblem as error:
        place = (Source(name, error.text), error.span) if error.text else (None, None)
        raise InvalidFiles([Diagnostic(error.rule, error.message, error.hint or HINT, *place)]) from None
    if not source.text.strip():
        raise _wrong(source, "the recording is empty", HINT)
    document = _document(source)
    log = document.get("log")
    if not isinstance(log, Mapping) or not isinstance(log.get("entries"), list):
        raise _wrong(source, "this is no recording: it has no list of exchanges (log.entries)", HINT)
    written = elements(log["entries"])
    found = _Reader(source).entries(written)
    if not found:
        raise _wrong(source, "the recording holds no exchange over HTTP", HINT)
    return Recording(name, tuple(found), len(written) - len(found))


def _document(source: Source) -> Mapping[str, Json]:
    try:
        return mapping(read_json(source, "recording", once))
    except Twice as twice:
        number, line = entry_of_twice(source.text)
        where = f"exchange {number + 1} of the recording" if number >= 0 else "the recording"
        message = f"{where}: {twice.key} stands twice in one object"
        raise _wrong(source, message, "Take one of them out.", line) from None


def _wrong(source: Source, message: str, hint: str, line: int = 1) -> InvalidFiles:
    text = source.line(line)
    column = len(text) - len(text.lstrip()) + 1
    if text != (veiled := VALUE.sub(r'\1"…"', text)):  # it may be a secret
        lines = [*source.lines[: line - 1], veiled]
        source = Source(source.name, "\n".join(lines), source.path)
    return InvalidFiles([Diagnostic("recording", message, hint, source, Span(line, column, line, column + 1))])


class _Bad(Exception):
    """What is wrong with an entry: where in it, and what."""


class Timed(NamedTuple):
    """What an entry says of its times, in seconds."""

    duration: float
    timings: Timings
    arrivals: Sequence[float]


class _Reader:
    def __init__(self, source: Source) -> None:
        self._source = source

    def entries(self, written: Sequence[Json]) -> list[Entry]:
        """In the order in which they were sent."""
        found: list[Entry] = []
        for number, one in enumerate(written):
            try:
                entry = _entry(one)
            except _Bad as problem:
                path = FIELD.match(f"{problem}")
                line, other = entry_line(self._source.text, number), ""
                if path is not None:
                    line, other = field_line(self._source.text, number, path[0].split("."))
                message = f"exchange {number + 1} of the recording: {problem}"
                meant = f'There is "{other}" in its place. ' if other else ""
                raise _wrong(self._source, message, f"{meant}Mend it, or take the exchange out.", line) from None
            if entry is not None:
                found.append(entry)
        return sorted(found, key=lambda one: one.started)


def _entry(value: Json) -> Entry | None:
    """None for what went over no HTTP, such as a data URL in a page."""
    entry = _object(value, "it")
    request = _request(_object(entry.get("request"), "request"))
    if not request.url.lower().startswith(SENT):
        return None
    ours = _optional(entry.get(OURS), OURS)
    timed = _times(entry, ours)
    written = _object(entry.get("response"), "response")
    error = _error(written, ours)
    response = _response(written, request.url, ours, timed)
    moment = _moment(entry.get("startedDateTime"))
    owner = Owner(*(text_of(ours.get(name)) for name in Owner._fields))
    withheld = text_of(ours.get("withheld")).encode("utf-8", "replace").decode()
    kept = response if response.status else None
    if kept is None and error is None:
        error = TransportError("connection", "The recording has no answer: the request was ended, or was blocked.")
    marks, filling = _marks(ours.get("dynamic")), _stand_ins(ours.get("stand_ins"))
    verbatim = tuple(map(text_of, _listed(ours.get("verbatim"), f"{OURS}.verbatim")))
    return Entry(request, moment, timed.duration, kept, error, owner, marks, verbatim, withheld, filling)


def _object(value: Json, name: str) -> Mapping[str, Json]:
    if not isinstance(value, Mapping):
        raise _Bad(f"{name} is to be an object{' and is not there' if value is None else ''}")
    return value


def _optional(value: Json, name: str) -> Mapping[str, Json]:
    """An empty one where there is none."""
    return {} if value is None else _object(value, name)


def _listed(value: Json, name: str) -> list[Json]:
    """The same of a list."""
    if value is not None and not isinstance(value, list):
        raise _Bad(f"{name} is to be a list")
    return elements(value)


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        raise _Bad(f"{name} is to be text{' and is not there' if value is None else ''}")
    return value


def _number(value: Json, name: str) -> float:
    if not is_number(value) or not abs(value) < 1e15:
        raise _Bad(f"{name} is to be a number{' and is not there' if value is None else ''}")
    return float(value)


def _seconds(value: Json, name: str) -> float | None:
    """None for what HAR writes as -1, or not at all."""
    if value is None:
        return None
    found = _number(value, name)
    return None if found < 0 else found / 1000


def _moment(value: Json) -> float:
    text = _text(value, "startedDateTime")
    try:
        found = datetime.fromisoformat(text).timestamp()
    except (ValueError, OverflowError, OSError):
        found = -1
    if not 0 <= found <= LATEST:
        raise _Bad("startedDateTime is no date and time, such as 2026-01-31T12:00:00.000Z")
    return found


def _headers(value: Json, name: str) -> Headers:
    """Without what HTTP/2 has in the place of the first line. What some tools put together in one value, each on a
    line, are several headers: cookies would be lost."""
    found: list[tuple[str, str]] = []
    for one in _listed(value, f"{name}.headers"):
        pair = _object(one, f"a header of {name}")
        key = _text(pair.get("name"), f"the name of a header of {name}")
        if not key.startswith(":"):
            lines = _text(pair.get("value"), f"the header {key} of {name}").split("\n")
            found += [(key, one) for one in lines]
    return tuple(found)


def _request(value: Mapping[str, Json]) -> Request:
    headers = _headers(value.get("headers"), "request")
    method = _text(value.get("method"), "request.method").upper()
    url = _text(value.get("url"), "request.url").split("#", maxsplit=1)[0]
    try:
        urlsplit(url.encode().decode())
    except ValueError:  # half a character is none either
        raise _Bad("request.url is no URL") from None
    if not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", method):
        raise _Bad("request.method is no name of a method")
    if value.get("postData") is None:
        return Request(method, url, headers)
    data = _object(value.get("postData"), "request.postData")
    kind = text_of(data.get("mimeType"))
    if kind and header_of(headers, "content-type") is None:
        headers = (*headers, ("Content-Type", kind))
    if "text" not in data and isinstance(data.get("params"), list):
        fields = [mapping(one) for one in elements(data["params"])]
        pairs = [(text_of(one.get("name")), text_of(one.get("value"))) for one in fields]
        return Request(method, url, headers, urlencode(pairs).encode())
    return Request(method, url, headers, _bytes(data, kind, "_encoding", "request.postData"))


def _bytes(value: Mapping[str, Json], kind: str, encoding: str, name: str) -> bytes:
    text = value.get("text")
    if text is None:
        return b""
    text = _text(text, f"{name}.text")
    if text_of(value.get(encoding)).lower() != "base64":
        return as_bytes(text, kind)
    try:
        return b64decode("".join(text.split()), validate=True)
    except ValueError:
        raise _Bad(f"{name}.text is not base64, though {name}.{encoding} says so") from None


def _response(value: Mapping[str, Json], url: str, ours: Mapping[str, Json], timed: Timed) -> Response:
    stand_ins = _stand_ins(ours.get("stand_ins"))
    headers = filled_headers(_headers(value.get("headers"), "response"), stand_ins)
    number = _number(value.get("status"), "response.status")
    status = int(number)
    if number != status:
        raise _Bad(f"response.status is {number}, which is no whole number")
    if status and not 100 <= status <= 999:
        raise _Bad(f"response.status is {status}, which is no status of HTTP")
    content = _optional(value.get("content"), "response.content")
    kind = header_of(headers, "content-type") or ""
    body = _bytes(content, kind, "encoding", "response.content")
    body = filled(body, stand_ins)
    size = content.get("size")
    masked = MASK in text_of(content.get("text")) and isinstance(size, int) and size > 0
    return Response(
        status,
        headers,
        body,
        url,
        text_of(value.get("statusText")),
        timings=timed.timings,
        received=cast(int, size) if masked else len(body),
        certificate=_certificate(ours.get("certificate")),
        arrivals=arrivals_of(timed.arrivals, parts_of(body, headers)) if is_stream(headers) else (),
    )


def _times(entry: Mapping[str, Json], ours: Mapping[str, Json]) -> Timed:
    duration = _seconds(entry.get("time"), "time") or 0.0
    phases = _optional(entry.get("timings"), "timings")
    named = {name: _seconds(phases.get(name), f"timings.{name}") for name in ("dns", "connect", "ssl", "send", "wait")}
    first = _seconds(ours.get("first_byte"), f"{OURS}.first_byte")
    if first is None:
        first = min(sum(one or 0.0 for name, one in named.items() if name != "ssl"), duration)
    received = _seconds(phases.get("receive"), "timings.receive")
    total = duration if received is None else min(round(first + received, 6), duration)
    connect = named["connect"]
    bare = None if connect is None else max(round(connect - (named["ssl"] or 0.0), 6), 0.0)
    arrivals = [(_seconds(one, f"{OURS}.arrivals") or 0.0) for one in _listed(ours.get("arrivals"), f"{OURS}.arrivals")]
    return Timed(duration, Timings(total, first, named["dns"], bare, named["ssl"]), arrivals)


def _error(written: Mapping[str, Json], ours: Mapping[str, Json]) -> TransportError | None:
    error = ours.get("error")
    if error is None:
        said = text_of(written.get("_error"))
        return TransportError("connection", said) if said and not written.get("status") else None
    named = _object(error, f"{OURS}.error")
    kind = _text(named.get("kind"), f"{OURS}.error.kind")
    if kind not in KINDS:
        raise _Bad(f"{OURS}.error.kind is to be one of {', '.join(KINDS)}")
    return TransportError(cast(ErrorKind, kind), text_of(named.get("message")), text_of(named.get("hint")))


def _certificate(value: Json) -> Certificate | None:
    if value is None:
        return None
    named = _object(value, f"{OURS}.certificate")
    left = _number(named.get("expires_in"), f"{OURS}.certificate.expires_in")
    return Certificate(text_of(named.get("subject")), text_of(named.get("issuer")), left)


def _stand_ins(value: Json) -> dict[str, Plain]:
    """Plain values by place; a list or an object stands for nothing."""
    return {
        place: one for place, one in _optional(value, f"{OURS}.stand_ins").items() if not isinstance(one, dict | list)
    }


def _marks(value: Json) -> dict[str, str]:
    marks = {place: _text(one, f"{OURS}.dynamic") for place, one in _optional(value, f"{OURS}.dynamic").items()}
    for place, mark in marks.items():
        try:
            parse_template(mark.encode().decode())
        except TemplateError as error:
            raise _Bad(f"{OURS}.dynamic, {place}: {error.message}") from None
        except UnicodeError:
            raise _Bad(f"{OURS}.dynamic has half a character") from None
    return marks


def last_responses(path: Path, name: str) -> Mapping[str, Response]:
    """The last response of each request of a recording, by the request's name; raises ``InvalidFiles``."""
    entries = read_recording(path, name).entries
    return {one.owner.request: one.response for one in entries if one.owner.request and one.response is not None}
