"""Durations and sizes as people write them: ``500ms``, ``30s``, ``2m``; ``10kB``, ``50MB``."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from runner.node import is_number

DURATIONS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
SIZES = {"B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
AMOUNT = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,9})?)\s*([A-Za-z]*)")

BARE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,9})?")
MANY_SECONDS = 200
"""Limits of other tools are in milliseconds: below(200), p(95)<800."""

DURATION_HINT = "Write a number of seconds, or a number with ms, s, m, h or d: 500ms, 30s, 2m."
SIZE_HINT = "Write a number of bytes, or a number with kB, MB or GB: 10kB, 50MB."


def parse_duration(value: object) -> float:
    """Seconds from a number of seconds or text with a unit; raises ``ValueError`` for anything else."""
    return _parse(value, DURATIONS, "s")


def parse_size(value: object) -> int:
    """Bytes from a number of bytes or text with a unit; raises ``ValueError`` for anything else."""
    return int(_parse(value, SIZES, "B"))


def _parse(value: object, units: Mapping[str, float], default: str) -> float:
    if is_number(value):
        if not 0 <= value < math.inf:
            raise ValueError("it is less than zero or has no end")
        return value
    match = AMOUNT.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        negative = isinstance(value, str) and value.strip().startswith("-")
        raise ValueError("it is less than zero" if negative else "it is not a number with a unit")
    unit = match.group(2) or default
    if unit not in units:
        raise ValueError(f'there is no unit "{unit}"')
    return float(match.group(1)) * units[unit]


def doubtful_seconds(value: object) -> float | None:
    """The seconds of a limit without a unit that are so many that milliseconds are likely meant; else None."""
    if isinstance(value, str):
        value = float(value) if BARE.fullmatch(value.strip()) else None
    if not is_number(value):
        return None
    return value if MANY_SECONDS <= value < math.inf else None


def doubt(seconds: float) -> tuple[str, str]:
    """What is told of such a limit, and how to mend it."""
    number = f"{seconds:.15g}"
    message = f"{number} is {number} seconds: {format_duration(seconds)}"
    return message, f"Write the unit: {number}ms, or {number}s if that is meant."


def format_duration(seconds: float) -> str:
    """``812 ms``, ``2.4 s``, ``3 min 20 s``, ``14 d``: a few digits are enough to read."""
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    days, hours = divmod(hours, 24)
    return f"{days} d {hours} h" if hours else f"{days} d"


def format_size(size: int) -> str:
    """``512 bytes``, ``12.3 kB``, ``4.0 MB``."""
    if size < 1000:
        return f"{size} byte{'' if size == 1 else 's'}"
    if size < 1_000_000:
        return f"{size / 1000:.1f} kB"
    return f"{size / 1_000_000:.1f} MB" if size < 10**15 else f"{size // 1_000_000} MB"  # no float holds any number
