"""Which proxy the usual environment variables name for an address."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping

from runner.settings import is_loopback
from runner.transport.address import Address


def proxy_for(address: Address, environ: Mapping[str, str]) -> str | None:
    """The proxy's URL, or None. Loopback addresses never have one."""
    url = _value(environ, f"{address.scheme}_proxy") or _value(environ, "all_proxy")
    if not url or is_loopback(address.host) or _is_excepted(address, _value(environ, "no_proxy")):
        return None
    return url if "://" in url else f"http://{url}"


def _value(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _is_excepted(address: Address, exceptions: str) -> bool:
    host = address.host.lower().rstrip(".")
    return any(_matches(entry.strip().lower(), host, address.port) for entry in exceptions.split(","))


def _matches(entry: str, host: str, port: int) -> bool:
    """``*``, a name with everything below it, an address or a network, each perhaps with a port."""
    if entry == "*":
        return True
    name, colon, wanted_port = entry.rpartition(":")
    if colon and wanted_port.isdigit() and ":" not in name.strip("[]").replace("::", ""):
        if int(wanted_port) != port:
            return False
        entry = name
    ip = _ip(host)
    if ip is not None:
        try:
            return ip in ipaddress.ip_network(entry.strip("[]"), strict=False)
        except ValueError:
            return False
    name = entry.removeprefix("*").lstrip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
