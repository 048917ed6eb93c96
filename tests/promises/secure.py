"""Faults of TLS: certificates that must not be trusted, handshakes that break or stall, ends without an end mark."""

from __future__ import annotations

import shutil
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.certificates import NAMES, Certificate, make_certificate, make_expired, make_not_yet_valid, make_signed
from tests.promises.answers import chunked, headed
from tests.promises.faults import faulty, odd
from tests.promises.sockets import reset_while_reading
from tests.servers import Client, Script, answers, ok

TRUSTED: Final = ("--ca", "ca.pem")
ALERT: Final = b"\x15\x03\x03\x00\x02\x02"
"""The beginning of a fatal alert; its last byte says which."""
OLD_HELLO: Final = b"\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01" + bytes(32) + b"\x00\x00\x2f\x00"
"""What a server says that speaks TLS 1.0 alone."""
OWN: Final = "{text: {equals: own}}"


def local(folder: Path) -> Certificate:
    return make_certificate(folder, "local", "-days", "2", "-addext", NAMES)


def of_another_host(folder: Path) -> Certificate:
    return make_certificate(folder, "far", "-days", "2", "-addext", "subjectAltName=DNS:elsewhere.test")


def without_names(folder: Path) -> Certificate:
    return make_certificate(folder, "127.0.0.1", "-days", "2")


def of_a_forged_name(folder: Path) -> Certificate:
    """Its issuer is escape sequences and a command for CI servers."""
    return make_certificate(folder, "name", "-days", "2", "-addext", NAMES, "-subj", "/CN=\x1b[2J\n::error::owned")


def signed(folder: Path) -> Certificate:
    """By one that is not sent along."""
    return make_signed(folder, "leaf", local(folder))


def long_chain(folder: Path) -> Certificate:
    """A hundred certificates that have nothing to do with it come along."""
    made = local(folder)
    others = "".join(Path(make_certificate(folder, f"more{number}").cert).read_text("ascii") for number in range(3))
    chain = folder / "chain.pem"
    chain.write_text(Path(made.cert).read_text("ascii") + others * 30, encoding="ascii")
    return Certificate(str(chain), made.key)


def served(make: Callable[[Path], Certificate]) -> Callable[[Path], ssl.SSLContext]:
    """A server's TLS with a certificate that is trusted itself, where ``--ca`` says so."""

    def context(folder: Path) -> ssl.SSLContext:
        made = make(folder)
        shutil.copy(made.cert, folder / "ca.pem")
        return made.server()

    return context


def asking(folder: Path) -> ssl.SSLContext:
    """A server that wants to see a certificate."""
    made = local(folder)
    shutil.copy(made.cert, folder / "ca.pem")
    context = made.server(client_ca=made.cert)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # with a newer one the alert may come too late to be heard
    return context


def untrusted(folder: Path) -> ssl.SSLContext:
    """A server with a certificate that is not the one that is trusted."""
    other = folder / "other"
    other.mkdir()
    shutil.copy(local(other).cert, folder / "ca.pem")
    return signed(folder).server()


def hello(then: bytes = b"", pause: float | None = None) -> Script:
    """Reads the client's first message and says ``then``, byte by byte if there is a ``pause``."""

    def script(client: Client) -> None:
        client.sock.recv(4096)
        if pause is None:
            client.send(then)
        else:
            client.drip(then, pause)

    return script


def plain(client: Client) -> None:
    """A server that does not know of TLS."""
    client.sock.recv(4096)
    client.send(headed("Content-Length: 0", status="400 Bad Request"))
    client.hang()


