"""Takes secrets out of what was recorded: by what the run knows to be one, and by the names of things."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from runner import strict_json
from runner.cookies import sent_cookies
from runner.llm.stream import read_stream
from runner.messages import Headers, Request, Response, is_stream, media_type
from runner.node import Plain
from runner.recording.bodies import arrivals_of, parts_of, times_of
from runner.recording.entry import Entry
from runner.recording.places import FORM
from runner.recording.stand_ins import stand_ins
from runner.redact import MASK, Redactor
from runner.variables.letting_in import RULES, lets_in
from runner.variables.secrets import cookie_secrets

ISSUED: Final = ("access_token", "refresh_token", "id_token")
"""What a token endpoint gives, whatever it looks like."""
LEAST: Final = 16
"""Characters from which the value of a name such as ``token`` can be what lets somebody in; models call the parts of
words so."""
PAIR: Final = re.compile(r"([^=&]*)(=)([^&]*)")
SCHEMES: Final = re.compile(r"\A(Basic|Bearer|Digest|Negotiate|Token|ApiKey|AWS4-HMAC-SHA256)\s", re.IGNORECASE)
PROOFS: Final = ("digest ", "aws4-hmac-sha256 ")
"""Schemes that send no secret, but what is made of one, each time anew."""
SPREAD: Final = "a secret is spread over the events of its stream"


def learn(entries: Iterable[Entry], redactor: Redactor) -> None:
    """What answers and requests give away as a secret by its name is masked everywhere from now on."""
    for entry in entries:
        for value in (*_given(entry.response), *_sent(entry.request)):
            redactor.add(value)


def _given(response: Response | None) -> Iterator[str]:
    if response is None:
        return
    for name, value in response.headers:
        if name.lower() == "set-cookie":
            key, _, rest = value.partition("=")
            yield from cookie_secrets(key.strip(), rest.partition(";")[0], RULES, hidden="httponly" in value.lower())
        elif _is_key(name, value):
            yield value
    document = strict_json.parse(response.body)
    if document.error:
        return
    if isinstance(document.value, dict):
        yield from (text for name in ISSUED if isinstance(text := document.value.get(name), str))
    yield from (value for name, value in _members(document.value) if _is_key(name, value))


def _sent(request: Request) -> Iterator[str]:
    for name, value in request.headers:
        if name.lower() in ("authorization", "proxy-authorization"):
            if not value.lower().startswith(PROOFS):
                yield SCHEMES.sub("", value)
        elif _is_key(name, value):
            yield value
    yield from (value for _, value in sent_cookies(request.headers) if len(value) >= LEAST)
    yield from (value for name, value in parse_qsl(urlsplit(request.url).query) if _is_key(name, value))
    document = strict_json.parse(request.body or b"")
    yield from (value for name, value in _members(document.value) if _is_key(name, value))


def _is_key(name: str, value: str) -> bool:
    return len(value) >= LEAST and not re.search(r"\s", value) and lets_in(name, plain_key=False)


def _members(value: Plain) -> Iterator[tuple[str, str]]:
    """Every text that is a member of an object, at any depth."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            yield from ((name, text) for name, text in one.items() if isinstance(text, str))
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


class Hider:
    """Masks entries. What is masked stays usable: the shape of a body does not change."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor

    def entry(self, entry: Entry) -> Entry:
        """The entry without secrets; an answer that cannot be freed of one is left out."""
        masked = entry._replace(
            request=self._request(entry.request),
            error=self._redactor.redact(entry.error),
            owner=self._redactor.redact(entry.owner),
            marks=self._redactor.redact(dict(entry.marks)),
        )
        if entry.response is None:
            return masked
        response = self._response(entry.response, masked.request.url)
        if self._is_spread(response):
            return masked._replace(response=replace(response, body=b"", arrivals=()), withheld=SPREAD)
        return masked._replace(response=response, stand_ins=stand_ins(entry.response, response, self._redactor))

    def _request(self, request: Request) -> Request:
        headers = tuple((self._redactor.text(name), self._sent_header(name, value)) for name, value in request.headers)
        body = request.body
        if body:
            body = self._form(body) if media_type(request.headers) == FORM else self._body(body, by_name=True)
        return Request(request.method, self._url(request.url), headers, body)

    def _url(self, url: str) -> str:
        before, mark, query = url.partition("?")
        masked = PAIR.sub(self._pair, query)
        return self._redactor.text(f"{before}{mark}{masked}")

    def _pair(self, match: re.Match[str]) -> str:
        name, equals, value = match.groups()
        return f"{name}{equals}{MASK}" if value and lets_in(unquote_plus(name)) else match.group()

    def _sent_header(self, name: str, value: str) -> str:
        lower = name.lower()
        if lower in ("authorization", "proxy-authorization"):
            scheme = SCHEMES.match(value)
            return f"{scheme.group(1)} {MASK}" if scheme is not None else MASK
        if lower == "cookie":
            return "; ".join(f"{self._redactor.text(key)}={MASK}" for key, _ in sent_cookies(((name, value),)))
        return MASK if lets_in(name) else self._redactor.text(value)

    def _received(self, headers: Headers) -> Headers:
        return self._redactor.redact(headers)

    def _response(self, response: Response, url: str) -> Response:
        body = self._body(response.body, by_name=False)
        certificate = self._redactor.redact(response.certificate)
        headers = self._received(response.headers)
        reason = self._redactor.text(response.reason)
        arrivals = response.arrivals
        if arrivals and body is not response.body:
            times = times_of(arrivals, parts_of(response.body, response.headers))
            arrivals = arrivals_of(times, parts_of(body, response.headers))
        masked = replace(response, url=url, headers=headers, body=body, reason=reason)
        return replace(masked, certificate=certificate, arrivals=arrivals)

    def _form(self, body: bytes) -> bytes:
        text = PAIR.sub(self._pair, body.decode("utf-8", "surrogateescape"))
        return self._redactor.data(text.encode("utf-8", "surrogateescape"))

    def _body(self, body: bytes, *, by_name: bool) -> bytes:
        """A JSON body stays one, also where a number in it is the secret."""
        masked = self._redactor.data(body)
        document = strict_json.parse(body)
        if document.error or not isinstance(document.value, dict | list):
            return masked
        changed = self._value(document.value, by_name=by_name)
        named = by_name and changed != self._value(document.value, by_name=False)
        if named or (masked is not body and strict_json.parse(masked).error):
            return strict_json.dumps(changed).encode("utf-8", "surrogatepass")
        return masked

    def _value(self, value: Plain, *, by_name: bool) -> Plain:
        if isinstance(value, dict):
            return {
                self._redactor.text(name): MASK
                if by_name and isinstance(one, str) and one and lets_in(name, plain_key=False)
                else self._value(one, by_name=by_name)
                for name, one in value.items()
            }
        if isinstance(value, list):
            return [self._value(one, by_name=by_name) for one in value]
        if isinstance(value, str):
            return self._redactor.text(value)
        if isinstance(value, bool) or value is None:
            return value
        text = strict_json.dumps(value)
        return value if self._redactor.text(text) == text else MASK

    def _is_spread(self, response: Response) -> bool:
        """Whether a secret is cut in two by an event's end, where neither half is known for one."""
        stream = read_stream(response) if is_stream(response.headers) else None
        if stream is None:
            return False
        return any(self._redactor.text(text) != text for text in stream.spread)
