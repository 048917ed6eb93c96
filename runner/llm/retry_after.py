"""What a server says on when to send again: ``retry-after-ms`` and ``Retry-After``."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from runner.messages import Headers


def asked_wait(headers: Headers, now: float) -> float | None:
    """Seconds to wait from ``now`` (since the Unix epoch); None if nothing usable is said. A date that is past, as
    the clocks of two machines differ, says nothing."""
    given = {name.lower(): value.strip() for name, value in headers}
    seconds = number(given.get("retry-after-ms", ""), 0.001)
    if seconds is None:
        seconds = number(given.get("retry-after", ""), 1.0)
    return seconds if seconds is not None else _until(given.get("retry-after", ""), now)


def number(text: str, unit: float) -> float | None:
    """A decimal number of at most nine digits before the point, in seconds."""
    whole, _, fraction = text.partition(".")
    digits = whole + fraction
    if not (whole and len(digits) <= 18 and len(whole) <= 9 and digits.isascii() and digits.isdigit()):
        return None
    return float(text) * unit


def _until(text: str, now: float) -> float | None:
    """An HTTP date (RFC 9110, 5.6.7) as seconds from now."""
    try:
        moment = parsedate_to_datetime(text[:60])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:  # the form without a zone is in UTC as well
        moment = moment.replace(tzinfo=UTC)
    left = moment.timestamp() - now
    return left if left > 0 else None
