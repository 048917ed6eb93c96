"""Hurl files: requests, what is asserted of their answers and what is kept of them. The format: hurl.dev."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import Final

from runner.disk import is_folder
from runner.importing.assertions import Subject, put
from runner.importing.draft import Draft
from runner.importing.hurl.checks import asserted, captured
from runner.importing.hurl.entries import RESPONSE, Body, Entry, Line, Part, Reader, key_value
from runner.importing.hurl.request import File, request_of
from runner.importing.json_source import wrong
from runner.importing.loose_json import loose_json
from runner.importing.names import Taken
from runner.importing.parts import path_of, variable
from runner.importing.scrubbing import hide_expected, scrubbed, veiled
from runner.source import Source
from runner.variables.template import literal_text
from runner.writing.layout import Commented, Value

LONGEST_NAME: Final = 80
RULER: Final = re.compile(r"[\W_]*")
BODIES: Final = frozenset(("json", "text", "form", "multipart", "file", "graphql"))


def read_hurl(source: Source, beside: Sequence[Source] = ()) -> Draft:
    """The entries in ``source`` with the variables ``beside`` it; raises ``InvalidFiles``."""
    if source.path is not None and is_folder(source.path):
        raise wrong(source, "this is a folder", "Give one .hurl file.")
    draft = Draft(PurePath(source.name).stem if source.path is not None else "Imported from Hurl")
    draft.reserve(source.text)
    file = File(source, draft)
    reader = Reader(source)
    entries = reader.entries()
    if not entries:
        raise wrong(source, "there is no request in it", "An entry begins with a line such as GET https://example.com")
    for one in beside:
        _variables(one, draft)
    for number, message in reader.told:
        draft.note(file.at(number), message)
    made = [_request(entry, file) for entry in entries]
    names = Taken()
    for (request, comment), entry in zip(made, entries, strict=True):
        named = _named(request, entry, names, file)
        draft.requests.append(Commented(named, tuple(comment)) if comment else named)
    _redirects(draft)
    draft.sort_notes(source.name)
    return draft


def _variables(source: Source, draft: Draft) -> None:
    """A file of variables: ``name=value``, a line each."""
    for number, line in enumerate(source.lines, 1):
        name, equals, value = line.partition("=")
        if equals and not line.lstrip().startswith("#"):
            variable(name.strip(), value.strip(), draft, f"{source.name}:{number}")
        elif line.strip() and not line.lstrip().startswith("#"):
            draft.note(f"{source.name}:{number}", "this is no name=value; it is left out")


def _request(entry: Entry, file: File) -> tuple[dict[str, Value], list[str]]:
    """The keys of a request, and what is not understood of its response."""
    request = request_of(entry.request, file)
    expect: dict[str, Value] = {}
    capture: dict[str, Value] = {}
    missed: list[str] = []
    for response in entry.response:
        missed += _captured(response.sections.get("Captures", []), capture, file)
        missed += _expected(response, expect, file)
        hide_expected(expect, file.draft, file.at(response.first.number))
    if expect:
        request["expect"] = expect
    if capture:
        request["capture"] = capture
    return request, missed


def _expected(response: Part, expect: dict[str, Value], file: File) -> list[str]:
    """What the response must be; gives the lines that cannot be said."""
    draft, missed = file.draft, []
    match = RESPONSE.fullmatch(response.first.text)
    version, status = (match[1], match[2]) if match else ("HTTP", "*")
    if version != "HTTP":
        draft.note(file.at(response.first.number), f"that it is {version} is not checked")
    if status.isdecimal():
        expect["status"] = int(status)
    elif status != "*":
        expect["status"] = draft.text(file.names(status), file.at(response.first.number))
    for line in response.headers:
        missed += _missed(line, file, done=_header(line, expect, file))
    for line in response.sections.get("Asserts", []):
        done = asserted(line.text, file.change(file.at(line.number)), expect)
        missed += _missed(line, file, done=done)
    for body in response.body:
        missed += _body(body, expect, file)
    if status == "*" and "status" not in expect:
        expect["status"] = {"gte": 100}
    for name in sorted(set(response.sections) - {"Asserts", "Captures"}):
        draft.note(file.at(response.first.number), f"the section [{name}] is not known here; it is left out")
    return missed


def _header(line: Line, expect: dict[str, Value], file: File) -> bool:
    pair = key_value(line)
    if pair is None:
        return False
    place = file.at(line.number)
    name, value = (file.draft.text(file.names(one), place) for one in pair)
    return put(Subject("headers", name.lower()), file.draft.header_value(name, value, place), expect)


def _body(body: Body, expect: dict[str, Value], file: File) -> list[str]:
    """The body that is written out is the one that must come."""
    place, draft = file.at(body.number), file.draft
    if body.kind == "json":
        value = loose_json(file.names(body.text), draft, place)
        matcher: Value = {"equals": value} if isinstance(value, dict) or value is None else value
        if (value is not None or body.text.strip() == "null") and put(Subject("json", "$"), matcher, expect):
            draft.note(place, "the body is compared as JSON: spaces and the order of keys do not matter here")
            return []
    elif body.kind in ("text", "line", "xml") and put(
        Subject("text"), scrubbed(draft.text(file.names(body.text), place), draft, place), expect
    ):
        return []
    draft.note(place, "what the body must be cannot be said here", "It is left out: check it by hand.")
    return [f"not imported (line {body.number}): the body of the response"]


def _captured(lines: list[Line], capture: dict[str, Value], file: File) -> list[str]:
    missed: list[str] = []
    for line in lines:
        name, colon, query = line.text.partition(":")
        kept = captured(query, file.change(file.at(line.number)))
        if colon and kept is not None:
            capture[file.draft.variable(name.strip())] = kept
        if not colon or kept is None:
            shown = veiled(scrubbed(query or line.text, file.draft, file.at(line.number)))
            missed += _told(line, f"{name}:{shown}" if query else shown, file)
    return missed


def _missed(line: Line, file: File, *, done: bool) -> list[str]:
    """A line that is not understood, told and kept as a comment."""
    shown = "" if done else veiled(scrubbed(line.text, file.draft, file.at(line.number), lines=True))
    return [] if done else _told(line, shown, file)


def _told(line: Line, text: str, file: File) -> list[str]:
    place, shown = file.at(line.number), text.splitlines()
    file.draft.note(place, f"not understood: {shown[0][:80]}", "It stands above the request as a comment.")
    return [f"not imported (line {line.number}):", *(f"  {one}" for one in shown)]


def _named(request: dict[str, Value], entry: Entry, taken: Taken, file: File) -> dict[str, Value]:
    """The request with a name: the comment above it, else method and path."""
    method = str(request["method"])
    if method == ("POST" if BODIES & set(request) else "GET"):
        del request["method"]
    place = file.at(entry.request.first.number)
    comment = scrubbed(literal_text("\n".join(entry.comment)), file.draft, place, lines=True)
    *before, own = [one.strip() for one in re.split(r"\n\n+", comment.strip()) if not RULER.fullmatch(one)] or [""]
    first, _, rest = own.partition("\n")
    if len(first) > LONGEST_NAME:
        first, rest = "", own
    if before and not file.draft.requests:
        file.draft.description, before = "\n".join(before).replace(r"\<<", "<<"), []
    rest = "\n".join([*before, *([rest] if rest else [])]).replace(r"\<<", "<<")
    name = taken.take(first or f"{method} {path_of(str(request['url']))}")
    return {"name": name, **({"description": rest} if rest else {}), **request}


def _redirects(draft: Draft) -> None:
    """Hurl follows none unless it is told so."""
    requests = [one.value if isinstance(one, Commented) else one for one in draft.requests]
    made = [one for one in requests if isinstance(one, dict)]
    if any("redirects" not in one for one in made):
        draft.defaults["redirects"] = False
    else:
        for one in made:
            if one["redirects"] == 10:  # what holds anyway
                del one["redirects"]
