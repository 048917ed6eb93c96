"""One request as curl is asked for it, as the keys of a request."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, unquote

from runner.importing.curl.body import (
    DATA,
    FORM_TYPE,
    Body,
    body_of,
    data_of,
    file_name,
    multipart_of,
    urlencoded,
)
from runner.importing.curl.headers import auth_of, cookies_of, headers_of, written_headers
from runner.importing.curl.options import SILENT, Asked, Given
from runner.importing.curl.text import Pairs, Texts, encoded, split_pairs
from runner.importing.shells.shell import Reference, Word
from runner.messages import Options
from runner.settings import MAX_REDIRECTS
from runner.writing.layout import Value

SCHEME: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*)://|[\ud800-\udbff]")
ORIGIN: Final = re.compile(r"([^/?#]*//)(?:([^/?#]*)@)?([^?#]*)(?:\?([^#]*))?")
HOLE: Final = re.compile(r"\{\{?([A-Za-z_][\w.-]*)\}?\}|(?<!<)<([A-Za-z_][\w.-]*)>(?!>)")
"""``{id}`` in an address: a hole to be filled, as documentation writes it."""
GLOB: Final = re.compile(r"\[[\w:-]+-[\w:-]+\]|\{[^{}]*,[^{}]*\}")
TAKEN: Final = frozenset(
    (
        *DATA,
        *"""aws-sigv4 basic cacert cert connect-timeout cookie digest anyauth form form-string get head header insecure
        key location location-trusted max-redirs max-time noproxy ntlm ntlm-wb negotiate oauth2-bearer proxy
        proxy-user range referer request retry retry-delay upload-file url-query user user-agent""".split(),
    )
)
WITH_LENGTH: Final = frozenset(("POST", "PUT", "PATCH"))
"""Methods that say how long their body is even where there is none: no body and an empty one are the same."""
DEFAULT_TIME: Final = Options().timeouts.total
DEFAULT_REDIRECTS: Final = Options().redirects


def request_of(asked: Asked, texts: Texts) -> dict[str, Value]:
    """The keys of the request, always with its method. Raises ``InvalidFiles``."""
    _tell_others(asked, texts)
    url, query, user_info = _address(asked.urls[0], asked, texts)
    headers = headers_of(asked, texts)
    types = [one for one in headers if one.name.lower() == "content-type"]
    kind = types[-1].value or "" if types else None
    body, query = _content(asked, kind, query, texts)
    ranged = asked.last("range")
    if ranged is not None and body.keys:
        texts.note(ranged.start, "with a body curl sends --range as Content-Range; it is Range here")
    method = _method(asked, body)
    if body.keys and not types and asked.last("json") is None and "form" not in body.keys:
        body = _without_type(asked, body, texts)
    if not body.keys:
        headers = [one for one in headers if one.name.lower() != "content-type" or one.value]
    if asked.last("aws-sigv4") is not None:
        headers = [one for one in headers if (one.name.lower(), one.value) != ("accept-encoding", None)]
    auth, cookies = auth_of(asked, headers, user_info, texts), cookies_of(asked, headers, texts)
    made: dict[str, Value] = {"method": method, "url": url}
    pairs = texts.mapping(query) if query else {}
    if pairs is None:
        made["url"] = f"{url}{'&' if '?' in url else '?'}{texts.template(encoded(query), 'url')}"
    found = {
        "query": pairs,
        "headers": {**written_headers(headers, body.natural, texts), **dict(_typed(body, written=types != []))},
        "auth": auth,
        "cookies": cookies,
        **body.keys,
        **_sending(asked, texts),
    }
    made.update({key: value for key, value in found.items() if value not in (None, {}) or key in body.keys})
    return made


def _typed(body: Body, *, written: bool) -> list[tuple[str, Value]]:
    """The content type that curl gives to what is no form."""
    return [("Content-Type", FORM_TYPE)] if not written and "text" in body.keys and body.natural is None else []


def _without_type(asked: Asked, body: Body, texts: Texts) -> Body:
    """Data without a content type is a form for curl."""
    if "text" in body.keys:
        return Body(body.keys, None)
    if "file" in body.keys:
        type_there = "give the file no type" if asked.has("upload-file") else f"call the file a form ({FORM_TYPE})"
        texts.note(asked.start, f"curl would {type_there}; its type goes by its ending here")
    return body


def _content(asked: Asked, kind: str | None, query: Pairs, texts: Texts) -> tuple[Body, Pairs]:
    """The body, and the query with what ``-G`` puts there."""
    upload = asked.last("upload-file")
    if upload is not None and upload.value not in ("-", "."):
        name = file_name(upload.value, upload.start, texts)
        return body_of_file(name, texts), query
    if upload is not None:
        texts.note(upload.start, "the body comes from standard input; it is left out", "Write file: by hand.")
    if asked.all("form", "form-string"):
        return multipart_of(asked, texts), query
    data = data_of(asked, texts)
    if data is None:
        return Body(), query
    if asked.has("get"):
        found = data.pairs if data.pairs is not None else split_pairs(data.text)
        if found is None or data.file:
            texts.note(data.at, "what -G puts into the query is no name=value; it is left out")
            return Body(), query
        return Body(), [*query, *((name, texts.kept(name, value, data.at)) for name, value in found)]
    if not data.text and not data.file and not kind and _method(asked, Body()) in WITH_LENGTH:
        return Body(), query
    return body_of(data, kind, is_json=asked.last("json") is not None, texts=texts), query


def body_of_file(name: str, texts: Texts) -> Body:
    """A file that is uploaded; curl names no type for it."""
    return Body({"file": texts.template(name)}, None)


def _method(asked: Asked, body: Body) -> str:
    """As curl chooses it."""
    written = asked.last("request")
    if written is not None:
        return written.value
    if asked.has("head"):
        return "HEAD"
    if asked.has("upload-file"):
        return "PUT"
    return "POST" if not asked.has("get") and (body.keys or asked.all(*DATA)) else "GET"


def _address(word: Word, asked: Asked, texts: Texts) -> tuple[str, Pairs, str]:
    """The URL without its query where that can be told from it, the query, user name and password."""
    raw = word.text.strip()
    if not SCHEME.match(raw):
        raw = f"http://{raw}"
    if raw.partition("://")[0].lower() not in ("http", "https") and not texts.refers(raw.partition("://")[0]):
        raise texts.script.wrong(word.start, word.end, "only http and https are spoken here", "Leave this command out.")
    if not asked.has("globoff"):
        if GLOB.search(raw):
            hint = "A request with matrix: or data: is sent once for each."
            texts.note(word.start, "curl would send this once for each in {} or []; it is one here", hint)
        raw = HOLE.sub(lambda match: texts.script.refer(Reference(match[1] or match[2]), word.start), raw)
    match = ORIGIN.match(raw)
    if match is None or not match[1]:  # a variable holds the beginning
        address, _, tail = raw.partition("#")[0].partition("?")
        scheme, login = "", ""
    else:
        scheme, login, address, tail = match[1], match[2] or "", match[3], match[4] or ""
    front = f"{scheme}{_path(address, asked)}"
    added = [_added(one, texts) for one in asked.all("url-query")]
    more = [pair for _, found in added for pair in found or ()]
    if any(found is None for _, found in added):  # what is no pair is written as it is sent
        more, tail = [], "&".join(filter(None, (tail, *(text for text, _ in added))))
    pairs = split_pairs(tail)
    if pairs is not None and encoded(pairs) == tail:
        kept = [(name, texts.kept(name, value, word.start)) for name, value in pairs]
        if texts.mapping(kept) is not None:
            return texts.template(front, "url"), [*kept, *more], unquote(login)
    tail = "&".join(texts.hidden_piece(piece, word.start) for piece in tail.split("&"))
    return texts.template(f"{front}?{tail}" if tail else front, "url"), more, unquote(login)


def _path(address: str, asked: Asked) -> str:
    """A host and a path as curl sends them: without . and .. in it, with the name of a file that goes into a folder."""
    host, slash, path = address.partition("/")
    parts: list[str] = []
    for part in path.split("/"):
        if asked.has("path-as-is") or part not in (".", ".."):
            parts.append(part)
        elif part == ".." and parts:
            parts.pop()
    if not asked.has("path-as-is") and path.rpartition("/")[2] in (".", ".."):
        parts.append("")
    upload = asked.last("upload-file")
    if upload is not None and upload.value not in ("-", ".") and (not parts or not parts[-1]):
        slash, parts = "/", [*parts[:-1], quote(re.split(r"[/\\]", upload.value)[-1], safe="")]
    return f"{host}{slash}{'/'.join(parts)}"


def _added(one: Given, texts: Texts) -> tuple[str, Pairs | None]:
    """What ``--url-query`` adds: the text, and the pairs in it if it is nothing else."""
    if one.value.startswith("+"):
        text, pairs = one.value[1:], split_pairs(one.value[1:])
    else:
        file, text, pairs = urlencoded(one.value, one, texts)
        if file:
            return "", []
    return text, None if pairs is None else [(name, texts.kept(name, value, one.start)) for name, value in pairs]


def _sending(asked: Asked, texts: Texts) -> dict[str, Value]:
    """How to send it: limits of time, redirects, certificates, proxy, again after faults."""
    made: dict[str, Value] = {"timeout": _timeout(asked, texts), "redirects": _redirects(asked, texts)}
    tls: dict[str, Value] = {"verify": False} if asked.has("insecure") else {}
    for option, key in (("cacert", "ca"), ("cert", "cert"), ("key", "key")):
        one = asked.last(option)
        if one is not None:
            path, colon, _ = (
                one.value.partition(":") if option == "cert" and one.value[1:2] != ":" else (one.value, "", "")
            )
            if colon:
                texts.note(one.start, "the password of the certificate is left out", "Use a key without one.")
            tls[key] = texts.template(file_name(path, one.start, texts))
    if "key" in tls and "cert" not in tls:
        texts.note(asked.start, "a key without a certificate is left out")
        del tls["key"]
    made["tls"], made["proxy"], made["retry"] = tls, _proxy(asked, texts), _retry(asked, texts)
    return made


def _timeout(asked: Asked, texts: Texts) -> Value:
    whole, connect = (_seconds(asked.last(name), texts) for name in ("max-time", "connect-timeout"))
    total = whole if whole not in (None, DEFAULT_TIME) else None
    if connect is None:
        return None if total is None else _duration(total)
    return {"connect": _duration(connect), **({} if total is None else {"total": _duration(total)})}


def _seconds(one: Given | None, texts: Texts) -> float | None:
    if one is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{0,9})?", one.value):
        raise texts.script.wrong(one.start, one.end, f"--{one.name} is a number of seconds", "")
    seconds = float(one.value)
    if seconds == 0:
        texts.note(one.start, f"--{one.name} 0 is no limit; the default of 60 s holds here")
    return seconds or None


def _duration(seconds: float) -> str:
    milliseconds = seconds * 1000
    if seconds < 1 and milliseconds == int(milliseconds):
        return f"{int(milliseconds)}ms"
    return f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"


def _number(one: Given, texts: Texts, least: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,9}", one.value) or int(one.value) < least:
        raise texts.script.wrong(one.start, one.end, f"--{one.name} is a number", "")
    return int(one.value)


def _redirects(asked: Asked, texts: Texts) -> Value:
    """Without -L nothing is written, though curl follows none then: a redirect is rarely what somebody asks for."""
    location, most = asked.last("location"), asked.last("max-redirs")
    count = None if most is None else _number(most, texts, -1)
    if (location is not None and not location.on) or count == 0:
        return False
    if location is None or count is None or count == DEFAULT_REDIRECTS:
        return None
    return MAX_REDIRECTS if count < 0 else min(count, MAX_REDIRECTS)


def _proxy(asked: Asked, texts: Texts) -> Value:
    proxy, without = asked.last("proxy"), asked.last("noproxy")
    if without is not None and without.value == "*":
        return "none"
    if without is not None and without.value:
        texts.note(
            without.start, "hosts that go without the proxy are left out", "Write proxy: none where it is meant."
        )
    if proxy is None:
        return None
    address = proxy.value if "://" in proxy.value else f"http://{proxy.value}"
    scheme, _, rest = address.partition("://")
    if scheme.lower() not in ("http", "https"):
        texts.note(proxy.start, f"a {scheme} proxy is not known here; it is left out")
        return None
    user = asked.last("proxy-user")
    login, at, host = rest.rpartition("@")
    login = login if at else user.value if user else ""
    name, colon, password = login.partition(":")
    kept = f"{name}{colon}{texts.keep('PROXY_PASSWORD', password, proxy.start)}@" if login else ""
    return texts.template(f"{scheme}://{kept}{host}", "url")


def _retry(asked: Asked, texts: Texts) -> Value:
    retry, delay = asked.last("retry"), asked.last("retry-delay")
    if retry is None or _number(retry, texts, 0) == 0:
        return None
    made: dict[str, Value] = {"attempts": min(_number(retry, texts, 0) + 1, 100)}
    seconds = _seconds(delay, texts) if delay is not None else None
    return {**made, "delay": _duration(seconds)} if seconds else made


def _tell_others(asked: Asked, texts: Texts) -> None:
    for one in asked.given:
        if one.name not in TAKEN and one.name not in SILENT:
            hint = "runner run --resolve does it." if one.name == "resolve" else ""
            texts.note(one.start, f"--{one.name} has nothing here that it could become", hint)
