"""One block of an ``.http`` file as the keys of a request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from runner.folder import FileProblem, Folder
from runner.importing.bodies import FILE_LINE, FORM, Body, file_body, graphql_text, multipart_body, text_body
from runner.importing.draft import FOREIGN, Draft
from runner.importing.http.blocks import HEADER, METHODS, REQUEST, TARGET, VERSION, Block
from runner.importing.http.names import Names
from runner.importing.parts import Headers, Pair, address_of, headers_of, secret, without_own_type
from runner.loading.files import read_text_file
from runner.source import Location, Source
from runner.writing.layout import Value

NO_HTTP: Final = frozenset(("WEBSOCKET", "GRPC", "RSOCKET"))
DURATION: Final = re.compile(r"(\d{1,9})\s*(ms|s|m)?")


class File(NamedTuple):
    """The file that is read, what its placeholders mean, and what comes of it."""

    source: Source
    names: Names
    draft: Draft

    def at(self, line: int) -> str:
        """How a note calls one of its lines."""
        return str(Location(self.source.name, line))


class Asked(NamedTuple):
    """The request line."""

    method: str
    target: str


def request_of(block: Block, file: File) -> dict[str, Value] | None:
    """The keys of the request, always with its method; None for what is none."""
    place = file.at(block.request[0].number)
    asked = _asked(block, file, place)
    if asked is None:
        return None
    pairs = _headers(block, file)
    names = {name.lower(): value for name, value in pairs}
    graphql = asked.method == "GRAPHQL" or names.get("x-request-type", "").lower() == "graphql"
    signed = _signed(names.get("authorization", ""), file.draft, place)
    if signed is not None:
        pairs = [one for one in pairs if one[0].lower() != "authorization"]
    sent = headers_of([one for one in pairs if one[0].lower() not in _own(graphql=graphql)], file.draft, place)
    address = address_of(_target(asked.target, names), file.draft, place)
    body = _body(block, _kind(sent.kind, file), graphql=graphql, file=file)
    if graphql and names.get("x-graphql-operation") and isinstance(body.keys.get("graphql"), dict):
        operation = file.draft.text(names["x-graphql-operation"], place)
        body = body._replace(keys={"graphql": {**_mapping(body.keys["graphql"]), "operation_name": operation}})
    method = "POST" if graphql else asked.method or "GET"
    made: dict[str, Value] = {
        "method": method,
        "url": address.url,
        "query": address.query,
        "headers": without_own_type(sent.headers, body.natural),
        "auth": signed or sent.auth or address.auth,
        "cookies": sent.cookies,
        **_settings(block, sent, file),
        **body.keys,
    }
    return {key: value for key, value in made.items() if value not in (None, {}) or key in body.keys}


def _kind(written: str, file: File) -> str:
    """The content type, also where a variable of the file has it."""
    match = FOREIGN.fullmatch(written)
    known = file.draft.variables.get(match[1]) if match is not None else None
    return known if isinstance(known, str) else written


def _signed(value: str, draft: Draft, place: str) -> Value:
    """``Authorization: AWS id key token:… region:… service:…``, which is signed when it is sent."""
    kind, *words = value.split() or [""]
    if kind != "AWS" or len(words) < 2:
        return None
    more = {name: draft.text(text, place) for name, _, text in (one.partition(":") for one in words[2:])}
    made: dict[str, Value] = {
        "access_key": draft.text(words[0], place),
        "secret_key": secret(draft.text(words[1], place), "AWS_SECRET_ACCESS_KEY", draft, place),
        "region": more.get("region", "") or "us-east-1",
        "service": more.get("service", "") or "execute-api",
    }
    if more.get("token"):
        made["session_token"] = secret(more["token"], "AWS_SESSION_TOKEN", draft, place)
    return {"aws_sigv4": made}


def _mapping(value: Value) -> Mapping[str, Value]:
    return value if isinstance(value, dict) else {}


def _own(*, graphql: bool) -> frozenset[str]:
    """Headers that are no part of the request as it is kept here."""
    own = {"host", "content-length"}
    return frozenset(own | {"x-request-type", "x-graphql-operation"} if graphql else own)


def _asked(block: Block, file: File, place: str) -> Asked | None:
    text = "".join(one.text.strip() if at else one.text.rstrip() for at, one in enumerate(block.request))
    match = REQUEST.fullmatch(VERSION.sub("", text.rstrip()).rstrip())
    word, target = (match[1] or "", match[2]) if match else ("", "")
    if word.lower() == "curl":
        file.draft.note(place, "this is a curl command; it is left out", "runner import curl reads it.")
        return None
    if word and word.upper() not in METHODS and not word.isupper():
        word, target = "", f"{word} {target}"
    if not TARGET.match(target) or (not word and " " in re.sub(r"\{\{.*?\}\}", "", target)):
        file.draft.note(
            place,
            "this is no request line; what follows is left out down to the next ###",
            "It is such as GET https://h.example",
        )
        return None
    if word.upper() in NO_HTTP:
        file.draft.note(place, f"a request of {word.upper()} is left out", "Only HTTP is spoken here.")
        return None
    return Asked(word.upper(), file.names.text(target, place))


def _target(target: str, headers: Mapping[str, str]) -> str:
    """The URL: of a path alone the header says where it goes."""
    if not target.startswith("/") or target.startswith("//"):
        return target
    host = headers.get("host", "")
    scheme = "https" if re.search(r":(?:8?443)$", host) else "http"
    return f"{scheme}://{host}{target}" if host and "://" not in host else f"{host}{target}"


def _headers(block: Block, file: File) -> list[Pair]:
    found: list[Pair] = []
    for line in block.headers:
        match = HEADER.fullmatch(line.text)
        if match is not None:
            found.append((match[1], file.names.text(match[2].strip(), file.at(line.number))))
    return found


def _body(block: Block, kind: str, *, graphql: bool, file: File) -> Body:
    if not block.body:
        return Body({})
    place, draft = file.at(block.body[0].number), file.draft
    text = "\n".join(file.names.text(one.text, file.at(one.number)) for one in block.body)
    whole = FILE_LINE.fullmatch(text.strip())
    if whole is not None:
        text = _read(whole[2], file, place) if whole[1] else ""
        if not text:
            return file_body(whole[2], draft, place)
    if graphql:
        return graphql_text(text, draft, place)
    media = kind.partition(";")[0].strip().lower()
    if media == "multipart/form-data":
        found = multipart_body(text, kind, draft, place)
        if found is not None:
            return found
        draft.note(place, "no parts are found in this body", "The boundary in Content-Type stands above each part.")
    elif whole is None and any(FILE_LINE.fullmatch(one) for one in text.split("\n")):
        draft.note(place, "a file inside of a body is not put in", "Write the body by hand.")
    if media == FORM:
        text = re.sub(r"\s*\n\s*", "", re.sub(r"\s*(?:\n\s*)?&\s*", "&", text.strip()))
    return text_body(text, kind, draft, place)


def _read(path: str, file: File, place: str) -> str:
    """The text of a file below the folder of the source, whose placeholders are filled; nothing if it is not there."""
    if file.source.path is not None:
        folder = Folder.of(file.source.path.parent)
        try:
            return file.names.text(read_text_file(folder.file(path), path, folder), place)
        except FileProblem as problem:
            file.draft.note(place, f"its placeholders are not filled: {problem.message}", problem.hint)
    else:
        file.draft.note(place, "the placeholders in the file that it sends are not filled")
    return ""


def _settings(block: Block, sent: Headers, file: File) -> dict[str, Value]:
    """What comments with ``@`` say about how to send it."""
    made: dict[str, Value] = {}
    timeout: dict[str, Value] = {}
    for name, value, line in block.directives:
        place = file.at(line)
        if name == "no-redirect":
            made["redirects"] = False
        elif name == "no-cookie-jar" and not sent.cookies:
            made["cookies"] = "none"
        elif name in ("timeout", "connection-timeout") and (match := DURATION.fullmatch(value)):
            timeout["connect" if name == "connection-timeout" else "total"] = f"{match[1]}{match[2] or 's'}"
        elif name == "disabled":
            made["skip"] = "it is disabled in the file that it came from"
        elif name not in ("name", "no-log", "prompt", "ref", "forceref", "title"):
            file.draft.note(place, f"@{name} has nothing here that it could become")
    if timeout:
        made["timeout"] = timeout["total"] if timeout.keys() == {"total"} else timeout
    return made
