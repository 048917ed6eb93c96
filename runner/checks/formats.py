"""What ``is`` can look for in text: one small, strict test a format. When in doubt, it is not one."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlsplit

from runner import strict_json

UUID: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
EMAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]"
)
DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
DATETIME: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}):([0-9]{2})(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
URI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]*")
BASE64: Final = re.compile("[A-Za-z0-9+/]+={0,2}")
MAX_EMAIL: Final = 254


def is_uuid(text: str) -> bool:
    """Five groups of hexadecimal digits, any version."""
    return UUID.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """A scheme and something after it, without spaces."""
    return URI.fullmatch(text) is not None and not text.endswith(":")


def is_url(text: str) -> bool:
    """An absolute URL with a host."""
    if not is_uri(text):
        return False
    try:
        parts = urlsplit(text)
        return bool(parts.hostname) and "://" in text and (parts.port is None or parts.port <= 65535)
    except ValueError:
        return False


def is_email(text: str) -> bool:
    """One address, as most servers accept it."""
    return len(text) <= MAX_EMAIL and EMAIL.fullmatch(text) is not None


def is_date(text: str) -> bool:
    """``2024-10-04``, a day that exists."""
    if DATE.fullmatch(text) is None:
        return False
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def is_datetime(text: str) -> bool:
    """RFC 3339: date, time and offset, such as ``2024-10-04T12:30:00Z``; a leap second is allowed."""
    match = DATETIME.fullmatch(text)
    if match is None:
        return False
    day, minutes, seconds, _, offset = match.groups()
    seconds = "59" if seconds == "60" else seconds
    offset = "+00:00" if offset in "Zz" else offset
    try:
        dt.datetime.fromisoformat(f"{day}T{minutes}:{seconds}{offset}")
    except ValueError:
        return False
    return True


def is_ipv4(text: str) -> bool:
    """Four numbers from 0 to 255 with dots between them, no leading zeros."""
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


def is_ipv6(text: str) -> bool:
    """An IPv6 address without a zone."""
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return "%" not in text


def is_json(text: str) -> bool:
    """Text that is JSON."""
    return not strict_json.parse(text).error


def is_base64(text: str) -> bool:
    """The standard alphabet, padded, on one line."""
    if BASE64.fullmatch(text) is None:
        return False
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


FORMATS: Final[Mapping[str, tuple[str, Callable[[str], bool]]]] = {
    "uuid": ("a UUID", is_uuid),
    "url": ("a URL with scheme and host", is_url),
    "email": ("an email address", is_email),
    "date": ("a date such as 2024-10-04", is_date),
    "datetime": ("a date and time with offset, such as 2024-10-04T12:30:00Z", is_datetime),
    "ipv4": ("an IPv4 address", is_ipv4),
    "ipv6": ("an IPv6 address", is_ipv6),
    "json": ("text that is JSON", is_json),
    "base64": ("base64", is_base64),
}
"""A name to what it is called and how it is recognised."""
