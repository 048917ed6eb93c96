"""What a server says on when to send again: ``retry-after-ms`` and ``Retry-After``."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from runner.messages import Headers
from runner.units import format_duration


def asked_wait(headers: Headers, now: float) -> float | None:
    """Seconds to wait from ``now`` (since the Unix epoch); None if nothing usable is said. A date that is past, as
    the clocks of two machines differ, says nothing."""
    seconds, text = _said(headers)
    return seconds if seconds is not None else _until(text, now)


def wait_text(headers: Headers, told: float | None = None) -> str:
    """The same as a sentence with a space before it, a date as it is written; empty if nothing is said. ``told`` are
    the seconds that an error body says."""
    seconds, text = _said(headers)
    if seconds is not None:
        return f" The server asks to wait {format_duration(seconds)} (Retry-After)."
    if text:
        return f" The server asks to wait until {text[:40]} (Retry-After)."
    return f" The server asks to wait {format_duration(told)}." if told is not None else ""


def _said(headers: Headers) -> tuple[float | None, str]:
    """The seconds, if a number says them, and ``Retry-After`` as it is written."""
    given = {name.lower(): value.strip() for name, value in headers}
    text = given.get("retry-after", "")
    seconds = number(given.get("retry-after-ms", ""), 0.001)
    return (number(text, 1.0) if seconds is None else seconds), text


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
