"""What goes wrong between the request and a usable response, in plain words and with a remedy."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from typing import Final

import requests
import urllib3

from runner.errors import SCARCE, SCARCE_HINT
from runner.messages import ErrorKind, TransportError

FAULTS: Final = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
    RecursionError,
)
"""Whatever the libraries and the system raise on a request's way; all else is a fault of the program."""


def quoted(text: str, length: int) -> str:
    """``text`` in quotes, at most ``length`` characters of it. The mark of a cut stands beside what is cut: by it half
    a secret is known for one."""
    return ascii(text) if len(text) <= length else f"{ascii(text[:length])[:-1]}…'"


LOCAL_MODELS: Final = {
    ":11434": "This is the port of Ollama; it is started with: ollama serve.",
    ":1234": "This is the port of LM Studio; its server is started with: lms server start.",
}
"""Servers of models on one's own machine, by the ports that they have if nothing else is said."""
LOOPBACK_NAMES: Final = ("localhost", "127.", "[::1]")


class Failure(Exception):
    """A request that got no usable response. ``stale`` says that a kept connection turned out to be closed
    before any byte of the response came, so that a fresh one may do better."""

    def __init__(self, kind: ErrorKind, message: str, hint: str = "", *, stale: bool = False) -> None:
        super().__init__(message)
        self.error = TransportError(kind, message, hint)
        self.stale = stale


def not_sendable(message: str, hint: str) -> Failure:
    """The request cannot be sent as written."""
    return Failure("request", message, hint)


def bad_response(message: str, hint: str = "") -> Failure:
    """Something came back that is no usable response."""
    return Failure("response", message, hint or "This is a fault of the server or of a proxy on the way.")


def not_connected(error: OSError, place: str) -> Failure:
    """The TCP connection was not made."""
    if isinstance(error, ConnectionRefusedError):
        if place.removeprefix("the proxy ").startswith(LOOPBACK_NAMES):
            hint = f"Is the server running? Nothing listens on {place}."
            known = next((said for port, said in LOCAL_MODELS.items() if place.endswith(port)), "")
            hint = f"{hint} {known}".rstrip()
        else:
            hint = "Check the host and the port in the URL, and whether the server is running."
        return Failure("connection", f"{capital(place)} refused the connection.", hint)
    if isinstance(error, ConnectionResetError | ConnectionAbortedError):  # the server was quicker than the handshake
        return not_answered(error, place, encrypted=False)
    if error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL):
        hint = "Check the network, the VPN and the host in the URL."
        return Failure("connection", f"There is no route to {place}.", hint)
    hint = SCARCE_HINT if error.errno in SCARCE else "Check the host and the port in the URL, and the network."
    return Failure("connection", f"{capital(place)} cannot be reached: {reason(error)}.", hint)


def not_answered(error: OSError | None, place: str, *, encrypted: bool) -> Failure:
    """A connection that was there is gone before any byte of an answer came."""
    if isinstance(error, ssl.SSLError) and not is_end(error):
        return not_encrypted(error, place)
    if error is None or is_end(error):
        how = "closed"
    elif isinstance(error, ConnectionResetError | ConnectionAbortedError | BrokenPipeError):
        how = "reset"
    else:
        message = f"The connection to {place} broke without an answer: {reason(error)}."
        return Failure("connection", message, "Check the network and the server's log.")
    hint = "The server may have crashed or restarted, or it expects another protocol; look at its log."
    if encrypted:
        # With TLS 1.3 a server that misses the certificate says so too late to be heard for certain.
        hint += " If it asks for a client certificate: tls: {cert: path, key: path}."
    return Failure("connection", f"{capital(place)} {how} the connection without an answer.", hint)


def cut_short(place: str) -> Failure:
    """The connection is gone after the answer had begun."""
    hint = "The server or a proxy on the way may have crashed or restarted; look at its log."
    return Failure("response", f"{capital(place)} broke off the connection in the middle of its answer.", hint)


