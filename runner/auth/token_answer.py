"""Reads what a token endpoint answers (RFC 6749, 5.1 and 5.2); of its body only a known kind of word is ever shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from runner.auth.tokens import Token, end_of_life
from runner.messages import Exchange, Response
from runner.node import Plain, is_number

SECRET: Final = ("access_token", "refresh_token", "id_token")
SENDABLE: Final = re.compile(r"[\x21-\x7e]+")
CODE: Final = re.compile(r"(?=.{1,40}\Z)[a-z]+(?:_[a-z]+)*")
KIND: Final = re.compile(r"[A-Za-z]{1,10}")
LONGEST: Final = 10**9
WRONG_ADDRESS: Final = "Is token_url right? It is the address that takes a POST and answers with a token as JSON."


class Refused(NamedTuple):
    """The endpoint said no, with a code that has a meaning."""

    code: str
    message: str


class Told(NamedTuple):
    """There is no token for another reason."""

    message: str
    hint: str


def read_token(exchange: Exchange, moment: float, mark_secret: Callable[[Plain], None]) -> Token | Refused | Told:
    """The token that came, at ``moment`` of the monotonic clock, or why there is none. Secrets are marked first."""
    place = urlsplit(exchange.request.url).netloc
    response = exchange.response
    if response is None:
        assert exchange.error is not None  # noqa: S101  # one of the two is there
        return Told(f"no access token: {exchange.error.message}", exchange.error.hint)
    if 300 <= response.status < 400:
        hint = "Nothing secret is sent on. If it leads to the right address, write that one as token_url."
        return Told(f"{place} gave no token: it redirects ({response.status})", hint)
    fields = response.document.value
    if response.document.error or not isinstance(fields, dict):
        return Told(f"{place} gave no token: it answered {response.status} with {_kind(response)}", WRONG_ADDRESS)
    for name in SECRET:
        mark_secret(fields.get(name))
    code = fields.get("error")
    if code is not None or response.status >= 400:
        return _refusal(place, response.status, code)
    return _token(place, fields, moment)


def _kind(response: Response) -> str:
    """What an answer is that should have been a JSON object."""
    if not response.body:
        return "an empty body"
    if not response.document.error:
        return "JSON that is no object"
    kind = (response.header("content-type") or "").partition(";")[0].strip().lower()
    named = re.fullmatch(r"[a-z]+/[a-z0-9.+-]{1,40}", kind)
    return f"{kind}, not JSON" if named and "json" not in kind else "what is no JSON"


def _refusal(place: str, status: int, code: Plain) -> Refused | Told:
    if isinstance(code, str) and CODE.fullmatch(code):
        return Refused(code, f"{place} gave no token: {code} ({status})")
    hint = "The server's own log says why. Is token_url right, and does it take this grant?"
    return Told(f"{place} gave no token: it answered {status}", hint)


def _token(place: str, fields: dict[str, Plain], moment: float) -> Token | Told:
    access, kind, refresh = fields.get("access_token"), fields.get("token_type"), fields.get("refresh_token")
    if not isinstance(access, str) or not access:
        return Told(f"{place} gave no token: its JSON has no access_token", WRONG_ADDRESS)
    if kind is not None and str(kind).lower() != "bearer":
        named = f' "{kind}"' if isinstance(kind, str) and KIND.fullmatch(kind) else ""
        hint = "Set the server up to give bearer tokens."
        return Told(f"{place} gave a token of another type{named}: only bearer tokens can be sent", hint)
    if not SENDABLE.fullmatch(access):
        return Told(f"{place} gave a token with characters that no header can carry", "The server must not do this.")
    lifetime = _seconds(fields.get("expires_in"))
    ends = None if lifetime is None else end_of_life(moment, lifetime)
    return Token(access, ends, refresh if isinstance(refresh, str) else "")


def _seconds(value: Plain) -> float | None:
    """``expires_in``, which some servers give as text; None if it says nothing."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,10}", value):
        return float(value)
    if is_number(value):
        return float(min(max(value, 0), LONGEST))
    return None
