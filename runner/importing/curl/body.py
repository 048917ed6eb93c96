"""The body of a command's request: data in all its forms, files, fields."""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from runner import strict_json
from runner.content import TYPES
from runner.importing.curl.multipart_text import fields_of
from runner.importing.curl.options import Asked, Given
from runner.importing.curl.text import STANDS, Pairs, Texts, decoded, encoded, split_pairs
from runner.importing.names import add
from runner.importing.parts import path_below
from runner.writing.layout import Value

DATA: Final = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
FORM_TYPE: Final = TYPES["form"]
UNKNOWN: Final = "application/octet-stream"
OF_CURL: Final = {
    **{ending: f"image/{ending}" for ending in ("gif", "jpeg", "png")},
    "jpg": "image/jpeg",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "htm": "text/html",
    "html": "text/html",
    "pdf": "application/pdf",
    "xml": "application/xml",
}
"""The endings of files that curl knows a type for."""
TEXT_TYPE: Final = TYPES["text"]
ESCAPED_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
JSON_TOKEN: Final = re.compile('"(?:[^"\\\\]|\\\\.)*"|([\ud800-\udbff])', re.DOTALL)
GRAPHQL: Final = {"query": "query", "variables": "variables", "operationName": "operation_name"}
FIELD: Final = re.compile(
    r';\s*(type|filename|headers|encoder)=("(?:[^"\\]|\\.)*"'
    r"|(?<=type=)[^;]*(?:;(?!\s*(?:type|filename|headers|encoder)=)[^;]*)*|[^;]*)"
)
"""Behind ``;`` in a field; parameters of a type, such as ``charset``, belong to it."""


class Body(NamedTuple):
    """What stands in the file, and the content type that goes along without being written: None if anything fits."""

    keys: Mapping[str, Value] = {}
    natural: str | None = None


class Data(NamedTuple):
    """All data of a command: the text with its parts joined, as pairs if it is such, the file if it is one."""

    text: str = ""
    pairs: Pairs | None = None
    file: str = ""
    at: int = 0


def data_of(asked: Asked, texts: Texts) -> Data | None:
    """What ``-d`` and its like say together; None without any."""
    pieces: list[str] = []
    pairs: Pairs | None = []
    options = asked.all(*DATA)
    for one in options:
        file, text, found = _piece(one, asked, texts)
        if file and len(options) == 1:
            return Data(file=file, at=one.start)
        if file:
            texts.note(one.start, f"the file {file} is one part of several; it is left out", "Write the body by hand.")
            continue
        pieces.append(text)
        pairs = None if pairs is None or found is None else [*pairs, *found]
    joined = ("" if options and options[0].name == "json" else "&").join(pieces)
    return Data(joined, pairs, at=options[0].start) if options else None


def _piece(one: Given, asked: Asked, texts: Texts) -> tuple[str, str, Pairs | None]:
    """A file, or text and the pairs in it."""
    value = one.value
    if one.name == "data-urlencode":
        return urlencoded(value, one, texts)
    if one.name != "data-raw" and value.startswith("@"):
        if value in ("@-", "@/dev/stdin"):
            if asked.input is None:
                texts.note(one.start, "the body comes from standard input; it is left out", "Write it by hand.")
                return "", "", []
            value = asked.input.text
            if value.startswith("@"):
                return file_name(value[1:], one.start, texts), "", None
            if one.name in ("data", "data-ascii"):
                value = re.sub(r"[\r\n\0]", "", value)
            elif one.name == "json" or value.lstrip()[:1] in ("{", "["):
                value = value.removesuffix("\n")
        else:
            return file_name(value[1:], one.start, texts), "", None
    return "", value, split_pairs(value)


