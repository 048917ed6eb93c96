"""JSON as RFC 8259 has it: what other readers let pass (NaN, 1e400, a key twice) is an error with a place."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from runner.node import Plain

MAX_DEPTH = 200
MAX_DIGITS = 1000
MAX_WEIGHT: Final = 100_000_000
"""Bytes of memory that the values of one document may take: a few characters can stand for a hundred times as much."""
WEIGHTS: Final[Mapping[str, int]] = {"[": 72, "{": 72, ":": 200, ",": 36, '"': 26}
"""What the list, the object, the member, the element or half the text that a character stands for takes at most."""
TEXT: Final = r'"(?:[^"\\]|\\.)*+"'
TEXTS: Final = re.compile(rf'(?:[^"]*+{TEXT}){{1,10000}}+|[^"]++|"', re.DOTALL)
"""Several texts and what stands before them; or what is left at the end, which may be no JSON."""
WORDS = {
    "Expecting value": "a value is expected",
    "Expecting ',' delimiter": "a comma or the closing bracket is expected",
    "Expecting ':' delimiter": "a colon is expected",
    "Expecting property name": "a key in double quotes is expected",
    "Illegal trailing comma": "a comma stands before the closing bracket",
    "Unterminated string": "a text begins here and does not end",
    "Invalid control character": "a line break or control character stands in a text",
    "Invalid \\": "a backslash is followed by what JSON does not know",
    "Extra data": "the value ends here, and more text follows",
}
"""How Python's decoder begins what it says, and the same for people."""


class Parsed(NamedTuple):
    """``value`` if the text is JSON, else ``error``: why not, with line and column where they are known."""

    value: Plain = None
    error: str = ""


class NotJson(ValueError):
    """The text is no JSON; the message says why."""


def _constant(name: str) -> Plain:
    raise NotJson(f"{name} is not a JSON value")


def _number(text: str) -> float:
    if len(text) > MAX_DIGITS:
        raise _too_many_digits(text)
    number = float(text)
    if math.isinf(number):
        raise NotJson(f"the number {text[:20]} is too large")
    return number


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _too_many_digits(text)
    return int(text)


def _too_many_digits(text: str) -> NotJson:
    return NotJson(f"a number of {len(text)} digits is too large")


def _object(pairs: list[tuple[str, Plain]]) -> Plain:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise NotJson(f"the key {json.dumps(key)} stands twice in one object")
            seen.add(key)
    return result


_decoder = json.JSONDecoder(
    parse_constant=_constant, parse_float=_number, parse_int=_integer, object_pairs_hook=_object
)


def loads(data: bytes | str, max_weight: int = MAX_WEIGHT) -> Plain:
    """The value of a JSON text; raises ``NotJson`` saying why it is none, also where its values take more than
    ``max_weight`` bytes of memory."""
    if isinstance(data, bytes):
        try:
            data = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise NotJson(f"it is not UTF-8: byte {error.start} is 0x{data[error.start]:02x}") from None
    if not data.strip():
        raise NotJson("it is empty")
    if _weight(data) > max_weight and _is_heavy(data, max_weight):
        raise NotJson(f"it has more values than {max_weight // 1_000_000} MB of memory hold")
    try:
        value: Plain = _decoder.decode(data)
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}: {_said(error)}") from None
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    if data.count("[") + data.count("{") > MAX_DEPTH and _deeper(value, MAX_DEPTH):
        raise NotJson(f"it is nested more than {MAX_DEPTH} levels deep")
    return value


def _weight(text: str) -> int:
    return sum(text.count(one) * weight for one, weight in WEIGHTS.items())


def _is_heavy(text: str, max_weight: int) -> bool:
    """The same without what stands in texts, part by part."""
    weight = 0
    for match in TEXTS.finditer(text):
        weight += _weight(re.sub(TEXT, '""', match.group(), flags=re.DOTALL))
        if weight > max_weight:
            return True
    return False


def _said(error: json.JSONDecodeError) -> str:
    """What the decoder says, in words that need no knowledge of it, with the character that is in the way."""
    said = next((words for start, words in WORDS.items() if error.msg.startswith(start)), error.msg)
    if not said.endswith("expected"):
        return said
    found = error.doc[error.pos : error.pos + 1]
    return f"{said}, not {json.dumps(found, ensure_ascii=False)}" if found else f"{said}, but the text ends"


def _deeper(value: Plain, limit: int) -> bool:
    """Whether ``value`` nests beyond ``limit`` levels, found without recursion."""
    level: list[Plain] = [value]
    for _ in range(limit):
        deeper: list[Plain] = []
        for one in level:
            if isinstance(one, dict):
                deeper.extend(one.values())
            elif isinstance(one, list):
                deeper.extend(one)
        if not deeper:
            return False
        level = deeper
    return True


def parse(data: bytes | str, max_weight: int = MAX_WEIGHT) -> Parsed:
    """The same without an exception."""
    try:
        return Parsed(loads(data, max_weight))
    except NotJson as error:
        return Parsed(error=str(error))


def dumps(value: object) -> str:
    """Compact JSON text, characters as they are; raises ``NotJson`` for what JSON cannot say (NaN)."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError:
        raise NotJson("JSON has no word for infinity or not-a-number") from None
