from __future__ import annotations

import errno
import http.client
import socket

import pytest
import requests
import urllib3

from runner.transport.address import parse_url
from runner.transport.failures import FAULTS, not_connected, unforeseen


@pytest.mark.parametrize(
    ("url", "authority", "place"),
    [
        ("http://Example.TEST/", "example.test", "example.test:80"),
        ("https://example.test:443/", "example.test", "example.test:443"),
        ("https://example.test:80/", "example.test:80", "example.test:80"),
        ("HTTP://example.test:/", "example.test", "example.test:80"),
        ("http://[::1]:8080/", "[::1]:8080", "[::1]:8080"),
        ("http://[::1]/", "[::1]", "[::1]:80"),
        ("http://user:pass@example.test/", "example.test", "example.test:80"),
        ("http://bücher.test/", "xn--bcher-kva.test", "xn--bcher-kva.test:80"),
        ("http://straße.test/", "xn--strae-oqa.test", "xn--strae-oqa.test:80"),
        ("http://my_host.test/", "my_host.test", "my_host.test:80"),
        ("  http://example.test/  ", "example.test", "example.test:80"),
    ],
)
def test_host_and_port(url: str, authority: str, place: str) -> None:
    address = parse_url(url)
    assert (address.authority, address.place) == (authority, place)


def test_the_url_of_an_address_has_no_user_info_and_no_fragment() -> None:
    assert parse_url("https://me:secret@a.test:444/b?c#d").url == "https://a.test:444/b?c"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (requests.exceptions.InvalidURL("secret"), "request"),
        (requests.exceptions.ConnectionError("secret"), "connection"),
        (requests.exceptions.ProxyError("secret"), "connection"),
        (urllib3.exceptions.LocationParseError("secret"), "request"),
        (urllib3.exceptions.ProtocolError("secret"), "connection"),
        (http.client.BadStatusLine("secret"), "connection"),
        (OSError(errno.EIO, "Input/output error", "secret"), "connection"),
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "connection"),
        (UnicodeEncodeError("latin-1", "secret\u0100", 6, 7, "ordinal not in range"), "request"),
        (ValueError("secret"), "request"),
        (RecursionError("secret"), "request"),
    ],
)
def test_exceptions_of_the_libraries_are_told_without_their_own_text(error: Exception, kind: str) -> None:
    assert isinstance(error, FAULTS)
    told = unforeseen(error, "a.test:80").error
    assert (told.kind, "secret" in repr(told), "a.test:80" in told.message) == (kind, False, True)


@pytest.mark.parametrize(
    ("error", "place", "words"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "127.0.0.1:8000", "Is the server running?"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "[::1]:8000", "Is the server running?"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "a.test:80", "Check the host and the port"),
        (OSError(errno.ENETUNREACH, "x"), "a.test:80", "VPN"),
        (TimeoutError(errno.ETIMEDOUT, "Connection timed out"), "a.test:80", "network"),
    ],
)
def test_a_connection_that_is_not_made_has_a_remedy(error: OSError, place: str, words: str) -> None:
    told = not_connected(error, place).error
    assert (told.kind, place in told.message, words in told.hint) == ("connection", True, True), told
