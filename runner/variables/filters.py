"""The filters of ``<<NAME|filter>>`` and of captures: one value in, one out."""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from types import MappingProxyType
from urllib.parse import quote

from runner import strict_json
from runner.node import Plain

INTEGER = re.compile(r"[-+]?[0-9]{1,1000}")
FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")


def as_text(value: Plain) -> str:
    """A value as it stands inside other text: JSON for what is not text already."""
    return value if isinstance(value, str) else strict_json.dumps(value)


def to_int(value: Plain) -> int:
    """A whole number from a number or its text."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and INTEGER.fullmatch(value.strip()):
        return int(value)
    raise ValueError("it is not a whole number")


def to_float(value: Plain) -> float:
    """A number from a number or its text."""
    if isinstance(value, str) and FLOAT.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, int | float) and abs(value) <= sys.float_info.max:
        return float(value)
    raise ValueError("it is not a number")


def to_bool(value: Plain) -> bool:
    """True or false from its text."""
    if isinstance(value, bool):
        return value
    text = value.strip().lower() if isinstance(value, str) else value
    if text in ("true", 1, "1"):
        return True
    if text in ("false", 0, "0"):
        return False
    raise ValueError("it is neither true nor false")


def to_json(value: Plain) -> Plain:
    """The value that a JSON text stands for; what is no text is one already."""
    if not isinstance(value, str):
        return value
    try:
        return strict_json.loads(value)
    except strict_json.NotJson as error:
        raise ValueError(f"it is not JSON: {error}") from None


def length(value: Plain) -> int:
    """Characters of a text, elements of a list, keys of an object."""
    if isinstance(value, str | list | dict):
        return len(value)
    raise ValueError("it has no length")


def _bytes(value: Plain) -> bytes:
    try:
        return as_text(value).encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half a character (a lone surrogate)") from None


FILTERS: MappingProxyType[str, Callable[[Plain], Plain]] = MappingProxyType(
    {
        "int": to_int,
        "float": to_float,
        "bool": to_bool,
        "json": to_json,
        "string": as_text,
        "trim": lambda value: as_text(value).strip(),
        "upper": lambda value: as_text(value).upper(),
        "lower": lambda value: as_text(value).lower(),
        "base64": lambda value: b64encode(_bytes(value)).decode("ascii"),
        "urlencode": lambda value: quote(_bytes(value), safe=""),
        "sha256": lambda value: sha256(_bytes(value)).hexdigest(),
        "length": length,
    }
)


def apply_filter(name: str, value: Plain) -> Plain:
    """``value`` through the filter ``name``; raises ``ValueError`` saying why it does not fit."""
    return FILTERS[name](value)