def urlencoded(value: str, one: Given, texts: Texts) -> tuple[str, str, Pairs | None]:
    """``name=content``, ``=content``, ``content``: the text that it becomes, and the pair; with ``@`` a file."""
    match = re.match(r"[^=@]*", value)
    name = match[0] if match else ""
    mark, content = value[len(name) : len(name) + 1], value[len(name) + 1 :]
    if mark == "@":
        file = file_name(content, one.start, texts)
        texts.note(one.start, f"the file {file} would be sent percent-encoded; it is sent as it is")
        return file, "", None
    if not mark:
        name, content = "", name
    plain = decoded(name)
    if not name or plain is None:
        return "", f"{value[: len(name) + 1] if name else ''}{_as_form(content)}", None
    return "", f"{name}={_as_form(content)}", [(plain, content)]


def _as_form(content: str) -> str:
    """As curl encodes it: a blank is ``+``."""
    return encoded([("", content)])[1:].replace("%20", "+")


def _is_sent_so(pairs: Pairs, text: str) -> bool:
    """Whether a form of these is sent as this text: where nobody says that it is one, every character counts."""
    return "&".join(f"{_as_form(name)}={_as_form(value)}" for name, value in pairs) == text


def body_of(data: Data, kind: str | None, *, is_json: bool, texts: Texts) -> Body:
    """``data`` as a key of ours; ``kind`` is the content type that the command says, None if it says nothing of it and
    empty if there is to be none."""
    if data.file:
        guessed = mimetypes.guess_type(data.file)[0] or UNKNOWN
        return Body({"file": texts.template(data.file)}, guessed)
    media = (kind or "").partition(";")[0].strip().lower()
    looks = data.text.lstrip()[:1] in ("{", "[") or texts.refers_for_json(data.text)
    if is_json or media == "application/json" or media.endswith("+json") or (looks and not kind):
        body = json_body(data, texts)
        if body is not None:
            if looks and kind is None and not is_json:
                hint = "curl would call it a form; servers that take it so read JSON."
                texts.note(data.at, "the body is JSON and is sent as such", hint)
            return body
    if data.pairs and media in ("", FORM_TYPE):
        pairs = [(name, texts.kept(name, value, data.at, plain_key=False)) for name, value in data.pairs]
        is_form = kind is None or media == FORM_TYPE or _is_sent_so(data.pairs, data.text)
        form = texts.mapping(pairs) if is_form else None
        if form is not None:
            return Body({"form": form}, FORM_TYPE)
        apart = "&".join(texts.hidden_piece(piece, data.at, plain_key=False) for piece in data.text.split("&"))
        return Body({"text": texts.template(apart, "url")}, TEXT_TYPE)
    if media == "multipart/form-data":
        fields = fields_of(data.text, kind or "", data.at, texts)
        if fields is not None:
            return Body({"multipart": fields}, media)
    if any("\udc80" <= one <= "\udcff" for one in data.text):
        return _binary(data, texts)
    return Body({"text": texts.template(data.text, "url")}, TEXT_TYPE)


def _binary(data: Data, texts: Texts) -> Body:
    """Bytes that are no text stand in a file of their own."""
    if texts.refers(data.text):
        texts.note(data.at, "variables in a body that is no text are left out")
    name = texts.draft.add_file("body.bin", STANDS.sub("", data.text).encode("utf-8", "surrogateescape"))
    return Body({"file": name}, UNKNOWN)


def json_body(data: Data, texts: Texts) -> Body | None:
    """The value, if writing it again gives the same; variables may stand in texts and where a value does."""

    def bare(match: re.Match[str]) -> str:
        found = texts.script.referred(match[1]) if match[1] else None
        if found is None:
            return match[0]
        return json.dumps(texts.script.refer(found._replace(form="|json"), data.at), ensure_ascii=False)

    if ESCAPED_HALF.search(data.text):
        whole = strict_json.parse(STANDS.sub("", data.text))
        if whole.error or re.search("[\ud800-\udfff]", strict_json.dumps(whole.value)):
            return None
    found = strict_json.parse(JSON_TOKEN.sub(bare, data.text))
    if found.error or re.search("[\udc80-\udfff]", strict_json.dumps(found.value)):
        return None
    value = found.value
    if isinstance(value, dict) and _is_graphql(value):
        return Body(
            {"graphql": {GRAPHQL[key]: _plain(one, data.at, texts) for key, one in value.items()}}, "application/json"
        )
    return Body({"json": _plain(value, data.at, texts)}, "application/json")


