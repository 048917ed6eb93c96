"""What TLS trusts and shows: contexts made from ``Tls`` options and the environment."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from runner.messages import Certificate, Tls
from runner.transport.failures import Failure, reason

SHORT = {
    "commonName": "CN",
    "countryName": "C",
    "localityName": "L",
    "organizationName": "O",
    "organizationalUnitName": "OU",
    "stateOrProvinceName": "ST",
}
"""The short names that everybody writes; others are shown as they are."""

VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


class Contexts:
    """The TLS settings of a run, one for each set of options: reading the trusted certificates takes long. Shared by
    all threads."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._made: dict[Tls, ssl.SSLContext] = {}
        self._lock = Lock()

    def of(self, tls: Tls) -> ssl.SSLContext:
        """Made when it is asked for first; raises ``Failure`` when a file of the options cannot be used."""
        with self._lock:
            context = self._made.get(tls)
            if context is None:
                context = self._made[tls] = make_context(tls, self._environ)
            return context


def make_context(tls: Tls, environ: Mapping[str, str]) -> ssl.SSLContext:
    """The TLS settings of a connection; raises ``Failure`` when a file of them cannot be used."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED if tls.verify else ssl.CERT_NONE)
    if tls.verify:
        _trust(context, tls.ca, environ)
    if tls.cert is not None:
        try:
            # An empty password keeps OpenSSL from asking for one on the terminal.
            context.load_cert_chain(tls.cert, tls.key, password="")
        except (OSError, ValueError) as error:
            raise _unusable("client certificate", tls.cert, error) from error
    return context


def _trust(context: ssl.SSLContext, ca: str | None, environ: Mapping[str, str]) -> None:
    variable = next((name for name in VARIABLES if environ.get(name)), None)
    if ca is not None:
        path, label = ca, "CA file"
    elif variable is not None:
        path, label = environ[variable], f"CA file of {variable}"
    else:
        path, label = DEFAULT_CA_BUNDLE_PATH, "CA file"
    try:
        if Path(path).is_dir():
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except (OSError, ValueError) as error:
        raise _unusable(label, path, error) from error


def _unusable(label: str, path: str, error: OSError | ValueError) -> Failure:
    why = reason(error) if isinstance(error, OSError) else "it has no usable path"
    hint = "It must be a file in PEM format; a key must not have a password."
    return Failure("request", f'The {label} "{path}" cannot be used: {why}.', hint)


def read_certificate(decoded: Mapping[str, Any], now: float) -> Certificate:
    """What ``SSLSocket.getpeercert`` decoded, in plain values; ``now`` in seconds since the Unix epoch."""
    expires = ssl.cert_time_to_seconds(str(decoded["notAfter"]))
    return Certificate(_name(decoded.get("subject", ())), _name(decoded.get("issuer", ())), expires - now)


def _name(parts: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    return ", ".join(f"{SHORT.get(key, key)}={value}" for part in parts for key, value in part)
