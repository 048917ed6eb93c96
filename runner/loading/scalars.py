"""YAML 1.2's core schema for plain scalars, a leading zero aside: what people write is what is sent."""

from __future__ import annotations

import math
import re

from runner.node import Scalar

WORDS: dict[str, Scalar] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
RADIX = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
NUMBER_STARTS = frozenset("0123456789+-.")
MAX_DIGITS = 1000


def resolve_plain(text: str) -> Scalar:
    """The value of a plain scalar; raises ``ValueError`` for a number that cannot be held as it is written."""
    if text in WORDS:
        return WORDS[text]
    if text[0] not in NUMBER_STARTS:
        return text
    if INTEGER.fullmatch(text) or RADIX.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(f"a number of {len(text)} digits is too large")
        return int(text, 0)
    if FLOAT.fullmatch(text):
        return _float(text)
    if NOT_FINITE.fullmatch(text):
        raise ValueError(f"{text} is not a number that can be sent: JSON has no word for it")
    return text


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number
