"""The dates in Set-Cookie, which servers write in many ways (RFC 6265 5.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

DELIMITER: Final = re.compile(r"[\x09\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+")
TIME: Final = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[^0-9].*)?", re.DOTALL)
DAY: Final = re.compile(r"([0-9]{1,2})(?:[^0-9].*)?", re.DOTALL)
YEAR: Final = re.compile(r"([0-9]{2,4})(?:[^0-9].*)?", re.DOTALL)
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def parse_date(text: str) -> float | None:
    """Seconds since 1970; None for what is no date."""
    found = dict(_fields(text))
    if len(found) != 4:
        return None
    (year,), (month,), (day,), (hour, minute, second) = (found[name] for name in ("year", "month", "day", "time"))
    year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp() if year > 1600 else None
    except ValueError:
        return None


def _fields(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Time, day, month and year: for each the first word that can be it and is none of the others yet."""
    patterns = {"time": TIME, "day": DAY, "month": None, "year": YEAR}
    for word in DELIMITER.split(text):
        for name, pattern in patterns.items():
            if pattern is not None and (match := pattern.fullmatch(word)):
                yield name, tuple(map(int, match.groups()))
            elif pattern is None and word[:3].lower() in MONTHS:
                yield name, (MONTHS.index(word[:3].lower()) + 1,)
            else:
                continue
            del patterns[name]
            break
