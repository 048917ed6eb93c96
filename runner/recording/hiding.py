"""Takes secrets out of what was recorded: what is known to be one, and what a request has under such a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_plus

from runner import strict_json
from runner.cookies import sent_cookies
from runner.llm.stream import MOST_LINES, read_stream
from runner.messages import Headers, Request, Response, is_stream, media_type
from runner.node import Plain
from runner.recording.bodies import arrivals_of, parts_of, times_of
from runner.recording.entry import Entry
from runner.recording.named import SCHEMES, sent_by_name
from runner.recording.places import FORM, join_parts, part_name, split_parts, texts_of
from runner.recording.stand_ins import stand_ins
from runner.redact import MASK, Redactor
from runner.variables.letting_in import lets_in

PAIR: Final = re.compile(r"([^=&]*)(=)([^&]*)")
BARE: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[^\s,:\[\]{}"]*\*\*\*[^\s,:\[\]{}"]*')
"""A text in JSON, or a number that is masked."""
SPREAD: Final = "a secret is spread over the events of its stream"
UNREAD: Final = "its stream has too many lines to be searched for secrets"


def _verbatim(request: Request, masked: Request) -> Iterator[str]:
    """Where the request itself has what looks like a mask, and nothing is masked."""
    if MASK not in request.url and MASK.encode() not in (request.body or b""):
        return
    now = texts_of(masked)
    for place, texts in texts_of(request).items():
        if any(MASK in one for one in texts) and now.get(place) == texts:
            yield place


def _quoted(match: re.Match[bytes]) -> bytes:
    text = match.group()
    return text if text.startswith(b'"') else f'"{MASK}"'.encode()


class Hider:
    """Masks entries. What is masked stays usable: the shape of a body does not change."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._own: frozenset[str] = frozenset()
        """What the request of the entry at hand has under the name of a secret, for the answer that has it too."""

    def entry(self, entry: Entry) -> Entry:
        """The entry without secrets; an answer that cannot be freed of one is left out."""
        request = self._request(entry.request)
        masked = entry._replace(
            request=request,
            verbatim=tuple(_verbatim(entry.request, request)),
            error=self._redactor.redact(entry.error),
            owner=self._redactor.redact(entry.owner),
            marks=self._redactor.redact(dict(entry.marks)),
        )
        if entry.response is None:
            return masked
        self._own = frozenset(value for _, value in sent_by_name(entry.request))
        response = self._response(entry.response, masked.request.url)
        withheld = self._spread(response)
        if withheld:
            return masked._replace(response=replace(response, body=b"", arrivals=()), withheld=withheld)
        return masked._replace(response=response, stand_ins=stand_ins(entry.response, response, self._redactor))

    def _request(self, request: Request) -> Request:
        headers = tuple((self._redactor.text(name), self._sent_header(name, value)) for name, value in request.headers)
        body = request.body
        parts = split_parts(request)
        if parts is not None:
            masked = [(head, self._part(head, content)) for head, content in parts]
            body = self._redactor.data(join_parts(request, masked) if masked != parts else body or b"")
        elif body:
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

    def _part(self, head: bytes, content: bytes) -> bytes:
        name = part_name(head)
        return MASK.encode() + b"\r\n" if name is not None and lets_in(name, plain_key=False) else content

    def _form(self, body: bytes) -> bytes:
        text = PAIR.sub(self._pair, body.decode("utf-8", "surrogateescape"))
        return self._redactor.data(text.encode("utf-8", "surrogateescape"))

    def _body(self, body: bytes, *, by_name: bool) -> bytes:
        """A JSON body stays one, also where a number in it is the secret."""
        masked = self._redactor.data(body)
        document = strict_json.parse(body)
        if document.error or not isinstance(document.value, dict | list):
            return masked
        if by_name or self._own:
            changed = self._value(document.value, by_name=by_name)
            if changed != self._value(document.value, by_name=None):
                return strict_json.dumps(changed).encode("utf-8", "surrogatepass")
        if masked is body or not strict_json.parse(masked).error:
            return masked
        quoted = BARE.sub(_quoted, masked)
        if not strict_json.parse(quoted).error:
            return quoted
        return strict_json.dumps(self._value(document.value, by_name=None)).encode("utf-8", "surrogatepass")

    def _value(self, value: Plain, *, by_name: bool | None) -> Plain:
        """What has the name of a secret is masked ``by_name`` in a request; in an answer if it was sent so."""
        if isinstance(value, dict):
            return {self._redactor.text(name): self._member(name, one, by_name=by_name) for name, one in value.items()}
        if isinstance(value, list):
            return [self._value(one, by_name=by_name) for one in value]
        if isinstance(value, str):
            return self._redactor.text(value)
        if isinstance(value, bool) or value is None:
            return value
        text = strict_json.dumps(value)
        return value if self._redactor.text(text) == text else MASK

    def _member(self, name: str, value: Plain, *, by_name: bool | None) -> Plain:
        if by_name is None or not lets_in(name, plain_key=False):
            return self._value(value, by_name=by_name)
        if isinstance(value, list):
            return [self._member(name, one, by_name=by_name) for one in value]
        if isinstance(value, str) and value and (by_name or value in self._own):
            return MASK
        return self._value(value, by_name=by_name)

    def _spread(self, response: Response) -> str:
        """Why an answer cannot be kept: a secret is cut in two by an event's end, or may be."""
        stream = read_stream(response) if is_stream(response.headers) else None
        if stream is None:
            return ""
        if not stream.events and len(response.body) > MOST_LINES:
            return UNREAD
        return SPREAD if any(self._redactor.text(text) != text for text in stream.spread) else ""
