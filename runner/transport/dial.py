"""From a host's name to a connected socket, with a limit on every step."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from runner.messages import Pin
from runner.threads import start_thread
from runner.transport.deadline import Deadline
from runner.transport.failures import Failure, not_connected
from runner.transport.phases import Phases
from runner.transport.pins import is_address, pinned

Address: TypeAlias = tuple[Any, ...]
"""A socket address as the system gives it: (address, port) or (address, port, flow, scope)."""


@dataclass(slots=True)
class Lookup:
    """The answer of a lookup that runs in a thread of its own, since nothing can interrupt it."""

    done: threading.Event = field(default_factory=threading.Event)
    found: list[tuple[int, Address]] = field(default_factory=list)
    error: OSError | UnicodeError | None = None


class Dialer:
    """Connects to hosts; remembers the addresses of names. ``pins`` are used instead of a lookup."""

    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline
        self.phases = Phases(deadline.clock)
        self.pins: Sequence[Pin] = ()
        self._known: dict[tuple[str, int], list[tuple[int, Address]]] = {}

    def dial(self, host: str, port: int, place: str) -> socket.socket:
        """A connected socket; ``place`` is what messages call the host."""
        address = pinned(self.pins, host, port)
        if address is not None:
            host, place = address, f"{place} (by --resolve at {address})"
        self._deadline.phase = "lookup"
        addresses = self._lookup(host, port, place)
        self._deadline.phase = "connect"
        with self.phases.measure("connect"):
            return self._connect(addresses, (host, port), place)

    def _connect(self, addresses: list[tuple[int, Address]], key: tuple[str, int], place: str) -> socket.socket:
        last = OSError("no address")
        for count, (family, address) in enumerate(addresses):
            try:
                share = self._deadline.left_to_connect() / (len(addresses) - count)
                return _connect(family, address, share)
            except OSError as error:
                last = error
        self._known.pop(key, None)
        if isinstance(last, TimeoutError) and last.errno is None:
            raise self._deadline.failure(place) from last
        raise not_connected(last, place) from last

    def _lookup(self, host: str, port: int, place: str) -> list[tuple[int, Address]]:
        known = self._known.get((host, port))
        if known is not None:
            return known
        lookup = Lookup()
        if is_address(host):
            _resolve(host, port, lookup)
        else:
            with self.phases.measure("lookup"):
                start_thread(partial(_resolve, host, port, lookup), "lookup")
                if not lookup.done.wait(self._deadline.left_to_connect()):
                    raise self._deadline.failure(place)
        if lookup.error is not None or not lookup.found:
            raise _not_found(host, lookup.error) from lookup.error
        self._known[host, port] = lookup.found
        return lookup.found


def _resolve(host: str, port: int, lookup: Lookup) -> None:
    try:
        for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            lookup.found.append((family, address))
    except (OSError, UnicodeError) as error:
        lookup.error = error
    finally:
        lookup.done.set()


def _not_found(host: str, error: OSError | UnicodeError | None) -> Failure:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        message = f'The name "{host}" could not be looked up: no name server answers.'
        return Failure("dns", message, "Check the network and the VPN, and the spelling of the host in the URL.")
    hint = "Check the spelling of the host in the URL; a name inside a company may need its VPN."
    return Failure("dns", f'There is no host named "{host}".', hint)


def _connect(family: int, address: Address, limit: float) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.settimeout(limit)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
    except BaseException:
        sock.close()
        raise
    return sock
