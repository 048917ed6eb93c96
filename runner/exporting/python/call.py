"""One request as a call of the library requests."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from runner.auth.apply import authenticate, credentials_of
from runner.auth.flow import Means
from runner.auth.tokens import Tokens
from runner.convert.curl import DOT_SEGMENT
from runner.exporting.parts import form_of, json_of, parts_of_body
from runner.exporting.python.literals import MADE, TOKEN, Literals, Pairs, Raw, Written, quoted
from runner.messages import Request
from runner.model import RequestSpec
from runner.resolve import DEFAULT_HEADERS

METHODS: Final = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"
TOKEN_CALL: Final = "token_response"  # noqa: S105  # a name in the script


class Call(NamedTuple):
    """The lines that send a request, and what they cannot say."""

    lines: tuple[str, ...]
    notes: tuple[str, ...] = ()


class Ready(NamedTuple):
    """A request as it is written, without its credentials, and what these are made with."""

    spec: RequestSpec
    request: Request
    means: Means


def call_of(ready: Ready, literals: Literals, sender: str) -> Call:
    """``response = requests.post(…)``; ``sender`` is what has the methods. Raises ``RenderError``."""
    spec, request, means = ready
    credentials = credentials_of(spec.auth, means)
    scheme = spec.auth.scheme if spec.auth is not None else ""
    notes: list[str] = []
    lines: list[str] = []
    proof: Written = None
    if credentials is not None and scheme in ("basic", "digest"):
        pair = (credentials.values["username"], credentials.values["password"])
        proof = pair if scheme == "basic" else Raw(f"HTTPDigestAuth({', '.join(map(literals.text, pair))})")
    elif credentials is not None and scheme == "aws_sigv4":
        notes.append("the signature of AWS is left out: requests has none; the package requests-aws4auth adds it")
    else:
        with closing(authenticate(request, credentials, means)) as flow:
            request = next(flow)
    if credentials is not None and scheme == "oauth2":
        with closing(authenticate(ready.request, credentials, means._replace(tokens=Tokens()))) as flow:
            fetching = next(flow)
        asked, login = _login_apart(fetching, literals)
        lines += _lines(TOKEN_CALL, sender, asked.method, _arguments(spec, asked, literals, login), literals)
        lines += [f"{TOKEN_CALL}.raise_for_status()", f'{MADE[TOKEN]} = {TOKEN_CALL}.json()["access_token"]']
    if proof is None:
        request, proof = _login_apart(request, literals)
    twice = _twice(request)
    if DOT_SEGMENT.search(request.url.partition("#")[0]):
        notes.append("its path has . or .. in it, which requests takes out")
    notes += [f"the header {name} is one line there, with commas" for name in twice]
    lines += _lines("response", sender, request.method, _arguments(spec, request, literals, proof), literals)
    return Call(tuple(lines), tuple(notes))


def _login_apart(request: Request, literals: Literals) -> tuple[Request, Written]:
    """The request without a Basic header that has variables inside, and the name and password of it."""
    scheme, _, encoded = (request.header("authorization") or "").partition(" ")
    try:
        text = b64decode(encoded, validate=True).decode() if scheme == "Basic" else ""
    except ValueError:
        return request, None
    if all(isinstance(piece, str) for piece in literals.references.split(text)):
        return request, None
    name, _, password = text.partition(":")
    kept = tuple(one for one in request.headers if one[0].lower() != "authorization")
    return request._replace(headers=kept), (name, password)


def _lines(
    target: str, sender: str, method: str, arguments: list[tuple[str, Written]], literals: Literals
) -> Iterator[str]:
    head = f"{target} = {sender}.{method.lower()}(" if method in METHODS else f"{target} = {sender}.request("
    if method not in METHODS:
        arguments = [("", method), *arguments]
    short = ", ".join(
        f"{name}={literals.value(one, room=9999)}" if name else literals.value(one, room=9999)
        for name, one in arguments
    )
    if len(head) + len(short) < 90:
        yield f"{head}{short})"
        return
    yield head
    for name, one in arguments:
        front = f"    {name}=" if name else "    "
        yield from f"{front}{literals.value(one, 4, 99 - len(front))},".split("\n")
    yield ")"


def _arguments(spec: RequestSpec, request: Request, literals: Literals, proof: Written) -> list[tuple[str, Written]]:
    """Names and values of the arguments, in the order in which people write them."""
    url, params = _address(request.url)
    made: list[tuple[str, Written]] = [("", url)]
    if params:
        made.append(("params", Pairs(params)))
    body, kind = _body(spec, request, literals)
    headers = _headers(request, kind)
    if headers:
        made.append(("headers", headers))
    if proof is not None:
        made.append(("auth", proof))
    return [*made, *body, *_options(spec, request)]


def _address(url: str) -> tuple[str, list[tuple[str, str]]]:
    """The address and its query apart, where they are put together to the same again."""
    address, _, query = url.partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        return url, []
    return (address, pairs) if urlencode(pairs) == query else (url, [])


def _headers(request: Request, kind: str) -> Mapping[str, Written]:
    """Those that are meant: what requests sends by itself is its own; None for what it must not send."""
    found: dict[str, str] = {}
    for name, value in request.headers:
        is_own = (name, value) in DEFAULT_HEADERS or (name.lower() == "content-type" and value == kind)
        if not is_own and name.lower() != "content-length":
            known = next((one for one in found if one.lower() == name.lower()), name)
            found[known] = f"{found[known]}, {value}" if known in found else value
    kept = {name.lower() for name, _ in request.headers}
    absent = {name: None for name, _ in DEFAULT_HEADERS if name.lower() not in kept}
    return {**found, **absent}


def _twice(request: Request) -> list[str]:
    names = [name.lower() for name, _ in request.headers]
    return sorted({name for name in names if names.count(name) > 1})


def _body(spec: RequestSpec, request: Request, literals: Literals) -> tuple[list[tuple[str, Written]], str]:
    """The argument that has the body, and the content type that requests sends with it by itself."""
    if request.body is None:
        return [], ""
    if spec.body is not None and spec.body.kind == "multipart":
        return [("files", _files(spec, request, literals))], request.header("content-type") or ""
    if spec.body is not None and spec.body.kind == "file" and spec.body.node.value is not None:
        return [("data", Raw(f"Path({_path(str(spec.body.node.value), literals)}).read_bytes()"))], ""
    value, kind = json_of(request), request.header("content-type")
    if value is not None and value[0] is not None and request.body.isascii() and kind is not None:
        return [("json", value[0])], JSON
    if value is not None:
        text = literals.value(value[0], 4, 60)
        return [("data", Raw(f"json.dumps({text}, ensure_ascii=False).encode()"))], ""
    pairs = form_of(request.body) if kind == FORM else None
    if pairs:
        return [("data", Pairs(pairs))], FORM
    text = request.body.decode("utf-8", "surrogateescape")
    written = literals.text(text)
    return [("data", Raw(written if request.body.isascii() and written.startswith('"') else f"{written}.encode()"))], ""


def _files(spec: RequestSpec, request: Request, literals: Literals) -> list[Written]:
    """Fields and files; a field is a file without a name there."""
    found: list[Written] = []
    for part in parts_of_body(spec, request):
        if part.path is None:
            found.append((part.name, (None, part.data.decode())))
            continue
        data = Raw(f"Path({_path(str(part.path.value), literals)}).read_bytes()")
        found.append((part.name, (part.filename, data, part.content_type)))
    return found


def _path(text: str, literals: Literals) -> str:
    """A file as the collection names it; its placeholders are those of variables in the script."""
    return literals.text(text) if "<<" not in text else quoted(text)


def _options(spec: RequestSpec, request: Request) -> Iterator[tuple[str, Written]]:
    options = request.options
    limit = options.timeouts
    yield "timeout", _number(limit.total) if limit.connect is None else (_number(limit.connect), _number(limit.total))
    if not options.redirects:
        yield "allow_redirects", False
    elif request.method == "HEAD":
        yield "allow_redirects", True
    if not options.tls.verify:
        yield "verify", False
    elif options.tls.ca is not None:
        yield "verify", _named(spec, "ca")
    if options.tls.cert is not None:
        key = (_named(spec, "key"),) if options.tls.key is not None else ()
        yield "cert", (_named(spec, "cert"), *key) if key else _named(spec, "cert")
    if options.proxy is not None:
        yield "proxies", {"http": options.proxy, "https": options.proxy}


def _named(spec: RequestSpec, key: str) -> str:
    """A file of ``tls`` as the collection names it."""
    node = spec.tls.get(key) if spec.tls is not None else None
    return "" if node is None else str(node.value)


def _number(value: float) -> float:
    return int(value) if value == int(value) else value
