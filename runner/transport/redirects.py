"""Where a redirect leads, and what of the request may go along."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin

from runner.messages import Headers, Request
from runner.resolve import DEFAULT_HEADERS
from runner.transport.address import Address, parse_url
from runner.transport.failures import Failure, bad_response, quoted
from runner.transport.wire import Head

FOLLOWED: Final = frozenset((301, 302, 303, 307, 308))
OWN_AGENT: Final = dict(DEFAULT_HEADERS)["User-Agent"]
WEIGHT: Final = r"(?:\s*;\s*(?:q=[01](?:\.\d{1,3})?|charset=utf-8))*"
HARMLESS: Final = {
    "accept": r"(?:application|text|image|audio|video|multipart|\*)/"
    r"(?:json|xml|html|xhtml\+xml|plain|csv|pdf|event-stream|(?:x-)?ndjson|octet-stream|form-data|png|jpeg|\*"
    rf"|(?:problem|hal|ld|vnd\.[a-z]{{1,12}}(?:\.v[0-9]{{1,2}})?)\+(?:json|xml)){WEIGHT}",
    "accept-encoding": rf"(?:gzip|deflate|br|zstd|identity|\*){WEIGHT}",
    "accept-language": rf"(?:[a-z]{{2}}(?:-[A-Z][a-z]{{3}})?(?:-(?:[A-Z]{{2}}|[0-9]{{3}}))?|\*){WEIGHT}",
    "user-agent": re.escape(OWN_AGENT),
}
"""Headers that go to another origin, as far as what they say is of these words: any other may be a secret."""
OF_BODY: Final = frozenset(
    (
        "content-type",
        "content-length",
        "content-encoding",
        "content-language",
        "content-location",
        "content-md5",
    )
)
HINT: Final = 'With "redirects: false" the redirect itself is the answer that is checked.'


def leads_on(head: Head) -> bool:
    """Whether a response sends its reader to another address."""
    return head.status in FOLLOWED and bool(head.values("location"))


def location(head: Head) -> str:
    """Where a response that leads on leads to."""
    values = set(head.values("location"))
    if len(values) > 1:
        raise bad_response(f"The redirect ({head.status}) gives two different addresses.", HINT)
    return values.pop()


def follow(request: Request, address: Address, status: int, location: str) -> tuple[Request, Address]:
    """The request that a redirect of ``address`` asks for. To another origin goes no body and no header that
    may hold a secret, and nothing goes from https to http; raises ``Failure`` where that ends it."""
    target = _target(address, location)
    if address.scheme == "https" and target.scheme == "http":
        raise bad_response(f"{address.place} redirects from https to unencrypted http ({target.place}).", HINT)
    to_get = (status == 303 and request.method != "HEAD") or (status in (301, 302) and request.method == "POST")
    method = "GET" if to_get else request.method
    body = None if to_get else request.body
    headers = _without(request.headers, OF_BODY) if to_get else request.headers
    if target.origin != address.origin:
        if body is not None:
            message = f"{address.place} redirects to {target.place} ({status}); no body goes to another origin."
            raise bad_response(message, f"If that is the right address, write it as the URL. {HINT}")
        ours = ("User-Agent", OWN_AGENT)
        headers = tuple(ours if name.lower() == "user-agent" else (name, value) for name, value in headers)
        headers = tuple(pair for pair in headers if _is_harmless(*pair))
    return request._replace(method=method, url=target.url, headers=headers, body=body), target


def too_many(allowed: int, last: str) -> Failure:
    """More redirects than the request allows; ``last`` is the place that sent the last one."""
    message = f"More than {allowed} redirect{'' if allowed == 1 else 's'}; the last came from {last}."
    return bad_response(message, f"If that is right, raise redirects: on the request. {HINT}")


def _target(address: Address, location: str) -> Address:
    try:
        return parse_url(urljoin(address.url, location.strip()))
    except (Failure, ValueError) as error:
        scheme = location.strip().partition(":")[0]
        what = f"{quoted(scheme, 20)}: addresses are not followed" if scheme.isalnum() else "that is no URL"
        raise bad_response(f"{address.place} redirects to something that is no http URL ({what}).", HINT) from error


def _is_harmless(name: str, value: str) -> bool:
    pattern = HARMLESS.get(name.lower())
    return pattern is not None and all(re.fullmatch(pattern, part.strip()) for part in value.split(","))


def _without(headers: Headers, names: frozenset[str]) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() not in names)
