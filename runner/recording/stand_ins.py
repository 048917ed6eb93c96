"""What stands in a replayed answer for a secret that was the whole of a value: as long and as it looked, but not it."""

from __future__ import annotations

import re
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
MASKED: Final = re.compile(rf'(?<=[:\[,\s])"{re.escape(MASK)}"(?=\s*[,\]}}])|\A"{re.escape(MASK)}"\Z')
"""The mask as a value in the text of JSON; inside of another text it has backslashes before its quotes."""
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
    """The body with stand-ins where the mask still stands for the whole of a value; all else of it stays as it is."""
    document = strict_json.parse(body)
    if not found or document.error:
        return body
    values = [found.get(place, MASK) for place in _places(document.value, TOP)]
    pieces = MASKED.split(body.decode("utf-8", "surrogateescape"))
    if len(pieces) != len(values) + 1:
        return body
    written = (f"{strict_json.dumps(value)}{piece}" for value, piece in zip(values, pieces[1:], strict=True))
    return "".join((pieces[0], *written)).encode("utf-8", "surrogateescape")


def _places(value: Plain, place: str) -> Iterator[str]:
    """Where the mask is the whole of a value, in the order of the text."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _places(one, member_place(place, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _places(one, element_place(place, number))
    elif value == MASK:
        yield place
