"""A URL taken apart for sending: what is written stays, what cannot stand in a URL is percent-encoded."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import quote, urlsplit

from runner.transport.failures import Failure, not_sendable

PORTS: Final = {"http": 80, "https": 443}
STANDS: Final = "!#$%&'()*+,/:;=?@[]~"
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
HOST: Final = re.compile(r"[A-Za-z0-9_.-]{1,253}")


class Address(NamedTuple):
    """Where a request goes. ``host`` is ASCII and without brackets; ``target`` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host, and port unless it is the usual one: the value of the header Host."""
        return self.bare_host if self.port == PORTS[self.scheme] else self.place

    @property
    def place(self) -> str:
        """Host and port: what messages say."""
        return f"{self.bare_host}:{self.port}"

    @property
    def bare_host(self) -> str:
        """The host with the brackets that an IPv6 address needs."""
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def origin(self) -> tuple[str, str, int]:
        """What two URLs share that may see each other's secrets."""
        return (self.scheme, self.host.lower(), self.port)

    @property
    def url(self) -> str:
        """The whole URL, without user info and fragment."""
        return f"{self.scheme}://{self.authority}{self.target}"


def parse_url(url: str) -> Address:
    """The address that ``url`` names; raises ``Failure`` if there is none."""
    if CONTROL.search(url):
        raise not_sendable("The URL holds a line break or another control character.", "Take it out of the URL.")
    try:
        parts = urlsplit(url.strip(" "))
        port = parts.port
        target = quote(parts.path or "/", safe=STANDS)
        if parts.query or "?" in url.partition("#")[0]:
            target += "?" + quote(parts.query, safe=STANDS)
    except ValueError as error:
        raise _unusable(error) from error
    if parts.scheme not in PORTS:
        raise not_sendable(
            "The URL does not begin with http:// or https://.", "Write it whole, or set defaults.base_url."
        )
    if not parts.hostname or port == 0:
        raise not_sendable("The URL has no host." if port != 0 else "The URL's port cannot be 0.", URL_HINT)
    return Address(parts.scheme, _host(parts.hostname), port or PORTS[parts.scheme], target)


URL_HINT: Final = "A URL looks like https://host:port/path?query."


def _unusable(error: ValueError) -> Failure:
    if isinstance(error, UnicodeError):
        return not_sendable("The URL holds characters that cannot be sent (half of a surrogate pair).", URL_HINT)
    what = "The URL's port is not a number up to 65535." if "ort " in str(error) else "The URL cannot be read."
    return not_sendable(what, URL_HINT)


def _host(name: str) -> str:
    if ":" in name:
        return name
    if not name.isascii():
        # Only a host with other letters than ASCII needs these tables, which take long to import.
        import idna  # noqa: PLC0415

        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise not_sendable("The host in the URL is not a name that can be looked up.", URL_HINT) from error
    if not HOST.fullmatch(name) or any(len(label) > 63 for label in name.split(".")):
        raise not_sendable("The host in the URL is not a name that can be looked up.", URL_HINT)
    return name