def not_encrypted(error: OSError, place: str) -> Failure:
    """The TLS handshake did not succeed."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _bad_certificate(error, place)
    if not isinstance(error, ssl.SSLError) or is_end(error):
        message = f"{capital(place)} closed the connection while TLS was being set up."
        return Failure("tls", message, "Does this port speak https? If it is plain HTTP, write http:// in the URL.")
    name = (error.reason or "").upper()
    if name in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "PACKET_LENGTH_TOO_LONG"):
        message = f"{capital(place)} does not speak TLS on this port."
        return Failure("tls", message, "If the server is plain HTTP, write http:// in the URL.")
    if "CERTIFICATE_REQUIRED" in name or "HANDSHAKE_FAILURE" in name:
        message = f"{capital(place)} broke off while TLS was being set up: {reason(error)}."
        return Failure("tls", message, "The server may ask for a client certificate: tls: {cert: path, key: path}.")
    if name in ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"):
        message = f"{capital(place)} speaks no version of TLS that is still safe."
        return Failure("tls", message, "The server must offer TLS 1.2 or newer.")
    return Failure("tls", f"TLS with {place} could not be set up: {reason(error)}.", "Look at the server's TLS setup.")


def _bad_certificate(error: ssl.SSLCertVerificationError, place: str) -> Failure:
    trust = "tls: {ca: path} or --ca FILE trusts it; --insecure skips the check."
    if error.verify_code == 10:
        message = f"The certificate of {place} has expired."
        return Failure("tls", message, "Renew the certificate on the server; --insecure skips the check.")
    if error.verify_code == 9:
        message = f"The certificate of {place} is not valid yet."
        return Failure("tls", message, "Check this machine's clock and the certificate's dates.")
    if error.verify_code in (62, 64):
        message = f"The certificate of {place} is for another host."
        return Failure("tls", message, "Use the name that the certificate is for; --insecure skips the check.")
    if error.verify_code in (18, 19):
        message = f"The certificate of {place} is not trusted: it is self-signed."
        return Failure("tls", message, trust)
    if error.verify_code in (2, 20, 21):
        message = f"The certificate of {place} is not trusted: nobody known has signed it."
        return Failure("tls", message, trust)
    return Failure("tls", f"The certificate of {place} is not accepted: {error.verify_message}.", trust)


def unforeseen(error: Exception, place: str) -> Failure:
    """Any other exception of the libraries; its own text may quote the URL and is left out."""
    where = f" to {place}" if place else ""
    if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
        hint = SCARCE_HINT if error.errno in SCARCE else "Check the network."
        return Failure("connection", f"The request{where} failed: {reason(error)}.", hint)
    if isinstance(error, requests.exceptions.ProxyError | urllib3.exceptions.ProxyError):
        return Failure(
            "connection",
            f"The proxy for the request{where} does not work.",
            "Check proxy:, --proxy, HTTPS_PROXY and HTTP_PROXY.",
        )
    if isinstance(error, requests.ConnectionError | urllib3.exceptions.ProtocolError | http.client.HTTPException):
        return Failure("connection", f"The request{where} failed: {type(error).__name__}.", "Check the network.")
    hint = "Check the URL, the headers and the proxy settings."
    return Failure("request", f"The request{where} cannot be sent: {type(error).__name__}.", hint)


def is_end(error: OSError) -> bool:
    """Whether TLS only says that the other side has closed the connection."""
    return isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or (
        isinstance(error, ssl.SSLError) and error.reason == "UNEXPECTED_EOF_WHILE_READING"
    )


def reason(error: OSError) -> str:
    """The system's own words for an error, without numbers and source positions."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    if isinstance(error, socket.gaierror) or error.strerror:
        return error.strerror or type(error).__name__
    return type(error).__name__


def capital(place: str) -> str:
    """``place`` at the start of a sentence."""
    return "The" + place[3:] if place.startswith("the ") else place
