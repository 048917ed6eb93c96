"""What a capture keeps from a response."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from runner.checks.describe import Render
from runner.checks.reply import NoReply, history
from runner.checks.show import clip, show
from runner.jsonpath import PathError, compile_path
from runner.messages import Exchange, Response
from runner.model import Capture, CaptureKind
from runner.node import Plain
from runner.patterns import PatternError, PatternTimeout, search
from runner.variables.filters import apply_filter


class Captured(NamedTuple):
    """The value that was found (or the default), its filters applied."""

    value: Plain


class NotCaptured(NamedTuple):
    """Why there is nothing to keep; ``absent`` if the response just does not have it, so that a default may do."""

    reason: str
    absent: bool = False


class _Origin(NamedTuple):
    response: Response
    exchange: Exchange
    argument: Plain


Find: TypeAlias = Callable[[_Origin], Captured | NotCaptured]


def find_value(capture: Capture, exchange: Exchange, response: Response, render: Render) -> Captured | NotCaptured:
    """What ``capture`` is about in ``response``, which is that of ``exchange``, as it stands there."""
    argument = render(capture.argument) if capture.argument is not None else None
    return FINDERS[capture.kind](_Origin(response, exchange, argument))


def kept_value(capture: Capture, found: Captured | NotCaptured, render: Render) -> Captured | NotCaptured:
    """What ``capture`` keeps of what was found.

    The default stands for what is not there and is kept as it is written; filters are for what was found.
    """
    if isinstance(found, NotCaptured):
        if found.absent and capture.default is not None:
            return Captured(render(capture.default))
        return found
    return _filtered(found.value, capture.filters)


def _filtered(value: Plain, filters: tuple[str, ...]) -> Captured | NotCaptured:
    for name in filters:
        try:
            value = apply_filter(name, value)
        except ValueError as error:
            return NotCaptured(f'the filter "{name}" cannot be used on {show(value)}: {error}')
    return Captured(value)


def _absent(reason: str) -> NotCaptured:
    return NotCaptured(reason, absent=True)


def _json(origin: _Origin) -> Captured | NotCaptured:
    document = origin.response.document
    if document.error:
        return NotCaptured(f"the body is not JSON: {document.error}")
    if not isinstance(origin.argument, str):
        return NotCaptured(f"a JSONPath is text, not {show(origin.argument)}")
    try:
        path = compile_path(origin.argument)
        selected = path.select(document.value)
    except PathError as error:
        return NotCaptured(f"{clip(origin.argument)} cannot be looked up: {error.message}")
    if not selected:
        return _absent(path.explain_missing(document.value))
    return Captured(selected[0] if path.singular else selected)


def _header(origin: _Origin) -> Captured | NotCaptured:
    name = str(origin.argument)
    value = origin.response.header(name)
    return Captured(value) if value is not None else _absent(missing_header(origin.response, name))


def missing_header(response: Response, name: str) -> str:
    """That there is no such header, and which there are."""
    names = dict.fromkeys(key.lower() for key, _ in response.headers)
    has = f"there are {clip(', '.join(names))}" if names else "there are no headers at all"
    return f"nothing: no header {show(name)}; {has}"


def _cookie(origin: _Origin) -> Captured | NotCaptured:
    name = str(origin.argument)
    cookies = set_cookies(origin.response)
    return Captured(cookies[name]) if name in cookies else _absent(missing_cookie(origin.response, name))


def missing_cookie(response: Response, name: str) -> str:
    """That the response does not set this cookie, and which it sets; those of redirects on the way are not its own."""
    cookies = set_cookies(response)
    has = f"it sets {clip(', '.join(cookies))}" if cookies else "it sets none"
    way = "; what a redirect set on the way is seen with redirects: false" if response.redirects else ""
    return f"nothing: the response sets no cookie {show(name)}; {has}{way}"


def set_cookies(response: Response) -> dict[str, str]:
    """The cookies that a response sets, by name, as RFC 6265 5.2 reads them; of several by one name the last."""
    cookies: dict[str, str] = {}
    for line in response.header_values("set-cookie"):
        name, equals, value = line.partition(";")[0].partition("=")
        if equals and name.strip():
            cookies[name.strip()] = value.strip().removeprefix('"').removesuffix('"')
    return cookies


def _status(origin: _Origin) -> Captured | NotCaptured:
    return Captured(origin.response.status)


def _text(origin: _Origin) -> Captured | NotCaptured:
    return Captured(origin.response.text)


def _regex(origin: _Origin) -> Captured | NotCaptured:
    """The first group, or the whole match of a pattern without one."""
    pattern = origin.argument
    if not isinstance(pattern, str):
        return NotCaptured(f"a regular expression is text, not {show(pattern)}")
    try:
        found = search(pattern, origin.response.text)
    except PatternTimeout as error:
        return NotCaptured(str(error))
    except PatternError as error:
        return NotCaptured(f"{show(pattern)} is no regular expression: {error.message}")
    if found is None:
        return _absent(f"nothing: {show(pattern)} matches nowhere in the body")
    value = found.groups[0] if found.groups else found.whole
    if value is None:
        return _absent(f"nothing: the group of {show(pattern)} took no part in the match")
    return Captured(value)


def _duration(origin: _Origin) -> Captured | NotCaptured:
    return Captured(origin.exchange.duration)


def _url(origin: _Origin) -> Captured | NotCaptured:
    return Captured(origin.response.url)


def _history(origin: _Origin) -> Captured | NotCaptured:
    try:
        return Captured(history(origin.exchange.request.body, origin.response))
    except NoReply as error:
        return NotCaptured(str(error))


FINDERS: Final[Mapping[CaptureKind | Literal["history"], Find]] = {
    "json": _json,
    "header": _header,
    "cookie": _cookie,
    "status": _status,
    "text": _text,
    "regex": _regex,
    "duration": _duration,
    "url": _url,
    "history": _history,
}