def ended(message: bytes, *, marked: bool) -> Script:
    """Ends the answer with the connection, with TLS's own end mark or without."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(message)
        if marked and isinstance(client.sock, ssl.SSLSocket):
            with suppress(OSError):
                client.sock.unwrap()

    return script


def below(message: bytes, then: bytes) -> Script:
    """Answers, and sends then ``then`` past the encryption on the same connection."""

    def script(client: Client) -> None:
        client.read_request()
        client.send(message)
        raw = socket.socket(fileno=socket.dup(client.sock.fileno()))
        with raw:
            raw.sendall(then)
        client.server.stopping.wait(1)

    return script


def drips(client: Client) -> None:
    client.read_request()
    client.drip(headed(body=b"x" * 500), 0.02)


OVER_TLS: Final = "https://127.0.0.1:<<PORT>>/ask?api_key=<<API_KEY|urlencode>>"
NO_TLS: Final = "does not speak TLS on this port"
TLS: Final = served(local)
LENGTH: Final = headed("Content-Length: 9", body=b"own")

CERTIFICATES = (
    faulty("self-signed certificate", answers(ok()), "is not trusted: it is self-signed", "tls", tls=TLS),
    faulty(
        "certificate that has expired", answers(ok()), "has expired", "tls", tls=served(make_expired), arguments=TRUSTED
    ),
    faulty(
        "certificate that is not valid yet",
        answers(ok()),
        "is not valid yet",
        "tls",
        tls=served(make_not_yet_valid),
        arguments=TRUSTED,
    ),
    faulty(
        "certificate for another host",
        answers(ok()),
        "is for another host",
        "tls",
        tls=served(of_another_host),
        arguments=TRUSTED,
    ),
    faulty(
        "certificate without names of hosts",
        answers(ok()),
        "is for another host",
        "tls",
        tls=served(without_names),
        arguments=TRUSTED,
    ),
    faulty(
        "certificate that nobody known has signed",
        answers(ok()),
        "nobody known has signed it",
        "tls",
        tls=untrusted,
        arguments=TRUSTED,
    ),
    faulty("certificate of a forged name", answers(ok()), "it is self-signed", "tls", tls=served(of_a_forged_name)),
    faulty("chain of a hundred certificates", answers(ok()), "is not trusted", "tls", tls=served(long_chain)),
    faulty("certificate of the client is wanted", answers(ok()), "cert: path", "tls", tls=asking, arguments=TRUSTED),
    odd("certificate that is trusted", answers(ok(b"own")), tls=TLS, arguments=TRUSTED, expect=OWN),
    odd(
        "certificate that is not checked",
        answers(ok(b"own")),
        tls=served(make_expired),
        arguments=("--insecure",),
        expect=OWN,
    ),
    odd(
        "chain of a hundred certificates, trusted",
        answers(ok(b"own")),
        tls=served(long_chain),
        arguments=TRUSTED,
        expect=OWN,
    ),
    odd(
        "certificate of a forged name, trusted",
        answers(ok(b"own")),
        tls=served(of_a_forged_name),
        arguments=TRUSTED,
        expect="{certificate: {expires_in: {gt: 1h}, issuer: {not: {contains: Let}}}}",
    ),
    odd(
        "redirect from https to https",
        answers(headed("Location: /x", "Content-Length: 0", status="302 F"), ok(b"own")),
        tls=TLS,
        arguments=TRUSTED,
        expect=OWN,
    ),
    faulty(
        "redirect from https to http",
        lambda client: answers(headed(f"Location: {client.server.elsewhere}", "Content-Length: 0", status="302 F"))(
            client
        ),
        "from https to unencrypted http",
        tls=TLS,
        arguments=TRUSTED,
    ),
)

HANDSHAKES = tuple(
    fault._replace(url=OVER_TLS)
    for fault in (
        faulty("plain HTTP on a TLS port", plain, NO_TLS, "tls"),
        faulty("mail server on a TLS port", hello(b"220 mail ESMTP\r\n"), NO_TLS, "tls"),
        faulty("zeros on a TLS port", hello(bytes(100)), NO_TLS, "tls"),
        faulty("TLS 1.0 alone", hello(OLD_HELLO), "no version of TLS that is still safe", "tls"),
        faulty("alert: no such version", hello(ALERT + b"\x46"), "no version of TLS that is still safe", "tls"),
        faulty("alert: handshake failure", hello(ALERT + b"\x28"), "may ask for a client certificate", "tls"),
        faulty("alert: unknown name", hello(ALERT + b"\x70"), "could not be set up", "tls"),
        faulty("alert: bad certificate", hello(ALERT + b"\x2a"), "could not be set up", "tls"),
        faulty("alert: no such alert", hello(ALERT + b"\xff"), "could not be set up", "tls"),
        faulty("connection ends after the client's first message", hello(), "closed the connection while TLS", "tls"),
        faulty(
            "reset after the client's first message",
            reset_while_reading,
            "closed the connection while TLS",
            "tls",
        ),
        faulty("record of TLS cut short", hello(OLD_HELLO[:20]), "closed the connection while TLS", "tls"),
        faulty("record of TLS that is too long", hello(b"\x16\x03\x03\xff\xff" + bytes(70_000)), "TLS", "tls"),
        faulty(
            "handshake that stalls",
            lambda client: client.hang(),
            "No connection to 127.0.0.1:",
            "timeout",
            deadline=0.4,
        ),
        faulty(
            "handshake that drips",
            hello(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc" + bytes(900), 0.02),
            "No connection to",
            "timeout",
            deadline=0.4,
        ),
        faulty("certificate that drips", hello(b"\x16\x03\x03\x00\x01\x0b" * 300, 0.01), "", "tls"),
    )
)

SESSIONS = tuple(
    fault._replace(tls=TLS, arguments=TRUSTED)
    for fault in (
        faulty(
            "body to the end without TLS's end mark", ended(headed(body=b"own"), marked=False), "middle of its answer"
        ),
        faulty("body cut short with TLS's end mark", ended(LENGTH, marked=True), "9 bytes were announced, 3"),
        faulty("body cut short without TLS's end mark", ended(LENGTH, marked=False), "middle of its answer"),
        faulty("chunks cut short with TLS's end mark", ended(chunked(b"3\r\nown\r\n"), marked=True), "chunked body"),
        odd("body to the end with TLS's end mark", ended(headed(body=b"own"), marked=True), expect=OWN),
        odd("whole body without TLS's end mark", ended(ok(b"own"), marked=False), expect=OWN),
        faulty("plain bytes in the middle of TLS", below(LENGTH, b"forged"), "middle of its answer"),
        faulty("alert in the middle of TLS", below(LENGTH, ALERT + b"\x28"), "middle of its answer"),
        faulty(
            "new handshake in the middle of TLS",
            below(LENGTH, b"\x16\x03\x03\x00\x04\x00\x00\x00\x00"),
            "middle of its answer",
        ),
        faulty(
            "nothing but TLS's end mark",
            ended(b"", marked=True),
            "closed the connection without an answer",
            "connection",
        ),
        faulty("answer over TLS that drips", drips, "was not complete after", "timeout", deadline=0.5),
        faulty(
            "answer over TLS that does not come",
            lambda client: client.hang(),
            "No answer from",
            "timeout",
            deadline=0.5,
        ),
    )
)

FAULTS = tuple(fault._replace(group="TLS") for fault in (*CERTIFICATES, *HANDSHAKES, *SESSIONS))