def _is_graphql(value: Mapping[str, object]) -> bool:
    query, variables = value.get("query"), value.get("variables", {})
    operation = value.get("operationName", "")
    fits = isinstance(query, str) and "{" in query and isinstance(variables, dict) and isinstance(operation, str)
    return fits and set(value) <= set(GRAPHQL)


def _plain(value: object, at: int, texts: Texts) -> Value:
    """All text in a JSON value with placeholders, secrets in it kept apart."""
    if isinstance(value, str):
        return texts.template(value, "json")
    if isinstance(value, dict):
        return {
            texts.template(key, "json"): _plain(
                texts.kept(key, one, at, plain_key=False) if isinstance(one, str) else one, at, texts
            )
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [_plain(one, at, texts) for one in value]
    return value  # type: ignore[return-value]  # JSON has nothing else


def multipart_of(asked: Asked, texts: Texts) -> Body:
    """Fields and files of ``-F`` and ``--form-string``."""
    made: dict[str, Value] = {}
    for one in asked.all("form", "form-string"):
        name, equals, value = one.value.partition("=")
        if not equals:
            raise texts.script.wrong(one.start, one.end, "a field is name=value", "A file is name=@path.")
        for entry in _entries(name, value, one, texts):
            add(made, texts.template(name), entry)
    return Body({"multipart": made}, "multipart/form-data")


def _entries(name: str, value: str, one: Given, texts: Texts) -> Iterator[Value]:
    if one.name == "form-string":
        yield texts.template(texts.kept(name, value, one.start, plain_key=False))
        return
    about = {match[1]: _unquoted(match[2]) for match in FIELD.finditer(value)}
    first = FIELD.search(value)
    content = value[: first.start()] if first else value
    for key in sorted(about.keys() & {"headers", "encoder"}):
        texts.note(one.start, f"{key} of a field have nothing here that they could become")
    if content.startswith("<"):
        texts.note(
            one.start, f"the field {name} would be the text of a file; it is left out", "Write its text by hand."
        )
    elif content.startswith("@"):
        listed = _listed(content[1:])
        if len(listed) > 1:
            texts.note(one.start, f"curl would send the files of {name} as one field; each is a field here")
        for path in listed:
            yield _file(path, about, one, texts)
    else:
        if "type" in about:
            texts.note(one.start, f"the field {name} has a type of its own; it is left out")
        yield texts.template(texts.kept(name, _unquoted(content), one.start, plain_key=False))


def _file(path: str, about: Mapping[str, str], one: Given, texts: Texts) -> Value:
    """A file of a field, with what stands behind its path."""
    kept = file_name(path, one.start, texts)
    written: dict[str, Value] = {"file": texts.template(kept)}
    called = about.get("filename", kept)
    guessed = mimetypes.guess_type(called)[0] or UNKNOWN
    known = OF_CURL.get(called.rpartition(".")[2].lower(), UNKNOWN)
    if "type" in about and about["type"] != guessed:
        written["type"] = texts.template(about["type"].strip())
    elif "type" not in about and guessed != known:
        texts.note(one.start, f"curl would call the file {known}; its type goes by its ending here")
    if "filename" in about:
        written["filename"] = texts.template(about["filename"])
    return written


def _unquoted(text: str) -> str:
    if len(text) > 1 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text


def _listed(paths: str) -> Sequence[str]:
    return [_unquoted(paths)] if paths.startswith('"') else paths.split(",")


def file_name(path: str, at: int, texts: Texts) -> str:
    """A path that stays in the collection's folder: of any other only the name means something here."""
    kept = path_below(path, is_elsewhere=texts.refers(path))
    texts.note(at, f"it sends the file {STANDS.sub('…', kept)}", "Put that file beside the collection.")
    return kept
