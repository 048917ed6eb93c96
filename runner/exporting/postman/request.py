"""Our requests as Postman's: address, headers, body."""

from __future__ import annotations

import re
from typing import Final

from runner.exporting.postman.texts import Texts
from runner.model import Body, RequestSpec
from runner.node import Node, Plain
from runner.settings import HTTP

ADDRESS: Final = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<host>[^/?#]*)(?P<path>[^?#]*)")
PATH_VARIABLE: Final = re.compile(r"(?<=/):([A-Za-z_][\w-]*)(?=/|$)")
LANGUAGES: Final = {"json": "json", "xml": "xml", "html": "html", "javascript": "javascript"}
OWN_HEADERS: Final = frozenset(("user-agent", "accept", "accept-encoding"))


def request_of(spec: RequestSpec, texts: Texts) -> dict[str, Plain]:
    """What stands under ``request``, without ``auth``."""
    method = texts.text(spec.method).upper() if spec.method is not None else "POST" if spec.body is not None else "GET"
    made: dict[str, Plain] = {"method": method, "header": _headers(spec, texts)}
    if spec.body is not None:
        made["body"] = _body(spec, spec.body, texts)
    made["url"] = _url(spec, texts)
    if spec.description:
        made["description"] = spec.description
    return made


def _headers(spec: RequestSpec, texts: Texts) -> list[Plain]:
    pairs = texts.pairs(spec.headers)
    for key, value in spec.headers:
        if value.kind == "scalar" and value.value is None and str(key.value).lower() in OWN_HEADERS:
            texts.known.note(key.location, f"Postman sends {key.value} all the same", "Switch it off there by hand.")
    if spec.cookies is not None and spec.cookies.items:
        sent = "; ".join(f"{name}={value}" for name, value in texts.pairs(tuple(spec.cookies.items)))
        written = [value for name, value in pairs if name.lower() == "cookie"]
        pairs = [pair for pair in pairs if pair[0].lower() != "cookie"]
        pairs += [("Cookie", "; ".join((*written, sent)))] if sent else []
    return [{"key": name, "value": value} for name, value in pairs]


def _url(spec: RequestSpec, texts: Texts) -> dict[str, Plain]:
    whole = _whole(spec, texts).partition("#")[0]
    address, mark, tail = whole.partition("?")
    written = [one.partition("=") for one in tail.split("&") if one]
    listed: list[tuple[str, str | None]] = [(name, value if equals else None) for name, equals, value in written]
    listed += texts.query(spec.query)
    match = ADDRESS.fullmatch(address)
    made: dict[str, Plain] = {"raw": address + (f"?{_joined(listed)}" if listed or mark else "")}
    if match is not None:
        host, colon, port = _host(match["host"])
        made |= {"protocol": match["scheme"]} if match["scheme"] else {}
        made["host"] = [host] if "{{" in host else list(host.split("."))
        made |= {"port": port} if colon else {}
        path = match["path"].removeprefix("/")
        made |= {"path": list(path.split("/"))} if match["path"] else {}
    if listed:
        made["query"] = [{"key": name, "value": value} for name, value in listed]
    names = list(dict.fromkeys(PATH_VARIABLE.findall(address)))
    if names:
        made["variable"] = [{"key": name, "value": f":{name}"} for name in names]
    return made


def _whole(spec: RequestSpec, texts: Texts) -> str:
    """The address with what it is relative to."""
    url = texts.text(spec.url).strip()
    if spec.base_url is None or HTTP.match(url) or _is_absolute(spec.url, texts):
        return url
    base = texts.text(spec.base_url).strip()
    return base + url if url[:1] in ("", "?", "#") else f"{base.rstrip('/')}/{url.lstrip('/')}"


def _is_absolute(node: Node, texts: Texts) -> bool:
    found = texts.known.rendered(node)
    return isinstance(found, str) and HTTP.match(found.strip()) is not None


def _host(text: str) -> tuple[str, str, str]:
    """Host and port: a colon inside of a placeholder or of brackets is none."""
    match = re.fullmatch(r"(.*):([0-9]*|\{\{[^{}]*\}\})", text)
    return (match[1], ":", match[2]) if match else (text, "", "")


def _joined(pairs: list[tuple[str, str | None]]) -> str:
    return "&".join(name if value is None else f"{name}={value}" for name, value in pairs)


def _body(spec: RequestSpec, body: Body, texts: Texts) -> dict[str, Plain]:
    if body.kind == "json":
        return _raw(texts.json(body.node), "json")
    if body.kind == "text":
        return _raw(texts.text(body.node), _language(spec))
    if body.kind == "form":
        pairs = texts.pairs(tuple(body.node.items))
        return {"mode": "urlencoded", "urlencoded": [{"key": name, "value": value} for name, value in pairs]}
    if body.kind == "file":
        return {"mode": "file", "file": {"src": texts.text(body.node)}}
    if body.kind == "graphql":
        return {"mode": "graphql", "graphql": _graphql(body.node, texts)}
    fields = [
        _field(texts.text(key), one, texts)
        for key, value in body.node.items
        for one in value.as_list
        if one.kind != "scalar" or one.value is not None
    ]
    return {"mode": "formdata", "formdata": list(fields)}


def _raw(text: str, language: str) -> dict[str, Plain]:
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def _language(spec: RequestSpec) -> str:
    """What Postman takes a text for: it colours it so, and sends that type where no header says another."""
    kind = next(
        (str(value.value).lower() for key, value in spec.headers if str(key.value).lower() == "content-type"), ""
    )
    return next((language for word, language in LANGUAGES.items() if word in kind and word != "json"), "text")


def _field(name: str, node: Node, texts: Texts) -> dict[str, Plain]:
    if node.kind != "mapping":
        return {"key": name, "value": texts.value(node), "type": "text"}
    kind, path, shown = node.get("type"), node.get("file"), node.get("filename")
    made: dict[str, Plain] = {"key": name, "type": "file", "src": texts.text(path) if path is not None else ""}
    if kind is not None:
        made["contentType"] = texts.text(kind)
    if shown is not None:
        texts.known.note(shown.location, "filename is left out: Postman sends the file's own name")
    return made


def _graphql(node: Node, texts: Texts) -> dict[str, Plain]:
    query, values, name = node.get("query"), node.get("variables"), node.get("operation_name")
    made: dict[str, Plain] = {"query": texts.text(query) if query is not None else ""}
    if values is not None:
        made["variables"] = texts.json(values) if values.kind == "mapping" else texts.text(values)
    if name is not None:
        made["operationName"] = texts.text(name)
    return made
