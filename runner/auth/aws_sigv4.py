"""``aws_sigv4``: AWS Signature Version 4 in the header ``Authorization``."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes, urlsplit

from runner.auth.flow import Credentials, Flow, Means
from runner.messages import REQUEST_HEADER, Headers, Request
from runner.resolve import with_header

ALGORITHM: Final = "AWS4-HMAC-SHA256"
S3: Final = frozenset({"s3", "s3-outposts", "s3-object-lambda"})
"""Services whose paths are signed as they are, not normalised and encoded once more, and that want the body's hash
in a header."""
UNSIGNED: Final = frozenset(
    "accept accept-encoding authorization connection content-length cookie expect te transfer-encoding upgrade "
    "user-agent x-amzn-trace-id".split()
) | {REQUEST_HEADER.lower()}
"""Headers that proxies and HTTP itself may change on the way."""
BODY_HASH: Final = "X-Amz-Content-Sha256"
UNRESERVED: Final = "-._~"
STANDS_IN_A_URL: Final = "!#$%&'()*+,/:;=?@[]~"
PORTS: Final = {"http": 80, "https": 443}
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


class Scope(NamedTuple):
    """Who signs, and what the signature is good for."""

    access_key: str
    secret_key: str
    region: str
    service: str


def aws_sigv4(request: Request, credentials: Credentials, means: Means) -> Flow:
    for name in ("secret_key", "session_token"):
        means.mark_secret(credentials.get(name))
    scope = Scope(*(credentials.get(name) for name in Scope._fields))
    for name in ("access_key", "secret_key"):
        if not credentials.get(name) or re.search(r"\s", credentials.get(name)):
            hint = "Look at the variable it comes from."
            raise credentials.problem(name, f"{name} is empty or holds a blank", hint)
    for name in ("region", "service"):
        if not NAME.fullmatch(credentials.get(name)):
            hint = "It is a word like us-east-1 or execute-api."
            raise credentials.problem(name, f"this is not the name of a {name} of AWS", hint)
    try:
        request = signed(with_session(request, credentials.get("session_token")), scope, means.clock.now())
    except UnicodeError:
        hint = "Look at the variables in the URL and in the headers."
        raise credentials.problem("", "this request cannot be signed: it holds half a character", hint) from None
    return (yield request)


def with_session(request: Request, token: str) -> Request:
    """``request`` with the token of temporary credentials, if there is one."""
    return with_header(request, "X-Amz-Security-Token", token) if token else request


def signed(request: Request, scope: Scope, moment: float) -> Request:
    """``request`` with its signature, made at ``moment`` in seconds since the Unix epoch."""
    time = datetime.fromtimestamp(moment, UTC).strftime("%Y%m%dT%H%M%SZ")
    request = with_header(request, "X-Amz-Date", time)
    body_hash = request.header(BODY_HASH) or sha256(request.body or b"").hexdigest()
    if scope.service in S3:
        request = with_header(request, BODY_HASH, body_hash)
    names, canonical = canonical_request(request, scope.service, body_hash)
    day = f"{time[:8]}/{scope.region}/{scope.service}/aws4_request"
    digest = sha256(canonical.encode()).hexdigest()
    signature = hmac.new(_key(scope, time[:8]), f"{ALGORITHM}\n{time}\n{day}\n{digest}".encode(), sha256).hexdigest()
    value = f"{ALGORITHM} Credential={scope.access_key}/{day}, SignedHeaders={names}, Signature={signature}"
    return with_header(request, "Authorization", value)


def _key(scope: Scope, day: str) -> bytes:
    key = f"AWS4{scope.secret_key}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = hmac.new(key, part.encode(), sha256).digest()
    return key


def canonical_request(request: Request, service: str, body_hash: str) -> tuple[str, str]:
    """The names of the signed headers, and the text whose hash is signed."""
    parts = urlsplit(request.url)
    headers = _canonical_headers((("Host", _host(request)), *request.headers))
    names = ";".join(name for name, _ in headers)
    path = quote(parts.path or "/", safe=STANDS_IN_A_URL)
    lines = [request.method, canonical_path(path, service), canonical_query(quote(parts.query, safe=STANDS_IN_A_URL))]
    lines += [*(f"{name}:{value}" for name, value in headers), "", names, body_hash]
    return names, "\n".join(lines)


def _host(request: Request) -> str:
    """The header Host as it is sent."""
    parts = urlsplit(request.url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host if host.isascii() else host.encode("idna").decode("ascii")
    return host if parts.port in (None, PORTS[parts.scheme]) else f"{host}:{parts.port}"


def _canonical_headers(headers: Sequence[tuple[str, str]]) -> Headers:
    """Sorted by name, in lower case; repeated ones joined, blanks folded."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        if name.lower() not in UNSIGNED:
            values.setdefault(name.lower(), []).append(" ".join(value.split()))
    if len(values["host"]) > 1:
        del values["host"][0]  # written by hand, it is the one that is sent
    return tuple((name, ",".join(values[name])) for name in sorted(values))


def canonical_path(path: str, service: str) -> str:
    """``path`` as it is sent, in the form that is signed."""
    if service in S3:
        return "/".join(_encoded(segment) for segment in path.split("/"))
    segments: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del segments[-1:]
        elif segment not in ("", "."):
            segments.append(segment)
    slash = "/" if segments and path.endswith("/") else ""
    return quote("/" + "/".join(segments) + slash, safe="/" + UNRESERVED)


def canonical_query(query: str) -> str:
    """Names and values encoded in one way and sorted."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    encoded = sorted((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "&".join(f"{name}={value}" for name, value in encoded)


def _encoded(text: str) -> str:
    return quote(unquote_to_bytes(text), safe=UNRESERVED)
