"""What stands in a replayed answer for a secret that was the whole of a value: as long and as it looked, but not it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runner import strict_json
from runner.messages import Headers, Response
from runner.node import Plain
from runner.recording.places import element_place, member_place
from runner.redact import MASK, Redactor
from runner.variables.filters import as_text

TOP: Final = "$"
COOKIE: Final = "set-cookie"
BETWEEN: Final = frozenset(" -_.:/=+@")
OTHERS: Final = str.maketrans("aA0-", "bB1_")
LEAST: Final = 8
"""Characters of a stand-in that can be masked where it is shown: of a shorter one something else may hold the same."""


def stand_ins(response: Response, masked: Response, redactor: Redactor) -> dict[str, Plain]:
    """By place, for each header, cookie and value of a JSON body that is masked whole; none that holds a secret."""
    found = (*_of_headers(response.headers, masked.headers), *_of_body(response.body, masked.body))
    return {place: value for place, value in found if redactor.text(as_text(value)) == as_text(value)}


def _of_headers(headers: Headers, masked: Headers) -> Iterator[tuple[str, Plain]]:
    for one, other in zip(headers, masked, strict=True):
        place, value = _value_of(*one)
        _, shown = _value_of(*other)
        if shown == MASK != value and len(value) >= LEAST:
            yield place, like(value)


def _value_of(name: str, value: str) -> tuple[str, str]:
    """The place of a header, or of the cookie that it sets, and what it says."""
    if name.lower() != COOKIE:
        return f"header {name}", value
    cookie, _, rest = value.partition("=")
    return f"cookie {cookie}", rest.partition(";")[0]


def _of_body(body: bytes, masked: bytes) -> Iterator[tuple[str, Plain]]:
    one, other = strict_json.parse(body), strict_json.parse(masked)
    if body != masked and not one.error and not other.error:
        yield from _masked(one.value, other.value, TOP)


def _masked(value: Plain, masked: Plain, place: str) -> Iterator[tuple[str, Plain]]:
    if isinstance(value, dict) and isinstance(masked, dict):
        for (_, one), (name, other) in zip(value.items(), masked.items(), strict=False):
            yield from _masked(one, other, member_place(place, name))
    elif isinstance(value, list) and isinstance(masked, list):
        for number, (one, other) in enumerate(zip(value, masked, strict=False)):
            yield from _masked(one, other, element_place(place, number))
    elif masked == MASK != value and not (isinstance(value, str) and len(value) < LEAST):
        yield place, like(value)


def like(value: Plain) -> Plain:
    """A value that looks like ``value``: every letter, digit and sign is another, but for those between words."""
    if isinstance(value, str):
        found = "".join(map(_like, value))
        return found if found != value else found.translate(OTHERS)
    if isinstance(value, int) and not isinstance(value, bool):
        digits = len(str(abs(value)))
        return int("1" * digits) if value != int("1" * digits) else int("2" * digits)
    return 1.5 if isinstance(value, float) else value


def _like(character: str) -> str:
    if character.isdigit():
        return "0"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character if character in BETWEEN else "-"


def to_hide(found: Mapping[str, Plain]) -> Iterator[str]:
    """Those that are masked where they are shown, as the secrets were."""
    return (text for one in found.values() if len(text := as_text(one)) >= LEAST)


def filled_headers(headers: Headers, found: Mapping[str, Plain]) -> Headers:
    """The same for headers and cookies."""
    return tuple((name, _filled_header(name, value, found)) for name, value in headers)


def _filled_header(name: str, value: str, found: Mapping[str, Plain]) -> str:
    if name.lower() == COOKIE:
        cookie, _, rest = value.partition("=")
        kept, mark, attributes = rest.partition(";")
        other = as_text(found.get(f"cookie {cookie}", MASK)) if kept == MASK else kept
        return f"{cookie}={other}{mark}{attributes}"
    return as_text(found.get(f"header {name}", value)) if value == MASK else value


def filled(body: bytes, found: Mapping[str, Plain]) -> bytes:
    """The body with stand-ins where the mask still stands for the whole of a value."""
    document = strict_json.parse(body)
    if not found or document.error:
        return body
    return strict_json.dumps(_filled(document.value, found, TOP)).encode("utf-8", "surrogatepass")


def _filled(value: Plain, found: Mapping[str, Plain], place: str) -> Plain:
    if isinstance(value, dict):
        return {name: _filled(one, found, member_place(place, name)) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, found, element_place(place, number)) for number, one in enumerate(value)]
    return found.get(place, value) if value == MASK else value
