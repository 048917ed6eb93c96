"""``digest``: RFC 7616 with MD5 and SHA-256, their session variants, and ``qop=auth``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from hashlib import md5, sha256
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from runner.auth.challenge import Challenge, read_challenges
from runner.auth.flow import Credentials, Flow, Means
from runner.messages import Exchange, Request, Response
from runner.resolve import with_header

HASHES = ("md5", "sha-256")
COUNT = "00000001"
"""``nc``: each answer has a client nonce of its own, so it is the first one with it."""
KEPT_BY_REDIRECTS = ("GET", "HEAD")
STANDS_IN_A_URL = "!#$%&'()*+,/:;=?@[]~"


class Login(NamedTuple):
    """Who answers, and with which client nonce."""

    username: str
    password: str
    client_nonce: str


def digest(request: Request, credentials: Credentials, means: Means) -> Flow:
    """Without credentials first; a challenge is answered once, and once more if only its nonce was too old."""
    means.mark_secret(credentials.get("password"))
    exchange = first = yield request
    challenge = _challenge(exchange, request, credentials)
    for _ in range(2):
        if challenge is None or first.response is None:
            break
        login = Login(credentials.get("username"), credentials.get("password"), means.variables.generate("$randomHex"))
        exchange = yield _answered(request, first.response, challenge, login)
        challenge = _challenge(exchange, request, credentials, stale=True)
    return _with_redirects(exchange, first)


def _challenge(
    exchange: Exchange, request: Request, credentials: Credentials, *, stale: bool = False
) -> Challenge | None:
    """The challenge to answer, the first that can be; with ``stale`` only one that takes the same credentials."""
    response = exchange.response
    if response is None or response.status != 401 or not _is_own(response, request):
        return None
    found = [one for one in read_challenges(response.header_values("www-authenticate")) if one.scheme == "digest"]
    if stale:
        found = [one for one in found if one.parameters.get("stale", "").lower() == "true"]
    fit = next((one for one in found if not _unfit(one)), None)
    if fit is None and found:
        hint = "Of Digest, runner speaks MD5 and SHA-256 with qop=auth. Is there another way to log in?"
        raise credentials.problem("", f"the server's Digest challenge {_unfit(found[0])}", hint)
    return fit


def _unfit(challenge: Challenge) -> str:
    """Why a challenge cannot be answered."""
    parameters = challenge.parameters
    algorithm = parameters.get("algorithm", "MD5")
    if "realm" not in parameters or "nonce" not in parameters:
        return "has no realm or no nonce"
    if algorithm.lower().removesuffix("-sess") not in HASHES:
        return f"asks for {algorithm[:40]!a}"
    if "qop" in parameters and "auth" not in _listed(parameters["qop"]):
        return f"asks for qop={parameters['qop'][:40]!a}"
    return ""


def _listed(text: str) -> list[str]:
    return [one.strip().lower() for one in text.split(",")]


def _is_own(response: Response, request: Request) -> bool:
    """Whether the server of the request answered; no other one gets an answer. After a redirect the request may have
    become another one, but for a method that redirects keep."""
    if not response.redirects:
        return True
    one, two = urlsplit(request.url), urlsplit(response.url)
    return (one.scheme, one.hostname, one.port) == (two.scheme, two.hostname, two.port) and (
        request.method in KEPT_BY_REDIRECTS
    )


def _answered(request: Request, response: Response, challenge: Challenge, login: Login) -> Request:
    """The request once more, with the answer to the challenge; after a redirect, where that led."""
    url = response.url if response.redirects else request.url
    header = authorization(challenge, request.method, _target(url), login)
    return with_header(request._replace(url=url), "Authorization", header)


def authorization(challenge: Challenge, method: str, target: str, login: Login) -> str:
    """The value of ``Authorization`` (RFC 7616, 3.4); ``target`` is path and query as they are sent."""
    parameters = challenge.parameters
    realm, nonce = parameters["realm"], parameters["nonce"]
    algorithm = parameters.get("algorithm", "MD5").lower()
    with_qop = "qop" in parameters

    def hashed(*parts: bytes) -> bytes:
        data = b":".join(parts)
        if algorithm.startswith("md5"):
            return md5(data, usedforsecurity=False).hexdigest().encode()
        return sha256(data).hexdigest().encode()

    client_nonce, nonce_bytes = login.client_nonce.encode(), nonce.encode("latin-1", "replace")
    secret = hashed(login.username.encode(), realm.encode("latin-1", "replace"), login.password.encode())
    if algorithm.endswith("-sess"):
        secret = hashed(secret, nonce_bytes, client_nonce)
    between = (COUNT.encode(), client_nonce, b"auth") if with_qop else ()
    response = hashed(secret, nonce_bytes, *between, hashed(method.encode(), target.encode()))
    fields = [_username(login.username), ("realm", _quoted(realm)), ("nonce", _quoted(nonce))]
    fields += [("uri", _quoted(target)), ("response", _quoted(response.decode()))]
    if "algorithm" in parameters:
        fields.append(("algorithm", parameters["algorithm"]))
    if "opaque" in parameters:
        fields.append(("opaque", _quoted(parameters["opaque"])))
    if with_qop:
        fields += [("qop", "auth"), ("nc", COUNT)]
    if with_qop or algorithm.endswith("-sess"):
        fields.append(("cnonce", _quoted(login.client_nonce)))
    return "Digest " + _joined(fields)


def _joined(fields: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name}={value}" for name, value in fields)


def _username(name: str) -> tuple[str, str]:
    """A name with other letters than ASCII has a form of its own (RFC 7616, 3.4.4)."""
    return ("username", _quoted(name)) if name.isascii() else ("username*", f"UTF-8''{quote(name, safe='')}")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _target(url: str) -> str:
    """Path and query as they are sent."""
    parts = urlsplit(url)
    path = quote(parts.path or "/", safe=STANDS_IN_A_URL)
    query = quote(parts.query, safe=STANDS_IN_A_URL)
    return f"{path}?{query}" if query or "?" in url.partition("#")[0] else path


def _with_redirects(exchange: Exchange, first: Exchange) -> Exchange:
    """The last exchange; redirects that led to the challenge count for it, too."""
    response, challenged = exchange.response, first.response
    if exchange is first or response is None or challenged is None or not challenged.redirects:
        return exchange
    return exchange._replace(response=replace(response, redirects=(*challenged.redirects, *response.redirects)))
