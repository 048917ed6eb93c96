"""Bodies that other tools keep as text, as the key that says the same here."""

from __future__ import annotations

import mimetypes
import re
from typing import Final, NamedTuple

from runner.importing.draft import Draft
from runner.importing.loose_json import loose_json
from runner.importing.names import add
from runner.importing.parts import file_name, pairs_in, pairs_of
from runner.importing.scrubbing import scrubbed
from runner.variables.template import literal_text
from runner.writing.layout import Value

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
TEXT: Final = "text/plain; charset=utf-8"
DISPOSITION: Final = re.compile(r'\b(name|filename)="((?:[^"\\]|\\.)*)"|\b(name|filename)=([^\s;"]+)')
FILE_LINE: Final = re.compile(r"<(@\w*)?[ \t]+(\S.*?)\s*")
"""``< path``: what is in that file."""


class Body(NamedTuple):
    """The keys, and the content type that goes along without being written."""

    keys: dict[str, Value]
    natural: str = ""


def text_body(text: str, kind: str, draft: Draft, place: str) -> Body:
    """A body as it stands there, ``kind`` is its content type, if that is said."""
    media = kind.partition(";")[0].strip().lower()
    if media == JSON or media.endswith("+json") or (not media and text.lstrip()[:1] in ("{", "[")):
        value = loose_json(text, draft, place)
        if value is not None or text.strip() == "null":
            return Body({"json": value}, JSON)
    if media == FORM:
        pairs = pairs_in(text)
        if pairs:
            return Body({"form": pairs_of(pairs, draft, place, plain_key=False)}, FORM)
    return Body({"text": scrubbed(draft.text(text, place), draft, place)}, TEXT)


def file_body(path: str, draft: Draft, place: str) -> Body:
    """The bytes of a file."""
    name = file_name(path, draft, place)
    return Body({"file": name}, mimetypes.guess_type(name)[0] or "application/octet-stream")


def graphql_body(query: str, variables: str, draft: Draft, place: str) -> Body:
    """A query with its variables, which are JSON."""
    made: dict[str, Value] = {"query": scrubbed(draft.text(query.strip("\n"), place), draft, place)}
    if variables.strip():
        value = loose_json(variables, draft, place)
        if isinstance(value, dict):
            if value:
                made["variables"] = value
        else:
            draft.note(place, "the variables of its GraphQL request are no JSON; they are left out")
    return Body({"graphql": made}, JSON)


def graphql_text(text: str, draft: Draft, place: str) -> Body:
    """A query and behind it, after an empty line, its variables."""
    for match in reversed(list(re.finditer(r"\n[ \t]*\n(?=\s*\{)", text))):
        if loose_json(text[match.end() :], draft, place) is not None:
            return graphql_body(text[: match.start()], text[match.end() :], draft, place)
    return graphql_body(text, "", draft, place)


def multipart_body(text: str, kind: str, draft: Draft, place: str) -> Body | None:
    """The parts between boundaries; None where there are none."""
    found = re.search(r'boundary="?([^";\s]+)', kind)
    if found is None:
        return None
    fields: dict[str, Value] = {}
    pieces = re.split(rf"(?m)^--{re.escape(found[1])}(?:--)?[ \t]*$\n?", text)
    for piece in pieces[1:]:
        if piece.strip():
            _part(piece, fields, draft, place)
    return Body({"multipart": fields}, "multipart/form-data;") if fields else None


def _part(piece: str, fields: dict[str, Value], draft: Draft, place: str) -> None:
    head, _, content = piece.lstrip("\n").partition("\n\n")
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (one.partition(":") for one in head.splitlines())
    }
    said = {one[1] or one[3]: one[2] or one[4] for one in DISPOSITION.finditer(headers.get("content-disposition", ""))}
    content = content.removesuffix("\n")
    if "name" not in said:
        draft.note(place, "a part of the body has no name; it is left out")
        return
    name, kind, filename = said["name"], headers.get("content-type", ""), said.get("filename", "")
    for other in sorted(set(headers) - {"content-disposition", "content-type", "content-length"}):
        draft.note(place, f'the header {other} of the part "{name}" is left out')
    source = FILE_LINE.fullmatch(content.strip())
    if source is not None:
        path = file_name(source[2], draft, place)
    elif filename:
        path = draft.add_file(
            re.split(r"[/\\]", filename)[-1].strip(". ") or "part", content.encode("utf-8", "replace")
        )
        draft.note(place, f"the content of {filename} stood in the body: it is the file {path} now")
        path = literal_text(path)
    else:
        if kind.partition(";")[0] not in ("", "text/plain"):
            draft.note(place, f'the part "{name}" is sent without its content type {kind}')
        add(fields, draft.text(name, place), draft.hidden(name, draft.text(content, place), place))
        return
    add(fields, draft.text(name, place), _file(path, kind, filename))


def _file(path: str, kind: str, filename: str) -> Value:
    """A file, and what would not go along by itself."""
    made: dict[str, Value] = {"file": path}
    if kind and kind != mimetypes.guess_type(path)[0]:
        made["type"] = kind
    if filename and filename != path.rpartition("/")[2]:
        made["filename"] = filename
    return made
