"""What an entry sent: JSON, a form, fields and files, text, bytes."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl

from runner import strict_json
from runner.importing.draft import Draft
from runner.importing.json_source import Json, elements, mapping, text_of, too_deep
from runner.importing.literal import kept_apart, literal
from runner.importing.names import add
from runner.importing.scrubbing import scrubbed
from runner.node import Plain
from runner.variables.letting_in import lets_in
from runner.variables.template import literal_text
from runner.writing.layout import Value

FORM: Final = "application/x-www-form-urlencoded"
BOUNDARY: Final = re.compile(r'boundary="?([^";\s]+)', re.IGNORECASE)
DISPOSITION: Final = re.compile(r'(?:^|\s|;)(name|filename)="([^"]*)"')
UNSAFE: Final = re.compile(r"[^A-Za-z0-9_.-]+")
GRAPHQL: Final = {"query": "query", "variables": "variables", "operationName": "operation_name"}
MADE_UP: Final = b"Put the file that was sent in its place.\n"
USUAL: Final = {
    "json": ("application/json",),
    "graphql": ("application/json",),
    "form": (FORM,),
    "text": ("text/plain",),
}
"""The content type that goes along without being written."""


class Field(NamedTuple):
    """A field of a form, or a file."""

    name: str
    value: str
    file: str | None = None
    kind: str = ""


def body_of(request: Mapping[str, Json], draft: Draft, place: str) -> dict[str, Value]:
    """The key of the body of an entry; empty without one."""
    data = mapping(request.get("postData"))
    kind = text_of(data.get("mimeType")) or _header(request, "content-type")
    media = kind.partition(";")[0].strip().lower()
    params = [_param(mapping(one)) for one in elements(data.get("params"))]
    text = _text(data, draft, place)
    if isinstance(text, bytes):
        return {"file": draft.add_file("body.bin", text)}
    if media.startswith("multipart/"):
        return _multipart(list(_parts(text, kind)) or params, draft, place)
    if media == FORM or (params and not text):
        pairs = parse_qsl(text, keep_blank_values=True) or [(one.name, one.value) for one in params]
        return {"form": _form(pairs, draft, place)} if pairs else {}
    if not text:
        size = request.get("bodySize")
        if isinstance(size, int) and size > 0:
            draft.note(place, f"its body ({size} bytes) is not in the archive; it is sent without")
        return {}
    if media.endswith("json") or (not media and text.lstrip()[:1] in ("{", "[")):
        parsed = strict_json.parse(text)
        if not parsed.error and not too_deep(parsed.value):
            return _json(parsed.value, draft, place)
    return {"text": scrubbed(literal_text(text), draft, place)}


def content_type(request: Mapping[str, Json], body: Mapping[str, Value]) -> str:
    """The content type that has to be written beside a body."""
    written = _header(request, "content-type") or text_of(mapping(request.get("postData")).get("mimeType"))
    media, _, rest = written.partition(";")
    usual = rest.strip().lower() in ("", "charset=utf-8")
    key = next(iter(body), "")
    if not body or not written or key == "multipart" or (media.strip().lower() in USUAL.get(key, ()) and usual):
        return ""
    return written


def _header(request: Mapping[str, Json], name: str) -> str:
    listed = map(mapping, elements(request.get("headers")))
    return next((text_of(one.get("value")) for one in listed if text_of(one.get("name")).lower() == name), "")


def _text(data: Mapping[str, Json], draft: Draft, place: str) -> str | bytes:
    """The text; bytes where it was base64 of something else."""
    text = text_of(data.get("text"))
    encoding = text_of(data.get("encoding") or data.get("_encoding"))
    if encoding.lower() != "base64":
        return text
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        draft.note(place, "its body says that it is base64, and is not; it is left as it is")
        return text
    try:
        return found.decode("utf-8")
    except UnicodeDecodeError:
        return found


def _param(param: Mapping[str, Json]) -> Field:
    file = param.get("fileName")
    return Field(
        text_of(param.get("name")),
        text_of(param.get("value")),
        text_of(file) if file else None,
        text_of(param.get("contentType")),
    )


def _parts(text: str, kind: str) -> Iterator[Field]:
    """The parts of a body that was sent as multipart/form-data, nothing if it does not fit its boundary."""
    found = BOUNDARY.search(kind)
    if found is None or not text:
        return
    plain = text if "\r\n" in text else text.replace("\n", "\r\n")
    begin, *parts = f"\r\n{plain}".split(f"\r\n--{found[1]}")
    if begin.strip() or len(parts) < 2:
        return
    for part in parts:
        head, blank, content = part.removeprefix("\r\n").partition("\r\n\r\n")
        lines = (line.partition(":") for line in head.split("\r\n"))
        headers = {name.strip().lower(): value.strip() for name, _, value in lines}
        about = dict(DISPOSITION.findall(headers.get("content-disposition", "")))
        if blank and "name" in about:
            yield Field(about["name"], content, about.get("filename"), headers.get("content-type", ""))


def _multipart(fields: list[Field], draft: Draft, place: str) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for one in fields:
        add(
            made,
            literal_text(one.name),
            _field(one.name, one.value, draft, place) if one.file is None else _file(one, draft, place),
        )
    if not made:
        draft.note(place, "the fields of its body are not in the archive; it is sent without")
    return {"multipart": made} if made else {}


def _file(one: Field, draft: Draft, place: str) -> Value:
    """A file: what was in it if the archive has that, else a small one."""
    given = one.file or "file"
    wanted = UNSAFE.sub("_", re.split(r"[/\\]", given)[-1]).lstrip(".") or "file"
    name = draft.add_file(wanted, one.value.encode("utf-8", "replace") or MADE_UP)
    if not one.value:
        draft.note(place, f"the file {name} is not in the archive", "Put it beside the collection.")
    made: dict[str, Value] = {"file": name}
    if name != given:
        made["filename"] = literal_text(given)
    if one.kind and one.kind != mimetypes.guess_type(name)[0]:
        made["type"] = literal_text(one.kind)
    return made


def _form(pairs: list[tuple[str, str]], draft: Draft, place: str) -> dict[str, Value]:
    made: dict[str, Value] = {}
    for name, value in pairs:
        add(made, literal_text(name), _field(name, value, draft, place))
    return made


def _field(name: str, value: str, draft: Draft, place: str) -> Value:
    if value and lets_in(name, plain_key=False):
        return kept_apart(draft, name, value, place)
    return literal_text(value)


def _json(value: Plain, draft: Draft, place: str) -> dict[str, Value]:
    if isinstance(value, dict) and isinstance(value.get("query"), str) and set(value) <= set(GRAPHQL):
        variables, operation = value.get("variables", {}), value.get("operationName", "")
        if "{" in str(value["query"]) and isinstance(variables, dict) and isinstance(operation, str):
            return {"graphql": {GRAPHQL[key]: literal(draft, one, place) for key, one in value.items()}}
    return {"json": literal(draft, value, place)}
