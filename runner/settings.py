"""What the settings of a request may be: plain values, placeholders filled, to what the transport needs."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urlsplit

from runner.disk import exists
from runner.messages import Timeouts, Tls
from runner.node import Plain, scalar_type_name
from runner.units import DURATION_HINT, SIZE_HINT, parse_duration, parse_size

TIMEOUT_KEYS = ("connect", "total", "idle")
TLS_KEYS = ("verify", "ca", "cert", "key")
METHOD = re.compile(r"[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*")
PROXY = re.compile(r"https?://[^/?#\s]+/?", re.IGNORECASE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;[ -~]*)?")
MAX_REDIRECTS = 100
MAX_DURATION = 30 * 86400.0
MAX_SIZE = 10**12


class BadValue(ValueError):
    """A value that a setting cannot have: what is wrong, how to mend it, and for a mapping under which key."""

    def __init__(self, message: str, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.key = key


def method(value: Plain) -> str:
    """An HTTP method in upper case."""
    if not isinstance(value, str) or not METHOD.fullmatch(value):
        raise BadValue("this is not an HTTP method", "Write GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS.")
    return value.upper()


def url(value: Plain) -> str:
    """A URL with a host that can be looked up and a port that there is."""
    hint = "A URL looks like https://host:port/path?query."
    if not isinstance(value, str):
        raise BadValue(f"a URL is text, this is {scalar_type_name(value)}", hint)
    try:
        parts = urlsplit(value.strip())
        port, host = parts.port, parts.hostname
    except ValueError as error:
        what = "its port is not a number up to 65535" if "ort" in str(error) else "it cannot be read"
        raise BadValue(f"this is not a URL: {what}", hint) from None
    if not host or re.search(r"\s", parts.netloc) or port == 0:
        what = "its port cannot be 0" if port == 0 else "its host is not a name that can be looked up"
        raise BadValue(f"this is not a URL: {what}", hint)
    if "@" in parts.netloc:
        hint = "Write auth: {basic: {username: …, password: <<PASSWORD>>}} and take them out of the URL."
        raise BadValue("a URL does not carry a user name and password here", hint)
    return value


def base_url(value: str) -> str:
    """A URL that paths continue."""
    if "?" in value or "#" in value:
        raise BadValue("base_url ends with its path", "Write what stands behind ? as defaults: {query: {name: value}}.")
    return url(value)


def duration(value: Plain, *, zero: bool = True) -> float:
    """Seconds."""
    try:
        seconds = parse_duration(value)
    except ValueError as error:
        raise BadValue(f"this is not a duration: {error}", DURATION_HINT) from None
    if seconds == 0 and not zero:
        raise BadValue("a limit of zero leaves no time at all", "Leave the key out for the default of 60s.")
    if seconds > MAX_DURATION:
        raise BadValue("this is longer than 30 days", DURATION_HINT)
    return seconds


def size(value: Plain) -> int:
    """Bytes."""
    try:
        number = parse_size(value)
    except ValueError as error:
        raise BadValue(f"this is not a size: {error}", SIZE_HINT) from None
    if number > MAX_SIZE:
        raise BadValue("this is more than 1000 GB", SIZE_HINT)
    return number


def timeouts(value: Plain) -> Timeouts:
    """A duration for the whole exchange, or a mapping of ``connect``, ``total`` and ``idle``."""
    if not isinstance(value, dict):
        return Timeouts(total=duration(value, zero=False))
    unknown = [key for key in value if key not in TIMEOUT_KEYS]
    if unknown:
        raise BadValue(f'timeout has no "{unknown[0]}"', "It takes connect, total and idle.")
    limits = {key: _limit(key, one) for key, one in value.items()}
    return Timeouts(limits.get("connect"), limits.get("total", Timeouts().total), limits.get("idle"))


def _limit(key: str, value: Plain) -> float:
    try:
        return duration(value, zero=False)
    except BadValue as error:
        raise BadValue(error.message, error.hint, key) from None


def redirects(value: Plain) -> int:
    """How many to follow; ``false`` is none."""
    if value is False:
        return 0
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_REDIRECTS:
        raise BadValue("redirects is a number from 0 to 100, or false", "false does not follow any.")
    return value


def proxy(value: Plain) -> str:
    """A proxy's URL, perhaps with a user name and password; empty for ``none``."""
    hint = "Write http://host:port, or none."
    if value == "none":
        return ""
    if not isinstance(value, str):
        raise BadValue(f"a proxy is a URL or none, this is {scalar_type_name(value)}", hint)
    scheme, mark, _ = value.partition("://")
    if mark and SCHEME.fullmatch(scheme) and scheme.lower() not in ("http", "https"):
        raise BadValue(f"only http and https proxies are supported, not {scheme}", hint)
    if not PROXY.fullmatch(value):
        raise BadValue("a proxy is a URL of a host and perhaps a port, or none", hint)
    try:
        parts = urlsplit(value)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise BadValue("this is not the URL of a proxy: its host or its port cannot be read", hint)
    return value


def media_type(value: Plain) -> str:
    """A media type such as ``image/png``, perhaps with parameters."""
    if not isinstance(value, str) or not MEDIA_TYPE.fullmatch(value):
        raise BadValue("this is not a media type", "A type looks like image/png or text/csv; charset=utf-8.")
    return value


def tls(value: Plain, folder: Path) -> Tls:
    """How certificates are checked; paths are relative to the collection's folder."""
    if not isinstance(value, dict):
        raise BadValue(f"tls is a mapping, this is {scalar_type_name(value)}", "It takes verify, ca, cert and key.")
    unknown = [key for key in value if key not in TLS_KEYS]
    if unknown:
        raise BadValue(f'tls has no "{unknown[0]}"', "It takes verify, ca, cert and key.")
    verify = value.get("verify", True)
    if not isinstance(verify, bool):
        raise BadValue("verify is true or false", "false accepts any certificate.", "verify")
    paths = {key: _file(key, one, folder) for key, one in value.items() if key != "verify"}
    if "key" in paths and "cert" not in paths:
        raise BadValue("a key needs a cert beside it", "Add cert: the client certificate's file.", "key")
    return Tls(verify, paths.get("ca"), paths.get("cert"), paths.get("key"))


def _file(key: str, value: Plain, folder: Path) -> str:
    if not isinstance(value, str) or not value:
        raise BadValue(f"{key} is the path of a PEM file", "Write the path, relative to this file.", key)
    path = folder / value
    if not exists(path):
        raise BadValue(f"{key}: there is no file {value}", f"Looked for {path}.", key)
    return str(path.resolve())
