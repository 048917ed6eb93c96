"""Addresses to connect to instead of those that a name is looked up to: ``--resolve HOST:PORT:ADDRESS``, as in curl."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence
from typing import Final

from runner.messages import Pin
from runner.settings import BadValue

ANY: Final = "*"
HINT: Final = "Write HOST:PORT:ADDRESS, as in api.example.com:443:127.0.0.1 or *:443:[::1]."
PARTS: Final = re.compile(r"(\*|\[[^\[\]]*\]|[^:\[\]]*):([^:]*):(.*)", re.DOTALL)
HOST: Final = re.compile(r"[A-Za-z0-9_.-]{1,253}")


def read_pin(text: str) -> Pin:
    """The pin that ``text`` says; raises ``BadValue``."""
    match = PARTS.fullmatch(text)
    if match is None:
        raise BadValue("this is not HOST:PORT:ADDRESS", HINT)
    host, port, address = match.groups()
    name = _without_brackets(host)
    if name != ANY and not (is_address(name) if host.startswith("[") else HOST.fullmatch(name)):
        raise BadValue(f'"{host}" is not a host', f"{HINT}{_other_letters(host)}")
    if not re.fullmatch("[0-9]{1,5}", port) or not 1 <= int(port) <= 65535:
        raise BadValue(f'"{port}" is not a port from 1 to 65535', HINT)
    if not is_address(_without_brackets(address)):
        raise BadValue(f'"{address}" is not an IP address', HINT)
    return Pin(_comparable(name), int(port), _without_brackets(address))


def pinned(pins: Sequence[Pin], host: str, port: int) -> str | None:
    """The address for a host and port: of its own pins the last, else of those for any host."""
    found = {pin.host: pin.address for pin in pins if pin.port == port}
    return found.get(_comparable(host)) or found.get(ANY)


def is_address(text: str) -> bool:
    """Whether this is an IP address, which needs no lookup."""
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
        return True
    return False


def _without_brackets(text: str) -> str:
    return text[1:-1] if text.startswith("[") and text.endswith("]") else text


def _comparable(host: str) -> str:
    return host.lower().rstrip(".")


def _other_letters(host: str) -> str:
    return "" if host.isascii() else " Other letters than ASCII are written as xn--…"
