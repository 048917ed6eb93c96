"""What the settings of a request may be: plain values, placeholders filled, to what the transport needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias, TypeVar
from urllib.parse import urlsplit

from runner.folder import FileProblem, Folder
from runner.messages import Timeouts, Tls
from runner.node import Plain, scalar_type_name
from runner.units import DURATION_HINT, SIZE_HINT, parse_duration, parse_size

TIMEOUT_KEYS = ("connect", "total", "idle")
TLS_KEYS = ("verify", "ca", "cert", "key")
RETRY_KEYS = ("attempts", "on", "delay", "max_delay")
POLL_KEYS = ("every", "for")
METHOD = re.compile(r"[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*")
HTTP = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
"""How a whole URL begins."""
PROXY = re.compile(r"https?://[^/?#\s]+/?", re.IGNORECASE)
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*")
MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;[ -~]*)?")
MAX_REDIRECTS = 100
MAX_ATTEMPTS = 100
ERROR_WORDS: Final = ("connection", "dns", "tls", "timeout", "any")
"""The ways in which a request can fail, as files name them."""
STATUS_WORD = re.compile("[1-5](?:[0-9]{2}|xx)", re.IGNORECASE)
PASS_RATE = re.compile(r"\s*([0-9]{1,3})\s*/\s*([0-9]{1,3})\s*")
NO_REASONS: Final = frozenset({"false", "no", "off", "0", "null", "none", "[]", "{}"})
"""What says that a request is not to be skipped, where whatever stands skips it."""
CONDITION_HINT: Final = "Any text skips the request. A condition is written when: {<<NAME>>: …}."
MAX_DURATION = 30 * 86400.0
MAX_SIZE = 10**12


T = TypeVar("T")
Convert: TypeAlias = Callable[[Plain], object]
"""Reads the value of a setting; raises ``BadValue``."""


class RetryPolicy(NamedTuple):
    """When and how often to send again. ``on`` has kinds of errors, statuses and classes of them as text; ``longest``
    is the longest wait that a server may ask for. Times in seconds."""

    attempts: int = 3
    on: frozenset[str] = frozenset({"connection", "timeout", "408", "409", "429", "5xx"})
    delay: float = 0.5
    max_delay: float = 30.0
    longest: float = 120.0


class PollPolicy(NamedTuple):
    """How often to look whether everything holds, and for how long, in seconds."""

    every: float = 1.0
    span: float = 60.0


class PassRate(NamedTuple):
    """How many of how many tries must pass."""

    needed: int
    tries: int


class BadValue(ValueError):
    """A value that a setting cannot have: what is wrong, how to mend it, and for a mapping under which key."""

    def __init__(self, message: str, hint: str = "", key: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.key = key


def from_outside(value: Plain) -> Plain:
    """What a placeholder brought: text from outside that spells a number, true or false is read as that."""
    if not isinstance(value, str):
        return value
    if value in ("true", "false"):
        return value == "true"
    return int(value) if re.fullmatch(r"[0-9]{1,15}", value) else value


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


def token_url(value: Plain) -> str:
    """The URL of a token endpoint, whole by itself."""
    if not isinstance(value, str) or not HTTP.match(value.strip()):
        raise BadValue("this is not a whole URL", "It starts with http:// or https:// and a host.")
    if "@" in value.split("/")[2]:
        hint = "Who asks is said by client_id and client_secret: take them out of the URL."
        raise BadValue("a URL does not carry a user name and password here", hint)
    return url(value)


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
    limits = {key: _below(key, one, _limit) for key, one in value.items()}
    return Timeouts(limits.get("connect"), limits.get("total", Timeouts().total), limits.get("idle"))


def _limit(value: Plain) -> float:
    return duration(value, zero=False)


def _below(key: str, value: Plain, convert: Callable[[Plain], T]) -> T:
    """The value under ``key`` of a mapping; what is wrong with it is told there."""
    try:
        return convert(value)
    except BadValue as error:
        raise BadValue(error.message, error.hint, key) from None


def stream(value: Plain) -> bool:
    """Whether an event stream is read as one; ``true`` is the default."""
    if not isinstance(value, bool):
        raise BadValue("stream is true or false", "Write stream: false to read an event stream as plain text.")
    return value


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


def tls(value: Plain, folder: Folder) -> Tls:
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


def _file(key: str, value: Plain, folder: Folder) -> str:
    if not isinstance(value, str) or not value:
        raise BadValue(f"{key} is the path of a PEM file", "Write the path, relative to this file.", key)
    try:
        return str(folder.entry(value))
    except FileProblem as problem:
        raise BadValue(f"{key}: {problem.message}", problem.hint, key) from None


def retry(value: Plain) -> RetryPolicy:
    """A mapping of ``attempts``, ``on``, ``delay`` and ``max_delay``; each has a default."""
    given = _known(value, RETRY_KEYS, "retry")
    default = RetryPolicy()
    attempts = _below("attempts", given.get("attempts", default.attempts), _attempts)
    on = _below("on", given["on"], _occasions) if "on" in given else default.on
    delay = _below("delay", given.get("delay", default.delay), duration)
    if "max_delay" not in given:
        return RetryPolicy(attempts, on, delay, max(delay, default.max_delay))
    longest = _below("max_delay", given["max_delay"], duration)
    if delay > longest and "delay" in given:
        raise BadValue("the first wait is longer than max_delay", "Raise max_delay, or lower delay.", "delay")
    return RetryPolicy(attempts, on, min(delay, longest), longest, longest)


def poll(value: Plain) -> PollPolicy:
    """A mapping of ``every`` and ``for``; each has a default."""
    given = _known(value, POLL_KEYS, "poll")
    default = PollPolicy()
    every = _below("every", given.get("every", default.every), _pause)
    span = _below("for", given.get("for", default.span), _pause)
    if every > span:
        key = "every" if "every" in given else "for"
        raise BadValue("every is longer than for, so it would be sent only once", "Raise for, or lower every.", key)
    return PollPolicy(every, span)


def pass_rate(value: Plain) -> PassRate:
    """``4/5``: how many of how many tries must pass."""
    hint = "Write how many of how many tries must pass: 4/5."
    match = PASS_RATE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise BadValue("this is not a rate", hint)
    needed, tries = int(match[1]), int(match[2])
    if needed == 0 or tries == 0:
        raise BadValue("a rate of zero says nothing: at least one try must pass", hint)
    if needed > tries:
        raise BadValue(f"{needed} of {tries} tries can never pass", hint)
    return PassRate(needed, tries)


def _known(value: Plain, keys: tuple[str, ...], what: str) -> dict[str, Plain]:
    listed = f"It takes {', '.join(keys[:-1])} and {keys[-1]}."
    if not isinstance(value, dict):
        raise BadValue(f"{what} is a mapping, this is {scalar_type_name(value)}", listed)
    unknown = [key for key in value if key not in keys]
    if unknown:
        raise BadValue(f'{what} has no "{unknown[0]}"', listed)
    return value


def _attempts(value: Plain) -> int:
    if isinstance(value, str) and re.fullmatch("[0-9]{1,3}", value):
        value = int(value)  # what a variable from outside holds
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_ATTEMPTS:
        hint = "The first sending counts: 3 sends again twice at most, 1 never."
        raise BadValue(f"attempts is a whole number from 1 to {MAX_ATTEMPTS}", hint)
    return value


def _occasions(value: Plain) -> frozenset[str]:
    """Kinds of errors and statuses, as text in lower case."""
    hint = f"Write a list of {', '.join(ERROR_WORDS)}, statuses such as 429 and classes such as 5xx."
    if not isinstance(value, list) or not value:
        shown = "an empty list" if value == [] else scalar_type_name(value)
        raise BadValue(f"on is a list of reasons to send again, this is {shown}", hint)
    for one in value:
        known = isinstance(one, int | str) and not isinstance(one, bool)
        if not known or not (one in ERROR_WORDS or STATUS_WORD.fullmatch(str(one))):
            shown = f'"{one}"' if isinstance(one, str) else str(one) if known else scalar_type_name(one)
            raise BadValue(f"{shown} is no reason to send again", hint)
    return frozenset(str(one).lower() for one in value)


def _pause(value: Plain) -> float:
    seconds = duration(value)
    if seconds == 0:
        raise BadValue("a wait of zero would send without a pause", "Write a duration: 1s.")
    return seconds


TIMEOUT_PARTS: Final[Mapping[str, Convert]] = dict.fromkeys(TIMEOUT_KEYS, _limit)
RETRY_PARTS: Final[Mapping[str, Convert]] = dict(
    zip(RETRY_KEYS, (_attempts, _occasions, duration, duration), strict=True)
)
POLL_PARTS: Final[Mapping[str, Convert]] = dict.fromkeys(POLL_KEYS, _pause)
"""What each key of these settings may be, looked at alone."""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its name or address."""
    name = host.lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    import ipaddress  # noqa: PLC0415  # few files need it

    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
